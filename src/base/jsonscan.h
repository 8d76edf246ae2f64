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

/* The value, as it stands in the text, of the member NAME of the outermost object. */
MUST_USE bool cognito_json_member(struct span text, const char *name, struct span *value);

/* Whether the contents of two JSON strings (between their quotes, still escaped) are the same
 * characters: "iss" and "\u0069ss" are. */
bool cognito_json_same_string(struct span a, struct span b);

/* An integer or integral decimal (1700000000, 1.7e9, 1700000000.0) in the range of int64. False
 * for any other number and for any other text. */
MUST_USE bool cognito_json_integer_text(struct span text, int64_t *value);

#endif
