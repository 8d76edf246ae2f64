/* SPDX-License-Identifier: MIT */
/*
 * The lines of a configuration file: lines that are empty or begin with '#' say nothing, white
 * space around the others does not count. A control character or a line of more than
 * CONFIG_LINE_MAX bytes is an error, never skipped or cut.
 */
#ifndef COGNITO_BASE_LINES_H
#define COGNITO_BASE_LINES_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

/* A walk through a text. Begin with {text, 0}. */
struct lines {
    struct span rest;
    size_t number; /* of the last line that was looked at, from 1 */
};

enum line_step { LINE_READ, LINE_END, LINE_FAULT };

/* The next line that says something. On LINE_FAULT, *FAULT (a literal) says what is wrong. */
MUST_USE enum line_step cognito_lines_next(struct lines *lines, struct span *line,
                                           const char **fault);

static inline bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* TEXT without white space at both ends. */
struct span cognito_trim(struct span text);

/* The first word of REST, which loses it and the white space before it; empty at the end. */
struct span cognito_next_word(struct span *rest);

#endif
