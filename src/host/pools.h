/* SPDX-License-Identifier: MIT */
/*
 * The configured pools with their keys, opened before anything is asked: an outage ends a login
 * here, whoever it is for and whatever they would have answered.
 */
#ifndef COGNITO_HOST_POOLS_H
#define COGNITO_HOST_POOLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/status.h"
#include "host/config.h"
#include "token/jwks.h"

struct pool {
    const struct config *config; /* the caller's */
    struct jwks *keys;           /* owned */
};

struct pools {
    struct pool items[CONFIG_FILES_MAX];
    size_t count;              /* of those with keys; at least one */
    bool fresh;                /* no set is due to be fetched again */
    struct complaint left_out; /* about the last pool that has none; empty if all have */
};

/* A clock before the day of the build is wrong, and what has expired since would seem to be valid:
 * COGNITO_SYSTEM_CLOCK, and WHY holds what it says. */
MUST_USE_STATUS cognito_check_clock(int64_t now, struct complaint *why);

/*
 * Judges the clock against the build and opens the key set of each pool. A pool without usable keys
 * is left out as long as there is another one, so that pools do not fail together; a kid that two
 * pools hold is marked in both, and only tokens with it are refused. On COGNITO_ACCEPTED, POOLS is
 * filled, refers to CONFIGS, and is the caller's. Otherwise it is untouched: COGNITO_SYSTEM_CLOCK,
 * or what cognito_keycache_read said of the last pool.
 */
MUST_USE_STATUS cognito_pools_open(const struct configs *configs, int64_t now, struct pools *pools,
                                   struct complaint *why);

void cognito_pools_free(struct pools *pools);

/* The pool whose key set holds KID; the first one if none does, or the first of several. */
const struct pool *cognito_pools_find(const struct pools *pools, struct span kid);

#endif
