/* SPDX-License-Identifier: MIT */
/*
 * A cached key set, as its one writer sees it: POOL.jwks in cache_dir. A set is replaced whole or
 * not at all; its mtime is when it was fetched, so that an unchanged one only gets a new mtime.
 */
#ifndef COGNITO_REFRESH_CACHEFILE_H
#define COGNITO_REFRESH_CACHEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "refresh/cachedir.h"

/* What tells a file from any other that was ever in its place, or from itself after a change. */
struct imprint {
    uint64_t device, inode;
    int64_t size;
    int64_t seconds, nanoseconds; /* mtime; seconds since the epoch */
};

/* Makes SET the key set of POOL: written beside it, synced, read and parsed again, renamed. On
 * false, with a complaint, the old set is in place unless the complaint says otherwise, and nothing
 * else is left behind. */
MUST_USE bool cognito_cachefile_replace(const struct cachedir *dir, const char *pool,
                                        struct span set, struct complaint *why);

/* Whether the module would read the set of POOL and find the bytes of SET. */
MUST_USE bool cognito_cachefile_is(const struct cachedir *dir, const char *pool, struct span set);

/* The number of usable keys in the set of POOL. False if the module would not take it. */
MUST_USE bool cognito_cachefile_keys(const struct cachedir *dir, const char *pool, size_t *keys);

/* Gives the set of POOL, which was found current, the present time. */
MUST_USE bool cognito_cachefile_renew(const struct cachedir *dir, const char *pool);

/* The imprint of POOL's set. False if there is none that is a regular file. */
MUST_USE bool cognito_cachefile_imprint(const struct cachedir *dir, const char *pool,
                                        struct imprint *imprint);

static inline bool imprint_equal(const struct imprint *a, const struct imprint *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

#endif
