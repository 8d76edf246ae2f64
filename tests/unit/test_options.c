/* SPDX-License-Identifier: MIT */
/*
 * The values of options, and lines that have none. Sections and arguments: test_options_sections.c.
 */
#include "base/options.h"

#include <stdio.h>

#include "base/limits.h"
#include "failing.h"
#include "sampling.h"
#include "unit.h"

static void a_file(void **state)
{
    (void)state;
    sample_taken("# a comment\n"
                 "\n"
                 "  \t \n"
                 "   # another = one\n"
                 "flag\n"
                 "number=5\n"
                 " duration\t =  90  \n"
                 "word = a=b#c\n"
                 "path = /some where/\xc3\xa9\n"
                 "file_only = x\n"
                 "list = a  b\t\tc\n"
                 "list = d",
                 NULL);
    assert_true(sample.flag);
    assert_false(sample.argument_only);
    assert_int_equal(sample.number, 5);
    assert_int_equal(sample.duration, 90);
    assert_string_equal(sample.word, "a=b#c");
    assert_string_equal(sample.path, "/some where/\xc3\xa9");
    assert_string_equal(sample.file_only, "x");
    assert_int_equal(sample.list.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sample.list.items[i][0], 'a' + (int)i);
    sample_clear();
    sample_taken("", NULL);
    sample_taken("\n\n", NULL);
}

static void booleans(void **state)
{
    (void)state;
    sample_taken("flag = yes\n", NULL);
    assert_true(sample.flag);
    sample_taken("flag = no\n", NULL);
    assert_false(sample.flag);
    static const char *const others[] = {"",   "Yes", "YES",     "true", "1",
                                         "on", "y",   "yes yes", "no#"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "\nflag = %s\n", others[i]);
        sample_refused(span_of_string(text), "/etc/x.conf:2: flag: yes or no was expected");
    }
}

static void numbers(void **state)
{
    (void)state;
    sample_taken("number = 500", NULL);
    assert_int_equal(sample.number, 500);
    sample_taken("number = 000000000000005", NULL);
    assert_int_equal(sample.number, 5);
    sample_refused(LITERAL("number = 4"), "/etc/x.conf:1: number: not from 5 to 500");
    sample_refused(LITERAL("number = 501"), "/etc/x.conf:1: number: not from 5 to 500");
    sample_refused(LITERAL("number = 999999999999999"), "/etc/x.conf:1: number: not from 5 to 500");
    static const char *const others[] = {"",
                                         "-5",
                                         "+5",
                                         "5.0",
                                         "0x10",
                                         "5 6",
                                         "5s",
                                         "ten",
                                         "5,0",
                                         "1e2",
                                         "1/",
                                         "1:",
                                         "9999999999999999",
                                         "18446744073709551621"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "number = %s", others[i]);
        sample_refused(span_of_string(text), "/etc/x.conf:1: number: a number was expected");
    }
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {{"1", 1},       {"90s", 90},     {"15m", 900},       {"1h", 3600},
                {"7d", 604800}, {"10d", 864000}, {"864000", 864000}, {"014400m", 864000}};
    char text[64];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        (void)snprintf(text, sizeof text, "duration = %s", rows[i].text);
        sample_taken(text, NULL);
        assert_int_equal(sample.duration, rows[i].seconds);
    }
    static const char *const beyond[] = {"0", "0d", "864001", "11d", "99999999999999d"};
    for (size_t i = 0; i < COUNT_OF(beyond); i++) {
        (void)snprintf(text, sizeof text, "duration = %s", beyond[i]);
        sample_refused(span_of_string(text), "/etc/x.conf:1: duration: not from 1 to 864000");
    }
    static const char *const others[] = {"",
                                         "s",
                                         "d",
                                         "1w",
                                         "1 h",
                                         "1H",
                                         "-1h",
                                         "1hm",
                                         "h1",
                                         "1.5h",
                                         "1h30m",
                                         "9999999999999999d",
                                         "999999999999999d"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        (void)snprintf(text, sizeof text, "duration = %s", others[i]);
        sample_refused(span_of_string(text), "/etc/x.conf:1: duration: a duration was expected, "
                                             "such as 90, 15m, 1h or 7d");
    }
}

