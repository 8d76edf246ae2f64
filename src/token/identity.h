/* SPDX-License-Identifier: MIT */
/*
 * Who a verified token speaks of. Only cognito_verify can fill one: there is no other way from a
 * token to a claim.
 */
#ifndef COGNITO_TOKEN_IDENTITY_H
#define COGNITO_TOKEN_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/span.h"

struct json;

struct identity {
    struct json *claims;  /* owned; what the spans show lives in it */
    struct span subject;  /* sub */
    struct span issuer;   /* iss */
    struct span username; /* the claim that username_claim names; empty if absent and not needed */
    struct span token_id; /* jti; empty if the token has none (those of 2021) */
    int64_t issued_at;    /* iat, seconds since the epoch */
    int64_t expires_at;   /* exp, likewise */
    int64_t signed_in_at; /* auth_time, likewise; 0 if the token does not say */
    size_t map_line;      /* the line of the map that granted the account, from 1; 0: no map */
    char key_id[KEY_ID_MAX + 1];
    char account[ACCOUNT_NAME_MAX + 1]; /* empty if whose account it is was not checked */
};

/* The groups of the person, an array of strings, or NULL if the token has none. False if it has
 * something else in their place. */
MUST_USE bool cognito_identity_groups(const struct identity *identity, const struct json **groups);

/* The names of the groups in NAMES, with a space between them. Nothing if there are none, or if one
 * of them has white space or a control character in it, which would make it look like another.
 * False without memory. */
MUST_USE bool cognito_identity_group_names(const struct identity *identity, struct secret *names);

/* Frees what IDENTITY owns; one full of zeros is fine. */
void cognito_identity_free(struct identity *identity);

#endif
