/* SPDX-License-Identifier: MIT */
/*
 * What a sign-in or a refresh gives. Not verified yet.
 */
#ifndef COGNITO_CLIENT_TOKENS_H
#define COGNITO_CLIENT_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"

struct tokens {
    struct secret id;      /* the ID token in its compact form */
    struct secret refresh; /* empty: none was given */
    int64_t date;          /* the server's clock, seconds since the epoch; 0: it did not say */
};

/* Reads the tokens out of OBJECT, an answer that the JSON guard has accepted, by the names that its
 * members have there. TOKENS is empty before and the caller's afterwards. The refresh token comes
 * first: it is in TOKENS even if the answer has no usable ID token, which is false, with WHY. No
 * copy of a token is made but those in TOKENS. */
MUST_USE bool cognito_tokens_read(struct span object, const char *id_name, const char *refresh_name,
                                  struct tokens *tokens, struct complaint *why);

static inline void tokens_free(struct tokens *tokens)
{
    cognito_secret_free(&tokens->id);
    cognito_secret_free(&tokens->refresh);
}

#endif
