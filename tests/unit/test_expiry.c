/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/expiry.h"

/* base64url of the JSON in the comment behind it. */
static void exp_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *payload;
        int64_t exp;
    } rows[] = {
        {"eyJleHAiOjE3MDAwMDAwMDB9", 1700000000},                 /* {"exp":1700000000} */
        {"eyJhIjp7ImV4cCI6MX0sImV4cCI6Mn0", 2},                   /* {"a":{"exp":1},"exp":2} */
        {"eyJcdTAwNjV4cCI6MS43ZTl9", 1700000000},                 /* {"\u0065xp":1.7e9} */
        {"eyJleHAiOjIxOTkwMjMyNTU1NTF9", INT64_C(2199023255551)}, /* {"exp":2^41 - 1} */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t exp = 0;
        struct complaint why = {{0}};
        if (!cognito_expiry_read(span_of_string(rows[i].payload), &exp, &why))
            fail_msg("%s: %s", rows[i].payload, why.text);
        assert_true(exp == rows[i].exp);
    }
}

static void what_is_not_readable_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *payload, *words;
    } rows[] = {
        {"e30", "no exp"},                               /* {} */
        {"eyJhIjp7ImV4cCI6MX19", "no exp"},              /* {"a":{"exp":1}} */
        {"eyJleHAiOiIxNzAwMDAwMDAwIn0", "not a time"},   /* {"exp":"1700000000"} */
        {"eyJleHAiOnRydWV9", "not a time"},              /* {"exp":true} */
        {"eyJleHAiOm51bGx9", "not a time"},              /* {"exp":null} */
        {"eyJleHAiOjB9", "not a time"},                  /* {"exp":0} */
        {"eyJleHAiOi0xfQ", "not a time"},                /* {"exp":-1} */
        {"eyJleHAiOjEuNX0", "not a time"},               /* {"exp":1.5} */
        {"eyJleHAiOjIxOTkwMjMyNTU1NTJ9", "not a time"},  /* {"exp":2^41} */
        {"eyJleHAiOjEsImV4cCI6Mn0", "twice"},            /* {"exp":1,"exp":2} */
        {"eyJleHAiOjE", "not well-formed"},              /* {"exp":1 */
        {"W10", "not well-formed"},                      /* [] */
        {"eyJleHAiOjE3MDAwMDAwMDB", "strict base64url"}, /* spare bits */
        {"eyJle", "strict base64url"},                   /* one character over */
        {"e3=", "strict base64url"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t exp = 77;
        struct complaint why = {{0}};
        if (cognito_expiry_read(span_of_string(rows[i].payload), &exp, &why))
            fail_msg("taken: %s", rows[i].payload);
        if (strstr(why.text, rows[i].words) == NULL)
            fail_msg("%s: %s", rows[i].payload, why.text);
        assert_int_equal(exp, 77);
    }
}

static void a_token_may_be_sent_before_its_end_only(void **state)
{
    (void)state;
    static const struct {
        int64_t ago;
        const char *words;
    } rows[] = {
        {0, "expired 0 seconds ago"},      {1, "expired 1 second ago"},
        {119, "expired 119 seconds ago"},  {120, "expired 2 minutes ago"},
        {7199, "expired 119 minutes ago"}, {7200, "expired 2 hours ago"},
        {172799, "expired 47 hours ago"},  {172800, "expired 2 days ago"},
    };
    assert_true(cognito_expiry_ahead(1001, 1000, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = {{0}};
        assert_false(cognito_expiry_ahead(1000, 1000 + rows[i].ago, &why));
        if (strstr(why.text, rows[i].words) == NULL)
            fail_msg("%s", why.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_read),
        cmocka_unit_test(what_is_not_readable_is_refused),
        cmocka_unit_test(a_token_may_be_sent_before_its_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
