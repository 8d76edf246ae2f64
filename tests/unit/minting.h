/* SPDX-License-Identifier: MIT */
/*
 * Minting: key sets and ID tokens in Cognito's exact form, and whatever a test wants to be
 * different in them. The keys are new in every run; no code of the project is used here. Whatever
 * is minted is a NUL-terminated string that belongs to the caller. Any failure ends the test.
 */
#ifndef TESTS_UNIT_MINTING_H
#define TESTS_UNIT_MINTING_H

#include <stddef.h>

#include "base/attributes.h"

enum mint_key {
    MINT_FIRST,    /* signs the ID tokens */
    MINT_SECOND,   /* is in the set as well, as Cognito's key for access tokens is */
    MINT_STRANGER, /* of another pool */
    MINT_LONG,     /* 4096 bits */
    MINT_SHORT,    /* 1024 bits */
    MINT_KEYS
};

/* The moment at which the standard token was issued; it lives for an hour. */
#define MINT_ISSUED 1700000000LL
#define MINT_EXPIRES 1700003600LL

#define MINT_POOL "us-east-1_AbCdEf123"
#define MINT_ISSUER "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"
#define MINT_CLIENT "1example23456789abcdefghij"
#define MINT_SUBJECT "b4c8d4e8-0041-70a5-9c1e-3f2a1b0c9d8e"

/* A member and its value as JSON text; NULL leaves the member out. A table of them ends with a
 * NULL name. A member that was not there is added at the end. */
struct change {
    const char *name;
    const char *value;
};

const char *mint_kid(enum mint_key key);

/* {"kid":...,"alg":"RS256"}, and the claims of an ID token. CHANGES may be NULL. */
char *mint_header(enum mint_key key, const struct change *changes);
char *mint_payload(const struct change *changes);

char *mint_base64url(const void *data, size_t len);

/* The compact form of HEADER and PAYLOAD, signed by KEY with the digest SHA-256. */
char *mint_signed(const char *header, const char *payload, enum mint_key key);

/* The same over any bytes, and with another digest than SHA-256 or in RSASSA-PSS. */
enum mint_padding { MINT_PKCS1, MINT_PSS };
char *mint_signed_as(const char *header, const void *payload, size_t payload_len, enum mint_key key,
                     const char *digest, enum mint_padding padding);

/* The standard token of MINT_FIRST with changes in the payload. */
char *mint_token(const struct change *changes);

/* One key as JSON; a set of those given, the last of them NULL. */
char *mint_jwk(enum mint_key key, const struct change *changes);
char *mint_set(const char *const *keys);

/* The set of MINT_FIRST and MINT_SECOND. */
char *mint_standard_set(void);

/* The modulus of KEY, LEN bytes, the caller's. */
unsigned char *mint_modulus(enum mint_key key, size_t *len);

/* For OWNED. */
void mint_free(char **text);

#endif
