/* SPDX-License-Identifier: MIT */
#include "admin/verbs.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/complaint.h"

bool cognito_verb_complain(const char *verb, const char *format, ...)
{
    struct complaint plain = {{0}};
    va_list arguments;
    va_start(arguments, format);
    (void)cognito_complain_list(&plain, format, arguments);
    va_end(arguments);
    (void)fflush(stdout); /* what was done comes first */
    (void)fprintf(stderr, "pam-cognito %s: %s\n", verb, plain.text);
    return false;
}

bool cognito_verb_options(int argc, char **argv, const struct option *options,
                          bool (*take)(void *command, int option), void *command)
{
    for (;;) {
        const int option = getopt_long(argc, argv, "", options, NULL);
        if (option == -1)
            return true;
        if (!take(command, option))
            return false;
    }
}