static void words_and_paths(void **state)
{
    (void)state;
    static const char one[] = "/etc/x.conf:1: word: one value was expected, printable, without "
                              "spaces";
    sample_refused(LITERAL("word = a b"), one);
    sample_refused(LITERAL("word ="), one);
    sample_refused(LITERAL("word = # comment"), one);
    sample_refused(LITERAL("word = \xc3\xa9"), one);
    sample_refused(LITERAL("word = bad"), "/etc/x.conf:1: word: bad is not good");
    sample_refused(LITERAL("list = good bad"), "/etc/x.conf:1: list: bad is not good");
    static const char absolute[] = "/etc/x.conf:1: path: an absolute path was expected";
    sample_refused(LITERAL("path = x"), absolute);
    sample_refused(LITERAL("path = ./x"), absolute);
    sample_refused(LITERAL("path = ~/x"), absolute);
    sample_refused(LITERAL("path = /"), absolute);
    sample_refused(LITERAL("path = /x/"), absolute);
    sample_refused(LITERAL("path ="), absolute);
}

static void bare_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"number", "duration", "word", "path", "list", "file_only"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char words[64];
        (void)snprintf(words, sizeof words, "/etc/x.conf:1: %s: a value was expected", keys[i]);
        sample_refused(span_of_string(keys[i]), words);
    }
}

static void unknown_and_misplaced_keys(void **state)
{
    (void)state;
    sample_refused(LITERAL("nosuch = 1"), "/etc/x.conf:1: nosuch: no such option");
    sample_refused(LITERAL("Flag"), "/etc/x.conf:1: Flag: no such option");
    sample_refused(LITERAL("fla"), "/etc/x.conf:1: fla: no such option");
    sample_refused(LITERAL("flag yes"), "/etc/x.conf:1: flag\\x20yes: no such option");
    sample_refused(LITERAL("= 1"), "/etc/x.conf:1: : no such option");
    sample_refused(LITERAL("\xef\xbb\xbf"
                           "flag"),
                   "/etc/x.conf:1: \\xef\\xbb\\xbfflag: no such option");
    sample_refused(LITERAL("a\n#\nb"), "/etc/x.conf:1: a: no such option");
    sample_refused(LITERAL("flag\n#\n\nb"), "/etc/x.conf:4: b: no such option");
    sample_refused(LITERAL("argument_only"),
                   "/etc/x.conf:1: argument_only: only an argument can set this");
    sample_refused(LITERAL("later = x"), "/etc/x.conf:1: later: not yet supported");
    sample_refused(LITERAL("later"), "/etc/x.conf:1: later: not yet supported");
    sample_refused(LITERAL("[service x]\nlater_list = x"),
                   "/etc/x.conf:2: later_list: not yet supported");
}

static void a_second_value(void **state)
{
    (void)state;
    sample_refused(LITERAL("flag\nflag"), "/etc/x.conf:2: flag: set twice");
    sample_refused(LITERAL("flag\nflag = no"), "/etc/x.conf:2: flag: set twice");
    sample_refused(LITERAL("number = 5\n\nnumber = 5"), "/etc/x.conf:3: number: set twice");
    sample_refused(LITERAL("word = a\nword = b"), "/etc/x.conf:2: word: set twice");
    sample_refused(LITERAL("path = /a\npath = /b"), "/etc/x.conf:2: path: set twice");
    sample_refused(LITERAL("[service sudo]\nnarrow = 1\nnarrow = 2"),
                   "/etc/x.conf:3: narrow: set twice");
    sample_refused(LITERAL("[service other]\nnarrow = 1\nnarrow = 2"),
                   "/etc/x.conf:3: narrow: set twice");
}

static void lines(void **state)
{
    (void)state;
    char text[CONFIG_LINE_MAX + 16];
    memset(text, ' ', sizeof text);
    memcpy(text, "flag = yes", 10);
    text[CONFIG_LINE_MAX] = '\n';
    assert_true(sample_read(span_of(text, CONFIG_LINE_MAX + 1), NULL));
    assert_true(sample_read(span_of(text, CONFIG_LINE_MAX), NULL));
    text[CONFIG_LINE_MAX] = ' ';
    text[CONFIG_LINE_MAX + 1] = '\n';
    sample_refused(span_of(text, CONFIG_LINE_MAX + 2), "/etc/x.conf:1: line: too long a line");
    text[0] = '#';
    sample_refused(span_of(text, CONFIG_LINE_MAX + 2), "/etc/x.conf:1: line: too long a line");
    static const char control[] = "/etc/x.conf:2: line: a control character (is it a DOS file?)";
    sample_refused(LITERAL("flag\nnumber = 7\r\n"), control);
    sample_refused(LITERAL("flag\n\r\n"), control);
    sample_refused(LITERAL("flag\n# comment\r\n"), control);
    sample_refused(LITERAL("flag\nword = a\0b"), control);
    sample_refused(LITERAL("flag\nword = a\x7f"), control);
    sample_refused(LITERAL("flag\nword = \033[31m"), control);
    sample_refused(LITERAL("flag\nnumber = 7\v"), control);
}

