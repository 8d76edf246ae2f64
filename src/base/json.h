/* SPDX-License-Identifier: MIT */
/*
 * JSON objects with exact types: the guard first, then json-c, whose conversions (a string that
 * becomes a number, a number that saturates) are never used. The only unit that knows json-c.
 */
#ifndef COGNITO_BASE_JSON_H
#define COGNITO_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/jsonguard.h"
#include "base/span.h"

struct json; /* a value inside a parsed text; immutable */

enum json_found {
    JSON_ABSENT,
    JSON_MISTYPED, /* there, but of another type; null is one */
    JSON_FOUND,
};

/* Parses TEXT, which has to pass the guard. The object belongs to the caller. NULL with FAULT set
 * if TEXT is refused, NULL with fault->what NULL if there is no memory. */
MUST_USE struct json *cognito_json_parse(struct span text, struct json_fault *fault);

/* Frees what cognito_json_parse gave; NULL is fine. */
void cognito_json_free(struct json *object);

/*
 * Members of OBJECT by name. The result is set only on JSON_FOUND and is valid as long as the
 * object that was parsed. Strings are unescaped UTF-8 and hold no NUL. Integers may be written as
 * integral decimals.
 */
bool cognito_json_has(const struct json *object, const char *name);
MUST_USE enum json_found cognito_json_string(const struct json *object, const char *name,
                                             struct span *string);
MUST_USE enum json_found cognito_json_integer(const struct json *object, const char *name,
                                              int64_t *integer);
MUST_USE enum json_found cognito_json_boolean(const struct json *object, const char *name,
                                              bool *boolean);
MUST_USE enum json_found cognito_json_array(const struct json *object, const char *name,
                                            const struct json **array);
MUST_USE enum json_found cognito_json_object(const struct json *object, const char *name,
                                             const struct json **inner);

/* Elements of an array, from 0. False if the element is of another type. */
size_t cognito_json_length(const struct json *array);
MUST_USE bool cognito_json_string_at(const struct json *array, size_t index, struct span *string);

#endif
