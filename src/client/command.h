/* SPDX-License-Identifier: MIT */
/*
 * The output of a command that a person wrote for the shell, within bounds of size and time.
 */
#ifndef COGNITO_CLIENT_COMMAND_H
#define COGNITO_CLIENT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"

struct command_bounds {
    size_t max_size;      /* bytes of output */
    int64_t milliseconds; /* from the start to the end of the command */
    bool gently; /* too late, it is asked to end (SIGTERM) and waited for, not killed: for a program
                    that does end */
};

/*
 * Runs COMMAND by /bin/sh and adds what it writes to standard output to OUTPUT. Its standard input
 * is /dev/null, since ours may be the data that ssh is to carry; it keeps our standard error and
 * our terminal, and so may talk to the person. False, with WHY, if it gives more than is allowed,
 * takes longer (then its shell is killed), or ends in failure; OUTPUT may then hold what it wrote.
 * WHY never holds the command, which may have secrets in it.
 *
 * Sets the disposition of SIGCHLD to the default, without which no child can be waited for.
 */
MUST_USE bool cognito_command_output(const char *command, const struct command_bounds *bounds,
                                     struct secret *output, struct complaint *why);

#endif