static void lists(void **state)
{
    (void)state;
    sample_refused(LITERAL("list ="), "/etc/x.conf:1: list: at least one value was expected");
    char text[8 + 2 * (CONFIG_LIST_MAX + 1)] = "list = ";
    for (size_t i = 0; i <= CONFIG_LIST_MAX; i++)
        memcpy(text + 7 + 2 * i, "x ", 2);
    assert_true(sample_read(span_of(text, 7 + 2 * CONFIG_LIST_MAX), NULL));
    assert_int_equal(sample.list.count, CONFIG_LIST_MAX);
    sample_refused(span_of(text, 7 + 2 * (CONFIG_LIST_MAX + 1)),
                   "/etc/x.conf:1: list: too many values");
    char two[sizeof text + 16];
    const int len = snprintf(two, sizeof two, "%.*s\nlist = y", 7 + 2 * CONFIG_LIST_MAX, text);
    sample_refused(span_of(two, (size_t)len),
                   "/etc/x.conf:2: list: out of memory, or too many values");
    struct list list = {0};
    assert_false(cognito_list_has(&list, LITERAL("a")));
    assert_true(cognito_list_append(&list, LITERAL("ab")));
    assert_true(cognito_list_append(&list, span_first(LITERAL("cdx"), 2)));
    assert_true(cognito_list_has(&list, LITERAL("cd")));
    assert_false(cognito_list_has(&list, LITERAL("c")));
    assert_false(cognito_list_has(&list, LITERAL("AB")));
    assert_false(cognito_list_has(&list, LITERAL("ab\0")));
    assert_false(cognito_list_has(&list, span_of(NULL, 0)));
    cognito_list_free(&list);
    assert_null(list.items);
    assert_int_equal(list.count, 0);
}

static void without_memory(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t nth = 1;; nth++) {
        sample_clear();
        failing_begin(nth);
        const bool good = sample_read(
            LITERAL("word = w\npath = /p\nlist = a b\n[service sshd]\nnarrow_list = c\n"), "sshd");
        if (!failing_end()) {
            assert_true(good);
            break;
        }
        failures++;
        assert_false(good);
        if (strstr(sample_why.text, "out of memory") == NULL)
            FAIL_ROW("allocation %zu: %s\n", nth, sample_why.text);
    }
    assert_true(failures >= 5);
    sample_clear();
}

/* A value that is replaced is kept until the new one is there. */
static void without_memory_for_another_value(void **state)
{
    (void)state;
    sample_clear();
    assert_true(sample_read(LITERAL("word = before\n"), NULL));
    failing_begin(1);
    const struct options options = sample_options(NULL);
    assert_false(
        cognito_options_file(&options, LITERAL("word = after\n"), "/etc/x.conf", &sample_why));
    assert_true(failing_end());
    assert_string_equal(sample.word, "before");
    struct list list = {0};
    assert_true(cognito_list_append(&list, LITERAL("a")));
    for (size_t nth = 1; nth <= 2; nth++) {
        failing_begin(nth);
        assert_false(cognito_list_append(&list, LITERAL("b")));
        assert_true(failing_end());
        assert_int_equal(list.count, 1);
        assert_string_equal(list.items[0], "a");
    }
    cognito_list_free(&list);
    sample_clear();
}

/* A type that a later sample_table might have. */
static void an_unknown_type(void **state)
{
    (void)state;
    const struct option_row odd[] = {{"odd", (enum option_type)99, 0, 0, 0, 0, NULL}};
    const struct options options = {odd, COUNT_OF(odd), &sample, NULL};
    sample_clear();
    assert_false(cognito_options_file(&options, LITERAL("odd = x"), "/etc/x.conf", &sample_why));
    assert_string_equal(sample_why.text, "/etc/x.conf:1: odd: an option of an unknown type");
    sample_why.text[0] = '\0';
}

