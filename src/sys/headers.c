/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sys/headers.h"

#include <strings.h>

#include "base/limits.h"

static const struct span names[HEADER_KINDS] = {
    [HEADER_CONTENT_ENCODING] = SPAN_LITERAL("Content-Encoding"),
    [HEADER_DATE] = SPAN_LITERAL("Date"),
    [HEADER_ETAG] = SPAN_LITERAL("ETag"),
    [HEADER_LAST_MODIFIED] = SPAN_LITERAL("Last-Modified"),
    [HEADER_LOCATION] = SPAN_LITERAL("Location"),
};

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static struct span without_line_end(struct span line)
{
    if (line.len > 0 && line.data[line.len - 1] == '\n')
        line.len--;
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

static struct span without_blanks(struct span value)
{
    while (value.len > 0 && is_blank(value.data[0]))
        value = span_after(value, 1);
    while (value.len > 0 && is_blank(value.data[value.len - 1]))
        value.len--;
    return value;
}

static bool is_printable(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] < ' ' || value.data[i] > '~')
            return false;
    return true;
}

/* HEADER_KINDS if it is none of ours. */
static int kind_of(struct span name)
{
    int kind = 0;
    while (kind < HEADER_KINDS &&
           (name.len != names[kind].len ||
            strncasecmp((const char *)name.data, (const char *)names[kind].data, name.len) != 0))
        kind++;
    return kind;
}

/* Names have another case at every server (RFC 9110, 5.1). */
static const char *take_field(struct headers *headers, struct span line)
{
    const size_t colon = span_position(line, ':');
    headers->last_kind = kind_of(span_first(line, colon));
    if (headers->last_kind == HEADER_KINDS)
        return NULL;
    struct header_field *field = &headers->fields[headers->last_kind];
    const struct span value = without_blanks(span_after(line, colon + 1));
    field->unfit = field->present || !is_printable(value);
    field->present = true;
    return field->unfit || cognito_secret_append(&field->value, value) ? NULL : "out of memory";
}

/* An answer begins: what came before was an interim one. */
static void begin(struct headers *headers)
{
    const size_t size = headers->size;
    cognito_headers_free(headers);
    headers->size = size;
    headers->last_kind = HEADER_KINDS;
}

/* RFC 9112, 5.2: a line that begins with a blank goes on with the one before. */
static const char *take_line(struct headers *headers, struct span line)
{
    if (line.len == 0)
        headers->ended = true;
    else if (!headers->ended && !is_blank(line.data[0]))
        return take_field(headers, line);
    else if (!headers->ended && headers->last_kind != HEADER_KINDS)
        headers->fields[headers->last_kind].unfit = true;
    return NULL;
}

const char *cognito_headers_take(struct headers *headers, struct span line)
{
    const bool is_first = headers->size == 0;
    if (line.len > HEADERS_MAX - headers->size)
        return "the headers of the answer are too long";
    headers->size += line.len;
    if (!is_first && !(headers->ended && span_is(span_first(line, 5), "HTTP/")))
        return take_line(headers, without_line_end(line));
    begin(headers);
    return NULL;
}

bool cognito_headers_have(const struct headers *headers, enum header kind)
{
    return headers->fields[kind].present;
}

struct span cognito_headers_value(const struct headers *headers, enum header kind)
{
    const struct header_field *field = &headers->fields[kind];
    return field->unfit ? span_of("", 0) : secret_span(&field->value);
}

void cognito_headers_copy(const struct headers *headers, enum header kind, char *copy, size_t size)
{
    const struct span value = cognito_headers_value(headers, kind);
    const size_t len = value.len < size ? value.len : 0;
    if (len > 0)
        memcpy(copy, value.data, len);
    copy[len] = '\0';
}

void cognito_headers_free(struct headers *headers)
{
    for (int kind = 0; kind < HEADER_KINDS; kind++)
        cognito_secret_free(&headers->fields[kind].value);
    *headers = (struct headers){0};
}
