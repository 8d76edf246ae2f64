/* SPDX-License-Identifier: MIT */
/*
 * The proof of a password that Amazon Cognito calls USER_SRP_AUTH: SRP-6a (RFC 2945, RFC 5054) with
 * ways of its own. The prime is the 3072-bit one of RFC 3526, which RFC 5054 uses too, but the
 * generator is 2 and not 5; numbers are hashed in the shortest two's complement form, not padded to
 * the length of the prime; and the client does not send a proof M1 but a signature, HMAC-SHA256
 * under a key of 16 bytes that HKDF (RFC 5869) derives from the shared secret. Neither the password
 * nor anything from which it could be guessed leaves the machine, for anybody but the pool.
 *
 * It asks no clock and nobody else, but OpenSSL for random bytes. What is secret is wiped, and the
 * powers with a secret exponent are taken in constant time.
 */
#ifndef COGNITO_CLIENT_SRP_H
#define COGNITO_CLIENT_SRP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"

enum {
    SRP_EXPONENT_SIZE = 64, /* bytes of a; RFC 5054, 3.1 asks for at least 32 */
    SRP_PUBLIC_SIZE = 769,  /* A in hexadecimal digits, with a NUL */
    SRP_TIMESTAMP_SIZE = 40,
    SRP_SIGNATURE_SIZE = 45, /* 32 bytes in base64, with a NUL */
    SRP_SALT_MAX = 512,      /* hexadecimal digits; Cognito's have 32 */
    SRP_BLOCK_MAX = 16384,   /* characters of SECRET_BLOCK; Cognito's have about 1,500 */
};

struct srp; /* the client's side of one exchange */

/* Draws a secret exponent a. The exchange is the caller's, for cognito_srp_free; NULL if there is
 * no memory or no randomness. */
MUST_USE struct srp *cognito_srp_begin(void);

/* For tests alone: with the exponent A, big-endian. */
MUST_USE struct srp *cognito_srp_begin_with(struct span a);

/* Wipes and frees; NULL is fine. */
void cognito_srp_free(struct srp *srp);

/* Writes A = g^a mod N in hexadecimal digits: SRP_A. */
MUST_USE bool cognito_srp_public(const struct srp *srp, char digits[SRP_PUBLIC_SIZE]);

/* What the challenge PASSWORD_VERIFIER brings, and what goes into its answer. All are borrowed. */
struct srp_challenge {
    struct span pool;          /* the pool's name: what follows the '_' of its id */
    struct span user;          /* USER_ID_FOR_SRP */
    struct span salt;          /* SALT, hexadecimal digits */
    struct span server_public; /* SRP_B, hexadecimal digits */
    struct span secret_block;  /* SECRET_BLOCK, base64 */
    struct span timestamp;     /* TIMESTAMP: of cognito_srp_timestamp */
};

/* Writes PASSWORD_CLAIM_SIGNATURE. False, with WHY and SIGNATURE untouched, if the challenge is
 * none that an honest pool sends (RFC 5054, 2.5.3: B is 0 modulo N), or OpenSSL fails. */
MUST_USE bool cognito_srp_sign(const struct srp *srp, const struct srp_challenge *challenge,
                               struct span password, char signature[SRP_SIGNATURE_SIZE],
                               struct complaint *why);

/* Writes NOW, seconds since the epoch, as "Tue Nov 3 07:05:09 UTC 2026": UTC, English whatever the
 * locale, the day without a leading zero. False if NOW is no such time (years 1970 to 9999). */
MUST_USE bool cognito_srp_timestamp(int64_t now, char text[SRP_TIMESTAMP_SIZE]);

#endif
