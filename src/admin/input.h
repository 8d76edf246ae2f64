/* SPDX-License-Identifier: MIT */
/*
 * The token that a command is about: from a file or from standard input; never from the command
 * line, where others could see it.
 */
#ifndef COGNITO_ADMIN_INPUT_H
#define COGNITO_ADMIN_INPUT_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"

/* Reads the token in the file NAME, or on standard input if NAME is NULL or "-". The file may
 * belong to anybody, such as the person who called sudo; it has to be a regular one. A little more
 * than TOKEN_SIZE_MAX is read, so that a longer one is judged as too long. */
MUST_USE bool cognito_read_token(const char *name, struct secret *token, struct complaint *why);

/* A configuration file as an argument of a PAM line. */
struct config_argument {
    char text[PATH_SIZE_MAX + sizeof "conf="];
};

/* Those that a command line names, one --config after the other. */
struct config_arguments {
    struct config_argument items[CONFIG_FILES_MAX];
    const char *words[CONFIG_FILES_MAX]; /* the texts of the items */
    size_t count;
};

/* Adds `conf=PATH` for the file NAME. False, with a complaint, if it is too long or one too many.
 */
MUST_USE bool cognito_config_arguments_add(struct config_arguments *arguments, const char *name,
                                           struct complaint *why);

/* NAME as an absolute path: relative to the working directory if it is not one. */
MUST_USE bool cognito_absolute_path(const char *name, char path[PATH_SIZE_MAX]);

#endif
