/* SPDX-License-Identifier: MIT */
/*
 * Receiving an ID token: it is judged by the decision that the hosts will make, with the keys that
 * the pool publishes, before anything is kept or shown.
 */
#ifndef COGNITO_CLIENT_RECEIPT_H
#define COGNITO_CLIENT_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "client/http.h"
#include "client/profile.h"
#include "client/tokens.h"
#include "token/identity.h"

/*
 * Whether the ID token of TOKENS is a good one of PROFILE at NOW. If so, *WHO is the caller's, to
 * be freed with cognito_identity_free. If not, WHY names the check that refused, and a clock that
 * is off.
 *
 * NONCE is what was sent with the sign-in: a token with another one is refused then, and so is one
 * without. NULL: none was sent, and one that nobody asked for, as federated providers put into
 * tokens, is no error.
 */
MUST_USE bool cognito_receipt_judge(const struct http_settings *settings,
                                    const struct profile *profile, const struct tokens *tokens,
                                    const char *nonce, int64_t now, struct identity *who,
                                    struct complaint *why);

#endif
