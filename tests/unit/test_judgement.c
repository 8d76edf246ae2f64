/* SPDX-License-Identifier: MIT */
#include "token/judgement.h"

#include <wchar.h>

#include "unit.h"

struct seen {
    char check[32];
    char saw[COMPLAINT_MAX];
    unsigned int count;
};

static void note(void *context, const char *check, const char *saw)
{
    struct seen *seen = context;
    assert_true(strlen(check) < sizeof seen->check && strlen(saw) < sizeof seen->saw);
    memcpy(seen->check, check, strlen(check) + 1);
    memcpy(seen->saw, saw, strlen(saw) + 1);
    seen->count++;
}

static void nobody_asks(void **state)
{
    (void)state;
    struct explanation explanation = {.why = {"untouched"}};
    const struct judgement judgement = {.explanation = &explanation, .check = "size"};
    assert_true(cognito_pass(&judgement, "%d bytes", 3));
    assert_true(cognito_pass_value(&judgement, "kid", LITERAL("x")));
    assert_string_equal(explanation.why.text, "untouched");
}

static void what_each_check_saw(void **state)
{
    (void)state;
    struct seen seen = {.count = 0};
    struct explanation explanation = {.passed = note, .context = &seen};
    const struct judgement judgement = {.explanation = &explanation, .check = "size"};
    assert_true(cognito_pass(&judgement, "%d bytes", 3));
    assert_string_equal(seen.check, "size");
    assert_string_equal(seen.saw, "3 bytes");
    assert_true(cognito_pass_value(&judgement, "kid", LITERAL("a b\n")));
    assert_string_equal(seen.saw, "kid a\\x20b\\x0a");
    assert_int_equal(seen.count, 2);
    /* A wide character that the locale does not have is the one thing that printf cannot print. */
    static const wchar_t wide[] = {0x20ac, 0};
    assert_true(cognito_pass(&judgement, "a %ls", wide));
    assert_string_equal(seen.saw, "");
    assert_int_equal(seen.count, 3);
    assert_string_equal(explanation.why.text, "");
}

static void refusing(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct judgement judgement = {.explanation = &explanation, .status = COGNITO_UNDECIDED};
    assert_false(REFUSE(&judgement, COGNITO_CLAIM_EXPIRED, "%d s ago", 5));
    assert_int_equal(judgement.status, COGNITO_CLAIM_EXPIRED);
    assert_string_equal(explanation.why.text, "5 s ago");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_asks),
        cmocka_unit_test(what_each_check_saw),
        cmocka_unit_test(refusing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
