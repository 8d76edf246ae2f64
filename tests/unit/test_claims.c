/* SPDX-License-Identifier: MIT */
/* Checks 15 to 23 and 26, each by the decision, which is how anybody ever calls them. */
#include "token/claims.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "judging.h"
#include "minting.h"
#include "unit.h"

struct row {
    const char *name, *value;
    enum cognito_status status;
    const char *why;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct change changes[] = {{rows[i].name, rows[i].value}, {NULL, NULL}};
        char *token OWNED(mint_free) = mint_token(changes);
        char what[256];
        (void)snprintf(what, sizeof what, "%s = %.200s", rows[i].name,
                       rows[i].value == NULL ? "(nothing)" : rows[i].value);
        judge_expecting(what, token, rows[i].status, rows[i].why);
    }
}

/* ---- the payload's JSON ---- */

static void payload_json(void **state)
{
    (void)state;
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    static const struct {
        struct span payload;
        const char *why;
    } rows[] = {
        {LITERAL("x"), "in the payload, an object was expected at byte 0"},
        {LITERAL("[]"), "in the payload, an object was expected at byte 0"},
        {LITERAL("{\"iss\":\"a\",\"iss\":\"b\"}"),
         "in the payload, a member name twice in one object at byte 16"},
        {LITERAL("{\"sub\":\"a\\u0000b\"}"), "in the payload, U+0000 in a string at byte 15"},
        {LITERAL("{\"exp\":Infinity}"), "in the payload, a value was expected at byte 7"},
        {LITERAL("{}\0"), "in the payload, something after the object at byte 2"},
        {LITERAL("{\"a\":\"\xff\"}"), "in the payload, not UTF-8 at byte 6"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *token OWNED(mint_free) =
            mint_signed_as(header, rows[i].payload.data, rows[i].payload.len, MINT_FIRST, "SHA256",
                           MINT_PKCS1);
        judge_expecting("payload", token, COGNITO_TOKEN_JSON, rows[i].why);
    }
}

/* The encoding has been looked at before; this check holds alone as well. */
static void payload_encoding(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct judgement judgement = {.explanation = &explanation,
                                  .status = COGNITO_UNDECIDED,
                                  .payload_text = LITERAL("e30=")};
    assert_false(cognito_check_payload_json(&judgement));
    assert_int_equal(judgement.status, COGNITO_TOKEN_ENCODING);
    assert_string_equal(explanation.why.text, "in the payload");
    assert_null(judgement.claims);
}

/* Nothing of a payload is read before its signature is good. */
static void payload_is_not_read_before_the_signature(void **state)
{
    (void)state;
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    char *token OWNED(mint_free) = mint_signed(header, "not json", MINT_STRANGER);
    judge_expecting("payload", token, COGNITO_SIGNATURE_INVALID, "");
}

/* ---- check 15 ---- */

static void issuer(void **state)
{
    (void)state;
    static const char mistyped[] = "no iss that is a string";
    static const struct row rows[] = {
        {"iss", "\"" MINT_ISSUER "\"", COGNITO_ACCEPTED, ""},
        {"iss", "\"https:\\/\\/other.example\\u002fpool\"", COGNITO_ACCEPTED, ""},
        {"iss", NULL, COGNITO_CLAIM_ISSUER, mistyped},
        {"iss", "null", COGNITO_CLAIM_ISSUER, mistyped},
        {"iss", "1", COGNITO_CLAIM_ISSUER, mistyped},
        {"iss", "[\"" MINT_ISSUER "\"]", COGNITO_CLAIM_ISSUER, mistyped},
        {"iss", "{}", COGNITO_CLAIM_ISSUER, mistyped},
        {"iss", "\"\"", COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"" MINT_ISSUER "/\"", COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\" " MINT_ISSUER "\"", COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf12\"",
         COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdef123\"",
         COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"HTTPS://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123\"",
         COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"http://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123\"",
         COGNITO_CLAIM_ISSUER, ""},
        {"iss", "\"https://cognito-idp.us-east-1.amazonaws.com:443/us-east-1_AbCdEf123\"",
         COGNITO_CLAIM_ISSUER, ""},
    };
    expect_rows(rows, COUNT_OF(rows));
}

/* ---- check 16 ---- */

static void token_use(void **state)
{
    (void)state;
    static const char mistyped[] = "no token_use that is a string";
    static const struct row rows[] = {
        {"token_use", "\"\\u0069d\"", COGNITO_ACCEPTED, ""},
        {"token_use", "\"access\"", COGNITO_CLAIM_TOKEN_USE, "it is an access token"},
        {"token_use", "\"refresh\"", COGNITO_CLAIM_TOKEN_USE, ""},
        {"token_use", "\"ID\"", COGNITO_CLAIM_TOKEN_USE, ""},
        {"token_use", "\"id \"", COGNITO_CLAIM_TOKEN_USE, ""},
        {"token_use", "\"\"", COGNITO_CLAIM_TOKEN_USE, ""},
        {"token_use", NULL, COGNITO_CLAIM_TOKEN_USE, mistyped},
        {"token_use", "null", COGNITO_CLAIM_TOKEN_USE, mistyped},
        {"token_use", "1", COGNITO_CLAIM_TOKEN_USE, mistyped},
        {"token_use", "true", COGNITO_CLAIM_TOKEN_USE, mistyped},
        {"token_use", "[\"id\"]", COGNITO_CLAIM_TOKEN_USE, mistyped},
    };
    expect_rows(rows, COUNT_OF(rows));
}

/* An access token as Cognito makes it: no aud, client_id instead; with resource binding, both. */
static void access_token(void **state)
{
    (void)state;
    const struct change access[] = {{"token_use", "\"access\""},
                                    {"aud", NULL},
                                    {"client_id", "\"" MINT_CLIENT "\""},
                                    {"cognito:username", NULL},
                                    {"username", "\"alice\""},
                                    {"scope", "\"openid\""},
                                    {NULL, NULL}};
    char *plain OWNED(mint_free) = mint_token(access);
    judge_expecting("an access token", plain, COGNITO_CLAIM_TOKEN_USE, "it is an access token");
    const struct change bound[] = {{"token_use", "\"access\""},
                                   {"client_id", "\"" MINT_CLIENT "\""},
                                   {NULL, NULL}};
    char *with_aud OWNED(mint_free) = mint_token(bound);
    judge_expecting("one with aud", with_aud, COGNITO_CLAIM_TOKEN_USE, "it is an access token");
}

/* ---- check 17 ---- */

static void audience(void **state)
{
    (void)state;
    static const char mistyped[] = "no aud that is one string";
    static const struct row rows[] = {
        {"aud", "\"otherclient\"", COGNITO_ACCEPTED, ""},
        {"aud", "\"somebodyelse\"", COGNITO_CLAIM_AUDIENCE, ""},
        {"aud", "\"1EXAMPLE23456789ABCDEFGHIJ\"", COGNITO_CLAIM_AUDIENCE, ""},
        {"aud", "\"1example23456789abcdefghi\"", COGNITO_CLAIM_AUDIENCE, ""},
        {"aud", "\"1example23456789abcdefghij \"", COGNITO_CLAIM_AUDIENCE, ""},
        {"aud", "\"\"", COGNITO_CLAIM_AUDIENCE, ""},
        {"aud", NULL, COGNITO_CLAIM_AUDIENCE, mistyped},
        {"aud", "null", COGNITO_CLAIM_AUDIENCE, mistyped},
        {"aud", "1", COGNITO_CLAIM_AUDIENCE, mistyped},
        {"aud", "[\"" MINT_CLIENT "\"]", COGNITO_CLAIM_AUDIENCE, mistyped},
        {"aud", "[\"" MINT_CLIENT "\",\"otherclient\"]", COGNITO_CLAIM_AUDIENCE, mistyped},
        {"aud", "[]", COGNITO_CLAIM_AUDIENCE, mistyped},
        {"azp", "\"" MINT_CLIENT "\"", COGNITO_ACCEPTED, ""},
        {"azp", "\"otherclient\"", COGNITO_CLAIM_AUDIENCE, "azp is not aud"},
        {"azp", "\"\"", COGNITO_CLAIM_AUDIENCE, "azp is not aud"},
        {"azp", "null", COGNITO_CLAIM_AUDIENCE, "azp is not aud"},
        {"azp", "[\"" MINT_CLIENT "\"]", COGNITO_CLAIM_AUDIENCE, "azp is not aud"},
    };
    expect_rows(rows, COUNT_OF(rows));
}

/* ---- check 18 ---- */

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *name, *missing, *wrong;
    } claims[] = {
        {"exp", "no exp", "exp is not a whole number of seconds"},
        {"iat", "no iat", "iat is not a whole number of seconds"},
        {"auth_time", NULL, "auth_time is not a whole number of seconds"},
        {"nbf", NULL, "nbf is not a whole number of seconds"},
    };
    static const char *const wrong[] = {
        "\"1700000000\"",
        "true",
        "false",
        "null",
        "[1700000000]",
        "{}",
        "1700000000.5",
        "0",
        "-0",
        "0.0",
        "-1",
        "-1700000000",
        "1e-400",
        "1e400",
        "2199023255552", /* 2^41 */
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775808",
        "1e99999999999",
        "170000000000000000000000000000000000",
    };
    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        const struct row missing = {claims[i].name, NULL,
                                    claims[i].missing == NULL ? COGNITO_ACCEPTED
                                                              : COGNITO_CLAIM_TYPE,
                                    claims[i].missing == NULL ? "" : claims[i].missing};
        expect_rows(&missing, 1);
        for (size_t k = 0; k < COUNT_OF(wrong); k++) {
            const struct row row = {claims[i].name, wrong[k], COGNITO_CLAIM_TYPE, claims[i].wrong};
            expect_rows(&row, 1);
        }
    }
    static const struct row good[] = {
        {"exp", "1700003600.0", COGNITO_ACCEPTED, ""},
        {"exp", "1.7000036e9", COGNITO_ACCEPTED, ""},
        {"iat", "17E8", COGNITO_ACCEPTED, ""},
        {"nbf", "1", COGNITO_ACCEPTED, ""},
        {"auth_time", "1", COGNITO_ACCEPTED, ""},
        {"auth_time", "2199023255551", COGNITO_ACCEPTED, ""},
        {"exp", "2199023255551", COGNITO_CLAIM_LIFETIME, "2197323255551 s"},
        {"nbf", "2199023255551", COGNITO_CLAIM_NOT_YET, "it starts in 2197323255550 s"},
    };
    expect_rows(good, COUNT_OF(good));
}

