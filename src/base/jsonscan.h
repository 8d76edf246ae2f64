/* SPDX-License-Identifier: MIT */
/*
 * Looking into JSON text that the guard has accepted, with nothing but libc: for the programs that
 * do without a parser, and for what a parser does not keep, the text of a number.
 *
 * Every function here but cognito_json_integer_text requires accepted text.
 */
#ifndef COGNITO_BASE_JSONSCAN_H
#define COGNITO_BASE_JSONSCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

/* The members of the outermost object in their order: AT begins as 0 and moves on. NAME is what
 * stands between the quotes, still escaped, VALUE the value as it stands in the text. False when
 * there is no further one. */
MUST_USE bool cognito_json_next_member(struct span text, size_t *at, struct span *name,
                                       struct span *value);

/* The value of the member NAME. */
MUST_USE bool cognito_json_member(struct span text, const char *name, struct span *value);

/* The elements of the array TEXT, which begins with its bracket, in the same way. */
MUST_USE bool cognito_json_next_element(struct span text, size_t *at, struct span *value);

/* The order of the contents of two JSON strings (between their quotes, still escaped), by the bytes
 * that they mean: negative, 0 or positive. 0 for "iss" and "\u0069ss". */
int cognito_json_compare(struct span a, struct span b);

/* Whether they are the same characters. */
bool cognito_json_same_string(struct span a, struct span b);

/* The characters of such a content: CONTENT itself if it has no escape, otherwise written to ROOM.
 * False, and STRING as it was, if they are more than SIZE bytes. */
MUST_USE bool cognito_json_unescape(struct span content, unsigned char *room, size_t size,
                                    struct span *string);

/* An integer or integral decimal (1700000000, 1.7e9, 1700000000.0) from -(2^63 - 1) to 2^63 - 1.
 * False for any other number and for any other text. */
MUST_USE bool cognito_json_integer_text(struct span text, int64_t *value);

#endif
