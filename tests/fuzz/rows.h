/* SPDX-License-Identifier: MIT */
/* The lines of our files, read a second time: what says something, and the selectors in it. */
#ifndef TESTS_FUZZ_ROWS_H
#define TESTS_FUZZ_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct rows {
    struct span rest;
    size_t number; /* of the last row, from 1 */
};

/* The next line that says something, without white space around it; its data is NULL if no line may
 * be like that. False at the end. */
bool rows_next(struct rows *rows, struct span *row);

struct span rows_trim(struct span text);

struct selection {
    size_t kind;
    char *value; /* owned, unquoted */
    size_t len;
};

/* KIND:VALUE or KIND:"VALUE" with quotes doubled in it; KINDS ends with NULL. */
bool rows_select(struct span text, const char *const *kinds, struct selection *selection);

#endif
