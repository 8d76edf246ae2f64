/* SPDX-License-Identifier: MIT */
/*
 * Where an option may stand: sections and arguments.
 */
#include "base/options.h"

#include <stdio.h>

#include "base/limits.h"
#include "sampling.h"
#include "unit.h"

static void sections(void **state)
{
    (void)state;
    static const char text[] = "narrow = 1\n"
                               "narrow_list = a b\n"
                               "[service sudo sudo-i]\n"
                               "narrow = 2\n"
                               "narrow_list = c\n"
                               "narrow_list = d\n"
                               "  [ service  sshd ]  \n"
                               "narrow = 3\n";
    static const struct {
        const char *service;
        int64_t narrow;
        size_t count;
        const char *first;
    } rows[] = {{NULL, 1, 2, "a"},     {"login", 1, 2, "a"}, {"sudo", 2, 2, "c"},
                {"sudo-i", 2, 2, "c"}, {"sshd", 3, 2, "a"},  {"sud", 1, 2, "a"},
                {"SUDO", 1, 2, "a"},   {"", 1, 2, "a"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sample_taken(text, rows[i].service);
        assert_int_equal(sample.narrow, rows[i].narrow);
        assert_int_equal(sample.narrow_list.count, rows[i].count);
        assert_string_equal(sample.narrow_list.items[0], rows[i].first);
    }
    sample_clear();
}

/* All sections are checked, whatever the service. */
static void faulty_sections(void **state)
{
    (void)state;
    sample_refused(LITERAL("[service other]\nnarrow = x"),
                   "/etc/x.conf:2: narrow: a number was expected");
    sample_refused(LITERAL("[service other]\nnarrow = 101"),
                   "/etc/x.conf:2: narrow: not from 0 to 100");
    sample_refused(LITERAL("[service other]\nnosuch = 1"), "/etc/x.conf:2: nosuch: no such option");
    sample_refused(LITERAL("[service other]\nnumber = 7"),
                   "/etc/x.conf:2: number: cannot be set in a [service] section");
    sample_refused(LITERAL("[service sudo]\nword = a"),
                   "/etc/x.conf:2: word: cannot be set in a [service] section");
    sample_refused(LITERAL("[service]"),
                   "/etc/x.conf:1: [service]: the name of a service was expected");
    sample_refused(LITERAL("[service ]"),
                   "/etc/x.conf:1: [service]: the name of a service was expected");
    static const char form[] = "/etc/x.conf:1: [...]: a section is written [service NAME ...]";
    sample_refused(LITERAL("[]"), form);
    sample_refused(LITERAL("[sudo]"), form);
    sample_refused(LITERAL("[Service sudo]"), form);
    sample_refused(LITERAL("[services sudo]"), form);
    sample_refused(LITERAL("[service sudo"), "/etc/x.conf:1: [...]: a section ends in ]");
    sample_refused(LITERAL("["), "/etc/x.conf:1: [...]: a section ends in ]");
    sample_refused(LITERAL("[service sudo] # x"), "/etc/x.conf:1: [...]: a section ends in ]");
    sample_refused(LITERAL("[service Sudo]"),
                   "/etc/x.conf:1: Sudo: not the name of a PAM service (they are lower-case)");
    sample_refused(LITERAL("[service a/b]"),
                   "/etc/x.conf:1: a/b: not the name of a PAM service (they are lower-case)");
    sample_refused(LITERAL("[service sudo, su]"),
                   "/etc/x.conf:1: sudo,: not the name of a PAM service (they are lower-case)");
    static const char second[] = "/etc/x.conf:2: sudo: a second section for this service";
    sample_refused(LITERAL("[service sudo]\n[service sudo]"), second);
    sample_refused(LITERAL("[service sudo]\n[service su sudo]"), second);
    sample_refused(LITERAL("\n[service sudo sudo]"), second);
}

static bool read_arguments(size_t count, const char *const *arguments)
{
    const struct options options = sample_options(NULL);
    return cognito_options_arguments(&options, count, arguments, &sample_why);
}

static void arguments_win(void **state)
{
    (void)state;
    sample_taken("number = 5\nlist = a b\nword = x\nnarrow = 1\n[service sudo]\nnarrow = 2",
                 "sudo");
    assert_true(read_arguments(6, (const char *const[]){"number=6", "list=c", "list=d", "word=y",
                                                        "narrow=3", "argument_only"}));
    assert_int_equal(sample.number, 6);
    assert_int_equal(sample.list.count, 2);
    assert_string_equal(sample.list.items[0], "c");
    assert_string_equal(sample.list.items[1], "d");
    assert_string_equal(sample.word, "y");
    assert_int_equal(sample.narrow, 3);
    assert_true(sample.argument_only);
    assert_true(read_arguments(0, NULL));
    sample_clear();
}

static void faulty_arguments(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *words;
    } rows[] = {
        {"nosuch", "argument nosuch: no such option"},
        {"", "argument : no such option"},
        {"=x", "argument : no such option"},
        {"Flag=yes", "argument Flag: no such option"},
        {"a b\n", "argument a\\x20b\\x0a: no such option"},
        {"number", "argument number: a value was expected"},
        {"number=", "argument number: a number was expected"},
        {"number= 7", "argument number: a number was expected"},
        {"number=1000", "argument number: not from 5 to 500"},
        {"flag=maybe", "argument flag: yes or no was expected"},
        {"file_only=x", "argument file_only: only the configuration file can set this"},
        {"later=x", "argument later: not yet supported"},
        {"word=a\x7f", "argument word: one value was expected, printable, without spaces"},
        {"path=x", "argument path: an absolute path was expected"},
        {"list=", "argument list: at least one value was expected"},
        {"list=bad", "argument list: bad is not good"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sample_clear();
        assert_false(read_arguments(2, (const char *const[]){"flag=no", rows[i].argument}));
        if (strcmp(sample_why.text, rows[i].words) != 0)
            FAIL_ROW("%s: %s\n", rows[i].argument, sample_why.text);
    }
    assert_false(read_arguments(2, (const char *const[]){"word=a", "word=b"}));
    assert_string_equal(sample_why.text, "argument word: set twice");
    sample_clear();
}

/* The names that sections may have, to the byte. */
static void names_of_sections(void **state)
{
    (void)state;
    static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.@";
    for (unsigned int byte = 0x21; byte < 0x7f; byte++) {
        char text[32];
        if (byte == ']')
            continue;
        sample_clear();
        const int len = snprintf(text, sizeof text, "[service x%c]", (int)byte);
        const bool taken = sample_read(span_of(text, (size_t)len), NULL);
        if (taken != (strchr(good, (int)byte) != NULL))
            FAIL_ROW("%s: %s\n", text, sample_why.text);
    }
    sample_clear();
}

/* Sections of another kind than services. */
static void sections_of_another_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"[profile a]\nnarrow = 1\n[profile b c]\nnarrow = 2\n", NULL},
        {"[profile A]", "/etc/x.conf:1: A: not a name (a-z, 0-9, '-', '_', '.' and '@')"},
        {"[service a]", "/etc/x.conf:1: [...]: a section is written [profile NAME ...]"},
        {"[profile]", "/etc/x.conf:1: [profile]: the name of a profile was expected"},
        {"[profile a]\n[profile a]", "/etc/x.conf:2: a: a second section for this profile"},
        {"[profile a]\nword = x", "/etc/x.conf:2: word: cannot be set in a [profile] section"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sample_clear();
        struct option_sections found = {"profile", {0}};
        const struct options options = sample_options("b");
        const bool good = cognito_options_file_of(&options, &found, span_of_string(rows[i].text),
                                                  "/etc/x.conf", &sample_why);
        if (good != (rows[i].words == NULL))
            FAIL_ROW("%s: %s\n", rows[i].text, sample_why.text);
        assert_string_equal(sample_why.text, good ? "" : rows[i].words);
        if (good) {
            assert_int_equal(found.named.count, 3);
            assert_string_equal(found.named.items[2], "c");
            assert_int_equal(sample.narrow, 2);
        }
        cognito_list_free(&found.named);
    }
    sample_clear();
}

static void the_line_of_a_section(void **state)
{
    (void)state;
    static const char text[] = "# a file\nword = w\n\n[service sshd]\nnarrow = 1\n"
                               "[service sudo sudo-i]\n[\n[]\n[service x sudo-j]\n";
    static const struct {
        const char *service;
        size_t line;
    } rows[] = {
        {NULL, 0},     {"sshd", 4},    {"sudo", 6}, {"sudo-i", 6}, {"x", 9},
        {"sudo-j", 9}, {"service", 0}, {"ssh", 0},  {"", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(cognito_options_section(span_of_string(text), rows[i].service),
                         rows[i].line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections),
        cmocka_unit_test(faulty_sections),
        cmocka_unit_test(arguments_win),
        cmocka_unit_test(faulty_arguments),
        cmocka_unit_test(names_of_sections),
        cmocka_unit_test(sections_of_another_kind),
        cmocka_unit_test(the_line_of_a_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
