/* SPDX-License-Identifier: MIT */
/*
 * base64url without padding, RFC 4648 section 5 and RFC 7515 section 2, read strictly: no padding,
 * no white space, no length that leaves one character over, spare bits zero (RFC 4648, 3.5). So
 * every byte string has exactly one text, and a changed text is never the same bytes.
 */
#ifndef COGNITO_BASE_BASE64URL_H
#define COGNITO_BASE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

/* What each character stands for, 0 to 63; 255 for any other byte. */
extern const uint8_t cognito_base64url_values[256];

/* Whether BYTE is one of the 64 characters. */
static inline bool cognito_base64url_character(unsigned char byte)
{
    return cognito_base64url_values[byte] < 64; /* equivalent: no character has the value 64 */
}

/* The number of bytes that TEXT of LEN characters decodes to, if it decodes. */
static inline size_t base64url_decoded_size(size_t len)
{
    return len / 4 * 3 + len % 4 * 3 / 4;
}

/* Whether cognito_base64url_decode would take TEXT. */
MUST_USE bool cognito_base64url_valid(struct span text);

/* Decodes TEXT into OUT, which has room for base64url_decoded_size(text.len) bytes. False, with
 * OUT in an unspecified state, if TEXT is not strict base64url. The empty text is valid. */
MUST_USE bool cognito_base64url_decode(struct span text, unsigned char *out);

#endif
