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
#include "client/profiles.h"
#include "client/session.h"
#include "client/sibling.h"
#include "client/terminal.h"
#include "client/verbs.h"

struct settings {
    char askpass[PATH_SIZE_MAX];
    struct secret hosts; /* with a NUL behind; empty text: the profile names none */
    char *profile;       /* owned */
};

static void free_settings(struct settings *settings)
{
    cognito_secret_free(&settings->hosts);
    free(settings->profile);
}

static bool find(const struct request *request, struct settings *settings, struct complaint *why)
{
    struct profile profile OWNED(cognito_profile_free) = {0};
    if (!cognito_profiles_read(&request->places, request->profile, &profile, why))
        return false;
    cognito_sibling("cognito-askpass", settings->askpass);
    if (!cognito_profile_hosts(&profile, &settings->hosts))
        return cognito_complain(why, "out of memory");
    settings->profile = profile.name; /* now ours */
    profile.name = NULL;
    return true;
}

/* What cognito-askpass and ssh find in their environment. Every variable that decides which token
 * is sent, and where, is set or removed: none is left over from another profile. */
struct variable {
    const char *name;
    const char *value; /* NULL: not set */
};

enum { VARIABLE_COUNT = 6 };

static void list(const struct settings *settings, struct variable variables[VARIABLE_COUNT])
{
    const struct variable all[VARIABLE_COUNT] = {
        {"SSH_ASKPASS", settings->askpass},
        {"SSH_ASKPASS_REQUIRE", "force"},
        {"COGNITO_LOGIN_PROFILE", settings->profile},
        {"COGNITO_ASKPASS_HOSTS", (const char *)settings->hosts.data},
        {"COGNITO_TOKEN_FILE", NULL},
        {"COGNITO_TOKEN_COMMAND", NULL},
    };
    memcpy(variables, all, sizeof all);
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

static void warn_without_hosts(const struct settings *settings)
{
    if (settings->hosts.data[0] == '\0')
        (void)fprintf(stderr,
                      "cognito-login: the profile %s names no hosts, so no host gets the token; "
                      "set hosts in it\n",
                      settings->profile);
}

int cognito_verb_env(const struct request *request)
{
    struct complaint why = {{0}};
    struct settings settings OWNED(free_settings) = {"", {0}, NULL};
    struct variable variables[VARIABLE_COUNT];
    if (!find(request, &settings, &why))
        return complain(&why);
    list(&settings, variables);
    for (size_t i = 0; i < VARIABLE_COUNT; i++)
        if (variables[i].value != NULL)
            print_export(variables[i].name, variables[i].value);
        else
            (void)printf("unset %s\n", variables[i].name);
    warn_without_hosts(&settings);
    return EXIT_GOOD;
}

/* One prompt round: a token that is refused once is refused three times, and counted so. And the
 * module is asked before the keys of an agent use up the attempts that sshd grants; a host that
 * wants a key first offers nothing else, and gets one. */
static bool become_ssh(const struct request *request, struct complaint *why)
{
    char ssh[] = "ssh";
    char option[] = "-o";
    char once[] = "NumberOfPasswordPrompts=1";
    char methods[] = "PreferredAuthentications=keyboard-interactive,publickey";
    char *const first[] = {ssh, option, once, option, methods};
    const size_t count = (size_t)request->argc;
    char **argv = calloc(sizeof first / sizeof *first + count + 1, sizeof *argv);
    if (argv == NULL)
        return cognito_complain(why, "out of memory");
    memcpy(argv, first, sizeof first);
    memcpy(argv + sizeof first / sizeof *first, request->argv, count * sizeof *argv);
    (void)execvp(ssh, argv);
    const int error = errno;
    free(argv);
    return cognito_complain(why, "ssh cannot be run: %s", cognito_error_words(error));
}

static bool set_environment(const struct settings *settings)
{
    struct variable variables[VARIABLE_COUNT];
    list(settings, variables);
    for (size_t i = 0; i < VARIABLE_COUNT; i++)
        if ((variables[i].value != NULL ? setenv(variables[i].name, variables[i].value, 1)
                                        : unsetenv(variables[i].name)) != 0)
            return false;
    return true;
}

/* Whether the profile has an ID token that lasts, refreshed if need be. */
static enum session_token look_for_token(struct session *session, struct complaint *why)
{
    struct secret token OWNED(cognito_secret_free) = {0};
    int64_t expires_at;
    return cognito_session_token(session, &token, &expires_at, why);
}

/* Signs in first where that is needed and somebody is there to do it. Gives the exit status. */
static int be_signed_in(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session = {0};
    if (!cognito_session_open(&request->places, request->profile, &session, &why))
        return complain(&why);
    const enum session_token found = look_for_token(&session, &why);
    cognito_session_close(&session);
    if (found == SESSION_TOKEN)
        return EXIT_GOOD;
    if (!cognito_terminal_is_there()) {
        (void)fprintf(stderr, "cognito-login: %s (there is no terminal to sign in at now)\n",
                      why.text);
        return EXIT_REFUSED;
    }
    if (found == SESSION_TROUBLE)
        (void)complain(&why);
    (void)fputs("cognito-login: there is no token for ssh; signing in first.\n", stderr);
    return cognito_verb_login(request);
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
    warn_without_hosts(&settings);
    const int status = be_signed_in(request);
    if (status != EXIT_GOOD)
        return status;
    if (!set_environment(&settings))
        (void)cognito_complain(&why, "out of memory");
    else
        (void)become_ssh(request, &why);
    return complain(&why);
}
