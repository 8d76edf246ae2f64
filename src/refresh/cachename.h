/* SPDX-License-Identifier: MIT */
/*
 * What the files in cache_dir are called.
 */
#ifndef COGNITO_REFRESH_CACHENAME_H
#define COGNITO_REFRESH_CACHENAME_H

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"

#define SUFFIX ".jwks"
#define TEMPORARY_END ".tmp"

enum { NONCE_DIGITS = 16 };

static inline bool name_fits(int len)
{
    return len >= 0 && len <= NAME_MAX;
}

/* POOL.jwks */
MUST_USE static inline bool name_set(const char *pool, char name[NAME_MAX + 1])
{
    return name_fits(snprintf(name, NAME_MAX + 1, "%s" SUFFIX, pool));
}

/* .POOL.jwks.NONCE.tmp */
MUST_USE static inline bool name_temporary(const char *pool, uint64_t nonce,
                                           char name[NAME_MAX + 1])
{
    return name_fits(
        snprintf(name, NAME_MAX + 1, ".%s" SUFFIX ".%016" PRIx64 TEMPORARY_END, pool, nonce));
}

/* .POOL.attempt */
MUST_USE static inline bool name_attempt(const char *pool, char name[NAME_MAX + 1])
{
    return name_fits(snprintf(name, NAME_MAX + 1, ".%s.attempt", pool));
}

/* .POOL.lock */
MUST_USE static inline bool name_lock(const char *pool, char name[NAME_MAX + 1])
{
    return name_fits(snprintf(name, NAME_MAX + 1, ".%s.lock", pool));
}

#endif
