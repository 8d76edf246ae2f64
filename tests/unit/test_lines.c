/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/lines.h"
#include "edge.h"

static void lines_that_say_nothing_are_passed_over_and_counted(void **state)
{
    (void)state;
    struct lines lines = {span_of_string("\n# a comment\n \t \n  a line \t\n\tb # c\n#"), 0};
    struct span line;
    const char *fault = NULL;
    assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_READ);
    assert_int_equal(lines.number, 4);
    assert_true(span_is(line, "a line"));
    assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_READ);
    assert_int_equal(lines.number, 5);
    assert_true(span_is(line, "b # c"));
    assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_END);
    assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_END);
    assert_null(fault);
}

static void control_characters_and_long_lines_are_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } rows[] = {
        {"ok\nx\r\n", 6}, {"ok\n#\r\n", 6}, {"ok\na\0b\n", 7}, {"ok\n\x7f", 4}, {"ok\n\x1b[m", 6}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lines lines = {span_of(rows[i].text, rows[i].len), 0};
        struct span line;
        const char *fault = NULL;
        assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_READ);
        assert_int_equal(cognito_lines_next(&lines, &line, &fault), LINE_FAULT);
        assert_int_equal(lines.number, 2);
        assert_non_null(strstr(fault, "control character"));
    }
    static char text[CONFIG_LINE_MAX + 2];
    memset(text, 'x', sizeof text);
    text[CONFIG_LINE_MAX] = '\n';
    struct span line;
    const char *fault = NULL;
    struct lines good = {span_of(text, sizeof text), 0};
    assert_int_equal(cognito_lines_next(&good, &line, &fault), LINE_READ);
    assert_int_equal(line.len, CONFIG_LINE_MAX);
    text[CONFIG_LINE_MAX] = 'x';
    struct lines bad = {span_of(text, sizeof text), 0};
    assert_int_equal(cognito_lines_next(&bad, &line, &fault), LINE_FAULT);
    assert_string_equal(fault, "too long a line");
}

static void words_are_taken_off_the_front(void **state)
{
    (void)state;
    struct span rest = span_of_string("  one\ttwo  \"three four\" ");
    static const char *const words[] = {"one", "two", "\"three", "four\"", "", ""};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_true(span_is(cognito_next_word(&rest), words[i]));
    assert_int_equal(cognito_trim(span_of_string(" \t ")).len, 0);
    rest = edge_copy(span_of_string("last"));
    assert_true(span_is(cognito_next_word(&rest), "last"));
}

/* Each byte at each place of a line that is looked at in blocks. */
static void each_byte_in_each_place(void **state)
{
    (void)state;
    enum { LENGTH = 40 };
    for (size_t at = 0; at < LENGTH; at++)
        for (unsigned int byte = 0; byte < 256; byte++) {
            char text[LENGTH];
            struct lines lines = {span_of(text, sizeof text), 0};
            struct span line;
            const char *fault = NULL;
            memset(text, 'x', sizeof text);
            text[at] = (char)byte;
            const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
            if (byte == '\n' || (at == 0 && byte == '#'))
                continue;
            assert_int_equal(cognito_lines_next(&lines, &line, &fault),
                             control ? LINE_FAULT : LINE_READ);
        }
}

static void white_space_at_both_ends_does_not_count(void **state)
{
    (void)state;
    static const char *const blanks[] = {"", " ", "\t", " \t", "\t  \t"};
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%sa b%s", blanks[i], blanks[i]);
        assert_true(span_is(cognito_trim(span_of_string(text)), "a b"));
        assert_int_equal(cognito_trim(span_of_string(blanks[i])).len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_say_nothing_are_passed_over_and_counted),
        cmocka_unit_test(control_characters_and_long_lines_are_faults),
        cmocka_unit_test(each_byte_in_each_place),
        cmocka_unit_test(white_space_at_both_ends_does_not_count),
        cmocka_unit_test(words_are_taken_off_the_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
