/* SPDX-License-Identifier: MIT */
/*
 * What nobody else can know or guess in one sign-in: PKCE's verifier and its S256 challenge
 * (RFC 7636), state (RFC 6749, 10.12) and nonce (OpenID Connect Core, 3.1.2.1).
 */
#ifndef COGNITO_CLIENT_PKCE_H
#define COGNITO_CLIENT_PKCE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

/* 32 bytes as base64url, RFC 7636, 4.1. */
enum { PKCE_TEXT_SIZE = 44 };

struct pkce {
    char verifier[PKCE_TEXT_SIZE];
    char challenge[PKCE_TEXT_SIZE];
    char state[PKCE_TEXT_SIZE];
    char nonce[PKCE_TEXT_SIZE];
};

/* Fills PKCE. False if there is no randomness or OpenSSL fails. */
MUST_USE bool cognito_pkce_make(struct pkce *pkce);

/* The S256 challenge of VERIFIER. False if OpenSSL fails. */
MUST_USE bool cognito_pkce_challenge(struct span verifier, char challenge[PKCE_TEXT_SIZE]);

/* Whether A and B are the same, in a time that tells only their lengths. */
MUST_USE bool cognito_pkce_same(struct span a, struct span b);

void cognito_pkce_wipe(struct pkce *pkce);

#endif
