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

/* A kid that two pools hold does not say whose token it is: what is signed with it is refused, and
 * the pools go on with their other keys. */
static void mark_shared_kids(struct pools *pools)
{
    for (size_t i = 0; i < pools->count; i++)
        for (size_t k = 0; k < pools->count; k++)
            if (k != i)
                cognito_jwks_share(pools->items[i].keys, pools->items[k].keys,
                                   pools->items[k].config->user_pool);
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
    mark_shared_kids(&opened);
    if (opened.count > 0)
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
