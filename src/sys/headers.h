/* SPDX-License-Identifier: MIT */
/*
 * The few header fields of an HTTP answer that mean something to us, taken line by line as libcurl
 * hands them to a CURLOPT_HEADERFUNCTION. (libcurl keeps all of them by itself, but only
 * since 7.83.)
 *
 * A field counts if it stands in the header of the last answer: not before it (1xx), and not among
 * the trailers. Its value has to be one line of printable ASCII, and to come once.
 */
#ifndef COGNITO_SYS_HEADERS_H
#define COGNITO_SYS_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"

enum header {
    HEADER_CONTENT_ENCODING,
    HEADER_DATE,
    HEADER_ETAG,
    HEADER_LAST_MODIFIED,
    HEADER_LOCATION,
    HEADER_KINDS,
};

struct header_field {
    bool present;
    bool unfit; /* more than once, in more than one line, or of other characters */
    struct secret value;
};

/* Begins full of zeros. */
struct headers {
    size_t size;   /* bytes of all lines so far, of whatever answer */
    bool ended;    /* the empty line has come: what follows are trailers */
    int last_kind; /* of the line before, which the next one may go on with; HEADER_KINDS: another
                    */
    struct header_field fields[HEADER_KINDS];
};

/*
 * Takes the next LINE: a status line, a field, or the empty one. NULL, or a literal that says why
 * there must be no further one: together they are longer than HEADERS_MAX, or there is no memory.
 */
MUST_USE const char *cognito_headers_take(struct headers *headers, struct span line);

/* Whether the field is there at all, fit or not. */
bool cognito_headers_have(const struct headers *headers, enum header kind);

/* The value without white space around it, borrowed from HEADERS; empty if there is none that is
 * fit. Copied by cognito_headers_copy with a NUL into SIZE bytes; empty, too, if it is longer. */
struct span cognito_headers_value(const struct headers *headers, enum header kind);
void cognito_headers_copy(const struct headers *headers, enum header kind, char *copy, size_t size);

/* Wipes and frees. HEADERS is full of zeros afterwards. */
void cognito_headers_free(struct headers *headers);

#endif