/* ---- checks 19 to 21: each bound to the second ---- */

static void expect_at(const char *token, int64_t now, enum cognito_status status, const char *why)
{
    const enum cognito_status given = judge_at(span_of_string(token), "alice", now);
    if (given != status || strcmp(judged_why(), why) != 0)
        FAIL_ROW("at %lld: %s (%s)\n", (long long)now, cognito_status_row(given)->code,
                 judged_why());
}

static void expired(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    static const int64_t skews[] = {0, 10, 300};
    for (size_t i = 0; i < COUNT_OF(skews); i++) {
        char why[32];
        judging_policy.clock_skew = skews[i];
        (void)snprintf(why, sizeof why, "%lld s ago", (long long)skews[i]);
        expect_at(token, MINT_EXPIRES + skews[i] - 1, COGNITO_ACCEPTED, "");
        expect_at(token, MINT_EXPIRES + skews[i], COGNITO_CLAIM_EXPIRED, why);
    }
    judging_policy.clock_skew = 10;
    expect_at(token, MINT_EXPIRES + 100000000, COGNITO_CLAIM_EXPIRED, "100000000 s ago");
    expect_at(token, INT64_C(1) << 41, COGNITO_CLAIM_EXPIRED, "2197323251952 s ago");
}

static void not_yet(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    const struct change changes[] = {{"nbf", "1700000100"}, {NULL, NULL}};
    char *later OWNED(mint_free) = mint_token(changes);
    static const int64_t skews[] = {0, 10, 300};
    for (size_t i = 0; i < COUNT_OF(skews); i++) {
        char why[64];
        judging_policy.clock_skew = skews[i];
        (void)snprintf(why, sizeof why, "it starts in %lld s", (long long)skews[i] + 1);
        expect_at(token, MINT_ISSUED - skews[i], COGNITO_ACCEPTED, "");
        expect_at(token, MINT_ISSUED - skews[i] - 1, COGNITO_CLAIM_NOT_YET, why);
        expect_at(later, MINT_ISSUED + 100 - skews[i], COGNITO_ACCEPTED, "");
        expect_at(later, MINT_ISSUED + 100 - skews[i] - 1, COGNITO_CLAIM_NOT_YET, why);
    }
    judging_policy.clock_skew = 10;
    expect_at(token, 0, COGNITO_CLAIM_NOT_YET, "it starts in 1700000000 s");
}

