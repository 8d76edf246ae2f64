/* SPDX-License-Identifier: MIT */
/*
 * RSASSA-PKCS1-v1_5 with SHA-256: RS256 of RFC 7518 section 3.3. The only unit of the decision that
 * knows OpenSSL. It leaves the error queue of the host as it found it.
 */
#ifndef COGNITO_TOKEN_SIGNATURE_H
#define COGNITO_TOKEN_SIGNATURE_H

#include "base/attributes.h"
#include "base/span.h"
#include "token/jwks.h"

enum signature {
    SIGNATURE_INVALID,
    SIGNATURE_VALID,
    SIGNATURE_UNDECIDED, /* OpenSSL failed: no memory, or its configuration */
};

/*
 * Imports KEY and verifies SIGNATURE over INPUT, once each, whatever they hold. A signature that
 * cannot be one for this key, because of its length or because it is not less than the modulus
 * (RFC 8017, 5.2.2), is invalid and costs the same as any other.
 */
MUST_USE enum signature cognito_signature_verify(const struct jwk *key, struct span input,
                                                 struct span signature);

#endif
