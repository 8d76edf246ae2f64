/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito, the administrator's tool: rehearses the module's own decision and shows what it
 * sees.
 */
#include <stdio.h>
#include <string.h>

#include <config.h>

#include "admin/verbs.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;
} verbs[] = {
    {"verify", cognito_verb_verify,
     "verify [--config FILE]... [--service NAME] [--user ACCOUNT] [--at SECONDS]\n"
     "                          [--explain | --json] [TOKEN-FILE | -]"},
    {"check", cognito_verb_check,
     "check [--config FILE]... [--service NAME] [--user ACCOUNT [--host NAME]\n"
     "                         [--addr ADDRESS]] [--online] [--json]\n"
     "       pam-cognito check --show [--config FILE]... [--service NAME]"},
    {"setup", cognito_verb_setup,
     "setup --user-pool ID --client-id ID [--service NAME]...\n"
     "                         [--apply [--dry-run]] [--force]\n"
     "       pam-cognito setup --undo [--service NAME]..."},
    {"inspect", cognito_verb_inspect, "inspect [TOKEN-FILE | -]"},
    {"keys", cognito_verb_keys, "keys show | import JWKS-FILE | refresh [--config FILE]..."},
    {"profile", cognito_verb_profile, "profile [--config FILE]"},
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static void print_usage(FILE *stream)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        (void)fprintf(stream, "%s pam-cognito %s\n", i == 0 ? "usage:" : "      ", verbs[i].usage);
}

/* Whether --help is among the options of a verb, wherever it stands. */
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

/* What did not reach its reader was not done. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    (void)fputs("pam-cognito: standard output cannot be written\n", stderr);
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    if (strcmp(verb, "--help") == 0) {
        print_usage(stdout);
        return flushed(EXIT_GOOD);
    }
    if (strcmp(verb, "--version") == 0) {
        (void)puts("pam-cognito " PACKAGE_VERSION);
        return flushed(EXIT_GOOD);
    }
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verb, verbs[i].name) != 0)
            continue;
        if (!asks_for_help(argc - 1, argv + 1))
            return flushed(verbs[i].run(argc - 1, argv + 1));
        (void)printf("usage: pam-cognito %s\n", verbs[i].usage);
        return flushed(EXIT_GOOD);
    }
    print_usage(stderr);
    return EXIT_TROUBLE;
}