static void lifetime(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"exp", "1700086400", COGNITO_ACCEPTED, ""},
        {"exp", "1700086410", COGNITO_ACCEPTED, ""},
        {"exp", "1700086411", COGNITO_CLAIM_LIFETIME, "86411 s"},
        {"exp", "1700000001", COGNITO_ACCEPTED, ""},
        {"exp", "1700000000", COGNITO_CLAIM_LIFETIME, "0 s"},
        {"exp", "1699999999", COGNITO_CLAIM_LIFETIME, "-1 s"},
    };
    expect_rows(rows, COUNT_OF(rows));
    judging_policy.clock_skew = 0;
    expect_rows(&rows[0], 1);
    const struct row beyond = {"exp", "1700086401", COGNITO_CLAIM_LIFETIME, "86401 s"};
    expect_rows(&beyond, 1);
    judging_policy.clock_skew = 10;
}

/* ---- checks 22, 23 and 26 ---- */

/* A JSON string of LEN letters. */
static char *letters(size_t len)
{
    char *text = malloc(len + 3);
    assert_non_null(text);
    memset(text, 'a', len + 2);
    text[0] = text[len + 1] = '"';
    text[len + 2] = '\0';
    return text;
}

static void subject(void **state)
{
    (void)state;
    static const char why[] = "it has to be a string of 1 to 255 bytes";
    char *longest OWNED(mint_free) = letters(SUBJECT_MAX);
    char *too_long OWNED(mint_free) = letters(SUBJECT_MAX + 1);
    const struct row rows[] = {
        {"sub", "\"x\"", COGNITO_ACCEPTED, ""},
        {"sub", "\"not a UUID / \\u00e9\"", COGNITO_ACCEPTED, ""},
        {"sub", longest, COGNITO_ACCEPTED, ""},
        {"sub", too_long, COGNITO_CLAIM_SUBJECT, why},
        {"sub", NULL, COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "null", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "1", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "[\"x\"]", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\nb\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u001fb\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u007f\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u0080\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u009b\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u009fb\"", COGNITO_CLAIM_SUBJECT, why},
        {"sub", "\"a\\u00a0\"", COGNITO_ACCEPTED, ""},
        {"sub", "\"a\\u00c2\\u007e \"", COGNITO_ACCEPTED, ""},
    };
    expect_rows(rows, COUNT_OF(rows));
}