/* Paths: the shortest one and the longest. */
static void lengths_of_paths(void **state)
{
    (void)state;
    char text[PATH_SIZE_MAX + 16] = "path = /";
    sample_clear();
    assert_true(sample_read(LITERAL("path = /a"), NULL));
    sample_refused(LITERAL("path = /"), "/etc/x.conf:1: path: an absolute path was expected");
    sample_refused(LITERAL("path = /a/"), "/etc/x.conf:1: path: an absolute path was expected");
    sample_refused(LITERAL("path ="), "/etc/x.conf:1: path: an absolute path was expected");
    sample_clear();
    memcpy(text, "path=/", 6);
    memset(text + 6, 'x', sizeof text - 6);
    text[5 + PATH_SIZE_MAX - 1] = '\0';
    const struct options options = sample_options(NULL);
    const char *argument = text;
    assert_true(cognito_options_arguments(&options, 1, &argument, &sample_why));
    assert_int_equal(strlen(sample.path), PATH_SIZE_MAX - 1);
    sample_clear();
    text[5 + PATH_SIZE_MAX - 1] = 'x';
    text[5 + PATH_SIZE_MAX] = '\0';
    assert_false(cognito_options_arguments(&options, 1, &argument, &sample_why));
    assert_string_equal(sample_why.text, "argument path: an absolute path was expected");
    sample_clear();
}

static void first_and_last_characters(void **state)
{
    (void)state;
    static const char words[] =
        "/etc/x.conf:1: word: one value was expected, printable, without spaces";
    sample_refused(LITERAL("word = \x80z"), words);
    sample_refused(LITERAL("word = a\xff"), words);
    sample_refused(LITERAL("word = a b"), words);
    sample_clear();
    assert_true(sample_read(LITERAL("word = !~"), NULL));
    assert_string_equal(sample.word, "!~");
    sample_clear();
}

static void comments_behind_values(void **state)
{
    (void)state;
    sample_refused(LITERAL("list = a # b"),
                   "/etc/x.conf:1: list: a comment stands on a line of its own");
    sample_refused(LITERAL("word = bad"), "/etc/x.conf:1: word: bad is not good");
}

static void options_of_arguments(void **state)
{
    (void)state;
    const struct options options = sample_options(NULL);
    static const struct {
        const char *argument, *name;
    } rows[] = {
        {"number=5", "number"},
        {"number", "number"},
        {"number=", "number"},
        {"word==", "word"},
        {"narrow=x", "narrow"},
        {"narrow_list", "narrow_list"},
        {"numbe=5", NULL},
        {"number =5", NULL},
        {"numbers=5", NULL},
        {"", NULL},
        {"=", NULL},
        {"=number", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct option_row *row = cognito_options_of_argument(&options, rows[i].argument);
        assert_int_equal(row != NULL, rows[i].name != NULL);
        if (row != NULL)
            assert_string_equal(row->name, rows[i].name);
    }
}

/* More options than the unit can keep book of: refused with words, for a file and for arguments. */
static void too_large_a_table(void **state)
{
    (void)state;
    struct option_row many[65];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = sample_options(NULL).table[0];
    sample_clear();
    const struct options options = {many, COUNT_OF(many), &sample, NULL};
    assert_false(cognito_options_arguments(&options, 0, NULL, &sample_why));
    assert_string_equal(sample_why.text, "the option table is too large");
    sample_clear();
    assert_false(cognito_options_file(&options, LITERAL("flag"), "/etc/x.conf", &sample_why));
    assert_string_equal(sample_why.text, "the option table is too large");
    sample_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file),
        cmocka_unit_test(booleans),
        cmocka_unit_test(numbers),
        cmocka_unit_test(durations),
        cmocka_unit_test(words_and_paths),
        cmocka_unit_test(bare_keys),
        cmocka_unit_test(unknown_and_misplaced_keys),
        cmocka_unit_test(a_second_value),
        cmocka_unit_test(lines),
        cmocka_unit_test(lists),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(without_memory_for_another_value),
        cmocka_unit_test(an_unknown_type),
        cmocka_unit_test(lengths_of_paths),
        cmocka_unit_test(first_and_last_characters),
        cmocka_unit_test(comments_behind_values),
        cmocka_unit_test(options_of_arguments),
        cmocka_unit_test(too_large_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
