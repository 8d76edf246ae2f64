/* SPDX-License-Identifier: MIT */
/* The whole decision, with real accounts of this host. */
#include "host/decide.h"

#include <pwd.h>
#include <stdio.h>

#include "judging.h"
#include "minting.h"
#include "scratch.h"
#include "unit.h"

static struct explanation explanation;
static struct config config;
static struct config other_config;
static struct jwks *other_keys;
static struct identity who;

static int begin(void **state)
{
    if (judging_begin(state) != 0)
        return -1;
    config = (struct config){.policy = judging_policy, .uid_min = 1000};
    other_config = config;
    char *key OWNED(mint_free) = mint_jwk(MINT_STRANGER, NULL);
    char *set OWNED(mint_free) = mint_set((const char *const[]){key, NULL});
    return cognito_jwks_parse(span_of_string(set), &other_keys, NULL) == COGNITO_ACCEPTED ? 0 : -1;
}

static int end(void **state)
{
    cognito_jwks_free(other_keys);
    return judging_end(state);
}

static enum cognito_status decide(size_t count, const char *token, const char *user)
{
    const struct pools pools = {.items = {{&config, judging_keys}, {&other_config, other_keys}},
                                .count = count};
    const struct login login = {.pools = &pools, .user = user, .now = MINT_ISSUED + 1};
    const struct pool *pool = NULL;
    struct identity untouched;
    cognito_identity_free(&who);
    memset(&who, 0xa5, sizeof who);
    memset(&untouched, 0xa5, sizeof untouched);
    explanation.why.text[0] = '\0';
    judging_count_from_here();
    const enum cognito_status status =
        cognito_decide(&login, span_of_string(token), &who, &pool, &explanation);
    assert_int_equal(judging_imports(), 1);
    assert_int_equal(judging_verifications(), 1);
    if (status != COGNITO_ACCEPTED) {
        assert_memory_equal(&who, &untouched, sizeof who);
        who = (struct identity){0};
    }
    assert_int_equal(status == COGNITO_ACCEPTED, pool != NULL);
    return status;
}

static char *token_for(const char *name)
{
    char value[64] = "\"";
    strncat(value, name, 32);
    strcat(value, "\"");
    return mint_token((const struct change[]){{"cognito:username", value}, {NULL, NULL}});
}

static void the_account(void **state)
{
    (void)state;
    char *daemon OWNED(mint_free) = token_for("daemon");
    char *root OWNED(mint_free) = token_for("root");
    char *nowhere OWNED(mint_free) = token_for("no-such-account");
    assert_int_equal(decide(1, root, "root"), COGNITO_POLICY_ACCOUNT);
    assert_string_equal(explanation.why.text,
                        "root, without both allow_root and a line of map_file");
    assert_int_equal(decide(1, nowhere, "no-such-account"), COGNITO_POLICY_ACCOUNT);
    assert_string_equal(explanation.why.text, "there is no such account");
    assert_int_equal(decide(1, daemon, "root"), COGNITO_POLICY_USER);
    assert_int_equal(decide(1, daemon, ""), COGNITO_POLICY_USER);
    const struct passwd *entry = getpwnam("daemon");
    if (entry == NULL || entry->pw_uid == 0)
        SKIP_BECAUSE("there is no daemon");
    const int64_t uid = entry->pw_uid;
    char words[64];
    (void)snprintf(words, sizeof words, "uid %lld, and uid_min is 1000", (long long)uid);
    assert_int_equal(decide(1, daemon, "daemon"), COGNITO_POLICY_ACCOUNT);
    assert_string_equal(explanation.why.text, words);
    config.uid_min = uid;
    assert_int_equal(decide(1, daemon, "daemon"), COGNITO_ACCEPTED);
    assert_true(span_is(who.username, "daemon"));
    assert_string_equal(explanation.why.text, "");
    config.uid_min = 1000;
}

static void without_an_account(void **state)
{
    (void)state;
    char *root OWNED(mint_free) = token_for("root");
    assert_int_equal(decide(1, root, NULL), COGNITO_ACCEPTED);
    assert_true(span_is(who.username, "root"));
    assert_true(span_is(who.subject, MINT_SUBJECT));
}

