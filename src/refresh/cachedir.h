/* SPDX-License-Identifier: MIT */
/*
 * The folder of the cached key sets, cache_dir, as its one writer sees it. It and the folders above
 * it are judged like those of every file we trust; a set is replaced whole or not at all.
 */
#ifndef COGNITO_REFRESH_CACHEDIR_H
#define COGNITO_REFRESH_CACHEDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "refresh/confinement.h"

struct cachedir {
    int descriptor; /* owned; -1: not open */
    char *path;     /* owned; without links */
};

/* As root: makes the folder PATH for OWNER, mode 0755, if nothing is there. What is there is left
 * as it is. False with a complaint if it could not be made or may not be, above it being untrusted.
 */
MUST_USE bool cognito_cachedir_make(const char *path, const struct refresher *owner,
                                    struct complaint *why);

/* As the user who will write: opens the folder PATH and removes what runs that died have left in
 * it. False with a complaint that names the folder if it is missing, not to be trusted or not
 * writable. */
MUST_USE bool cognito_cachedir_open(const char *path, struct cachedir *dir, struct complaint *why);

/* One that was never opened has to be {-1, NULL}. */
void cognito_cachedir_close(struct cachedir *dir);

/* Makes SET the key set of POOL: written beside it, synced, read and parsed again, renamed. On
 * false, with a complaint, the old set is in place unless the complaint says otherwise, and nothing
 * else is left behind. */
MUST_USE bool cognito_cachedir_replace(const struct cachedir *dir, const char *pool,
                                       struct span set, struct complaint *why);

/* When the set of POOL was fetched, in seconds since the epoch. False if there is none. */
MUST_USE bool cognito_cachedir_fetched_at(const struct cachedir *dir, const char *pool,
                                          int64_t *when);

#endif
