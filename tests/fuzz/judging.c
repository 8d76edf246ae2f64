/* SPDX-License-Identifier: MIT */
#include "judging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing.h"
#include "fuzz.h"
#include "token/map.h"
#include "token/verify.h"
#include "work.h"

static const char *const issuers[] = {
    "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01",
    "https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01", NULL};
static const char *const clients[] = {"1example23456789abcdefghij", "another", NULL};
static const char *const groups[] = {"admins", "ops", NULL};
static const char *const none[] = {NULL};
static const char *const claims[] = {"cognito:username", "sub", "email", "phone_number"};

static const struct oracle_grant grants[] = {{"nobody", "sub",
                                              "5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"},
                                             {"nobody", "user", "nobody"},
                                             {"alice", "email", "alice@example.com"},
                                             {"alice", "group", "admins"},
                                             {"alice", "user", "adfs DOMAIN\\b\"ob"},
                                             {"root", "group", "ops"},
                                             {"low", "sub", "low"},
                                             {NULL, NULL, NULL}};
static const char map_text[] = "# who may use what\n"
                               "nobody sub:5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d\n"
                               "nobody\tuser:nobody\n"
                               "alice email:alice@example.com\n"
                               "  alice   group:admins  \n"
                               "alice user:\"adfs DOMAIN\\b\"\"ob\"\n"
                               "\n"
                               "root group:ops\n"
                               "low sub:\"low\"";

void judging_open(struct judging_keys *keys, struct span text)
{
    oracle_read_keys(text, &keys->oracle);
    AGREE(cognito_jwks_parse(text, &keys->engine, NULL) == COGNITO_ACCEPTED && keys->oracle.good,
          "the key set of the harness is not good");
}

/* ---- the two policies ---- */

static struct list list_of(const char *const *words)
{
    struct list list = {0};
    for (; *words != NULL; words++)
        if (!cognito_list_append(&list, span_of_string(*words)))
            fuzz_fail("no memory for a list");
    return list;
}

static struct oracle_rules rules_of(unsigned int how)
{
    return (struct oracle_rules){
        .issuers = issuers,
        .clients = clients,
        .groups = how & HOW_GROUPS ? groups : none,
        .username_claim = claims[(how & HOW_CLAIM) >> 4],
        .grants = how & HOW_MAP ? grants : NULL,
        .skew = how & HOW_NO_SKEW ? 0 : 10,
        .token_age = how & HOW_TOKEN_AGE ? 3600 : 0,
        .auth_age = how & HOW_AUTH_AGE ? 7200 : 0,
        .size_max = 16384,
    };
}

static struct policy policy_of(const struct oracle_rules *rules, const char *user)
{
    struct lines lines = {span_of_string(rules->grants == NULL ? "" : map_text), 0};
    struct policy policy = {
        .issuers = list_of(rules->issuers),
        .client_ids = list_of(rules->clients),
        .require_group = list_of(rules->groups),
        .username_claim = (char *)(uintptr_t)rules->username_claim,
        .has_map = rules->grants != NULL,
        .clock_skew = rules->skew,
        .max_token_size = (int64_t)rules->size_max,
        .max_token_age = rules->token_age,
        .max_auth_age = rules->auth_age,
    };
    const char *fault;
    AGREE(cognito_map_add(&policy.map, &lines, user, &fault), "the map: %s", fault);
    return policy;
}

static void free_policy(struct policy *policy)
{
    cognito_list_free(&policy->issuers);
    cognito_list_free(&policy->client_ids);
    cognito_list_free(&policy->require_group);
    cognito_map_free(&policy->map);
}

static const struct person {
    enum oracle_user who;
    const char *user;
} people[] = {{USER_ANY, NULL},        {USER_FROM_TOKEN, NULL},
              {USER_NAMED, "nobody"},  {USER_NAMED, "alice"},
              {USER_NAMED, "root"},    {USER_NAMED, "low"},
              {USER_NAMED, "no:body"}, {USER_NAMED, "(from the token)"}};

static const int later_by[] = {0,   1,    -1,   9,    10,    11,    -10,
                               -11, 3600, 3609, 3610, -3600, 86400, 86410};

/* ---- what was said ---- */

struct heard {
    size_t checks;
    bool empty;
};

static void hear(void *context, const char *check, const char *saw)
{
    struct heard *heard = context;
    heard->checks++;
    heard->empty = heard->empty || check[0] == '\0' || saw == NULL;
}

