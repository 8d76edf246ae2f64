/* SPDX-License-Identifier: MIT */
#include "token/identity.h"

#include "base/json.h"
#include "failing.h"
#include "unit.h"

static struct identity identity_of(const char *claims)
{
    struct json_fault fault;
    const struct identity identity = {.claims = cognito_json_parse(span_of_string(claims), &fault)};
    assert_non_null(identity.claims);
    return identity;
}

static void groups(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        bool good;
        size_t count; /* 0: there are none */
    } rows[] = {
        {"{}", true, 0},
        {"{\"cognito:groups\":[\"a\"]}", true, 1},
        {"{\"cognito:groups\":[\"a\",\"b\",\"\"]}", true, 3},
        {"{\"cognito:groups\":\"a\"}", false, 0},
        {"{\"cognito:groups\":null}", false, 0},
        {"{\"cognito:groups\":{\"a\":\"b\"}}", false, 0},
        {"{\"cognito:groups\":[1]}", false, 0},
        {"{\"cognito:groups\":[\"a\",null]}", false, 0},
        {"{\"cognito:groups\":[[\"a\"]]}", false, 0},
        {"{\"groups\":[\"a\"]}", true, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct identity identity = identity_of(rows[i].claims);
        static const char untouched;
        const struct json *array = (const struct json *)(const void *)&untouched;
        const bool good = cognito_identity_groups(&identity, &array);
        if (good != rows[i].good || (array != NULL) != (rows[i].count > 0))
            FAIL_ROW("%s\n", rows[i].claims);
        if (array != NULL)
            assert_int_equal(cognito_json_length(array), rows[i].count);
        cognito_identity_free(&identity);
        assert_null(identity.claims);
    }
}

/* An empty array is one. */
static void no_group(void **state)
{
    (void)state;
    struct identity identity = identity_of("{\"cognito:groups\":[]}");
    const struct json *array = NULL;
    assert_true(cognito_identity_groups(&identity, &array));
    assert_non_null(array);
    assert_int_equal(cognito_json_length(array), 0);
    cognito_identity_free(&identity);
}

static void names_of_groups(void **state)
{
    (void)state;
    static const struct {
        const char *claims, *names;
    } rows[] = {
        {"{}", ""},
        {"{\"cognito:groups\":[]}", ""},
        {"{\"cognito:groups\":[\"admins\"]}", "admins"},
        {"{\"cognito:groups\":[\"b\",\"a\",\"c\"]}", "b a c"},
        {"{\"cognito:groups\":[\"\\u00e9~!\"]}", "\xc3\xa9~!"},
        {"{\"cognito:groups\":[\"a b\"]}", ""},
        {"{\"cognito:groups\":[\" a\"]}", ""},
        {"{\"cognito:groups\":[\"a\",\"b c\"]}", ""},
        {"{\"cognito:groups\":[\"a\",\"\"]}", ""},
        {"{\"cognito:groups\":[\"a\\u001f\"]}", ""},
        {"{\"cognito:groups\":[\"a\\u0021\"]}", "a!"},
        {"{\"cognito:groups\":[\"a\\u007f\"]}", ""},
        {"{\"cognito:groups\":[\"a\\u007e\"]}", "a~"},
        {"{\"cognito:groups\":[\"a\",1]}", ""},
        {"{\"cognito:groups\":\"a\"}", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct identity identity = identity_of(rows[i].claims);
        struct secret names OWNED(cognito_secret_free) = {0};
        assert_true(cognito_identity_group_names(&identity, &names));
        if (!span_is(secret_span(&names), rows[i].names))
            FAIL_ROW("%s: %.*s\n", rows[i].claims, (int)names.len, (const char *)names.data);
        cognito_identity_free(&identity);
    }
}

static void without_memory(void **state)
{
    (void)state;
    struct identity identity =
        identity_of("{\"cognito:groups\":[\"abcdef\",\"ghijklmnopqrstuv\"]}");
    size_t nth = 1;
    for (;; nth++) {
        struct secret names OWNED(cognito_secret_free) = {0};
        failing_begin(nth);
        const bool good = cognito_identity_group_names(&identity, &names);
        const bool failed = failing_end();
        assert_int_equal(good, !failed);
        if (!failed)
            break;
    }
    assert_true(nth > 2);
    /* The space alone may be what there is no memory for. */
    struct secret names OWNED(cognito_secret_free) = {0};
    assert_true(cognito_secret_reserve(&names, 6));
    failing_begin(1);
    assert_false(cognito_identity_group_names(&identity, &names));
    assert_true(failing_end());
    assert_true(span_is(secret_span(&names), "abcdef"));
    cognito_identity_free(&identity);
}

static void nothing_to_free(void **state)
{
    (void)state;
    struct identity identity = {0};
    cognito_identity_free(&identity);
    cognito_identity_free(&identity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups),          cmocka_unit_test(no_group),
        cmocka_unit_test(names_of_groups), cmocka_unit_test(without_memory),
        cmocka_unit_test(nothing_to_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
