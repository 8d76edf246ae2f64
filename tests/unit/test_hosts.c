/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/hosts.h"

struct row {
    const char *patterns, *host;
};

static void matching_hosts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"bastion.example", "bastion.example"},
        {"*", "anything"},
        {"**", "x"},
        {"*.example", "bastion.example"},
        {"bastion-?.example", "bastion-1.example"},
        {"a*b*c", "aXXbYYbZc"},
        {"*.*", "a.b"},
        {"one two", "two"},
        {"one,two", "two"},
        {" , one ,, two,", "one"},
        {"one\ttwo\nthree", "three"},
        {"Bastion.Example", "bastion.example"},
        {"bastion.example", "BASTION.EXAMPLE"},
        {"192.0.2.*", "192.0.2.17"},
        {"fe80::1%eth0", "fe80::1%eth0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!cognito_hosts_match(rows[i].patterns, span_of_string(rows[i].host), NULL))
            fail_msg("\"%s\" has to match %s", rows[i].patterns, rows[i].host);
}

static void other_hosts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {NULL, "a"},
        {"", "a"},
        {" ,", "a"},
        {"a", "ab"},
        {"a", "ba"},
        {"ab", "a"},
        {"?", ""},
        {"?", "ab"},
        {"??", "a"},
        {"*.example", "example"},
        {"*.example", "bastion.example.evil"},
        {"bastion.example", "bastion-example"},
        {"bastion.*", "bastion"},
        {"a*b", "acbd"},
        {"a,b", "a,b"},
        {"[ab]", "a"},
        {"@", "`"},
        {"a\\*", "ab"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = {{0}};
        if (cognito_hosts_match(rows[i].patterns, span_of_string(rows[i].host), &why))
            fail_msg("%s must not match %s", rows[i].patterns, rows[i].host);
        assert_non_null(strstr(why.text, "COGNITO_ASKPASS_HOSTS"));
    }
}

/* Who writes an exception must not find that it was taken for a name that nothing has. */
static void exceptions_are_refused(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_false(cognito_hosts_match("*,!evil", span_of_string("good"), &why));
    assert_non_null(strstr(why.text, "'!'"));
}

/* With backtracking at every star this would not end. */
static void many_stars_take_no_time(void **state)
{
    (void)state;
    char pattern[201];
    char host[1001];
    for (size_t i = 0; i < 200; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[199] = 'b';
    pattern[200] = '\0';
    memset(host, 'a', 1000);
    host[1000] = '\0';
    assert_false(cognito_hosts_match(pattern, span_of_string(host), NULL));
}

static void a_strange_host_is_escaped(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_false(cognito_hosts_match("", span_of_string("a\x1b[2Jb"), &why));
    assert_null(strchr(why.text, 0x1b));
    assert_non_null(strstr(why.text, "a\\x1b[2Jb"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching_hosts),
        cmocka_unit_test(other_hosts),
        cmocka_unit_test(exceptions_are_refused),
        cmocka_unit_test(many_stars_take_no_time),
        cmocka_unit_test(a_strange_host_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
