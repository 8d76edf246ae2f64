/* SPDX-License-Identifier: MIT */
/* The decision as a whole: what is accepted, what is given out, the order, and every mutation. */
#include "token/verify.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/secret.h"
#include "failing.h"
#include "judging.h"
#include "minting.h"
#include "unit.h"

static void a_good_token(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    assert_int_not_equal(strlen(token) % 4, 0);
    judge_expecting("good", token, COGNITO_ACCEPTED, "");
    assert_true(span_is(judged_who.issuer, MINT_ISSUER));
    assert_true(span_is(judged_who.subject, MINT_SUBJECT));
    assert_true(span_is(judged_who.username, "alice"));
    assert_true(span_is(judged_who.token_id, "f3a1c1de-77a4-4c41-9d2b-1f0a9b8c7d66"));
    assert_int_equal(judged_who.issued_at, MINT_ISSUED);
    assert_int_equal(judged_who.expires_at, MINT_EXPIRES);
    assert_int_equal(judged_who.signed_in_at, MINT_ISSUED);
    assert_string_equal(judged_who.key_id, mint_kid(MINT_FIRST));
    struct span email;
    assert_int_equal(cognito_json_string(judged_who.claims, "email", &email), JSON_FOUND);
    assert_true(span_is(email, "alice@example.com"));
}

/* The identity lives on without the token it was read from. */
static void an_identity_of_its_own(void **state)
{
    (void)state;
    char *token = mint_token(NULL);
    judge_expecting("good", token, COGNITO_ACCEPTED, "");
    memset(token, 'x', strlen(token));
    free(token);
    assert_true(span_is(judged_who.subject, MINT_SUBJECT));
    cognito_identity_free(&judged_who);
    cognito_identity_free(&judged_who);
    assert_null(judged_who.claims);
}

static void what_a_token_may_lack(void **state)
{
    (void)state;
    const struct change least[] = {{"at_hash", NULL},
                                   {"cognito:groups", NULL},
                                   {"email_verified", NULL},
                                   {"cognito:preferred_role", NULL},
                                   {"origin_jti", NULL},
                                   {"cognito:roles", NULL},
                                   {"identities", NULL},
                                   {"event_id", NULL},
                                   {"auth_time", NULL},
                                   {"jti", NULL},
                                   {"email", NULL},
                                   {"something_new", "[[{}],null]"},
                                   {NULL, NULL}};
    char *token OWNED(mint_free) = mint_token(least);
    judge_expecting("the least", token, COGNITO_ACCEPTED, "");
    assert_int_equal(judged_who.token_id.len, 0);
    assert_int_equal(judged_who.signed_in_at, 0);
    const struct change mistyped[] = {{"jti", "7"}, {NULL, NULL}};
    char *number OWNED(mint_free) = mint_token(mistyped);
    judge_expecting("jti 7", number, COGNITO_ACCEPTED, "");
    assert_int_equal(judged_who.token_id.len, 0);
}

static void a_long_key(void **state)
{
    (void)state;
    struct jwks *before = judging_keys;
    char *key OWNED(mint_free) = mint_jwk(MINT_LONG, NULL);
    char *set OWNED(mint_free) = mint_set((const char *const[]){key, NULL});
    assert_int_equal(cognito_jwks_parse(span_of_string(set), &judging_keys, NULL),
                     COGNITO_ACCEPTED);
    char *header OWNED(mint_free) = mint_header(MINT_LONG, NULL);
    char *payload OWNED(mint_free) = mint_payload(NULL);
    char *token OWNED(mint_free) = mint_signed(header, payload, MINT_LONG);
    judge_expecting("4096 bits", token, COGNITO_ACCEPTED, "");
    char *foreign OWNED(mint_free) = mint_signed(header, payload, MINT_FIRST);
    judge_expecting("2048 bits", foreign, COGNITO_SIGNATURE_LENGTH,
                    "256 bytes, and the key has 512");
    cognito_jwks_free(judging_keys);
    judging_keys = before;
}

/* As long as TOKEN_SIZE_MAX lets one be. */
static void a_long_token(void **state)
{
    (void)state;
    enum { FILLING = 150000 };
    char *filling OWNED(mint_free) = malloc(FILLING + 3);
    memset(filling, 'g', FILLING + 2);
    filling[0] = filling[FILLING + 1] = '"';
    filling[FILLING + 2] = '\0';
    const struct change changes[] = {{"custom:long", filling}, {NULL, NULL}};
    char *token OWNED(mint_free) = mint_token(changes);
    judge_expecting("long", token, COGNITO_TOKEN_TOO_LONG, NULL);
    judging_policy.max_token_size = TOKEN_SIZE_MAX;
    judge_expecting("long", token, COGNITO_ACCEPTED, "");
    judging_policy.max_token_size = TOKEN_SIZE_DEFAULT;
}

