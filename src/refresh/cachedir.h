/* SPDX-License-Identifier: MIT */
/*
 * The folder of the cached key sets, cache_dir, as its one writer sees it. It and the folders above
 * it are judged like those of every file we trust.
 */
#ifndef COGNITO_REFRESH_CACHEDIR_H
#define COGNITO_REFRESH_CACHEDIR_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

struct cachedir {
    int descriptor;   /* owned; -1: not open */
    const char *path; /* the caller's, who keeps it as long */
};

/* As the user who will write: opens the folder PATH and removes what runs that died have left in
 * it. False with a complaint that names the folder if it is missing, not to be trusted or not
 * writable. */
MUST_USE bool cognito_cachedir_open(const char *path, struct cachedir *dir, struct complaint *why);

/* One that was never opened has to be {-1, NULL}. */
void cognito_cachedir_close(struct cachedir *dir);

/* One process at a time refreshes POOL. The result is the caller's: closing it is letting go. It
 * waits for another process, for LOCK_WAIT_MS at most, and says in *WAITED whether it had to. -1
 * with a complaint if that was in vain. The file of the lock has mode 0600, for whoever could open
 * it could keep us from refreshing. */
MUST_USE int cognito_cachedir_lock(const struct cachedir *dir, const char *pool, bool *waited,
                                   struct complaint *why);

#endif
