/* SPDX-License-Identifier: MIT */
/*
 * The decision, pure: bytes in, verdict out. It opens nothing, asks no clock and knows no account;
 * module, tools, tests and fuzzers call this one function.
 */
#ifndef COGNITO_TOKEN_VERIFY_H
#define COGNITO_TOKEN_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"
#include "token/explanation.h"
#include "token/identity.h"
#include "token/jwks.h"
#include "token/policy.h"

/*
 * Decides whether TOKEN, the compact form of an ID token (RFC 7519, one line end behind it
 * allowed), presented for the local account USER at NOW (seconds since the epoch), is accepted.
 * USER may be cognito_user_from_token: then the token says which account it is, and WHO holds it;
 * or NULL: then whose account it is for is not checked.
 *
 * COGNITO_ACCEPTED: *WHO is filled and the caller's, to be freed with cognito_identity_free.
 * Anything else: *WHO is untouched, and explanation->why holds a few words more than the status's
 * own, or none. EXPLANATION may be NULL; its other members are the caller's.
 *
 * Whatever the token, exactly one key is imported, one signature verified, one set of claims parsed
 * and the map searched once, on dummies where the token does not get that far, so that the time it
 * takes says little about the reason.
 */
MUST_USE_STATUS cognito_verify(struct span token, const struct jwks *keys,
                               const struct policy *policy, const char *user, int64_t now,
                               struct identity *who, struct explanation *explanation);

/* Judges WHO, whom cognito_verify accepted, once more at NOW: whether the token has expired since,
 * and policy. USER as there. */
MUST_USE_STATUS cognito_verify_again(const struct identity *who, const struct policy *policy,
                                     const char *user, int64_t now,
                                     struct explanation *explanation);

/* TOKEN without the line end that is allowed behind it: the bytes that were verified. */
struct span cognito_token_text(struct span token);

/* The kid in the header of TOKEN, for choosing among pools, copied into KID. Empty if the token
 * does not get that far. Nothing else in a token can be read before it is verified. False without
 * memory: the kid is not known then. */
MUST_USE bool cognito_token_key_id(struct span token, char kid[KEY_ID_MAX + 1]);

#endif
