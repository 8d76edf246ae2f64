/* SPDX-License-Identifier: MIT */
/*
 * What became of the last attempt to fetch a pool's set: a line in .POOL.attempt beside it, whose
 * mtime is when that was. It is for people; nothing is decided by it, and whoever reads it has to
 * bear that the refresher's user may have written anything.
 */
#ifndef COGNITO_REFRESH_ATTEMPT_H
#define COGNITO_REFRESH_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "host/config.h"

struct attempt {
    bool good;
    int64_t at;             /* seconds since the epoch */
    struct complaint words; /* why it failed: printable, and not more than a line */
};

enum attempt_result {
    ATTEMPT_REFUSED, /* the file is not to be trusted, or holds something else */
    ATTEMPT_NONE,    /* none is known */
    ATTEMPT_READ,
};

/* As the user who refreshes: remembers how an attempt for CONFIG's pool went; WORDS are of one that
 * failed. What cannot be kept, cache_dir being at fault, is not. */
void cognito_attempt_keep(const struct config *config, bool good, const struct complaint *words);

/* Removes what attempts leave in cache_dir that brought no set: of CONFIG's pool, which nobody
 * fetches for just then. */
void cognito_attempt_forget(const struct config *config);

/* The last attempt for CONFIG's pool. ATTEMPT is untouched but on ATTEMPT_READ; a complaint comes
 * with ATTEMPT_REFUSED. */
MUST_USE enum attempt_result cognito_attempt_read(const struct config *config,
                                                  struct attempt *attempt, struct complaint *why);

#endif
