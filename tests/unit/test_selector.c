/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "edge.h"
#include "token/selector.h"

static const char *const kinds[] = {"sub", "user"};

/* SELECTOR is good until the next call. */
static const char *read_selector(const char *text, struct selector *selector)
{
    return cognito_selector_read(edge_copy(span_of_string(text)), kinds, 2, selector);
}

static void a_selector_fits_its_value_byte_by_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value;
        size_t kind;
    } rows[] = {
        {"sub:a", "a", 0},
        {"user:a:b", "a:b", 1},
        {"user:adfs_EXAMPLE\\bob", "adfs_EXAMPLE\\bob", 1},
        {"user:Google_123#4", "Google_123#4", 1},
        {"user:\"Google_Carol Example\"", "Google_Carol Example", 1},
        {"user:\"plain\"", "plain", 1},
        {"user:\"a\"\"b\"", "a\"b", 1},
        {"user:\"\"\"\"", "\"", 1},
        {"user:\"back\\\"", "back\\", 1},
        {"user:zo\xc3\xab", "zo\xc3\xab", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct selector selector = {.kind = 77};
        const char *fault = read_selector(rows[i].text, &selector);
        if (fault != NULL)
            fail_msg("%s: %s", rows[i].text, fault);
        assert_int_equal(selector.kind, rows[i].kind);
        if (!cognito_selector_is(&selector, span_of_string(rows[i].value)))
            fail_msg("%s does not fit", rows[i].text);
        /* And nothing that is longer, shorter, or not the same bytes. */
        char other[64];
        const size_t len = strlen(rows[i].value);
        memcpy(other, rows[i].value, len);
        other[len] = 'x';
        assert_false(cognito_selector_is(&selector, span_of(other, len + 1)));
        assert_false(cognito_selector_is(&selector, span_of(other, len - 1)));
        other[len - 1] = (char)(other[len - 1] ^ 0x20);
        assert_false(cognito_selector_is(&selector, span_of(other, len)));
        assert_false(cognito_selector_is(&selector, span_of(NULL, 0)));
    }
}

static void two_forms_of_one_letter_are_two_names(void **state)
{
    (void)state;
    struct selector selector;
    assert_null(read_selector("user:zo\xc3\xab", &selector)); /* one code point */
    assert_false(cognito_selector_is(&selector, span_of_string("zoe\xcc\x88")));
    assert_false(cognito_selector_is(&selector, span_of_string("Zo\xc3\xab")));
}

static void anything_else_is_a_fault_with_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"", "an unknown selector"},
        {"sub", "an unknown selector"},
        {":a", "an unknown selector"},
        {"Sub:a", "an unknown selector"},
        {"subs:a", "an unknown selector"},
        {"email:a", "an unknown selector"},
        {"sub:", "a selector without a value"},
        {"sub:\"\"", "a selector without a value"},
        {"sub:\"a", "a quoted value without its end"},
        {"sub:\"", "a quoted value without its end"},
        {"sub:\"a\"\"", "a quoted value without its end"},
        {"sub:\"a\" ", "something after the quoted value"},
        {"sub:\"a\"b", "something after the quoted value"},
        {"sub: a", "a space in the value"},
        {"sub:a sub:b", "a space in the value"},
        {"sub:a\tb", "a space in the value"},
        {"sub:a\"b", "a quote in the value"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct selector selector;
        const char *fault = read_selector(rows[i].text, &selector);
        if (fault == NULL || strncmp(fault, rows[i].words, strlen(rows[i].words)) != 0)
            fail_msg("'%s': %s", rows[i].text, fault == NULL ? "taken" : fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_selector_fits_its_value_byte_by_byte),
        cmocka_unit_test(two_forms_of_one_letter_are_two_names),
        cmocka_unit_test(anything_else_is_a_fault_with_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
