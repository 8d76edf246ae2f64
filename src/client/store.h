/* SPDX-License-Identifier: MIT */
/*
 * The tokens of a profile: its ID token in the runtime folder; for its refresh token, the state
 * folder (see refreshstore.h). The first line says for which pool and app client a token is, so
 * that a profile that was changed never sends a token of another pool.
 */
#ifndef COGNITO_CLIENT_STORE_H
#define COGNITO_CLIENT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"
#include "client/keptfile.h"
#include "client/places.h"
#include "client/profile.h"

enum {
    STORE_LABEL_SIZE = 256, /* a pool of at most 55, a client of at most 128 characters */
};

struct store {
    const struct profile *profile; /* borrowed */
    int state, runtime, lock;      /* owned; -1: not open */
    char state_path[PATH_SIZE_MAX], runtime_path[PATH_SIZE_MAX];
};

enum store_found {
    STORE_REFUSED, /* something is there that cannot be used; WHY says what */
    STORE_NONE,
    STORE_FOUND,
};

/* Opens the folders, making them if need be. STORE is to be closed with cognito_store_close. False,
 * with WHY, and nothing to close, if there is no safe place. */
MUST_USE bool cognito_store_open(const struct places *places, const struct profile *profile,
                                 struct store *store, struct complaint *why);

/* The same to look only: nothing is made, and a folder that is not there has nothing in it. */
MUST_USE bool cognito_store_look(const struct places *places, const struct profile *profile,
                                 struct store *store, struct complaint *why);

/* Closes what is open, and unlocks; one whose descriptors are -1 is fine. */
void cognito_store_close(struct store *store);

/* Waits for its turn among the processes that change this profile's tokens, SECONDS at most. The
 * lock is given back by cognito_store_close or by the end of the process. */
MUST_USE bool cognito_store_lock(struct store *store, int64_t seconds, struct complaint *why);

/* Appends the ID token to TOKEN; whether it has expired is not looked at. */
MUST_USE enum store_found cognito_store_id(const struct store *store, struct secret *token,
                                           struct complaint *why);

/* Writing, with the lock held: whole or not at all. */
MUST_USE bool cognito_store_put_id(const struct store *store, struct span token,
                                   struct complaint *why);

/* Wipes and removes, with the lock held. */
MUST_USE bool cognito_store_drop_id(const struct store *store, struct complaint *why);

/* ---- for refreshstore ---- */

struct store_label {
    char text[STORE_LABEL_SIZE];
};

/* The first line, for a token that came by WAY. Borrowed from LABEL. */
struct span cognito_store_label(const struct store *store, const char *way,
                                struct store_label *label);

/* Appends the token of CONTENT, if it has that label: what is of another pool is as good as none.
 */
MUST_USE bool cognito_store_take(const struct store *store, const char *way, struct span content,
                                 struct secret *token);

enum store_found cognito_store_found(enum kept_result result);

#endif