/* The pool is the one that holds the kid, and its own policy counts. */
static void several_pools(void **state)
{
    (void)state;
    char *header OWNED(mint_free) = mint_header(MINT_STRANGER, NULL);
    char *payload OWNED(mint_free) = mint_payload(NULL);
    char *theirs OWNED(mint_free) = mint_signed(header, payload, MINT_STRANGER);
    char *ours OWNED(mint_free) = mint_token(NULL);
    assert_int_equal(decide(1, theirs, NULL), COGNITO_KEY_UNKNOWN);
    assert_int_equal(decide(2, theirs, NULL), COGNITO_ACCEPTED);
    assert_int_equal(decide(2, ours, NULL), COGNITO_ACCEPTED);
    other_config.policy.client_ids.count = 0;
    assert_int_equal(decide(2, theirs, NULL), COGNITO_CLAIM_AUDIENCE);
    assert_int_equal(decide(2, ours, NULL), COGNITO_ACCEPTED);
    other_config.policy.client_ids.count = 2;
    char *forged OWNED(mint_free) = mint_signed(header, payload, MINT_FIRST);
    assert_int_equal(decide(2, forged, NULL), COGNITO_SIGNATURE_INVALID);
    static const char *const junk[] = {"", "x", "a.b.c", "\b\n\r\177INCORRECT", "e30.e30.AAAA"};
    for (size_t i = 0; i < COUNT_OF(junk); i++)
        assert_int_not_equal(decide(2, junk[i], "nobody"), COGNITO_ACCEPTED);
}

/* The deny list is read when a token has been accepted, however long ago somebody was asked. */
static void the_deny_list_as_it_is_now(void **state)
{
    char *token OWNED(mint_free) = mint_token(NULL);
    char *wrong OWNED(mint_free) =
        mint_token((const struct change[]){{"aud", "\"x\""}, {NULL, NULL}});
    char path[PATH_SIZE_MAX];
    (void)snprintf(path, sizeof path, "%s", scratch_path(*state, "deny"));
    config.deny_file = path;
    assert_int_equal(decide(1, wrong, NULL), COGNITO_CLAIM_AUDIENCE);
    assert_int_equal(decide(1, token, NULL), COGNITO_SYSTEM_CONFIG);
    assert_non_null(strstr(explanation.why.text, "/deny: No such file"));
    (void)scratch_text(*state, "deny", "# nobody\n");
    assert_int_equal(decide(1, token, NULL), COGNITO_ACCEPTED);
    (void)scratch_text(*state, "deny", "# somebody\nsub:" MINT_SUBJECT "\n");
    assert_int_equal(decide(1, token, NULL), COGNITO_POLICY_DENIED);
    assert_string_equal(explanation.why.text, "line 2");
    (void)scratch_text(*state, "deny", "");
    assert_int_equal(decide(1, token, NULL), COGNITO_SYSTEM_CONFIG);
    config.deny_file = NULL;
}

/* Two pools have the kid: whose token it is nobody can say, and it costs what any other does. */
static void a_kid_that_two_pools_share(void **state)
{
    (void)state;
    char *ours OWNED(mint_free) = mint_token(NULL);
    char *second OWNED(mint_free) = mint_header(MINT_SECOND, NULL);
    char *payload OWNED(mint_free) = mint_payload(NULL);
    char *shared OWNED(mint_free) = mint_signed(second, payload, MINT_SECOND);
    char *key OWNED(mint_free) = mint_jwk(MINT_SECOND, NULL);
    char *set OWNED(mint_free) = mint_set((const char *const[]){key, NULL});
    struct jwks *before = other_keys;
    assert_int_equal(cognito_jwks_parse(span_of_string(set), &other_keys, NULL), COGNITO_ACCEPTED);
    assert_int_equal(decide(2, shared, NULL), COGNITO_ACCEPTED);
    cognito_jwks_share(judging_keys, other_keys, "us-east-1_Other");
    assert_int_equal(decide(2, shared, NULL), COGNITO_KEY_AMBIGUOUS);
    assert_string_equal(explanation.why.text, "one of them is us-east-1_Other");
    assert_int_equal(decide(2, ours, NULL), COGNITO_ACCEPTED);
    cognito_jwks_share(judging_keys, judging_keys, NULL);
    cognito_jwks_free(other_keys);
    other_keys = before;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account),
        cmocka_unit_test(without_an_account),
        cmocka_unit_test(several_pools),
        cmocka_unit_test(a_kid_that_two_pools_share),
        cmocka_unit_test_setup_teardown(the_deny_list_as_it_is_now, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
