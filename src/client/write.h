/* SPDX-License-Identifier: MIT */
/*
 * Writing to a descriptor to the end, and the words for an errno.
 */
#ifndef COGNITO_CLIENT_WRITE_H
#define COGNITO_CLIENT_WRITE_H

#include <stdbool.h>
#include <string.h>

#include "base/attributes.h"
#include "base/span.h"

/* Writes the whole of BYTES. False, with errno set, if not all of it could be written. */
MUST_USE bool cognito_write_all(int descriptor, struct span bytes);

/* What ERROR, an errno, means; in English, whatever the locale. */
static inline const char *write_words(int error)
{
    const char *words = strerrordesc_np(error);
    return words == NULL ? "unknown error" : words;
}

#endif
