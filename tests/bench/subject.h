/* SPDX-License-Identifier: MIT */
/*
 * What is measured: the decision about one token of tests/tools/mint, and the floor beneath it, the
 * signature alone by bare OpenSSL.
 */
#ifndef TESTS_BENCH_SUBJECT_H
#define TESTS_BENCH_SUBJECT_H

#include <openssl/evp.h>

#include "base/span.h"
#include "token/jwks.h"
#include "token/policy.h"

/* When the tokens of tests/bench/run and tests/vectors were issued. */
#define SUBJECT_NOW INT64_C(1800000000)

struct subject {
    const char *user;            /* the account, and the person */
    char *set_text, *token_text; /* owned, and so is all below */
    struct jwks *keys;
    struct policy policy;
    /* For bare OpenSSL: the key as parameters and imported, what was signed, the signature. */
    unsigned char modulus[1024], exponent[4], signature[1024];
    OSSL_PARAM parameters[3];
    EVP_PKEY *key;
    struct span input;
    size_t signature_len;
};

/* Fills SUBJECT from the folder of a pool, and ends the program unless both sides take the token of
 * USER. */
void open_subject(struct subject *subject, const char *pool, const char *set, const char *token,
                  const char *user);
void close_subject(struct subject *subject);

/* Each ends the program unless the token is accepted. CONTEXT is a subject. */
void decide_cold(void *context);       /* parses the key set, then cognito_verify */
void decide_warm(void *context);       /* cognito_verify */
void read_set(void *context);          /* parses the key set alone */
void verify_imported(void *context);   /* EVP_DigestVerify */
void import_and_verify(void *context); /* EVP_PKEY_fromdata, then EVP_DigestVerify */
void nothing(void *context);

#endif