static void compare_identity(const struct identity *who, const struct oracle_answer *expected)
{
    AGREE(span_equal(who->subject, expected->subject), "another sub");
    AGREE(span_equal(who->username, expected->username), "another user name");
    AGREE(span_equal(who->issuer, expected->issuer), "another issuer");
    AGREE(span_equal(who->token_id, expected->jti), "another jti");
    AGREE(who->issued_at == expected->issued_at && who->expires_at == expected->expires_at &&
              who->signed_in_at == expected->signed_in_at,
          "other times");
    AGREE(strcmp(who->account, expected->account) == 0, "the account %s, not %s", who->account,
          expected->account);
    AGREE((who->map_line != 0) == expected->by_map, "by line %zu of the map", who->map_line);
}

/* Whether groups as one text can be taken apart again. */
static void check_groups(const struct identity *who)
{
    struct secret names = {0};
    AGREE(cognito_identity_group_names(who, &names), "no memory for groups");
    for (size_t i = 0; i < names.len; i++)
        AGREE(names.data[i] >= ' ' && names.data[i] != 0x7f, "a control character in the groups");
    cognito_secret_free(&names);
}

/* The account phase, at the same moment and at the end of the token's life. */
static void judge_again(const struct identity *who, const struct policy *policy, const char *user,
                        int64_t now)
{
    struct explanation explanation = {0};
    AGREE(cognito_verify_again(who, policy, user, now, &explanation) == COGNITO_ACCEPTED,
          "accepted, and then not");
    const int64_t end = who->expires_at + policy->clock_skew;
    AGREE(cognito_verify_again(who, policy, user, end, &explanation) == COGNITO_CLAIM_EXPIRED,
          "not expired at its end");
}

static enum cognito_status verify(const struct judging_keys *keys, struct span token,
                                  const struct policy *policy, const char *user, int64_t now,
                                  struct identity *who)
{
    struct heard heard = {0, false};
    struct explanation explanation = {.passed = hear, .context = &heard};
    (void)work_done(); /* the oracle's and the signer's */
    const enum cognito_status status =
        cognito_verify(token, keys->engine, policy, user, now, who, &explanation);
    const struct work work = work_done();
    AGREE(work.imports == 1 && work.verifications == 1 && work.readings == 1,
          "%zu imports, %zu verifications, %zu readings", work.imports, work.verifications,
          work.readings);
    AGREE(work.searches == (user == NULL ? 0 : 1), "%zu searches of the map", work.searches);
    AGREE(status != COGNITO_UNDECIDED && !heard.empty, "no decision, or no words");
    AGREE((status == COGNITO_ACCEPTED) == (heard.checks == 24), "%d after %zu checks", status,
          heard.checks);
    return status;
}

/* Each allocation fails in turn: nothing is accepted then. */
static void verify_without_memory(const struct judging_keys *keys, struct span token,
                                  const struct policy *policy, const char *user, int64_t now)
{
    for (size_t nth = 1; nth < 8; nth++) {
        struct identity who = {0};
        failing_begin(nth);
        const enum cognito_status status =
            cognito_verify(token, keys->engine, policy, user, now, &who, NULL);
        const bool failed = failing_end();
        (void)work_done();
        AGREE(!failed || status == COGNITO_SYSTEM_MEMORY, "no memory, and %s",
              cognito_status_row(status)->code);
        cognito_identity_free(&who);
        if (!failed)
            return;
    }
}

void judging_compare(const struct judging_keys *keys, struct span token, unsigned int how,
                     unsigned int who, unsigned int later)
{
    const struct oracle_rules rules = rules_of(how);
    const struct person *person = &people[who % (sizeof people / sizeof people[0])];
    const int64_t now = FUZZ_NOW + later_by[later % (sizeof later_by / sizeof later_by[0])];
    const char *user = person->who == USER_FROM_TOKEN ? cognito_user_from_token : person->user;
    const struct oracle_question question = {token,       &keys->oracle, &rules,
                                             person->who, person->user,  now};
    struct policy policy = policy_of(&rules, user);
    struct identity found = {0};
    struct oracle_answer expected;
    oracle_judge(&question, &expected);
    const enum cognito_status status = verify(keys, token, &policy, user, now, &found);
    AGREE((status == COGNITO_ACCEPTED) == expected.accepted ||
              (expected.unusual && status == COGNITO_CLAIM_TYPE),
          "the engine: %s, the oracle: %s", cognito_status_row(status)->code,
          expected.accepted ? "accepted" : expected.why);
    if (status == COGNITO_ACCEPTED) {
        compare_identity(&found, &expected);
        check_groups(&found);
        judge_again(&found, &policy, user, now);
        verify_without_memory(keys, token, &policy, user, now);
    } else {
        AGREE(found.claims == NULL, "refused, and somebody is in it");
    }
    cognito_identity_free(&found);
    oracle_close(&expected);
    free_policy(&policy);
}
