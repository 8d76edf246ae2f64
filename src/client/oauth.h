/* SPDX-License-Identifier: MIT */
/*
 * Managed login as OAuth 2.0 has it: the authorization request (RFC 6749, 4.1.1, with PKCE,
 * RFC 7636), and the token endpoint (4.1.3, 6).
 */
#ifndef COGNITO_CLIENT_OAUTH_H
#define COGNITO_CLIENT_OAUTH_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "client/http.h"
#include "client/pkce.h"
#include "client/profile.h"
#include "client/tokens.h"

/* What is asked of a token endpoint can end in three ways. */
enum grant {
    GRANT_FAILED,  /* no answer, or none that makes sense: perhaps later */
    GRANT_REFUSED, /* the pool says no to what was presented */
    GRANT_GIVEN,
};

/* Appends the address for the browser, with a NUL behind it, to ADDRESS. */
MUST_USE bool cognito_oauth_address(const struct profile *profile, const struct pkce *pkce,
                                    const char *redirect, struct secret *address,
                                    struct complaint *why);

/* Asks managed login for the page at ADDRESS, without going there, to name what a browser would
 * only show as an error page: an unknown client, a callback that is not registered. False only for
 * such a page of managed login's own, or if nobody answers. HINT says what else is strange. */
MUST_USE bool cognito_oauth_probe(const struct http_settings *settings,
                                  const struct profile *profile, const char *address,
                                  const char *redirect, struct complaint *hint,
                                  struct complaint *why);

/* Gives CODE for tokens. On GRANT_GIVEN, TOKENS (zeros) is the caller's to free. */
MUST_USE enum grant cognito_oauth_exchange(const struct http_settings *settings,
                                           const struct profile *profile, struct span code,
                                           const struct pkce *pkce, const char *redirect,
                                           struct tokens *tokens, struct complaint *why);

/* Gives a refresh token for a new ID token. A pool that rotates refresh tokens gives a new one with
 * it: tokens->refresh is set then, whatever the result, and the old one is no longer good. TOKENS
 * (zeros) is the caller's to free, whatever the result. */
MUST_USE enum grant cognito_oauth_renew(const struct http_settings *settings,
                                        const struct profile *profile, struct span refresh,
                                        struct tokens *tokens, struct complaint *why);

#endif