/* Everything wrong at once, and mended step by step: the first check in the order is reported. */
static void the_order(void **state)
{
    (void)state;
    static const struct {
        const char *name, *good;
        enum cognito_status status;
    } steps[] = {
        {"iss", "\"" MINT_ISSUER "\"", COGNITO_CLAIM_ISSUER},
        {"token_use", "\"id\"", COGNITO_CLAIM_TOKEN_USE},
        {"aud", "\"" MINT_CLIENT "\"", COGNITO_CLAIM_AUDIENCE},
        {"auth_time", "1700000000", COGNITO_CLAIM_TYPE},
        {"exp", "1800000000", COGNITO_CLAIM_EXPIRED},
        {"nbf", "1700000000", COGNITO_CLAIM_NOT_YET},
        {"iat", "1799990000", COGNITO_CLAIM_LIFETIME}, /* then in the future as well */
        {"sub", "\"x\"", COGNITO_CLAIM_SUBJECT},
        {"cognito:username", "\"alice\"", COGNITO_CLAIM_USERNAME},
    };
    struct change changes[] = {
        {"iss", "1"},          {"token_use", "1"},    {"aud", "1"},
        {"auth_time", "\"\""}, {"exp", "1600000000"}, {"nbf", "1900000000"},
        {"iat", "1600000000"}, {"sub", "1"},          {"cognito:username", "1"},
        {NULL, NULL}};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        char *token OWNED(mint_free) = mint_token(changes);
        const int64_t now = i < 6 ? MINT_ISSUED : 1799995000;
        const enum cognito_status status = judge_at(span_of_string(token), "bob", now);
        if (status != steps[i].status)
            FAIL_ROW("%s: %s\n", steps[i].name, cognito_status_row(status)->code);
        for (size_t k = 0; changes[k].name != NULL; k++)
            if (strcmp(changes[k].name, steps[i].name) == 0)
                changes[k].value = steps[i].good;
    }
    char *token OWNED(mint_free) = mint_token(changes);
    assert_int_equal(judge_at(span_of_string(token), "bob", 1799995000), COGNITO_POLICY_USER);
    assert_int_equal(judge_at(span_of_string(token), "alice", 1799995000), COGNITO_ACCEPTED);
}

/* ---- mutations ---- */

static void expect_refused(const char *bytes, size_t len, const char *what, size_t at)
{
    if (judge_at(span_of(bytes, len), NULL, MINT_ISSUED + 1) == COGNITO_ACCEPTED)
        FAIL_ROW("accepted after %s at %zu\n", what, at);
}

static void each_bit_flipped(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    const size_t len = strlen(token);
    for (size_t at = 0; at < len; at++)
        for (unsigned int bit = 0; bit < 8; bit++) {
            token[at] = (char)(token[at] ^ (1 << bit));
            expect_refused(token, len, "a flipped bit", at);
            token[at] = (char)(token[at] ^ (1 << bit));
        }
    judge_expecting("whole again", token, COGNITO_ACCEPTED, "");
}

static void each_byte_replaced(void **state)
{
    (void)state;
    static const char others[] = "Az09-_.=\n";
    char *token OWNED(mint_free) = mint_token(NULL);
    const size_t len = strlen(token);
    for (size_t at = 0; at < len; at++) {
        const char before = token[at];
        for (size_t i = 0; i < sizeof others; i++) { /* the NUL as well */
            token[at] = others[i];
            if (token[at] != before)
                expect_refused(token, len, "a replaced byte", at);
        }
        token[at] = before;
    }
}

static void each_byte_removed_doubled_and_cut(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    const size_t len = strlen(token);
    char *changed OWNED(mint_free) = malloc(len + 2);
    for (size_t at = 0; at < len; at++) {
        memcpy(changed, token, at);
        memcpy(changed + at, token + at + 1, len - at);
        expect_refused(changed, len - 1, "a removed byte", at);
        memcpy(changed, token, at + 1);
        memcpy(changed + at + 1, token + at, len - at);
        expect_refused(changed, len + 1, "a doubled byte", at);
        expect_refused(token, at, "a cut", at);
    }
    expect_refused(token, len - 1, "a cut", len - 1);
    judge_expecting("whole again", token, COGNITO_ACCEPTED, "");
}

/* ---- what it leaves alone ---- */

