/* SPDX-License-Identifier: MIT */
/*
 * A span is borrowed bytes: somebody else's, readable for len bytes, with no terminating NUL. It
 * never owns what it shows and is only valid while its owner keeps the bytes.
 */
#ifndef COGNITO_BASE_SPAN_H
#define COGNITO_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const unsigned char *data; /* may be NULL where len is 0 */
    size_t len;                /* bytes */
};

/* The characters of a string literal, in a table that is constant. */
#define SPAN_LITERAL(text)                                                                         \
    {                                                                                              \
        (const unsigned char *)(text), sizeof(text) - 1                                            \
    }

static inline struct span span_of(const void *data, size_t len)
{
    return (struct span){data, len};
}

static inline struct span span_of_string(const char *string)
{
    return (struct span){(const unsigned char *)string, strlen(string)};
}

/* What follows the first N bytes; nothing if there are not so many. Its data is never NULL then:
 * memcpy and others may not be given one even where they have nothing to copy (C11, 7.1.4). */
static inline struct span span_after(struct span span, size_t n)
{
    /* equivalent: no bytes are the same anywhere */
    return n < span.len ? span_of(span.data + n, span.len - n) : span_of("", 0);
}

/* At most the first N bytes. */
static inline struct span span_first(struct span span, size_t n)
{
    return span_of(span.data, n < span.len ? n : span.len);
}

/* The same bytes. For public data: the time it takes depends on them. */
static inline bool span_equal(struct span a, struct span b)
{
    /* equivalent: that memcmp may not be given NULL is for the sanitizers */
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool span_is(struct span span, const char *string)
{
    return span_equal(span, span_of_string(string));
}

/* The position of the first BYTE, or len if there is none. */
static inline size_t span_position(struct span span, unsigned char byte)
{
    const unsigned char *found = span.len == 0 ? NULL : memchr(span.data, byte, span.len);
    return found == NULL ? span.len : (size_t)(found - span.data);
}

#endif
