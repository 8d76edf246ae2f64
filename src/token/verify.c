/* SPDX-License-Identifier: MIT */
#include "token/verify.h"

#include <string.h>

#include "token/claims.h"
#include "token/judgement.h"
#include "token/jws.h"

enum again { ONCE, AGAIN };

/* The decision, in its order. The first check that refuses ends it and is the one reported. Those
 * marked AGAIN are repeated in the account phase. */
static const struct {
    const char *name;
    bool (*check)(struct judgement *judgement);
    enum again again;
} ladder[] = {
    {"size", cognito_check_size, ONCE},
    {"shape", cognito_check_shape, ONCE},
    {"encoding", cognito_check_encoding, ONCE},
    {"header", cognito_check_header_json, ONCE},
    {"algorithm", cognito_check_algorithm, ONCE},
    {"header members", cognito_check_header, ONCE},
    {"key id", cognito_check_key_id, ONCE},
    {"key", cognito_check_key, ONCE},
    {"signature length", cognito_check_signature_length, ONCE},
    {"signature", cognito_check_signature, ONCE},
    /* From here on the token is what the pool signed. */
    {"payload", cognito_check_payload_json, ONCE},
    {"issuer", cognito_check_issuer, ONCE},
    {"token use", cognito_check_token_use, ONCE},
    {"audience", cognito_check_audience, ONCE},
    {"times", cognito_check_times, ONCE},
    {"expiry", cognito_check_expiry, AGAIN},
    {"not before", cognito_check_not_yet, ONCE},
    {"lifetime", cognito_check_lifetime, ONCE},
    {"subject", cognito_check_subject, ONCE},
    {"user name", cognito_check_username, ONCE},
    {"token age", cognito_check_token_age, AGAIN},
    {"sign-in age", cognito_check_auth_age, AGAIN},
    {"group", cognito_check_group, AGAIN},
    {"mapping", cognito_check_mapping, AGAIN},
};

static bool climb(struct judgement *judgement, enum again least)
{
    for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++) {
        judgement->check = ladder[i].name;
        if (ladder[i].again >= least && !ladder[i].check(judgement))
            return false;
    }
    return true;
}

static void free_judgement(struct judgement *judgement)
{
    cognito_groups_free(&judgement->groups);
    cognito_json_free(judgement->claims);
}

/* Only an accepted judgement comes here: its claims become the caller's. */
static void hand_over(struct judgement *judgement, struct identity *who)
{
    *who = judgement->found;
    judgement->claims = NULL;
    memcpy(who->key_id, judgement->key_id.data, judgement->key_id.len);
    who->key_id[judgement->key_id.len] = '\0'; /* equivalent: it was zero before */
    /* jti is absent from the tokens of 2021; one of another type counts as absent. */
    if (cognito_json_string(who->claims, "jti", &who->token_id) != JSON_FOUND)
        who->token_id = span_of(NULL, 0); /* equivalent: it was empty before */
}

enum cognito_status cognito_verify(struct span token, const struct jwks *keys,
                                   const struct policy *policy, const char *user, int64_t now,
                                   struct identity *who, struct explanation *explanation)
{
    struct explanation unread = {.passed = NULL};
    struct judgement judgement OWNED(free_judgement) = {
        .token = token,
        .keys = keys,
        .policy = policy,
        .user = user,
        .now = now,
        .explanation = explanation == NULL ? &unread : explanation,
        .status = COGNITO_UNDECIDED,
    };
    judgement.explanation->why.text[0] = '\0';
    const bool passed = climb(&judgement, ONCE);
    if (!judgement.verified)
        cognito_verify_dummy(&judgement);
    if (judgement.claims == NULL)
        cognito_read_dummy();
    if (!judgement.searched)
        cognito_map_dummy(&judgement);
    if (passed) {
        hand_over(&judgement, who);
        judgement.status = COGNITO_ACCEPTED;
    }
    return judgement.status;
}

enum cognito_status cognito_verify_again(const struct identity *who, const struct policy *policy,
                                         const char *user, int64_t now,
                                         struct explanation *explanation)
{
    struct judgement judgement = {
        .policy = policy,
        .user = user,
        .now = now,
        .explanation = explanation,
        .claims = who->claims, /* still the identity's */
        .found = *who,
        .status = COGNITO_UNDECIDED,
    };
    explanation->why.text[0] = '\0';
    if (climb(&judgement, AGAIN))
        judgement.status = COGNITO_ACCEPTED;
    cognito_groups_free(&judgement.groups);
    return judgement.status;
}

struct span cognito_token_text(struct span token)
{
    if (token.len > 0 && token.data[token.len - 1] == '\n')
        token.len--;
    if (token.len > 0 && token.data[token.len - 1] == '\r')
        token.len--;
    return token;
}

bool cognito_token_key_id(struct span token, char kid[KEY_ID_MAX + 1])
{
    const struct policy any = {.max_token_size = TOKEN_SIZE_MAX};
    struct explanation unread = {.passed = NULL};
    struct judgement judgement OWNED(free_judgement) = {
        .token = token, .policy = &any, .explanation = &unread, .status = COGNITO_UNDECIDED};
    kid[0] = '\0';
    if (cognito_check_size(&judgement) && cognito_check_shape(&judgement) &&
        cognito_check_encoding(&judgement) && cognito_check_header_json(&judgement) &&
        cognito_check_key_id(&judgement)) {
        memcpy(kid, judgement.key_id.data, judgement.key_id.len);
        kid[judgement.key_id.len] = '\0';
    }
    /* equivalent: nothing that it asks needs memory */
    return judgement.status != COGNITO_SYSTEM_MEMORY;
}
