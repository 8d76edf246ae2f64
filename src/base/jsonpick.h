/* SPDX-License-Identifier: MIT */
/*
 * Picking a few short members out of an object that the guard has accepted: what the decision needs
 * of a header and of each key. Nothing is allocated, and what is not asked for is not looked at.
 */
#ifndef COGNITO_BASE_JSONPICK_H
#define COGNITO_BASE_JSONPICK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

enum { PICK_NAME_MAX = 16 }; /* bytes of a name that is asked for */

/* Sets VALUES[i] to the value of the member NAMES[i] of OBJECT as it stands in the text, or to an
 * empty span if there is none. */
void cognito_json_pick(struct span object, const struct span *names, size_t count,
                       struct span *values);

/* The string that VALUE is, unescaped: within VALUE if there is no escape, otherwise in ROOM.
 * False, and STRING as it was, if VALUE is no string (it may be empty) or one of more than SIZE
 * bytes. */
MUST_USE bool cognito_json_pick_string(struct span value, unsigned char *room, size_t size,
                                       struct span *string);

/* Whether VALUE is the string WANTED, of at most PICK_NAME_MAX bytes. */
bool cognito_json_pick_is(struct span value, const char *wanted);

#endif
