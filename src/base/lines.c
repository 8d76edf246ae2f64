/* SPDX-License-Identifier: MIT */
#include "base/lines.h"

#include "base/limits.h"

struct span cognito_trim(struct span text)
{
    while (text.len > 0 && is_blank(text.data[0]))
        text = span_after(text, 1);
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

struct span cognito_next_word(struct span *rest)
{
    *rest = cognito_trim(*rest);
    size_t len = 0;
    while (len < rest->len && !is_blank(rest->data[len]))
        len++;
    const struct span word = span_first(*rest, len);
    *rest = span_after(*rest, len);
    return word;
}

static const char *fault_in(struct span line)
{
    if (line.len > CONFIG_LINE_MAX)
        return "too long a line";
    for (size_t i = 0; i < line.len; i++)
        if ((line.data[i] < 0x20 && line.data[i] != '\t') || line.data[i] == 0x7f)
            return "a control character (is it a DOS file?)";
    return NULL;
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
