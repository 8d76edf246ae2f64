/* SPDX-License-Identifier: MIT */
/*
 * cognito-login: signs a person in to a user pool and keeps the tokens, for ssh through
 * cognito-askpass. This file is the list of verbs and options.
 */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "client/http.h"
#include "client/setting.h"
#include "client/verbs.h"

enum option_bit {
    ALLOWS_JSON = 1,
    ALLOWS_SIGN_IN = 2, /* --no-browser, --password */
    ALLOWS_PARTS = 4,
    TAKES_ARGUMENTS = 8,
    IS_ABOUT_ALL = 16, /* profiles, so that none can be chosen */
    ALLOWS_ALL = 32,
    ALLOWS_YES = 64,
};

static const struct verb {
    const char *name;
    int (*run)(const struct request *request);
    unsigned int allows;
    const char *usage;
} verbs[] = {
    {"login", cognito_verb_login, ALLOWS_JSON | ALLOWS_SIGN_IN,
     "[login] [--profile NAME] [--no-browser | --password] [--json]"},
    {"logout", cognito_verb_logout, ALLOWS_JSON | ALLOWS_ALL,
     "logout [--profile NAME | --all] [--json]"},
    {"token", cognito_verb_token, ALLOWS_JSON | ALLOWS_PARTS,
     "token [--profile NAME] [--parts [--sudo] | --json]"},
    {"status", cognito_verb_status, ALLOWS_JSON, "status [--profile NAME] [--json]"},
    {"profiles", cognito_verb_profiles, ALLOWS_JSON | IS_ABOUT_ALL, "profiles [--json]"},
    {"env", cognito_verb_env, 0, "env [--profile NAME]"},
    {"ssh", cognito_verb_ssh, TAKES_ARGUMENTS,
     "[--profile NAME] ssh [SSH-OPTION]... HOST [COMMAND]"},
};

/* An argument with a slash in it is no verb, but where a profile is to be had. */
static const struct verb adopt = {"", cognito_verb_adopt, ALLOWS_JSON | ALLOWS_SIGN_IN | ALLOWS_YES,
                                  "{https://HOST/PATH | ./FILE} [--profile NAME] [--yes] "
                                  "[--no-browser | --password] [--json]"};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static void print_usage(FILE *stream)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        (void)fprintf(stream, "%s cognito-login %s\n", i == 0 ? "usage:" : "      ",
                      verbs[i].usage);
    (void)fprintf(stream, "       cognito-login %s\n", adopt.usage);
}

static int usage(void)
{
    print_usage(stderr);
    return EXIT_TROUBLE;
}

/* What the option without an argument sets; NULL: there is none. */
static bool *switch_of(struct request *request, int option)
{
    switch (option) {
    case 'j':
        return &request->json;
    case 'n':
        return &request->no_browser;
    case 'w':
        return &request->password;
    case 'l':
        return &request->all;
    case 'y':
        return &request->yes;
    case 'a':
        return &request->parts;
    case 's':
        return &request->sudo;
    default:
        return NULL;
    }
}

/* Options stand before the verb and behind it; those behind ssh are ssh's. False: not understood.
 */
static bool read_options(int argc, char **argv, struct request *request, bool *help, bool *version)
{
    static const struct option options[] = {
        {"profile", required_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},
        {"no-browser", no_argument, NULL, 'n'},
        {"password", no_argument, NULL, 'w'},
        {"all", no_argument, NULL, 'l'},
        {"yes", no_argument, NULL, 'y'},
        {"parts", no_argument, NULL, 'a'},
        {"sudo", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        bool *given = option == 'h' ? help : option == 'v' ? version : switch_of(request, option);
        if (option == 'p')
            request->profile = request->chosen = optarg;
        else if (given == NULL)
            return false;
        else
            *given = true;
    }
    return true;
}

/* The options that the verb does not know. */
static bool fits(const struct verb *verb, const struct request *request)
{
    return (!request->json || (verb->allows & ALLOWS_JSON) != 0) &&
           ((!request->no_browser && !request->password) || (verb->allows & ALLOWS_SIGN_IN) != 0) &&
           (!request->parts || ((verb->allows & ALLOWS_PARTS) != 0 && !request->json)) &&
           (!request->yes || (verb->allows & ALLOWS_YES) != 0) &&
           (!request->all || (verb->allows & ALLOWS_ALL) != 0) &&
           (request->chosen == NULL || (!request->all && (verb->allows & IS_ABOUT_ALL) == 0)) &&
           (!request->sudo || request->parts) && !(request->no_browser && request->password) &&
           (request->argc == 0 || (verb->allows & TAKES_ARGUMENTS) != 0);
}

/* The only argument of a verb that has no options: ssh itself knows none of that name. */
static bool asks_for_help(int argc, char **argv)
{
    return argc == 1 && strcmp(argv[0], "--help") == 0;
}

static const struct verb *find_verb(const char *name)
{
    if (strchr(name, '/') != NULL)
        return &adopt;
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* A core file would hold tokens; a reader that has gone is an error to report. */
static bool prepare(void)
{
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && signal(SIGPIPE, SIG_IGN) != SIG_ERR &&
           signal(SIGCHLD, SIG_DFL) != SIG_ERR;
}

/* What did not reach its reader was not done. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    (void)fputs("cognito-login: standard output cannot be written\n", stderr);
    return EXIT_TROUBLE;
}

static int run(const struct verb *verb, struct request *request)
{
    struct complaint why = {{0}};
    if (!prepare() || !cognito_http_begin(&why)) {
        (void)fprintf(stderr, "cognito-login: cannot start%s%s\n", why.text[0] == '\0' ? "" : ": ",
                      why.text);
        return EXIT_TROUBLE;
    }
    const int status = verb->run(request);
    cognito_http_end();
    return flushed(status);
}

int main(int argc, char **argv)
{
    bool help = false;
    bool version = false;
    const struct verb *verb = &verbs[0];
    struct request request = {
        .profile = cognito_setting("COGNITO_LOGIN_PROFILE"),
        .places = {getenv("HOME"), getenv("XDG_CONFIG_HOME"), getenv("XDG_STATE_HOME"),
                   getenv("XDG_RUNTIME_DIR"), SYSTEM_CONFIG},
        .browser = getenv("BROWSER"),
        .display =
            cognito_setting(cognito_setting("DISPLAY") != NULL ? "DISPLAY" : "WAYLAND_DISPLAY"),
        .ssh_connection = cognito_setting("SSH_CONNECTION"),
    };
    if (!read_options(argc, argv, &request, &help, &version))
        return usage();
    if (optind < argc) {
        request.source = argv[optind++];
        verb = find_verb(request.source);
        if (verb == NULL)
            return usage();
        if ((verb->allows & TAKES_ARGUMENTS) != 0)
            help = help || asks_for_help(argc - optind, argv + optind);
        else if (!read_options(argc, argv, &request, &help, &version))
            return usage();
    }
    request.argc = argc - optind;
    request.argv = argv + optind;
    if (help || version) {
        version ? (void)puts("cognito-login " PACKAGE_VERSION) : print_usage(stdout);
        return flushed(EXIT_GOOD);
    }
    return fits(verb, &request) ? run(verb, &request) : usage();
}
