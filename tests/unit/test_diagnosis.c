/* SPDX-License-Identifier: MIT */
#include "host/diagnosis.h"

#include <stdlib.h>

#include "unit.h"

static struct complaint why;

static enum cognito_status diagnose(struct span token, size_t answers, size_t last, bool same,
                                    enum cognito_status status)
{
    const struct presentation presentation = {token, answers, last, same};
    why = (struct complaint){"as before"};
    return cognito_diagnose(&presentation, status, &why);
}

static void cut_sizes(void **state)
{
    (void)state;
    static const size_t cuts[] = {500, 511, 1020, 1023, 4095};
    size_t found = 0;
    for (size_t len = 0; len < 20000; len++) {
        bool wanted = false;
        for (size_t i = 0; i < COUNT_OF(cuts); i++)
            wanted = wanted || cuts[i] == len;
        assert_int_equal(cognito_is_cut_size(len), wanted);
        found += wanted;
    }
    assert_int_equal(found, COUNT_OF(cuts));
}

static void nothing_entered(void **state)
{
    (void)state;
    assert_int_equal(diagnose(span_of(NULL, 0), 1, 0, true, COGNITO_TOKEN_EMPTY),
                     COGNITO_TOKEN_EMPTY);
    assert_string_equal(why.text, "");
}

/* OpenSSH's text, in every length it can be cut to and over more than one answer. */
static void placeholder(void **state)
{
    (void)state;
    static const char junk[] = "\b\n\r\177INCORRECT";
    char text[2000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = junk[i % 13];
    for (size_t len = 1; len <= sizeof text; len++) {
        assert_int_equal(diagnose(span_of(text, len), 1, len, true, COGNITO_TOKEN_MALFORMED),
                         COGNITO_HOST_PLACEHOLDER);
        assert_string_equal(why.text, "");
    }
    assert_int_equal(diagnose(span_of(text, 2000), 4, 500, true, COGNITO_TOKEN_MALFORMED),
                     COGNITO_HOST_PLACEHOLDER);
    assert_int_equal(diagnose(LITERAL("INCORRECT"), 1, 9, true, COGNITO_TOKEN_MALFORMED),
                     COGNITO_TOKEN_MALFORMED);
    assert_string_equal(why.text, "as before");
}

static void repeated(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'a', sizeof text);
    const struct span token = span_of(text, sizeof text);
    assert_int_equal(diagnose(token, 2, 500, true, COGNITO_TOKEN_TOO_LONG),
                     COGNITO_HOST_REPEATED_ANSWER);
    assert_string_equal(why.text, "2 answers of 500 bytes");
    assert_int_equal(diagnose(token, 2, 500, false, COGNITO_TOKEN_TOO_LONG),
                     COGNITO_TOKEN_TOO_LONG);
    assert_int_equal(diagnose(token, 1, 1000, true, COGNITO_TOKEN_MALFORMED),
                     COGNITO_TOKEN_MALFORMED);
}

static void truncated(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        const char *words;
    } cuts[] = {
        {500, "cut after a part of 500 by cognito-askpass (sudo), and the rest did not come"},
        {511, "cut at 511 bytes, as doas and polkit do"},
        {1020, "cut after a part of 1020 by cognito-askpass (ssh), and the rest did not come"},
        {1023, "cut at 1023 bytes, as the OpenSSH client does"},
        {4095, "cut at 4095 bytes, as su, login and terminals do"},
    };
    char text[5000];
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        memset(text, 'a', sizeof text);
        const size_t len = cuts[i].len;
        const struct span token = span_of(text, len);
        for (int dots = 0; dots < 3; dots++) {
            /* No dot, one, two with 341 characters behind them. */
            if (dots == 1)
                text[100] = '.';
            if (dots == 2)
                text[len - 342] = '.';
            assert_int_equal(diagnose(token, 1, len, true, COGNITO_TOKEN_MALFORMED),
                             COGNITO_TOKEN_TRUNCATED);
            assert_string_equal(why.text, cuts[i].words);
        }
        text[len - 342] = 'a';
        text[len - 343] = '.'; /* a signature of 342 characters is whole */
        assert_int_equal(diagnose(token, 1, len, true, COGNITO_SIGNATURE_INVALID),
                         COGNITO_SIGNATURE_INVALID);
        /* Another length says nothing of a cut. */
        assert_int_equal(diagnose(span_of("a", 1), 1, len + 1, true, COGNITO_TOKEN_MALFORMED),
                         COGNITO_TOKEN_MALFORMED);
        assert_int_equal(diagnose(span_of("a", 1), 1, len, true, COGNITO_TOKEN_TOO_LONG),
                         COGNITO_TOKEN_TOO_LONG);
    }
}

/* Outages and acceptances are what they are, whatever was brought. */
static void what_is_not_about_the_token(void **state)
{
    (void)state;
    static const enum cognito_status kept[] = {COGNITO_ACCEPTED,          COGNITO_SYSTEM_MEMORY,
                                               COGNITO_SYSTEM_CRYPTO,     COGNITO_SYSTEM_CONFIG,
                                               COGNITO_SYSTEM_CLOCK,      COGNITO_KEY_NONE,
                                               COGNITO_KEY_STALE,         COGNITO_JWKS_JSON,
                                               COGNITO_HOST_CONVERSATION, COGNITO_SYSTEM_LEDGER};
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        assert_int_equal(diagnose(span_of(NULL, 0), 1, 0, true, kept[i]), kept[i]);
        assert_int_equal(diagnose(LITERAL("\b"), 2, 500, true, kept[i]), kept[i]);
        assert_string_equal(why.text, "as before");
    }
    /* A refusal only ever becomes a refusal. */
    for (int status = COGNITO_UNDECIDED; status < COGNITO_ACCEPTED; status++) {
        assert_int_not_equal(diagnose(LITERAL("x"), 1, 500, true, (enum cognito_status)status),
                             COGNITO_ACCEPTED);
        assert_int_not_equal(diagnose(span_of(NULL, 0), 1, 0, true, (enum cognito_status)status),
                             COGNITO_ACCEPTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_sizes),   cmocka_unit_test(nothing_entered),
        cmocka_unit_test(placeholder), cmocka_unit_test(repeated),
        cmocka_unit_test(truncated),   cmocka_unit_test(what_is_not_about_the_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