/* The host's own OpenSSL errors stay, and none of ours are added. */
static void error_queue_of_the_host(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    char *forged OWNED(mint_free) = strdup(token);
    forged[strlen(forged) - 20] = forged[strlen(forged) - 20] == 'A' ? 'B' : 'A';
    ERR_clear_error();
    judge_expecting("forged", forged, COGNITO_SIGNATURE_INVALID, "");
    assert_int_equal(ERR_peek_error(), 0);
    judge_expecting("junk", "junk", COGNITO_TOKEN_MALFORMED, NULL);
    assert_int_equal(ERR_peek_error(), 0);
    ERR_raise(ERR_LIB_USER, 42);
    const unsigned long mine = ERR_peek_last_error();
    judge_expecting("forged", forged, COGNITO_SIGNATURE_INVALID, "");
    judge_expecting("good", token, COGNITO_ACCEPTED, "");
    assert_int_equal(ERR_get_error(), mine);
    assert_int_equal(ERR_get_error(), 0);
}

/* Our outage, and no word about the token. */
static void without_openssl(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    struct identity who = {0};
    struct explanation explanation = {0};
    judging_fail_imports(true);
    const enum cognito_status status =
        cognito_verify(span_of_string(token), judging_keys, &judging_policy, "alice",
                       MINT_ISSUED + 1, &who, &explanation);
    judging_fail_imports(false);
    assert_int_equal(status, COGNITO_SYSTEM_CRYPTO);
    assert_string_equal(explanation.why.text, "");
    assert_null(who.claims);
}

/* What an explanation says of each check; never a part of the signature. */
static void collect(void *context, const char *check, const char *saw)
{
    struct secret *said = context;
    assert_true(cognito_secret_append(said, span_of_string(check)));
    assert_true(cognito_secret_append(said, LITERAL(": ")));
    assert_true(cognito_secret_append(said, span_of_string(saw)));
    assert_true(cognito_secret_append(said, LITERAL("\n")));
}

static void explained(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    struct secret said OWNED(cognito_secret_free) = {0};
    struct explanation explanation = {.passed = collect, .context = &said};
    struct identity who = {0};
    assert_int_equal(cognito_verify(span_of_string(token), judging_keys, &judging_policy, "alice",
                                    MINT_ISSUED + 1, &who, &explanation),
                     COGNITO_ACCEPTED);
    cognito_identity_free(&who);
    static const char *const parts[] = {
        "sub " MINT_SUBJECT "\n",
        "encoding: strict base64url\n",
        "key: one of 2 keys, 2048 bits\n",
        "signature length: 256 bytes\n",
        "expiry: it expires in 3599 s\n",
        "not before: it was issued 1 s ago\n",
        "lifetime: 3600 s\n",
        "token age: 1 s\n",
    };
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (memmem(said.data, said.len, parts[i], strlen(parts[i])) == NULL)
            FAIL_ROW("%s is not in %.*s\n", parts[i], (int)said.len, (const char *)said.data);
    for (size_t i = 0; i + 12 <= strlen(token); i++)
        assert_null(memmem(said.data, said.len, token + i, 12));
}

