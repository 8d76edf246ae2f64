/* SPDX-License-Identifier: MIT */
/*
 * Keys that are the same on every machine, and tokens signed with them. A key is made from its
 * name, so that no private key lies in the tree and an input means the same everywhere.
 */
#ifndef TESTS_FUZZ_SIGNER_H
#define TESTS_FUZZ_SIGNER_H

#include <openssl/evp.h>

#include "base/secret.h"
#include "base/span.h"

enum signer { SIGNER_ID, SIGNER_ACCESS, SIGNER_OTHER, SIGNER_STRANGER, SIGNERS };

/* 44 characters, as Cognito's. */
const char *signer_key_id(enum signer signer);
EVP_PKEY *signer_key(enum signer signer);

/* Adds the base64url of BYTES. */
void signer_add_base64url(struct secret *text, struct span bytes);
void signer_add(struct secret *text, const char *words);
/* Adds the public half as Cognito serves it. */
void signer_add_jwk(struct secret *text, enum signer signer);
/* Adds HEADER.PAYLOAD.SIGNATURE; both are signed whatever they say. */
void signer_add_token(struct secret *text, struct span header, struct span payload,
                      enum signer signer);
/* The header of an ID token of Cognito under the key of SIGNER. */
void signer_add_header(struct secret *text, enum signer signer);

#endif
