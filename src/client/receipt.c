/* SPDX-License-Identifier: MIT */
#include "client/receipt.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/status.h"
#include "token/verify.h"

static struct jwks *fetch_keys(const struct http_settings *settings, const struct profile *profile,
                               struct complaint *why)
{
    const struct http_request request = {.method = "GET",
                                         .url = profile->jwks_uri,
                                         .max_size = JWKS_SIZE_MAX};
    struct http_answer answer OWNED(cognito_http_answer_free) = {0};
    if (!cognito_http_send(settings, &request, &answer, why))
        return NULL;
    if (answer.status != 200) {
        (void)cognito_complain(why, "the pool's keys: HTTP %ld from %s; is user_pool right?",
                               answer.status, profile->jwks_uri);
        return NULL;
    }
    struct jwks *keys = NULL;
    struct complaint reason = {{0}};
    const enum cognito_status status =
        cognito_jwks_parse(secret_span(&answer.body), &keys, &reason);
    if (status != COGNITO_ACCEPTED) {
        (void)cognito_complain(why, "the pool's keys from %s: %s%s%s", profile->jwks_uri,
                               cognito_status_row(status)->text, reason.text[0] == '\0' ? "" : ": ",
                               reason.text);
        return NULL;
    }
    return keys;
}

/* The lists are borrowed from PROFILE. The client id is put into a list by its only user. */
static struct policy policy_of(const struct profile *profile, char **client_id)
{
    static char claim[] = "cognito:username";
    return (struct policy){
        .issuers = profile->issuers,
        .client_ids = {client_id, 1},
        .username_claim = claim,
        .clock_skew = profile->clock_skew,
        .max_token_size = TOKEN_SIZE_MAX,
    };
}

/* The reasons that a person at a laptop meets have words of their own. */
static bool explain(const struct profile *profile, const struct tokens *tokens, int64_t now,
                    enum cognito_status status, const struct explanation *explanation,
                    struct complaint *why)
{
    const struct status_row *row = cognito_status_row(status);
    const int64_t ahead = tokens->date == 0 ? 0 : now - tokens->date;
    const bool clock = status == COGNITO_CLAIM_EXPIRED || status == COGNITO_CLAIM_NOT_YET;
    if (clock && (ahead > profile->clock_skew || -ahead > profile->clock_skew))
        return cognito_complain(
            why, "%s: the clock of this machine is %" PRId64 " seconds %s that of the pool; set it",
            row->code, ahead < 0 ? -ahead : ahead, ahead < 0 ? "behind" : "ahead of");
    if (status == COGNITO_CLAIM_ISSUER || status == COGNITO_KEY_UNKNOWN)
        return cognito_complain(why,
                                "%s: the token is of another pool than %s; see user_pool, domain "
                                "and client_id in the profile %s",
                                row->code, profile->user_pool, profile->name);
    return cognito_complain(why, "%s: %s%s%s", row->code, row->text,
                            explanation->why.text[0] == '\0' ? "" : ": ", explanation->why.text);
}

/* OpenID Connect Core, 3.1.3.7, 11. */
static bool judge_nonce(const struct identity *who, const char *nonce, struct complaint *why)
{
    struct span found;
    if (nonce == NULL)
        return true;
    switch (cognito_json_string(who->claims, "nonce", &found)) {
    case JSON_FOUND:
        return span_is(found, nonce) ||
               cognito_complain(why, "the token is of another sign-in: its nonce is not the one "
                                     "that was sent");
    case JSON_ABSENT:
        return cognito_complain(why, "the token cannot be told from one of another sign-in: it has "
                                     "no nonce, and one was sent");
    default:
        return cognito_complain(why, "the token's nonce is no text");
    }
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

bool cognito_receipt_judge(const struct http_settings *settings, const struct profile *profile,
                           const struct tokens *tokens, const char *nonce, int64_t now,
                           struct identity *who, struct complaint *why)
{
    struct jwks *keys OWNED(free_keys) = fetch_keys(settings, profile, why);
    if (keys == NULL)
        return false;
    char *client_id = profile->client_id;
    const struct policy policy = policy_of(profile, &client_id);
    struct explanation explanation = {0};
    struct identity found = {0};
    const enum cognito_status status =
        cognito_verify(secret_span(&tokens->id), keys, &policy, NULL, now, &found, &explanation);
    if (status != COGNITO_ACCEPTED)
        return explain(profile, tokens, now, status, &explanation, why);
    if (!judge_nonce(&found, nonce, why)) {
        cognito_identity_free(&found);
        return false;
    }
    *who = found;
    return true;
}
