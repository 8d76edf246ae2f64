/* SPDX-License-Identifier: MIT */
/*
 * The verbs of pam-cognito. Each takes what follows it on the command line, from its own name on,
 * and gives the exit status.
 */
#ifndef COGNITO_ADMIN_VERBS_H
#define COGNITO_ADMIN_VERBS_H

#include <stdbool.h>

#include "base/attributes.h"

struct option; /* getopt_long(3) */

enum exit_status {
    EXIT_GOOD = 0,
    EXIT_REFUSED = 1,
    EXIT_TROUBLE = 2, /* usage, unreadable input, system.* */
};

int cognito_verb_verify(int argc, char **argv);
int cognito_verb_check(int argc, char **argv);
int cognito_verb_setup(int argc, char **argv);
int cognito_verb_inspect(int argc, char **argv);
int cognito_verb_keys(int argc, char **argv);
int cognito_verb_profile(int argc, char **argv);

/* What a verb has to say against what was asked of it, in a line of standard error that begins with
 * its name. Always false, so that a check can return it. */
bool cognito_verb_complain(const char *verb, const char *format, ...) PRINTF_LIKE(2, 3);

/* Reads the options of a command line: each goes to TAKE, with its value in optarg, and '?' for one
 * that getopt_long has complained of. False as soon as TAKE says so; else optind is at what follows
 * them. */
MUST_USE bool cognito_verb_options(int argc, char **argv, const struct option *options,
                                   bool (*take)(void *command, int option), void *command);

#endif
