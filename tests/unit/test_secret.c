/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include "unit.h"

static void grows_and_keeps(void **state)
{
    (void)state;
    struct secret secret = {0};
    for (unsigned int i = 0; i < 1000; i++) {
        const unsigned char byte = (unsigned char)i;
        assert_true(cognito_secret_append(&secret, span_of(&byte, 1)));
        assert_int_equal(secret.len, i + 1);
        assert_true(secret.capacity >= secret.len);
    }
    for (unsigned int i = 0; i < 1000; i++)
        assert_int_equal(secret.data[i], i & 0xff);
    assert_int_equal(secret_span(&secret).len, 1000);
    cognito_secret_free(&secret);
    assert_null(secret.data);
    assert_int_equal(secret.len, 0);
    assert_int_equal(secret.capacity, 0);
    cognito_secret_free(&secret);
}

static void nothing_is_added(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_append(&secret, span_of(NULL, 0)));
    assert_null(secret.data);
    assert_true(cognito_secret_append(&secret, LITERAL("abc")));
    assert_true(cognito_secret_append(&secret, span_of(NULL, 0)));
    assert_true(span_is(secret_span(&secret), "abc"));
    cognito_secret_free(&secret);
}

static void reserved_room_stays(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_reserve(&secret, 100));
    const unsigned char *data = secret.data;
    assert_int_equal(secret.len, 0);
    assert_true(cognito_secret_append(&secret, LITERAL("0123456789")));
    assert_ptr_equal(secret.data, data);
    assert_true(cognito_secret_reserve(&secret, 50));
    assert_ptr_equal(secret.data, data);
    assert_true(cognito_secret_reserve(&secret, 5000));
    assert_true(span_is(secret_span(&secret), "0123456789"));
    cognito_secret_free(&secret);
    assert_true(cognito_secret_append(&secret, LITERAL("again")));
    assert_true(span_is(secret_span(&secret), "again"));
    cognito_secret_free(&secret);
}

/* Lengths that no memory has: refused before anything is computed with them. */
static void too_much(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_append(&secret, LITERAL("abc")));
    const struct secret before = secret;
    assert_false(cognito_secret_append(&secret, span_of("x", SIZE_MAX)));
    assert_false(cognito_secret_append(&secret, span_of("x", SIZE_MAX / 2)));
    assert_false(cognito_secret_append(&secret, span_of("x", SIZE_MAX / 2 + 1)));
    assert_memory_equal(&secret, &before, sizeof secret);
    assert_true(span_is(secret_span(&secret), "abc"));
    cognito_secret_free(&secret);
}

static void wipes(void **state)
{
    (void)state;
    char text[] = "a token";
    cognito_wipe(text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        assert_int_equal(text[i], 0);
    cognito_wipe(NULL, 0);
    cognito_wipe(NULL, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_keeps),
        cmocka_unit_test(nothing_is_added),
        cmocka_unit_test(reserved_room_stays),
        cmocka_unit_test(too_much),
        cmocka_unit_test(wipes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
