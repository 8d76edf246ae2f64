/* SPDX-License-Identifier: MIT */
/*
 * The JSON guard: what passes it means the same to every parser, json-c included. One complete
 * object and nothing after it, RFC 8259 to the letter, well-formed UTF-8 (no overlong forms, no
 * surrogates), no U+0000, no lone surrogate and nothing that json-c misreads even as escapes, at
 * most JSON_DEPTH_MAX levels and JSON_MEMBERS_MAX members of an object, and no name twice in one
 * (compared after unescaping).
 *
 * It only reads TEXT, allocates nothing and works for any bytes.
 */
#ifndef COGNITO_BASE_JSONGUARD_H
#define COGNITO_BASE_JSONGUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

struct json_fault {
    const char *what; /* a literal; what is wrong */
    size_t at;        /* the byte, from 0 */
};

/* Whether TEXT is such an object. If not, FAULT (may be NULL) says why. */
MUST_USE bool cognito_json_guard(struct span text, struct json_fault *fault);

#endif
