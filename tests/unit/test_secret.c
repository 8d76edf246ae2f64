/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <stdlib.h>

#include "failing.h"
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

/* A single byte moves as well. */
static void one_byte(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_reserve(&secret, 1));
    assert_true(cognito_secret_append(&secret, LITERAL("a")));
    assert_true(cognito_secret_reserve(&secret, 1000));
    assert_true(span_is(secret_span(&secret), "a"));
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

/* More than half of what a size can say is no length, alone or together. */
static void half_of_all_sizes(void **state)
{
    (void)state;
    struct secret secret = {.len = SIZE_MAX / 2 - 1, .capacity = SIZE_MAX};
    const unsigned char byte = 'x';
    assert_false(cognito_secret_append(&secret, span_of(&byte, 2)));
    assert_false(cognito_secret_append(&secret, span_of(&byte, SIZE_MAX / 2 + 1)));
    secret = (struct secret){0};
    failing_begin(1); /* of memory it is not for want */
    assert_false(cognito_secret_append(&secret, span_of(&byte, SIZE_MAX / 2 + 1)));
    assert_false(failing_end());
    failing_begin(1);
    assert_false(cognito_secret_append(&secret, span_of(&byte, SIZE_MAX / 2)));
    assert_true(failing_end());
    secret.len = 1;
    failing_begin(1);
    assert_false(cognito_secret_append(&secret, span_of(&byte, SIZE_MAX / 2 - 1)));
    assert_true(failing_end());
}

static void room_for_twice_as_much(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_append(&secret, LITERAL("abc")));
    assert_int_equal(secret.capacity, 6);
    const unsigned char *data = secret.data;
    assert_true(cognito_secret_append(&secret, LITERAL("def")));
    assert_ptr_equal(secret.data, data);
    assert_int_equal(secret.capacity, 6);
    assert_true(cognito_secret_append(&secret, LITERAL("g")));
    assert_int_equal(secret.capacity, 14);
    assert_true(cognito_secret_reserve(&secret, 14));
    assert_int_equal(secret.capacity, 14);
    cognito_secret_free(&secret);
}

static void without_memory(void **state)
{
    (void)state;
    struct secret secret = {0};
    failing_begin(1);
    assert_false(cognito_secret_reserve(&secret, 10));
    assert_true(failing_end());
    assert_true(cognito_secret_append(&secret, LITERAL("abc")));
    const struct secret before = secret;
    failing_begin(1);
    assert_false(cognito_secret_append(&secret, LITERAL("defg")));
    assert_true(failing_end());
    assert_memory_equal(&secret, &before, sizeof secret);
    assert_true(span_is(secret_span(&secret), "abc"));
    cognito_secret_free(&secret);
}

/* What is given back is looked at just before. */
static struct span given_back;
static bool was_wiped;

void __real_free(void *memory);
void __wrap_free(void *memory);

void __wrap_free(void *memory)
{
    if (memory != NULL && memory == given_back.data) {
        was_wiped = true;
        for (size_t i = 0; i < given_back.len; i++)
            was_wiped = was_wiped && given_back.data[i] == 0;
    }
    __real_free(memory);
}

static void memory_is_wiped_before_it_is_given_back(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_true(cognito_secret_reserve(&secret, 8));
    memset(secret.data, 'x', 8); /* all of it, in use or not */
    secret.len = 3;
    given_back = span_of(secret.data, 8);
    was_wiped = false;
    assert_true(cognito_secret_reserve(&secret, 9));
    assert_true(was_wiped);
    memset(secret.data, 'x', 9);
    given_back = span_of(secret.data, 9);
    was_wiped = false;
    cognito_secret_free(&secret);
    assert_true(was_wiped);
    given_back = span_of(NULL, 0);
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
        cmocka_unit_test(one_byte),
        cmocka_unit_test(too_much),
        cmocka_unit_test(half_of_all_sizes),
        cmocka_unit_test(room_for_twice_as_much),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(memory_is_wiped_before_it_is_given_back),
        cmocka_unit_test(wipes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
