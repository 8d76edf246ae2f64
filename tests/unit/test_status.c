/* SPDX-License-Identifier: MIT */
#include "base/status.h"

#include "unit.h"

/* The contract, by hand: what scripts, logs and man pages rely on. */
static const struct {
    enum cognito_status status;
    const char *code;
    enum cognito_kind kind;
    enum cognito_level level;
} rows[] = {
    {COGNITO_SYSTEM_CONFIG, "system.config", KIND_MISCONFIGURED, LEVEL_ERROR},
    {COGNITO_SYSTEM_CLOCK, "system.clock", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_SYSTEM_MEMORY, "system.memory", KIND_NO_MEMORY, LEVEL_ERROR},
    {COGNITO_SYSTEM_CRYPTO, "system.crypto", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_JWKS_JSON, "jwks.json", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_JWKS_INVALID, "jwks.invalid", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_KEY_NONE, "key.none", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_KEY_STALE, "key.stale", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_HOST_CONVERSATION, "host.conversation", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_EMPTY, "token.empty", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_HOST_PLACEHOLDER, "host.placeholder", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_HOST_REPEATED_ANSWER, "host.repeated_answer", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_TOO_LONG, "token.too_long", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_TRUNCATED, "token.truncated", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_MALFORMED, "token.malformed", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_ENCODING, "token.encoding", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_JSON, "token.json", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_TOKEN_ALGORITHM, "token.algorithm", KIND_REFUSED, LEVEL_WARNING},
    {COGNITO_TOKEN_HEADER, "token.header", KIND_REFUSED, LEVEL_WARNING},
    {COGNITO_TOKEN_KEY_ID, "token.key_id", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_KEY_UNKNOWN, "key.unknown", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_KEY_AMBIGUOUS, "key.ambiguous", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_SIGNATURE_LENGTH, "signature.length", KIND_REFUSED, LEVEL_WARNING},
    {COGNITO_SIGNATURE_INVALID, "signature.invalid", KIND_REFUSED, LEVEL_WARNING},
    {COGNITO_CLAIM_ISSUER, "claim.issuer", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_TOKEN_USE, "claim.token_use", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_AUDIENCE, "claim.audience", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_TYPE, "claim.type", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_EXPIRED, "claim.expired", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_NOT_YET, "claim.not_yet", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_LIFETIME, "claim.lifetime", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_SUBJECT, "claim.subject", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_CLAIM_USERNAME, "claim.username", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_TOKEN_AGE, "policy.token_age", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_AUTH_AGE, "policy.auth_age", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_GROUP, "policy.group", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_USER, "policy.user", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_EMAIL, "policy.email", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_PHONE, "policy.phone", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_DENIED, "policy.denied", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_ACCOUNT, "policy.account", KIND_REFUSED, LEVEL_NOTICE},
    {COGNITO_POLICY_USED, "policy.used", KIND_REFUSED, LEVEL_WARNING},
    {COGNITO_SYSTEM_LEDGER, "system.ledger", KIND_OUTAGE, LEVEL_ERROR},
    {COGNITO_ACCEPTED, "accepted", KIND_ACCEPTED, LEVEL_INFO},
};

static void every_status_has_its_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct status_row *row = cognito_status_row(rows[i].status);
        assert_string_equal(row->code, rows[i].code);
        assert_int_equal(row->kind, rows[i].kind);
        assert_int_equal(row->level, rows[i].level);
        assert_true(row->text[0] != '\0');
        assert_int_equal(row->remedy[0] == '\0', rows[i].status == COGNITO_ACCEPTED);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rows[k].code, rows[i].code);
    }
    /* The list above has all of them, for ACCEPTED is the last. */
    assert_int_equal(COUNT_OF(rows), COGNITO_ACCEPTED + 1);
}

static void only_one_accepts(void **state)
{
    (void)state;
    size_t accepting = 0;
    for (int status = -2; status < COGNITO_ACCEPTED + 1000; status++)
        accepting += cognito_status_row((enum cognito_status)status)->kind == KIND_ACCEPTED;
    assert_int_equal(accepting, 1);
    assert_int_equal(cognito_status_row(COGNITO_UNDECIDED)->kind, KIND_REFUSED);
    assert_int_equal(cognito_status_row(COGNITO_UNDECIDED)->level, LEVEL_ERROR);
    assert_string_equal(cognito_status_row(COGNITO_UNDECIDED)->code, "system.undecided");
    assert_int_equal(cognito_status_row((enum cognito_status)(COGNITO_ACCEPTED + 1))->kind,
                     KIND_REFUSED);
    const enum cognito_status zero = 0;
    assert_int_not_equal(zero, COGNITO_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_row),
        cmocka_unit_test(only_one_accepts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
