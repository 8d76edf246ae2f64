/* SPDX-License-Identifier: MIT */
/*
 * A JSON Web Key Set, RFC 7517, reduced to the keys that may sign an ID token of Cognito: RSA, for
 * signatures, RS256, 2048 to 8192 bits, an odd exponent from 65537. Other keys are passed over.
 * A set with two keys of one kid, with a private member, beyond a limit, or without one usable key
 * is refused whole. Reading a set touches no OpenSSL.
 */
#ifndef COGNITO_TOKEN_JWKS_H
#define COGNITO_TOKEN_JWKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "base/status.h"

struct jwk {
    struct span kid;
    struct span modulus; /* big-endian, without leading zero bytes */
    uint32_t exponent;
    const char *rival; /* another pool that has a key with this kid, so that it says nothing; NULL:
                          none */
};

struct jwks; /* immutable after parsing, but for what cognito_jwks_share marks */

/* Parses a key set as it was served. On COGNITO_ACCEPTED, *KEYS is the caller's. Otherwise *KEYS is
 * untouched, the status is COGNITO_JWKS_JSON, _JWKS_INVALID, _KEY_NONE or _SYSTEM_MEMORY, and WHY
 * (may be NULL) says more. */
MUST_USE_STATUS cognito_jwks_parse(struct span text, struct jwks **keys, struct complaint *why);

void cognito_jwks_free(struct jwks *keys);

/* The usable keys, from 0; there is at least one. They belong to KEYS. */
size_t cognito_jwks_count(const struct jwks *keys);
const struct jwk *cognito_jwks_at(const struct jwks *keys, size_t index);

/* The key of this kid, compared byte by byte, or NULL. */
MUST_USE const struct jwk *cognito_jwks_find(const struct jwks *keys, struct span kid);

/* Marks each key of KEYS whose kid a key of OTHERS has, with the pool RIVAL, which the caller
 * keeps.
 */
void cognito_jwks_share(struct jwks *keys, const struct jwks *others, const char *rival);

#endif
