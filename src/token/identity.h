/* SPDX-License-Identifier: MIT */
/*
 * Who a verified token speaks of. Only cognito_verify can fill one: there is no other way from a
 * token to a claim.
 */
#ifndef COGNITO_TOKEN_IDENTITY_H
#define COGNITO_TOKEN_IDENTITY_H

#include <stdint.h>

#include "base/limits.h"
#include "base/span.h"

struct json;

struct identity {
    struct json *claims;  /* owned; what the spans show lives in it */
    struct span subject;  /* sub */
    struct span username; /* the claim that username_claim names */
    struct span token_id; /* jti; empty if the token has none (those of 2021) */
    int64_t issued_at;    /* iat, seconds since the epoch */
    int64_t expires_at;   /* exp, likewise */
    int64_t signed_in_at; /* auth_time, likewise; 0 if the token does not say */
    char key_id[KEY_ID_MAX + 1];
};

/* Frees what IDENTITY owns; one full of zeros is fine. */
void cognito_identity_free(struct identity *identity);

#endif
