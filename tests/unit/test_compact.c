/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "client/compact.h"

static void three_parts_are_a_token(void **state)
{
    (void)state;
    struct span payload;
    struct complaint why = {{0}};
    assert_true(cognito_compact_payload(span_of_string("aB0.c-_D.x"), &payload, &why));
    assert_true(span_is(payload, "c-_D"));
    assert_string_equal(why.text, "");
}

static void anything_else_is_refused_with_its_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kind;
    } rows[] = {
        {"", "is empty"},
        {"a", "1 parts"},
        {"a.b", "2 parts"},
        {"a.b.c.d", "4 parts"},
        {"a.b.c.d.e", "encrypted"},
        {"a.b.c.d.e.f", "6 parts"},
        {".b.c", "empty"},
        {"a..c", "empty"},
        {"a.b.", "empty"},
        {"..", "empty"},
        {"a.b.c ", "white space at character 6"},
        {"a.b\n.c", "white space at character 4"},
        {"a.b.c\n", "white space"},
        {"\"a.b.c\"", "no token has"},
        {"a.b=.c", "padding"},
        {"a+.b.c", "no token has"},
        {"a/.b.c", "no token has"},
        {"a.b.\x01", "control character"},
        {"a.b.\x7f", "control character"},
        {"\xef\xbb\xbf"
         "a.b.c",
         "outside ASCII"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span payload = {NULL, 0};
        struct complaint why = {{0}};
        assert_false(cognito_compact_payload(span_of_string(rows[i].text), &payload, &why));
        if (strstr(why.text, rows[i].kind) == NULL)
            fail_msg("\"%s\": %s", rows[i].text, why.text);
        assert_null(payload.data);
    }
}

static void a_nul_is_a_control_character(void **state)
{
    (void)state;
    struct span payload;
    struct complaint why = {{0}};
    assert_false(cognito_compact_payload(span_of("a.b.c\0", 6), &payload, &why));
    assert_non_null(strstr(why.text, "control character at character 6"));
}

static void the_size_is_bounded(void **state)
{
    (void)state;
    unsigned char *text = malloc(TOKEN_SIZE_MAX + 1);
    assert_non_null(text);
    memset(text, 'a', TOKEN_SIZE_MAX + 1);
    text[1] = text[3] = '.';
    struct span payload;
    struct complaint why = {{0}};
    assert_true(cognito_compact_payload(span_of(text, TOKEN_SIZE_MAX), &payload, NULL));
    assert_false(cognito_compact_payload(span_of(text, TOKEN_SIZE_MAX + 1), &payload, &why));
    assert_non_null(strstr(why.text, "longer than 262144"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_parts_are_a_token),
        cmocka_unit_test(anything_else_is_refused_with_its_kind),
        cmocka_unit_test(a_nul_is_a_control_character),
        cmocka_unit_test(the_size_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