/* The account phase: what may have changed since, and nothing else. */
static void judged_again(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    judge_expecting("good", token, COGNITO_ACCEPTED, "");
    struct explanation explanation = {.why = {"before"}};
    const struct policy usual = judging_policy;
    static char group[] = "no-such-group";
    char *groups[] = {group};
    static const struct {
        const char *user;
        int64_t now, token_age, auth_age;
        bool grouped;
        enum cognito_status status;
    } rows[] = {
        {"alice", MINT_ISSUED + 1, 0, 0, false, COGNITO_ACCEPTED},
        {"alice", MINT_EXPIRES + 9, 0, 0, false, COGNITO_ACCEPTED},
        {"alice", MINT_EXPIRES + 10, 0, 0, false, COGNITO_CLAIM_EXPIRED},
        {"alice", MINT_ISSUED + 60, 60, 60, false, COGNITO_ACCEPTED},
        {"alice", MINT_ISSUED + 61, 60, 0, false, COGNITO_POLICY_TOKEN_AGE},
        {"alice", MINT_ISSUED + 61, 0, 60, false, COGNITO_POLICY_AUTH_AGE},
        {"alice", MINT_ISSUED + 1, 0, 0, true, COGNITO_POLICY_GROUP},
        {"bob", MINT_ISSUED + 1, 0, 0, false, COGNITO_POLICY_USER},
        {NULL, MINT_ISSUED + 1, 0, 0, false, COGNITO_ACCEPTED},
        /* The clock of a host may be put back; that is no news of the token. */
        {"alice", MINT_ISSUED - 1000, 0, 0, false, COGNITO_ACCEPTED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        judging_policy = usual;
        judging_policy.max_token_age = rows[i].token_age;
        judging_policy.max_auth_age = rows[i].auth_age;
        if (rows[i].grouped)
            judging_policy.require_group = (struct list){groups, 1};
        judging_count_from_here();
        const enum cognito_status status =
            cognito_verify_again(&judged_who, &judging_policy, rows[i].user, rows[i].now,
                                 &explanation);
        judging_policy = usual;
        if (status != rows[i].status)
            FAIL_ROW("row %zu: %s (%s)\n", i, cognito_status_row(status)->code,
                     explanation.why.text);
        if (status == COGNITO_ACCEPTED)
            assert_string_equal(explanation.why.text, "");
        assert_int_equal(judging_imports() + judging_verifications(), 0);
    }
    assert_non_null(judged_who.claims);
}

/* Where the token was to say whose account it is, all lines are kept; what counts afterwards are
 * those about the account. */
static void judged_again_by_its_own_lines(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    judge_expecting("good", token, COGNITO_ACCEPTED, "");
    const struct policy usual = judging_policy;
    struct explanation explanation = {.why = {""}};
    struct lines lines = {.rest = span_of_string("bob user:bob\nalice user:alice\n")};
    const char *fault;
    judging_policy.has_map = true;
    assert_true(cognito_map_add(&judging_policy.map, &lines, cognito_user_from_token, &fault));
    assert_int_equal(cognito_verify_again(&judged_who, &judging_policy, "alice", MINT_ISSUED + 1,
                                          &explanation),
                     COGNITO_ACCEPTED);
    assert_int_equal(cognito_verify_again(&judged_who, &judging_policy, "bob", MINT_ISSUED + 1,
                                          &explanation),
                     COGNITO_POLICY_USER);
    cognito_map_free(&judging_policy.map);
    judging_policy = usual;
}

/* Wherever memory ends, the token is refused as for want of it, with the same work. */
static size_t accept_without_memory(const char *token)
{
    size_t nth = 1;
    for (;; nth++) {
        failing_begin(nth);
        const enum cognito_status status = judge(token);
        if (!failing_end()) {
            assert_int_equal(status, COGNITO_ACCEPTED);
            break;
        }
        assert_int_equal(status, COGNITO_SYSTEM_MEMORY);
        assert_string_equal(judged_why(), "");
    }
    return nth - 1;
}

/* The groups are read for whoever asks first, and once. */
static void without_memory(void **state)
{
    (void)state;
    static char group[] = "admins";
    char *groups[] = {group};
    const struct policy usual = judging_policy;
    const struct change grouped[] = {{"cognito:groups", "[\"x\",\"admins\"]"}, {NULL, NULL}};
    char *token OWNED(mint_free) = mint_token(grouped);
    struct lines lines = {.rest = span_of_string("alice group:admins\n")};
    const char *fault;
    const size_t least = accept_without_memory(token);
    assert_true(least >= 2); /* room for the payload, and the parser */
    judging_policy.require_group = (struct list){groups, 1};
    assert_int_equal(accept_without_memory(token), least + 1);
    judging_policy.has_map = true;
    assert_true(cognito_map_add(&judging_policy.map, &lines, "alice", &fault));
    assert_int_equal(accept_without_memory(token), least + 1);
    judging_policy.require_group.count = 0;
    assert_int_equal(accept_without_memory(token), least + 1);
    cognito_map_free(&judging_policy.map);
    judging_policy = usual;
}

/* A map that has lines about alice must not tell, by the time of a refusal, who gets as far as it:
 * every line is looked at, for a token that is somebody else's as for what is no token at all. */
static void the_map_is_searched_whatever_the_token(void **state)
{
    (void)state;
    enum { LINES = 20 };
    const char *fault;
    struct lines lines = {.number = 0};
    for (int i = 0; i < LINES / 4; i++) {
        lines.rest = span_of_string("alice sub:x\nalice user:somebody\nalice group:none\n"
                                    "alice email:x@example.com\nbob sub:y\n");
        assert_true(cognito_map_add(&judging_policy.map, &lines, "alice", &fault));
    }
    judging_policy.has_map = true;
    char *other OWNED(mint_free) = mint_token(NULL);
    char *expired OWNED(mint_free) =
        mint_token((const struct change[]){{"exp", "1700000001"}, {NULL, NULL}});
    char *header OWNED(mint_free) = mint_header(MINT_STRANGER, NULL);
    char *payload OWNED(mint_free) = mint_payload(NULL);
    char *unknown OWNED(mint_free) = mint_signed(header, payload, MINT_STRANGER);
    char *known OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    char *forged OWNED(mint_free) = mint_signed(known, payload, MINT_STRANGER);
    const char *const tokens[] = {"", "x", "\b\n\r\177INCORRECT", other, expired, unknown, forged};
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        assert_int_not_equal(judge_at(span_of_string(tokens[i]), "alice", MINT_ISSUED + 60),
                             COGNITO_ACCEPTED);
        if (judging_searched_lines() != LINES)
            FAIL_ROW("token %zu: %zu lines\n", i, judging_searched_lines());
        /* Where no account is named, nothing is mapped. */
        (void)!judge_at(span_of_string(tokens[i]), NULL, MINT_ISSUED + 60);
        assert_int_equal(judging_searched_lines(), 0);
    }
    judging_policy.has_map = false;
    cognito_map_free(&judging_policy.map);
}

