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

static enum cognito_status judge_account(const char *user, int64_t uid_min,
                                         struct explanation *explanation)
{
    const enum cognito_status status = cognito_check_account(user, uid_min, &explanation->why);
    if (status == COGNITO_ACCEPTED && explanation->passed != NULL)
        explanation->passed(explanation->context, "account", "it exists and may be opened");
    return status;
}

enum cognito_status cognito_decide(const struct pools *pools, struct span token, const char *user,
                                   int64_t now, struct identity *who,
                                   struct explanation *explanation)
{
    const struct pool *pool = choose_pool(pools, token);
    struct identity verified OWNED(cognito_identity_free) = {0};
    enum cognito_status status =
        cognito_verify(token, pool->keys, &pool->config->policy, user, now, &verified, explanation);
    if (status == COGNITO_ACCEPTED && user != NULL)
        status = judge_account(user, pool->config->uid_min, explanation);
    if (status != COGNITO_ACCEPTED)
        return status;
    *who = verified;
    verified = (struct identity){0};
    return COGNITO_ACCEPTED;
}
