/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "client/pkce.h"

/* RFC 7636, appendix B. */
static void the_challenge_of_the_standard(void **state)
{
    (void)state;
    char challenge[PKCE_TEXT_SIZE];
    assert_true(cognito_pkce_challenge(
        span_of_string("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge));
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/* RFC 7636, 4.1: 43 to 128 unreserved characters; 32 random bytes as base64url make 43. */
static void is_text(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_int_equal(strlen(text), PKCE_TEXT_SIZE - 1);
    assert_int_equal(strspn(text, digits), PKCE_TEXT_SIZE - 1);
    /* The last character has four bits of the bytes, and two zeros. */
    assert_int_equal((strchr(digits, text[PKCE_TEXT_SIZE - 2]) - digits) % 4, 0);
}

static void each_sign_in_has_texts_of_its_own(void **state)
{
    (void)state;
    struct pkce made[2];
    const char *texts[6];
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        char challenge[PKCE_TEXT_SIZE];
        assert_true(cognito_pkce_make(&made[i]));
        is_text(made[i].challenge);
        assert_true(cognito_pkce_challenge(span_of_string(made[i].verifier), challenge));
        assert_string_equal(challenge, made[i].challenge);
        texts[count++] = made[i].verifier;
        texts[count++] = made[i].state;
        texts[count++] = made[i].nonce;
    }
    for (size_t i = 0; i < count; i++) {
        is_text(texts[i]);
        for (size_t j = i + 1; j < count; j++)
            assert_string_not_equal(texts[i], texts[j]);
    }
}

static void the_same_is_the_same(void **state)
{
    (void)state;
    assert_true(cognito_pkce_same(LITERAL("abc"), LITERAL("abc")));
    assert_true(cognito_pkce_same(LITERAL(""), span_of(NULL, 0)));
    assert_false(cognito_pkce_same(LITERAL("abc"), LITERAL("abd")));
    assert_false(cognito_pkce_same(LITERAL("abc"), LITERAL("ab")));
    assert_false(cognito_pkce_same(LITERAL("abc"), LITERAL("")));
    assert_false(cognito_pkce_same(LITERAL("abc"), LITERAL("aBc")));
    assert_false(cognito_pkce_same(LITERAL("a\0c"), LITERAL("a\0d")));
}

static void nothing_is_left_when_wiped(void **state)
{
    (void)state;
    static const struct pkce none = {{0}, {0}, {0}, {0}};
    struct pkce pkce;
    assert_true(cognito_pkce_make(&pkce));
    cognito_pkce_wipe(&pkce);
    assert_memory_equal(&pkce, &none, sizeof pkce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_challenge_of_the_standard),
        cmocka_unit_test(each_sign_in_has_texts_of_its_own),
        cmocka_unit_test(the_same_is_the_same),
        cmocka_unit_test(nothing_is_left_when_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
