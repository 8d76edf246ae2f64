/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a refresh token: a new ID token for it, or its end. The way is the one by which
 * it was given: managed login's token endpoint, or the user pools API.
 */
#ifndef COGNITO_CLIENT_RENEWAL_H
#define COGNITO_CLIENT_RENEWAL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "client/http.h"
#include "client/oauth.h"
#include "client/profile.h"
#include "client/tokens.h"

/* As cognito_oauth_renew. */
MUST_USE enum grant cognito_renew(const struct http_settings *settings,
                                  const struct profile *profile, struct span refresh, bool managed,
                                  struct tokens *tokens, struct complaint *why);

/* Makes the pool forget REFRESH and all that came of it, but for the ID tokens that are out. */
MUST_USE bool cognito_revoke(const struct http_settings *settings, const struct profile *profile,
                             struct span refresh, struct complaint *why);

#endif
