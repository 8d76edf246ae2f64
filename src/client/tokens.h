/* SPDX-License-Identifier: MIT */
/*
 * What a sign-in or a refresh gives. Not verified yet.
 */
#ifndef COGNITO_CLIENT_TOKENS_H
#define COGNITO_CLIENT_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"

struct tokens {
    struct secret id;      /* the ID token in its compact form */
    struct secret refresh; /* empty: none was given */
    int64_t date;          /* the server's clock, seconds since the epoch; 0: it did not say */
};

static inline void tokens_free(struct tokens *tokens)
{
    cognito_secret_free(&tokens->id);
    cognito_secret_free(&tokens->refresh);
}

#endif
