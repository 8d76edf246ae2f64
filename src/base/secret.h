/* SPDX-License-Identifier: MIT */
/*
 * A secret is owned bytes that grow and are wiped before their memory is given back: tokens, in
 * whole or in parts.
 */
#ifndef COGNITO_BASE_SECRET_H
#define COGNITO_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

struct secret {
    unsigned char *data; /* owned; NULL while capacity is 0 */
    size_t len;          /* bytes in use */
    size_t capacity;     /* bytes allocated */
};

/* Adds a copy of MORE. False, and SECRET as it was, if there is no memory. */
MUST_USE bool cognito_secret_append(struct secret *secret, struct span more);

/* Makes room for at least CAPACITY bytes in all. False, and SECRET as it was, without memory. */
MUST_USE bool cognito_secret_reserve(struct secret *secret, size_t capacity);

/* Wipes and frees. SECRET is empty afterwards and may be used again. */
void cognito_secret_free(struct secret *secret);

/* Wipes LEN bytes in a way the compiler does not remove. DATA may be NULL. */
void cognito_wipe(void *data, size_t len);

static inline struct span secret_span(const struct secret *secret)
{
    return span_of(secret->data, secret->len);
}

#endif
