/* SPDX-License-Identifier: MIT */
#include "base/span.h"

#include "unit.h"

/* memcpy, strndup and fwrite may not be given NULL even for no bytes (C11, 7.1.4 and 7.24.1). */
static void what_follows_the_last_byte_may_be_copied(void **state)
{
    (void)state;
    static const struct span rows[] = {LITERAL("a"), LITERAL(""), {NULL, 0}};
    char copy[1] = {'x'};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t n = rows[i].len; n < 3; n++) {
            const struct span rest = span_after(rows[i], n);
            assert_int_equal(rest.len, 0);
            assert_non_null(rest.data);
            memcpy(copy, rest.data, rest.len);
        }
    }
    assert_int_equal(copy[0], 'x');
}

/* Against the definition, byte by byte, for every position in a short text. */
static void parts_of_a_text(void **state)
{
    (void)state;
    const char text[] = "abcabc";
    for (size_t len = 0; len < sizeof text; len++) {
        const struct span whole = span_of(text, len);
        for (size_t n = 0; n < sizeof text + 2; n++) {
            const size_t taken = n < len ? n : len;
            assert_int_equal(span_first(whole, n).len, taken);
            assert_ptr_equal(span_first(whole, n).data, text);
            assert_int_equal(span_after(whole, n).len, len - taken);
            assert_true(span_equal(span_after(whole, n), span_of(text + taken, len - taken)));
        }
        assert_int_equal(span_position(whole, 'c'), len < 3 ? len : 2);
        assert_int_equal(span_position(whole, 'x'), len);
    }
}

static void equal_bytes(void **state)
{
    (void)state;
    const struct span rows[] = {{NULL, 0},     LITERAL("a"),   LITERAL("b"),
                                LITERAL("ab"), LITERAL("a\0"), LITERAL("a\0b")};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t k = 0; k < COUNT_OF(rows); k++)
            assert_int_equal(span_equal(rows[i], rows[k]), i == k);
    assert_true(span_equal(LITERAL(""), rows[0]));
    assert_true(span_is(rows[0], ""));
    assert_true(span_is(LITERAL("ab"), "ab"));
    assert_false(span_is(LITERAL("a\0"), "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_the_last_byte_may_be_copied),
        cmocka_unit_test(parts_of_a_text),
        cmocka_unit_test(equal_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
