/* SPDX-License-Identifier: MIT */
#include "host/decide.h"

#include "host/account.h"

/* With one pool nothing of the token is looked at; with several its kid tells which. */
static const struct pool *choose_pool(const struct pools *pools, struct span token)
{
    if (pools->count == 1)
        return &pools->items[0];
    char kid[KEY_ID_MAX + 1];
    cognito_token_key_id(token, kid);
    return cognito_pools_find(pools, span_of_string(kid));
}

enum cognito_status cognito_decide(const struct pools *pools, struct span token, const char *user,
                                   int64_t now, struct identity *who, struct complaint *why)
{
    const struct pool *pool = choose_pool(pools, token);
    struct identity verified OWNED(cognito_identity_free) = {0};
    enum cognito_status status =
        cognito_verify(token, pool->keys, &pool->config->policy, user, now, &verified, why);
    if (status == COGNITO_ACCEPTED && user != NULL)
        status = cognito_check_account(user, pool->config->uid_min, why);
    if (status != COGNITO_ACCEPTED)
        return status;
    *who = verified;
    verified = (struct identity){0};
    return COGNITO_ACCEPTED;
}
