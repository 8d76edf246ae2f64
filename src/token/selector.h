/* SPDX-License-Identifier: MIT */
/*
 * A selector, KIND:VALUE, says which people or tokens a line of the map or of the deny list is
 * about. A value with white space stands in double quotes, a quote in it is doubled; nothing else
 * is special, so that user names with backslashes are written as they are. Compared byte by byte.
 */
#ifndef COGNITO_TOKEN_SELECTOR_H
#define COGNITO_TOKEN_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

struct selector {
    size_t kind;       /* the index of its name */
    struct span value; /* what stands between the quotes, if any, still doubled in it */
    bool quoted;
};

/* Reads TEXT, which has to be one selector of one of COUNT kinds. NULL, or what is wrong. */
MUST_USE const char *cognito_selector_read(struct span text, const char *const *kinds, size_t count,
                                           struct selector *selector);

/* Whether the value of SELECTOR is VALUE. */
MUST_USE bool cognito_selector_is(const struct selector *selector, struct span value);

/* The value of SELECTOR as it is meant: where it is quoted, written to ROOM, which has to have as
 * many bytes as it has between the quotes. */
struct span cognito_selector_value(const struct selector *selector, unsigned char *room);

#endif
