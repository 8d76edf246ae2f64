/* SPDX-License-Identifier: MIT */
#include "host/decide.h"

#include "host/account.h"
#include "host/ledger.h"
#include "host/lists.h"

/* With one pool nothing of the token is looked at; with several its kid tells which. NULL without
 * memory. */
static const struct pool *choose_pool(const struct pools *pools, struct span token)
{
    if (pools->count == 1)
        return &pools->items[0];
    char kid[KEY_ID_MAX + 1];
    if (!cognito_token_key_id(token, kid))
        return NULL;
    return cognito_pools_find(pools, span_of_string(kid));
}

static void passed(const struct explanation *explanation, const char *check, const char *saw)
{
    if (explanation->passed != NULL)
        explanation->passed(explanation->context, check, saw);
}

/* Check 27. The list is read now, since a line may be new; that it can be read was seen before
 * anything was asked. */
static enum cognito_status check_denied(const struct config *config, const struct identity *who,
                                        struct explanation *explanation)
{
    size_t line;
    const enum cognito_status status = cognito_lists_deny(config, who, &line, &explanation->why);
    if (status != COGNITO_ACCEPTED)
        return status;
    if (line != 0) {
        (void)cognito_complain(&explanation->why, "line %zu", line);
        return COGNITO_POLICY_DENIED;
    }
    passed(explanation, "deny list", "no line fits");
    return COGNITO_ACCEPTED;
}

/* Check 28. Root takes an option and a line that says so. */
static enum cognito_status check_account(const struct config *config, const struct identity *who,
                                         struct explanation *explanation)
{
    const struct account_rules rules = {config->uid_min, config->allow_root && who->map_line != 0};
    const enum cognito_status status =
        cognito_check_account(who->account, &rules, &explanation->why);
    if (status == COGNITO_ACCEPTED)
        passed(explanation, "account", "it exists and may be opened");
    return status;
}

/* Check 29, the last of all: what it writes cannot be taken back. */
static enum cognito_status check_unused(const struct login *login, const struct identity *who,
                                        struct span token, struct explanation *explanation)
{
    const struct span text = cognito_token_text(token);
    const enum cognito_status status =
        login->rehearsal
            ? cognito_ledger_look(login->ledger, who, text, &explanation->why)
            : cognito_ledger_enter(login->ledger, who, text, login->now, &explanation->why);
    if (status == COGNITO_ACCEPTED)
        passed(explanation, "single use", "not used before");
    return status;
}

/* What follows a verified token. */
static enum cognito_status check_host(const struct login *login, const struct config *config,
                                      const struct identity *who, struct span token,
                                      struct explanation *explanation)
{
    enum cognito_status status = check_denied(config, who, explanation);
    if (status == COGNITO_ACCEPTED && login->user != NULL)
        status = check_account(config, who, explanation);
    if (status == COGNITO_ACCEPTED && config->single_use)
        status = check_unused(login, who, token, explanation);
    return status;
}

enum cognito_status cognito_decide(const struct login *login, struct span token,
                                   struct identity *who, const struct pool **pool,
                                   struct explanation *explanation)
{
    const struct pool *chosen = choose_pool(login->pools, token);
    if (chosen == NULL)
        return COGNITO_SYSTEM_MEMORY;
    struct identity verified OWNED(cognito_identity_free) = {0};
    enum cognito_status status = cognito_verify(token, chosen->keys, &chosen->config->policy,
                                                login->user, login->now, &verified, explanation);
    if (status == COGNITO_ACCEPTED)
        status = check_host(login, chosen->config, &verified, token, explanation);
    if (status != COGNITO_ACCEPTED)
        return status;
    *who = verified;
    verified = (struct identity){0};
    if (pool != NULL)
        *pool = chosen;
    return COGNITO_ACCEPTED;
}

enum cognito_status cognito_decide_again(const struct config *config, const struct identity *who,
                                         const char *user, int64_t now,
                                         struct explanation *explanation)
{
    enum cognito_status status = cognito_check_clock(now, &explanation->why);
    if (status == COGNITO_ACCEPTED)
        status = cognito_verify_again(who, &config->policy, user, now, explanation);
    if (status == COGNITO_ACCEPTED)
        status = check_denied(config, who, explanation);
    return status == COGNITO_ACCEPTED ? check_account(config, who, explanation) : status;
}
