/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/accountname.h"
#include "base/limits.h"

static void names_that_accounts_have_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {
        "a",    "alice",        "Alice",           "alice-2",    "a.b_c$",
        "1000", "EXAMPLE\\bob", "bob@example.com", "zo\xc3\xab", "two words",
        ".",    "user+1"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!cognito_account_name(span_of_string(names[i])))
            fail_msg("%s was refused", names[i]);
}

static void names_that_mean_something_else_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"",  "-",   "-alice", "--help", "a/b",   "/",       "a:b",
                                        ":", "a\n", "a\tb",   "\x7f",   "a\x01", "../root", "a\r"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cognito_account_name(span_of_string(names[i])))
            fail_msg("row %zu was taken", i);
    assert_false(cognito_account_name(span_of("a\0b", 3)));
}

static void the_longest_name_has_255_bytes(void **state)
{
    (void)state;
    char name[ACCOUNT_NAME_MAX + 1];
    memset(name, 'x', sizeof name);
    assert_true(cognito_account_name(span_of(name, ACCOUNT_NAME_MAX)));
    assert_false(cognito_account_name(span_of(name, ACCOUNT_NAME_MAX + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_accounts_have_are_taken),
        cmocka_unit_test(names_that_mean_something_else_are_refused),
        cmocka_unit_test(the_longest_name_has_255_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