static void line_ends_of_a_token(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } rows[] = {
        {"", 0},    {"\n", 0},    {"\r", 0},    {"\r\n", 0},  {"a", 1},     {"a\n", 1},
        {"a\r", 1}, {"a\r\n", 1}, {"a\n\r", 2}, {"a\n\n", 2}, {"a\r\r", 2}, {"\n\n", 1},
        {"a\v", 2}, {"a\f", 2},   {"a\t", 2},   {"a\016", 2}, {"\na", 2},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span text = cognito_token_text(span_of_string(rows[i].text));
        if (text.len != rows[i].len)
            FAIL_ROW("row %zu: %zu bytes\n", i, text.len);
    }
    assert_int_equal(cognito_token_text(span_of(NULL, 0)).len, 0);
}

static void nobody_wants_to_know_why(void **state)
{
    (void)state;
    char *token OWNED(mint_free) = mint_token(NULL);
    struct identity who = {0};
    assert_int_equal(cognito_verify(LITERAL("a.b"), judging_keys, &judging_policy, "alice",
                                    MINT_ISSUED, &who, NULL),
                     COGNITO_TOKEN_MALFORMED);
    assert_int_equal(cognito_verify(span_of_string(token), judging_keys, &judging_policy, "alice",
                                    MINT_ISSUED, &who, NULL),
                     COGNITO_ACCEPTED);
    cognito_identity_free(&who);
}

/* ---- the kid, for choosing a pool ---- */

static void key_id_of_a_token(void **state)
{
    (void)state;
    char kid[KEY_ID_MAX + 1];
    char *token OWNED(mint_free) = mint_token(NULL);
    judging_count_from_here();
    assert_true(cognito_token_key_id(span_of_string(token), kid));
    assert_string_equal(kid, mint_kid(MINT_FIRST));
    char *with_line_end OWNED(mint_free) = NULL;
    assert_true(asprintf(&with_line_end, "%s\r\n", token) > 0);
    assert_true(cognito_token_key_id(span_of_string(with_line_end), kid));
    assert_string_equal(kid, mint_kid(MINT_FIRST));
    static const char *const without[] = {"",
                                          "\n",
                                          "a.b",
                                          "a.b.c",
                                          "e30.e30.AAAA",
                                          "e30.e30.AAAAA",
                                          "AAAA.e30.AAAA",
                                          "eyJraWQiOiJ4In0.e30.AAAAA",
                                          "eyJraWQiOjF9.e30.AAAA",
                                          "eyJraWQiOiIifQ.e30.AAAA",
                                          "eyJraWQiOiJcbiJ9.e30.AAAA"};
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        memset(kid, 'x', sizeof kid);
        assert_true(cognito_token_key_id(span_of_string(without[i]), kid));
        assert_string_equal(kid, "");
    }
    assert_int_equal(judging_imports() + judging_verifications(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token),
        cmocka_unit_test(an_identity_of_its_own),
        cmocka_unit_test(what_a_token_may_lack),
        cmocka_unit_test(a_long_key),
        cmocka_unit_test(a_long_token),
        cmocka_unit_test(the_order),
        cmocka_unit_test(each_bit_flipped),
        cmocka_unit_test(each_byte_replaced),
        cmocka_unit_test(each_byte_removed_doubled_and_cut),
        cmocka_unit_test(error_queue_of_the_host),
        cmocka_unit_test(without_openssl),
        cmocka_unit_test(explained),
        cmocka_unit_test(judged_again),
        cmocka_unit_test(judged_again_by_its_own_lines),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(the_map_is_searched_whatever_the_token),
        cmocka_unit_test(line_ends_of_a_token),
        cmocka_unit_test(nobody_wants_to_know_why),
        cmocka_unit_test(key_id_of_a_token),
    };
    return cmocka_run_group_tests(tests, judging_begin, judging_end);
}
