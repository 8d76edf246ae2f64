/* SPDX-License-Identifier: MIT */
/*
 * A second reader of JSON, for confirming what the first one says: a tree with unescaped strings.
 * It shares no line with src, and goes another way where there is one: characters are decoded to
 * code points and encoded again, numbers are shifted as text. As strict as the guard is to be.
 */
#ifndef TESTS_FUZZ_READER_H
#define TESTS_FUZZ_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum kind { IS_NULL, IS_TRUE, IS_FALSE, IS_NUMBER, IS_STRING, IS_ARRAY, IS_OBJECT };

struct value {
    enum kind kind;
    struct span name;   /* of a member, unescaped */
    struct span text;   /* of a string, unescaped; of a number, as it stands */
    struct span source; /* as it stands */
    struct value *first, *next;
    size_t count; /* of members or elements */
};

struct tree {
    struct value *root;
    void **owned; /* everything that was allocated */
    size_t count, capacity;
    const char *fault; /* NULL: it is JSON within all limits */
};

/* TEXT has to stay. What is strict about it: one object, RFC 8259, no name twice, nothing beyond
 * U+0001 to U+10FFFF without surrogates, eight levels, 256 members. */
void reader_open(struct tree *tree, struct span text);
void reader_close(struct tree *tree);
/* MEMORY is freed with TREE. */
void reader_own(struct tree *tree, void *memory);

/* The member of that name of OBJECT, or NULL; OBJECT may be NULL. */
const struct value *reader_member(const struct value *object, const char *name);
bool reader_is_string(const struct value *value);
/* Whether VALUE is a number and a whole one from 1 to 2^41 - 1. */
bool reader_seconds(const struct value *value, int64_t *seconds);

#endif