static void username(void **state)
{
    (void)state;
    static const char why[] = "cognito:username has to be a string of 1 to 512 bytes";
    char *longest OWNED(mint_free) = letters(USER_NAME_MAX);
    char *too_long OWNED(mint_free) = letters(USER_NAME_MAX + 1);
    const struct row rows[] = {
        {"cognito:username", longest, COGNITO_POLICY_USER, ""},
        {"cognito:username", too_long, COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", NULL, COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "\"\"", COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "null", COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "true", COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "[\"alice\"]", COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "\"alice\\n\"", COGNITO_CLAIM_USERNAME, why},
        {"cognito:username", "\"\\u007f\"", COGNITO_CLAIM_USERNAME, why},
    };
    expect_rows(rows, COUNT_OF(rows));
}

/* username_claim names the claim, and only that one counts. */
static void another_username_claim(void **state)
{
    (void)state;
    char *before = judging_policy.username_claim;
    char sub[] = "sub";
    char absent[] = "custom:login";
    judging_policy.username_claim = sub;
    char *token OWNED(mint_free) = mint_token(NULL);
    assert_int_equal(judge_at(span_of_string(token), MINT_SUBJECT, MINT_ISSUED), COGNITO_ACCEPTED);
    assert_int_equal(judge_at(span_of_string(token), "alice", MINT_ISSUED), COGNITO_POLICY_USER);
    judging_policy.username_claim = absent;
    assert_int_equal(judge_at(span_of_string(token), "alice", MINT_ISSUED), COGNITO_CLAIM_USERNAME);
    judging_policy.username_claim = before;
}

