/* SPDX-License-Identifier: MIT */
/*
 * The verbs that lead to ssh: env, ssh.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/profile.h"
#include "client/sibling.h"
#include "client/verbs.h"

/* What cognito-askpass and ssh find in their environment. */
struct settings {
    char askpass[PATH_SIZE_MAX];
    struct secret hosts; /* with a NUL behind; empty: the profile names none */
    char *profile;       /* owned; NULL: the default */
};

static void free_settings(struct settings *settings)
{
    cognito_secret_free(&settings->hosts);
    free(settings->profile);
}

static bool find(const struct request *request, struct settings *settings, struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    struct profile profile OWNED(cognito_profile_free) = {0};
    if (!cognito_places_config(&request->places, path, why) ||
        !cognito_profile_read(path, request->profile, &profile, why))
        return false;
    cognito_sibling("cognito-askpass", settings->askpass);
    if (profile.hosts.count > 0 && !cognito_profile_hosts(&profile, &settings->hosts))
        return cognito_complain(why, "out of memory");
    if (strcmp(profile.name, PROFILE_DEFAULT) != 0) {
        settings->profile = profile.name; /* now ours */
        profile.name = NULL;
    }
    return true;
}

static int complain(const struct complaint *why)
{
    (void)fprintf(stderr, "cognito-login: %s\n", why->text);
    return EXIT_TROUBLE;
}

/* For a POSIX shell: in single quotes, a quote as '\''. */
static void print_export(const char *name, const char *value)
{
    (void)printf("export %s='", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'')
            (void)fputs("'\\'", stdout);
        (void)putchar(*value);
    }
    (void)puts("'");
}

static void tell_hosts(const struct settings *settings)
{
    if (settings->hosts.len == 0 && getenv("COGNITO_ASKPASS_HOSTS") == NULL)
        (void)fprintf(stderr, "cognito-login: the profile names no hosts, so none gets the token; "
                              "set hosts in it\n");
}

int cognito_verb_env(const struct request *request)
{
    struct complaint why = {{0}};
    struct settings settings OWNED(free_settings) = {"", {0}, NULL};
    if (!find(request, &settings, &why))
        return complain(&why);
    print_export("SSH_ASKPASS", settings.askpass);
    print_export("SSH_ASKPASS_REQUIRE", "force");
    if (settings.hosts.len > 0)
        print_export("COGNITO_ASKPASS_HOSTS", (const char *)settings.hosts.data);
    if (settings.profile != NULL)
        print_export("COGNITO_LOGIN_PROFILE", settings.profile);
    tell_hosts(&settings);
    return EXIT_GOOD;
}

/* One prompt round: a token that is refused once is refused three times, and counted so. */
static bool become_ssh(const struct request *request, struct complaint *why)
{
    const size_t count = (size_t)request->argc;
    char **argv = calloc(count + 4, sizeof *argv);
    char ssh[] = "ssh";
    char option[] = "-o";
    char once[] = "NumberOfPasswordPrompts=1";
    if (argv == NULL)
        return cognito_complain(why, "out of memory");
    argv[0] = ssh;
    argv[1] = option;
    argv[2] = once;
    memcpy(argv + 3, request->argv, count * sizeof *argv);
    (void)execvp(ssh, argv);
    const int error = errno;
    free(argv);
    return cognito_complain(why, "ssh cannot be run: %s", cognito_error_words(error));
}

static bool set_environment(const struct settings *settings)
{
    return setenv("SSH_ASKPASS", settings->askpass, 1) == 0 &&
           setenv("SSH_ASKPASS_REQUIRE", "force", 1) == 0 &&
           (settings->hosts.len == 0 ||
            setenv("COGNITO_ASKPASS_HOSTS", (const char *)settings->hosts.data, 1) == 0) &&
           (settings->profile == NULL ||
            setenv("COGNITO_LOGIN_PROFILE", settings->profile, 1) == 0);
}

int cognito_verb_ssh(const struct request *request)
{
    struct complaint why = {{0}};
    struct settings settings OWNED(free_settings) = {"", {0}, NULL};
    if (request->argc == 0) {
        (void)fputs("usage: cognito-login ssh [SSH-OPTION]... HOST [COMMAND]\n", stderr);
        return EXIT_TROUBLE;
    }
    if (!find(request, &settings, &why))
        return complain(&why);
    tell_hosts(&settings);
    if (!set_environment(&settings))
        (void)cognito_complain(&why, "out of memory");
    else
        (void)become_ssh(request, &why);
    return complain(&why);
}
