/* SPDX-License-Identifier: MIT */
#include "base/lines.h"

#include <stdbool.h>

#include "base/limits.h"

struct span cognito_trim(struct span text)
{
    /* equivalent: what is empty shows a NUL, and a blank alone is trimmed below */
    while (text.len > 0 && is_blank(text.data[0]))
        text = span_after(text, 1);
    /* equivalent: what is left is empty or begins with no blank */
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

struct span cognito_next_word(struct span *rest)
{
    *rest = cognito_trim(*rest);
    size_t len = 0; /* equivalent: a word has a first character */
    while (len < rest->len && !is_blank(rest->data[len]))
        len++;
    const struct span word = span_first(*rest, len);
    *rest = span_after(*rest, len);
    return word;
}

/* Whether a byte stands in no line. Without branches: compilers then take many at a time. */
static unsigned int is_control(unsigned char c)
{
    return ((unsigned int)(c < 0x20) & (unsigned int)(c != '\t')) | (unsigned int)(c == 0x7f);
}

static bool has_control(struct span text)
{
    enum { BLOCK = 16 }; /* equivalent: how many are looked at at a time makes no difference */
    unsigned int found = 0;
    size_t at = 0;
    /* A map has millions of bytes and is read at every login. */
    /* equivalent: how many are looked at at a time makes no difference */
    for (; at + BLOCK <= text.len; at += BLOCK)
        for (size_t i = at; i < at + BLOCK; i++)
            found |= is_control(text.data[i]);
    for (; at < text.len; at++)
        found |= is_control(text.data[at]);
    return found != 0;
}

static const char *fault_in(struct span line)
{
    if (line.len > CONFIG_LINE_MAX)
        return "too long a line";
    return has_control(line) ? "a control character (is it a DOS file?)" : NULL;
}

enum line_step cognito_lines_next(struct lines *lines, struct span *line, const char **fault)
{
    while (lines->rest.len > 0) {
        const size_t end = span_position(lines->rest, '\n');
        const struct span whole = span_first(lines->rest, end);
        lines->rest = span_after(lines->rest, end + 1);
        lines->number++;
        *fault = fault_in(whole);
        if (*fault != NULL)
            return LINE_FAULT;
        *line = cognito_trim(whole);
        if (line->len > 0 && line->data[0] != '#')
            return LINE_READ;
    }
    return LINE_END;
}
