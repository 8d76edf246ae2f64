/* SPDX-License-Identifier: MIT */
/*
 * The refresh token of a profile: a file in the state folder or, where this was built with
 * libsecret, an entry in the person's secret service. Not for cognito-askpass, which needs none.
 */
#ifndef COGNITO_CLIENT_REFRESHSTORE_H
#define COGNITO_CLIENT_REFRESHSTORE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/store.h"

/* Appends the refresh token to TOKEN; *MANAGED is whether it came through managed login. */
MUST_USE enum store_found cognito_store_refresh(const struct store *store, struct secret *token,
                                                bool *managed, struct complaint *why);

/* Whether there is one. The person is not asked to unlock anything: one that is locked counts. */
MUST_USE enum store_found cognito_store_has_refresh(const struct store *store,
                                                    struct complaint *why);

/* As cognito_store_refresh for logout, with the lock held: a token that others could read, or that
 * was retired, is found as well. One of another pool or app client is refused, not ignored. */
MUST_USE enum store_found cognito_store_refresh_to_revoke(const struct store *store,
                                                          struct secret *token,
                                                          struct complaint *why);

/* Appends a token that was retired and never revoked. */
MUST_USE enum store_found cognito_store_retired(const struct store *store, struct secret *token,
                                                struct complaint *why);

/* Replaces it, whole or not at all, with the lock held. */
MUST_USE bool cognito_store_put_refresh(const struct store *store, struct span token, bool managed,
                                        struct complaint *why);

/* Keeps TOKEN in its place for revocation alone, with the lock held: cognito_store_refresh finds
 * none from now on. */
MUST_USE bool cognito_store_retire_refresh(const struct store *store, struct span token,
                                           struct complaint *why);

/* Wipes and removes it, with the lock held. */
MUST_USE bool cognito_store_drop_refresh(const struct store *store, struct complaint *why);

#endif
