/* SPDX-License-Identifier: MIT */
/*
 * What the verbs of cognito-login have in common: the chosen profile, how it calls, what is kept of
 * it; and the one way to an ID token that is still good.
 */
#ifndef COGNITO_CLIENT_SESSION_H
#define COGNITO_CLIENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "client/http.h"
#include "client/places.h"
#include "client/profile.h"
#include "client/store.h"
#include "client/tokens.h"
#include "token/identity.h"

enum {
    SESSION_MARGIN = 60,       /* seconds that an ID token has to last, or it is refreshed */
    SESSION_LOCK_SECONDS = 90, /* how long to wait for another process that refreshes */
};

struct session {
    struct profile profile;
    struct secret authorities; /* the certificates of ca_file */
    struct http_settings http;
    struct store store;
};

/* Reads the profile NAME (NULL: the default), makes ready to call, opens the store. SESSION is to
 * be closed with cognito_session_close. False, with WHY, and nothing to close. */
MUST_USE bool cognito_session_open(const struct places *places, const char *name,
                                   struct session *session, struct complaint *why);

/* The same to look only at what is kept: no folder is made. */
MUST_USE bool cognito_session_look(const struct places *places, const char *name,
                                   struct session *session, struct complaint *why);

void cognito_session_close(struct session *session);

enum session_token {
    SESSION_TROUBLE, /* no token now, but perhaps later: no network, a store that is refused */
    SESSION_OVER,    /* nobody is logged in, or the refresh token is no longer good */
    SESSION_TOKEN,
};

/* Appends an ID token that lasts to TOKEN, and sets *EXPIRES_AT: the one that is kept or, if it has
 * less than SESSION_MARGIN seconds, a new one, which is kept then. However many processes ask at
 * once, one refreshes and all get the same. One that cannot be refreshed is given as long as it has
 * not expired. A refresh token that the pool rotates is stored before anything else can fail, and
 * no signal but SIGKILL ends the program between the request and that. */
MUST_USE enum session_token cognito_session_token(struct session *session, struct secret *token,
                                                  int64_t *expires_at, struct complaint *why);

/* Keeps what a sign-in gave, instead of what was kept before. */
MUST_USE bool cognito_session_keep(struct session *session, const struct tokens *tokens,
                                   bool managed, struct complaint *why);

/* Ends the login: removes the ID token, has the pool revoke the refresh token, and then removes
 * that, too. *FOUND is whether there was one. False, with WHY, if it was not revoked: then it stays
 * here, but for the next logout alone. */
MUST_USE bool cognito_session_end(struct session *session, bool *found, struct complaint *why);

/* The ID token that is kept and when it expires, whether or not it has; as cognito_store_id. */
MUST_USE enum store_found cognito_session_kept(const struct session *session, struct secret *token,
                                               int64_t *expires_at, struct complaint *why);

#endif
