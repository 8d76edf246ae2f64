/* SPDX-License-Identifier: MIT */
/*
 * Where the person keeps the token: a file, or a command that prints it.
 */
#ifndef COGNITO_CLIENT_SOURCE_H
#define COGNITO_CLIENT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"

/* How long a command may take. sshd's LoginGraceTime is 120 seconds, so a longer one is in vain. */
enum { SOURCE_SECONDS = 120 };

/*
 * Two settings, each NULL or empty if it is not set. If both are, the file is read and no command
 * is run: it is the narrower of the two, and what a person sets for one time.
 */
struct source {
    const char *file;    /* COGNITO_TOKEN_FILE; a relative path starts at the working directory */
    const char *command; /* COGNITO_TOKEN_COMMAND, for /bin/sh */
};

/* Whether there is one. */
bool cognito_source_is_set(const struct source *source);

/* Puts the token of SOURCE into TOKEN, without its line end, if it is not expired at NOW. False,
 * with WHY, if there is none that could be sent. A file that others may read is refused. */
MUST_USE bool cognito_source_read(const struct source *source, int64_t now, struct secret *token,
                                  struct complaint *why);

#endif
