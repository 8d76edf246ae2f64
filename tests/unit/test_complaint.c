/* SPDX-License-Identifier: MIT */
#include "base/complaint.h"

#include <wchar.h>

#include "unit.h"

static void says_what_is_given(void **state)
{
    (void)state;
    struct complaint why = {"before"};
    assert_false(cognito_complain(&why, "%s:%d: %s", "file", 3, "wrong"));
    assert_string_equal(why.text, "file:3: wrong");
    assert_false(cognito_complain(&why, "%s", ""));
    assert_string_equal(why.text, "");
    assert_false(cognito_complain(NULL, "%s", "nobody listens"));
    assert_false((cognito_complain)(&why, "%s", "the function, not the macro"));
}

static void holds_only_printable_ascii(void **state)
{
    (void)state;
    for (unsigned int byte = 1; byte < 256; byte++) {
        struct complaint why;
        const char text[] = {'a', (char)byte, 'b', '\0'};
        assert_false(cognito_complain(&why, "%s", text));
        const bool printable = byte >= 0x20 && byte < 0x7f;
        assert_int_equal((unsigned char)why.text[1], printable ? byte : '?');
        assert_int_equal(why.text[2], 'b');
    }
    struct complaint why;
    assert_false(cognito_complain(&why, "%s", "line\nfeed\033[2J\r%s%n"));
    assert_string_equal(why.text, "line?feed?[2J?%s%n");
}

PRINTF_LIKE(2, 3)
static bool complain_by_list(struct complaint *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const bool returned = cognito_complain_list(why, format, arguments);
    va_end(arguments);
    return returned;
}

static void arguments_in_a_list(void **state)
{
    (void)state;
    struct complaint why = {"before"};
    assert_false(complain_by_list(&why, "%d\n", 7));
    assert_string_equal(why.text, "7?");
    assert_false(complain_by_list(NULL, "%d", 7));
}

/* A wide character that the locale does not have is the one thing that printf cannot print. */
static void what_cannot_be_printed(void **state)
{
    (void)state;
    static const wchar_t wide[] = {0x20ac, 0};
    struct complaint why = {"before"};
    assert_false(cognito_complain(&why, "a %ls", wide));
    assert_string_equal(why.text, "");
}

static void a_long_text_ends_in_dots(void **state)
{
    (void)state;
    char text[COMPLAINT_MAX + 2];
    struct complaint why;
    memset(text, 'x', sizeof text);
    text[COMPLAINT_MAX - 1] = '\0';
    assert_false(cognito_complain(&why, "%s", text));
    assert_string_equal(why.text, text);
    text[COMPLAINT_MAX - 1] = 'x';
    text[COMPLAINT_MAX] = '\0';
    assert_false(cognito_complain(&why, "%s", text));
    assert_int_equal(strlen(why.text), COMPLAINT_MAX - 1);
    assert_string_equal(why.text + COMPLAINT_MAX - 5, "x...");
}

static void escapes(void **state)
{
    (void)state;
    static const struct {
        struct span value;
        const char *escaped;
    } rows[] = {
        {LITERAL(""), ""},
        {LITERAL("alice"), "alice"},
        {LITERAL("~!@#$%^&*()"), "~!@#$%^&*()"},
        {LITERAL("a b"), "a\\x20b"},
        {LITERAL("a\\b"), "a\\x5cb"},
        {LITERAL("a\nb\tc"), "a\\x0ab\\x09c"},
        {LITERAL("a\0b"), "a\\x00b"},
        {LITERAL("\x7f\x80\xff"), "\\x7f\\x80\\xff"},
        {LITERAL("\xc3\xa9"), "\\xc3\\xa9"},
        {LITERAL("\033[31m"), "\\x1b[31m"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(cognito_escape(rows[i].value).text, rows[i].escaped);
    assert_string_equal(cognito_escape(span_of(NULL, 0)).text, "");
}

/* What was cut says so, within the same length; an escape is whole or left out. */
static void what_is_cut_ends_in_dots(void **state)
{
    (void)state;
    char value[ESCAPED_MAX * 2];
    char wanted[ESCAPED_MAX + 1];
    memset(value, 'x', sizeof value);
    memset(wanted, 'x', sizeof wanted);
    wanted[ESCAPED_MAX] = '\0';
    assert_string_equal(cognito_escape(span_of(value, ESCAPED_MAX)).text, wanted);
    memcpy(wanted + ESCAPED_MAX - 3, "...", 4);
    assert_string_equal(cognito_escape(span_of(value, ESCAPED_MAX + 1)).text, wanted);
    assert_string_equal(cognito_escape(span_of(value, sizeof value)).text, wanted);
    /* A name that only begins like another one does not look like it. */
    const struct escaped whole = cognito_escape(span_of(value, ESCAPED_MAX));
    const struct escaped longer = cognito_escape(span_of(value, ESCAPED_MAX + 1));
    assert_string_not_equal(whole.text, longer.text);
    for (size_t at = ESCAPED_MAX - 9; at < ESCAPED_MAX + 2; at++) {
        memset(value, 'x', sizeof value);
        memset(wanted, 'x', sizeof wanted);
        value[at] = '\n';
        if (at + 4 <= ESCAPED_MAX)
            memcpy(wanted + at, "\\x0a", 5);
        else
            memcpy(wanted + ESCAPED_MAX - 3, "...", 4);
        assert_string_equal(cognito_escape(span_of(value, at + 1)).text, wanted);
    }
    /* Of the last escape that fits in 64 characters nothing is left: the dots need its room. */
    memset(value, 'x', sizeof value);
    value[58] = '\n';
    assert_string_equal(cognito_escape(span_of(value, sizeof value)).text + 50, "xxxxxxxx...");
    value[58] = 'x';
    value[57] = '\n';
    assert_string_equal(cognito_escape(span_of(value, sizeof value)).text + 50, "xxxxxxx\\x0a...");
    memset(value, 0xff, sizeof value);
    const struct escaped escapes = cognito_escape(span_of(value, sizeof value));
    assert_int_equal(strlen(escapes.text), ESCAPED_MAX - 4 + 3);
    assert_string_equal(escapes.text + ESCAPED_MAX - 8, "\\xff...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_given),       cmocka_unit_test(holds_only_printable_ascii),
        cmocka_unit_test(a_long_text_ends_in_dots), cmocka_unit_test(what_cannot_be_printed),
        cmocka_unit_test(arguments_in_a_list),      cmocka_unit_test(escapes),
        cmocka_unit_test(what_is_cut_ends_in_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
