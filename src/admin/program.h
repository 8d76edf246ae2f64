/* SPDX-License-Identifier: MIT */
/*
 * Other programs that this one runs: by a path, with words, never through a shell.
 */
#ifndef COGNITO_ADMIN_PROGRAM_H
#define COGNITO_ADMIN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

enum { ANSWER_SIZE = 65536 }; /* bytes of what a program says; the rest is dropped */

/* What a program said on standard output and standard error. */
struct answer {
    size_t len;
    char text[ANSWER_SIZE + 1]; /* NUL-terminated */
};

/* The path of the program NAME that was installed beside this one. */
MUST_USE bool cognito_program_beside(const char *name, char path[PATH_SIZE_MAX],
                                     struct complaint *why);

/* Runs WORDS, a list that ends in NULL and begins with a path, and waits for its end. ANSWER may be
 * NULL: then it says what it has to say itself. False, with a complaint, if it could not be run or
 * did not end by itself; its exit status is in *STATUS otherwise. */
MUST_USE bool cognito_program_run(const char *const *words, struct answer *answer, int *status,
                                  struct complaint *why);

#endif
