/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "host/pools.h"

#include "host/keycache.h"

void cognito_pools_free(struct pools *pools)
{
    for (size_t i = 0; i < pools->count; i++)
        cognito_jwks_free(pools->items[i].keys);
    pools->count = 0;
}

static bool shares_key_id(const struct jwks *a, const struct jwks *b)
{
    for (size_t i = 0; i < cognito_jwks_count(b); i++)
        if (cognito_jwks_find(a, cognito_jwks_at(b, i)->kid) != NULL)
            return true;
    return false;
}

/* A kid that two pools hold would not say whose token it is; neither pool can be told to be right.
 */
static bool is_ambiguous(const struct pools *pools, struct complaint *why)
{
    for (size_t i = 0; i < pools->count; i++)
        for (size_t k = 0; k < i; k++)
            if (shares_key_id(pools->items[i].keys, pools->items[k].keys)) {
                (void)cognito_complain(why, "%s and %s have a kid in common",
                                       pools->items[k].config->user_pool,
                                       pools->items[i].config->user_pool);
                return true;
            }
    return false;
}

/* Opens what can be opened. The result is that of the last pool that could not. */
static enum cognito_status open_each(const struct configs *configs, int64_t now,
                                     struct pools *pools)
{
    enum cognito_status last = COGNITO_KEY_NONE;
    for (size_t i = 0; i < configs->count; i++) {
        struct pool pool = {&configs->items[i], NULL};
        bool fresh = false;
        const enum cognito_status status =
            cognito_keycache_read(pool.config, now, &pool.keys, &fresh, &pools->left_out);
        if (status == COGNITO_ACCEPTED)
            pools->items[pools->count++] = pool;
        else
            last = status;
        pools->fresh = pools->fresh && fresh;
    }
    return last;
}

enum cognito_status cognito_check_clock(int64_t now, struct complaint *why)
{
    if (now >= COGNITO_BUILD_EPOCH)
        return COGNITO_ACCEPTED;
    (void)cognito_complain(why, "it says %lld, and the build was at %lld", (long long)now,
                           (long long)COGNITO_BUILD_EPOCH);
    return COGNITO_SYSTEM_CLOCK;
}

enum cognito_status cognito_pools_open(const struct configs *configs, int64_t now,
                                       struct pools *pools, struct complaint *why)
{
    enum cognito_status status = cognito_check_clock(now, why);
    if (status != COGNITO_ACCEPTED)
        return status;
    struct pools opened = {.fresh = true};
    status = open_each(configs, now, &opened);
    if (is_ambiguous(&opened, &opened.left_out))
        status = COGNITO_JWKS_INVALID;
    else if (opened.count > 0)
        status = COGNITO_ACCEPTED;
    if (status == COGNITO_ACCEPTED)
        *pools = opened;
    else if (why != NULL)
        *why = opened.left_out;
    if (status != COGNITO_ACCEPTED)
        cognito_pools_free(&opened);
    return status;
}

const struct pool *cognito_pools_find(const struct pools *pools, struct span kid)
{
    for (size_t i = 0; i < pools->count; i++)
        if (cognito_jwks_find(pools->items[i].keys, kid) != NULL)
            return &pools->items[i];
    return &pools->items[0];
}
