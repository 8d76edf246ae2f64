/* SPDX-License-Identifier: MIT */
/*
 * The read side of the key cache: a pool's key set as cognito-refresh left it, or as the
 * administrator placed it. The file is not trusted; it is judged and parsed again at each login.
 */
#ifndef COGNITO_HOST_KEYCACHE_H
#define COGNITO_HOST_KEYCACHE_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/safefile.h"
#include "base/status.h"
#include "host/config.h"
#include "token/jwks.h"

/* Who may own the pool's files in cache_dir, and cache_dir, beside root and the user of the
 * process: refresh_user of CONFIG. COGNITO_ACCEPTED, though there be no such user, or
 * _SYSTEM_MEMORY with WHY. */
MUST_USE_STATUS cognito_keycache_owner(const struct config *config, struct safefile_owner *owner,
                                       struct complaint *why);

/*
 * Reads the key set of the pool that CONFIG describes. Its age at NOW (seconds since the epoch) is
 * that of its mtime, in either direction, and at most max_stale; jwks_file has no age. On
 * COGNITO_ACCEPTED, *KEYS is the caller's, and *FRESH says whether the set is younger than
 * refresh_interval; one from the future is not. Otherwise the status is one of
 * cognito_jwks_parse's or COGNITO_KEY_STALE, and WHY names the file and what is wrong.
 */
MUST_USE_STATUS cognito_keycache_read(const struct config *config, int64_t now, struct jwks **keys,
                                      bool *fresh, struct complaint *why);

#endif