static void user(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    static const char *const others[] = {"",          "Alice",   "ALICE",  "alic",
                                         "alice ",    " alice",  "alicee", "bob",
                                         "root",      "alice\n", "*",      "alice@example.com",
                                         MINT_SUBJECT};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(judge_at(span_of_string(token), others[i], MINT_ISSUED),
                         COGNITO_POLICY_USER);
        assert_string_equal(judged_why(), "");
    }
    assert_int_equal(judge_at(span_of_string(token), NULL, MINT_ISSUED), COGNITO_ACCEPTED);
    assert_int_equal(judge_at(span_of_string(token), "alice", MINT_ISSUED), COGNITO_ACCEPTED);
}

static void user_names_of_federation(void **state)
{
    (void)state;
    static const struct {
        const char *claim, *account;
        enum cognito_status status;
    } rows[] = {
        {"\"adfs_DOMAIN\\\\bob\"", "adfs_DOMAIN\\bob", COGNITO_ACCEPTED},
        {"\"bob@example.com\"", "bob@example.com", COGNITO_ACCEPTED},
        {"\"\\u0061lice\"", "alice", COGNITO_ACCEPTED},
        {"\"\xd0\xb0lice\"", "alice", COGNITO_POLICY_USER}, /* a Cyrillic letter */
        {"\"alice\xcc\x81\"", "alic\xc3\xa9", COGNITO_POLICY_USER},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct change changes[] = {{"cognito:username", rows[i].claim}, {NULL, NULL}};
        char *token OWNED(mint_free) = mint_token(changes);
        assert_int_equal(judge_at(span_of_string(token), rows[i].account, MINT_ISSUED),
                         rows[i].status);
    }
}

static void user_that_is_a_uuid(void **state)
{
    (void)state;
    static const struct {
        const char *claim;
        bool uuid;
    } rows[] = {
        {"\"b4c8d4e8-0041-70a5-9c1e-3f2a1b0c9d8e\"", true},
        {"\"B4C8D4E8-0041-70A5-9C1E-3F2A1B0C9D8E\"", true},
        {"\"b4c8d4e8-0041-70a5-9c1e-3f2a1b0c9d8\"", false},
        {"\"b4c8d4e8-0041-70a5-9c1e-3f2a1b0c9d8eX\"", false},
        {"\"b4c8d4e8-0041-70a5-9c1e-3f2a1b0c9d8g\"", false},
        {"\"b4c8d4e8_0041-70a5-9c1e-3f2a1b0c9d8e\"", false},
        {"\"b4c8d4e8-0041-70a5-9c1e03f2a1b0c9d8e\"", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct change changes[] = {{"cognito:username", rows[i].claim}, {NULL, NULL}};
        char *token OWNED(mint_free) = mint_token(changes);
        judge_expecting(rows[i].claim, token, COGNITO_POLICY_USER,
                        rows[i].uuid ? "the pool's user names are UUIDs, so a map_file is needed"
                                     : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payload_json),
        cmocka_unit_test(payload_encoding),
        cmocka_unit_test(payload_is_not_read_before_the_signature),
        cmocka_unit_test(issuer),
        cmocka_unit_test(token_use),
        cmocka_unit_test(access_token),
        cmocka_unit_test(audience),
        cmocka_unit_test(times),
        cmocka_unit_test(expired),
        cmocka_unit_test(not_yet),
        cmocka_unit_test(lifetime),
        cmocka_unit_test(subject),
        cmocka_unit_test(username),
        cmocka_unit_test(another_username_claim),
        cmocka_unit_test(user),
        cmocka_unit_test(user_names_of_federation),
        cmocka_unit_test(user_that_is_a_uuid),
    };
    return cmocka_run_group_tests(tests, judging_begin, judging_end);
}
