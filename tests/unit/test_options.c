/* SPDX-License-Identifier: MIT */
#include "base/options.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "failing.h"
#include "unit.h"

struct sample {
    bool flag;
    bool argument_only;
    int64_t number;
    int64_t duration;
    char *word;
    char *path;
    char *file_only;
    struct list list;
    int64_t narrow;
    struct list narrow_list;
};

static const char *word_fault(struct span value)
{
    return span_is(value, "bad") ? "bad is not good" : NULL;
}

#define FIELD(member) offsetof(struct sample, member)

static const struct option_row table[] = {
    {"flag", OPTION_BOOLEAN, FIELD(flag), 0, 0, 0, NULL},
    {"argument_only", OPTION_BOOLEAN, FIELD(argument_only), 0, 0, OPTION_ARGUMENT_ONLY, NULL},
    {"number", OPTION_NUMBER, FIELD(number), 5, 500, 0, NULL},
    {"duration", OPTION_DURATION, FIELD(duration), 1, 10 * 86400, 0, NULL},
    {"word", OPTION_WORD, FIELD(word), 0, 0, 0, word_fault},
    {"path", OPTION_PATH, FIELD(path), 0, 0, 0, NULL},
    {"file_only", OPTION_WORD, FIELD(file_only), 0, 0, OPTION_FILE_ONLY, NULL},
    {"list", OPTION_LIST, FIELD(list), 0, 0, 0, word_fault},
    {"narrow", OPTION_NUMBER, FIELD(narrow), 0, 100, OPTION_IN_SERVICE, NULL},
    {"narrow_list", OPTION_LIST, FIELD(narrow_list), 0, 0, OPTION_IN_SERVICE, NULL},
    {"later", OPTION_WORD, 0, 0, 0, OPTION_NOT_YET, NULL},
    {"later_list", OPTION_LIST, 0, 0, 0, OPTION_NOT_YET | OPTION_IN_SERVICE, NULL},
};

static struct sample sample;
static struct complaint why;

static struct options options_for(const char *service)
{
    return (struct options){table, COUNT_OF(table), &sample, service};
}

static void clear(void)
{
    const struct options options = options_for(NULL);
    cognito_options_free(&options);
    /* What is freed is gone, so that it may be freed again. */
    assert_true(sample.word == NULL && sample.path == NULL && sample.file_only == NULL);
    assert_true(sample.list.items == NULL && sample.narrow_list.items == NULL);
    sample = (struct sample){0};
    why.text[0] = '\0';
}

static bool read_file(struct span text, const char *service)
{
    const struct options options = options_for(service);
    clear();
    return cognito_options_file(&options, text, "/etc/x.conf", &why);
}

static void expect_taken(const char *text, const char *service)
{
    if (!read_file(span_of_string(text), service))
        FAIL_ROW("%s: %s\n", text, why.text);
    assert_string_equal(why.text, "");
}

static void expect_refused(struct span text, const char *words)
{
    if (read_file(text, "sudo"))
        FAIL_ROW("taken: %.*s\n", (int)text.len, (const char *)text.data);
    if (strcmp(why.text, words) != 0)
        FAIL_ROW("%.*s: %s, not %s\n", (int)text.len, (const char *)text.data, why.text, words);
    clear();
}

static void a_file(void **state)
{
    (void)state;
    expect_taken("# a comment\n"
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
    clear();
    expect_taken("", NULL);
    expect_taken("\n\n", NULL);
}

static void booleans(void **state)
{
    (void)state;
    expect_taken("flag = yes\n", NULL);
    assert_true(sample.flag);
    expect_taken("flag = no\n", NULL);
    assert_false(sample.flag);
    static const char *const others[] = {"",   "Yes", "YES",     "true", "1",
                                         "on", "y",   "yes yes", "no#"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "\nflag = %s\n", others[i]);
        expect_refused(span_of_string(text), "/etc/x.conf:2: flag: yes or no was expected");
    }
}

static void numbers(void **state)
{
    (void)state;
    expect_taken("number = 500", NULL);
    assert_int_equal(sample.number, 500);
    expect_taken("number = 000000000000005", NULL);
    assert_int_equal(sample.number, 5);
    expect_refused(LITERAL("number = 4"), "/etc/x.conf:1: number: not from 5 to 500");
    expect_refused(LITERAL("number = 501"), "/etc/x.conf:1: number: not from 5 to 500");
    expect_refused(LITERAL("number = 999999999999999"), "/etc/x.conf:1: number: not from 5 to 500");
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
                                         "9999999999999999",
                                         "18446744073709551621"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "number = %s", others[i]);
        expect_refused(span_of_string(text), "/etc/x.conf:1: number: a number was expected");
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
        expect_taken(text, NULL);
        assert_int_equal(sample.duration, rows[i].seconds);
    }
    static const char *const beyond[] = {"0", "0d", "864001", "11d", "99999999999999d"};
    for (size_t i = 0; i < COUNT_OF(beyond); i++) {
        (void)snprintf(text, sizeof text, "duration = %s", beyond[i]);
        expect_refused(span_of_string(text), "/etc/x.conf:1: duration: not from 1 to 864000");
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
        expect_refused(span_of_string(text), "/etc/x.conf:1: duration: a duration was expected, "
                                             "such as 90, 15m, 1h or 7d");
    }
}

static void words_and_paths(void **state)
{
    (void)state;
    static const char one[] = "/etc/x.conf:1: word: one value was expected, printable, without "
                              "spaces";
    expect_refused(LITERAL("word = a b"), one);
    expect_refused(LITERAL("word ="), one);
    expect_refused(LITERAL("word = # comment"), one);
    expect_refused(LITERAL("word = \xc3\xa9"), one);
    expect_refused(LITERAL("word = bad"), "/etc/x.conf:1: word: bad is not good");
    expect_refused(LITERAL("list = good bad"), "/etc/x.conf:1: list: bad is not good");
    static const char absolute[] = "/etc/x.conf:1: path: an absolute path was expected";
    expect_refused(LITERAL("path = x"), absolute);
    expect_refused(LITERAL("path = ./x"), absolute);
    expect_refused(LITERAL("path = ~/x"), absolute);
    expect_refused(LITERAL("path = /"), absolute);
    expect_refused(LITERAL("path = /x/"), absolute);
    expect_refused(LITERAL("path ="), absolute);
}

static void bare_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"number", "duration", "word", "path", "list", "file_only"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char words[64];
        (void)snprintf(words, sizeof words, "/etc/x.conf:1: %s: a value was expected", keys[i]);
        expect_refused(span_of_string(keys[i]), words);
    }
}

static void unknown_and_misplaced_keys(void **state)
{
    (void)state;
    expect_refused(LITERAL("nosuch = 1"), "/etc/x.conf:1: nosuch: no such option");
    expect_refused(LITERAL("Flag"), "/etc/x.conf:1: Flag: no such option");
    expect_refused(LITERAL("fla"), "/etc/x.conf:1: fla: no such option");
    expect_refused(LITERAL("flag yes"), "/etc/x.conf:1: flag\\x20yes: no such option");
    expect_refused(LITERAL("= 1"), "/etc/x.conf:1: : no such option");
    expect_refused(LITERAL("\xef\xbb\xbf"
                           "flag"),
                   "/etc/x.conf:1: \\xef\\xbb\\xbfflag: no such option");
    expect_refused(LITERAL("a\n#\nb"), "/etc/x.conf:1: a: no such option");
    expect_refused(LITERAL("flag\n#\n\nb"), "/etc/x.conf:4: b: no such option");
    expect_refused(LITERAL("argument_only"),
                   "/etc/x.conf:1: argument_only: only an argument can set this");
    expect_refused(LITERAL("later = x"), "/etc/x.conf:1: later: not yet supported");
    expect_refused(LITERAL("later"), "/etc/x.conf:1: later: not yet supported");
    expect_refused(LITERAL("[service x]\nlater_list = x"),
                   "/etc/x.conf:2: later_list: not yet supported");
}

static void a_second_value(void **state)
{
    (void)state;
    expect_refused(LITERAL("flag\nflag"), "/etc/x.conf:2: flag: set twice");
    expect_refused(LITERAL("flag\nflag = no"), "/etc/x.conf:2: flag: set twice");
    expect_refused(LITERAL("number = 5\n\nnumber = 5"), "/etc/x.conf:3: number: set twice");
    expect_refused(LITERAL("word = a\nword = b"), "/etc/x.conf:2: word: set twice");
    expect_refused(LITERAL("path = /a\npath = /b"), "/etc/x.conf:2: path: set twice");
    expect_refused(LITERAL("[service sudo]\nnarrow = 1\nnarrow = 2"),
                   "/etc/x.conf:3: narrow: set twice");
    expect_refused(LITERAL("[service other]\nnarrow = 1\nnarrow = 2"),
                   "/etc/x.conf:3: narrow: set twice");
}

static void lines(void **state)
{
    (void)state;
    char text[CONFIG_LINE_MAX + 16];
    memset(text, ' ', sizeof text);
    memcpy(text, "flag = yes", 10);
    text[CONFIG_LINE_MAX] = '\n';
    assert_true(read_file(span_of(text, CONFIG_LINE_MAX + 1), NULL));
    assert_true(read_file(span_of(text, CONFIG_LINE_MAX), NULL));
    text[CONFIG_LINE_MAX] = ' ';
    text[CONFIG_LINE_MAX + 1] = '\n';
    expect_refused(span_of(text, CONFIG_LINE_MAX + 2), "/etc/x.conf:1: line: too long a line");
    text[0] = '#';
    expect_refused(span_of(text, CONFIG_LINE_MAX + 2), "/etc/x.conf:1: line: too long a line");
    static const char control[] = "/etc/x.conf:2: line: a control character (is it a DOS file?)";
    expect_refused(LITERAL("flag\nnumber = 7\r\n"), control);
    expect_refused(LITERAL("flag\n\r\n"), control);
    expect_refused(LITERAL("flag\n# comment\r\n"), control);
    expect_refused(LITERAL("flag\nword = a\0b"), control);
    expect_refused(LITERAL("flag\nword = a\x7f"), control);
    expect_refused(LITERAL("flag\nword = \033[31m"), control);
    expect_refused(LITERAL("flag\nnumber = 7\v"), control);
}

/* ---- sections ---- */

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
        expect_taken(text, rows[i].service);
        assert_int_equal(sample.narrow, rows[i].narrow);
        assert_int_equal(sample.narrow_list.count, rows[i].count);
        assert_string_equal(sample.narrow_list.items[0], rows[i].first);
    }
    clear();
}

/* All sections are checked, whatever the service. */
static void faulty_sections(void **state)
{
    (void)state;
    expect_refused(LITERAL("[service other]\nnarrow = x"),
                   "/etc/x.conf:2: narrow: a number was expected");
    expect_refused(LITERAL("[service other]\nnarrow = 101"),
                   "/etc/x.conf:2: narrow: not from 0 to 100");
    expect_refused(LITERAL("[service other]\nnosuch = 1"), "/etc/x.conf:2: nosuch: no such option");
    expect_refused(LITERAL("[service other]\nnumber = 7"),
                   "/etc/x.conf:2: number: cannot be set in a [service] section");
    expect_refused(LITERAL("[service sudo]\nword = a"),
                   "/etc/x.conf:2: word: cannot be set in a [service] section");
    expect_refused(LITERAL("[service]"),
                   "/etc/x.conf:1: [service]: the name of a service was expected");
    expect_refused(LITERAL("[service ]"),
                   "/etc/x.conf:1: [service]: the name of a service was expected");
    static const char form[] = "/etc/x.conf:1: [...]: a section is written [service NAME ...]";
    expect_refused(LITERAL("[]"), form);
    expect_refused(LITERAL("[sudo]"), form);
    expect_refused(LITERAL("[Service sudo]"), form);
    expect_refused(LITERAL("[services sudo]"), form);
    expect_refused(LITERAL("[service sudo"), "/etc/x.conf:1: [...]: a section ends in ]");
    expect_refused(LITERAL("["), "/etc/x.conf:1: [...]: a section ends in ]");
    expect_refused(LITERAL("[service sudo] # x"), "/etc/x.conf:1: [...]: a section ends in ]");
    expect_refused(LITERAL("[service Sudo]"),
                   "/etc/x.conf:1: Sudo: not the name of a PAM service (they are lower-case)");
    expect_refused(LITERAL("[service a/b]"),
                   "/etc/x.conf:1: a/b: not the name of a PAM service (they are lower-case)");
    expect_refused(LITERAL("[service sudo, su]"),
                   "/etc/x.conf:1: sudo,: not the name of a PAM service (they are lower-case)");
    static const char second[] = "/etc/x.conf:2: sudo: a second section for this service";
    expect_refused(LITERAL("[service sudo]\n[service sudo]"), second);
    expect_refused(LITERAL("[service sudo]\n[service su sudo]"), second);
    expect_refused(LITERAL("\n[service sudo sudo]"), second);
}

/* ---- arguments ---- */

static bool read_arguments(size_t count, const char *const *arguments)
{
    const struct options options = options_for(NULL);
    return cognito_options_arguments(&options, count, arguments, &why);
}

static void arguments_win(void **state)
{
    (void)state;
    expect_taken("number = 5\nlist = a b\nword = x\nnarrow = 1\n[service sudo]\nnarrow = 2",
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
    clear();
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
        {"path=x", "argument path: an absolute path was expected"},
        {"list=", "argument list: at least one value was expected"},
        {"list=bad", "argument list: bad is not good"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        clear();
        assert_false(read_arguments(2, (const char *const[]){"flag=no", rows[i].argument}));
        if (strcmp(why.text, rows[i].words) != 0)
            FAIL_ROW("%s: %s\n", rows[i].argument, why.text);
    }
    assert_false(read_arguments(2, (const char *const[]){"word=a", "word=b"}));
    assert_string_equal(why.text, "argument word: set twice");
    clear();
}

/* ---- lists ---- */

static void lists(void **state)
{
    (void)state;
    expect_refused(LITERAL("list ="), "/etc/x.conf:1: list: at least one value was expected");
    char text[8 + 2 * (CONFIG_LIST_MAX + 1)] = "list = ";
    for (size_t i = 0; i <= CONFIG_LIST_MAX; i++)
        memcpy(text + 7 + 2 * i, "x ", 2);
    assert_true(read_file(span_of(text, 7 + 2 * CONFIG_LIST_MAX), NULL));
    assert_int_equal(sample.list.count, CONFIG_LIST_MAX);
    expect_refused(span_of(text, 7 + 2 * (CONFIG_LIST_MAX + 1)),
                   "/etc/x.conf:1: list: too many values");
    char two[sizeof text + 16];
    const int len = snprintf(two, sizeof two, "%.*s\nlist = y", 7 + 2 * CONFIG_LIST_MAX, text);
    expect_refused(span_of(two, (size_t)len),
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
        clear();
        failing_begin(nth);
        const bool good =
            read_file(LITERAL("word = w\npath = /p\nlist = a b\n[service sshd]\nnarrow_list = c\n"),
                      "sshd");
        if (!failing_end()) {
            assert_true(good);
            break;
        }
        failures++;
        assert_false(good);
        if (strstr(why.text, "out of memory") == NULL)
            FAIL_ROW("allocation %zu: %s\n", nth, why.text);
    }
    assert_true(failures >= 5);
    clear();
}

/* A value that is replaced is kept until the new one is there. */
static void without_memory_for_another_value(void **state)
{
    (void)state;
    clear();
    assert_true(read_file(LITERAL("word = before\n"), NULL));
    failing_begin(1);
    const struct options options = options_for(NULL);
    assert_false(cognito_options_file(&options, LITERAL("word = after\n"), "/etc/x.conf", &why));
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
    clear();
}

/* A type that a later table might have. */
static void an_unknown_type(void **state)
{
    (void)state;
    const struct option_row odd[] = {{"odd", (enum option_type)99, 0, 0, 0, 0, NULL}};
    const struct options options = {odd, COUNT_OF(odd), &sample, NULL};
    clear();
    assert_false(cognito_options_file(&options, LITERAL("odd = x"), "/etc/x.conf", &why));
    assert_string_equal(why.text, "/etc/x.conf:1: odd: an option of an unknown type");
    why.text[0] = '\0';
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
        clear();
        const int len = snprintf(text, sizeof text, "[service x%c]", (int)byte);
        const bool taken = read_file(span_of(text, (size_t)len), NULL);
        if (taken != (strchr(good, (int)byte) != NULL))
            FAIL_ROW("%s: %s\n", text, why.text);
    }
    clear();
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
        clear();
        struct option_sections found = {"profile", {0}};
        const struct options options = options_for("b");
        const bool good = cognito_options_file_of(&options, &found, span_of_string(rows[i].text),
                                                  "/etc/x.conf", &why);
        if (good != (rows[i].words == NULL))
            FAIL_ROW("%s: %s\n", rows[i].text, why.text);
        assert_string_equal(why.text, good ? "" : rows[i].words);
        if (good) {
            assert_int_equal(found.named.count, 3);
            assert_string_equal(found.named.items[2], "c");
            assert_int_equal(sample.narrow, 2);
        }
        cognito_list_free(&found.named);
    }
    clear();
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

/* Paths: the shortest one and the longest. */
static void lengths_of_paths(void **state)
{
    (void)state;
    char text[PATH_SIZE_MAX + 16] = "path = /";
    clear();
    assert_true(read_file(LITERAL("path = /a"), NULL));
    expect_refused(LITERAL("path = /"), "/etc/x.conf:1: path: an absolute path was expected");
    expect_refused(LITERAL("path = /a/"), "/etc/x.conf:1: path: an absolute path was expected");
    expect_refused(LITERAL("path ="), "/etc/x.conf:1: path: an absolute path was expected");
    clear();
    memcpy(text, "path=/", 6);
    memset(text + 6, 'x', sizeof text - 6);
    text[5 + PATH_SIZE_MAX - 1] = '\0';
    const struct options options = options_for(NULL);
    const char *argument = text;
    assert_true(cognito_options_arguments(&options, 1, &argument, &why));
    assert_int_equal(strlen(sample.path), PATH_SIZE_MAX - 1);
    clear();
    text[5 + PATH_SIZE_MAX - 1] = 'x';
    text[5 + PATH_SIZE_MAX] = '\0';
    assert_false(cognito_options_arguments(&options, 1, &argument, &why));
    assert_string_equal(why.text, "argument path: an absolute path was expected");
    clear();
}

static void first_and_last_characters(void **state)
{
    (void)state;
    static const char words[] =
        "/etc/x.conf:1: word: one value was expected, printable, without spaces";
    expect_refused(LITERAL("word = \x80z"), words);
    expect_refused(LITERAL("word = a\xff"), words);
    expect_refused(LITERAL("word = a b"), words);
    clear();
    assert_true(read_file(LITERAL("word = !~"), NULL));
    assert_string_equal(sample.word, "!~");
    clear();
}

static void comments_behind_values(void **state)
{
    (void)state;
    expect_refused(LITERAL("list = a # b"),
                   "/etc/x.conf:1: list: a comment stands on a line of its own");
    expect_refused(LITERAL("word = bad"), "/etc/x.conf:1: word: bad is not good");
}

/* More options than the unit can keep book of: refused with words, for a file and for arguments. */
static void too_large_a_table(void **state)
{
    (void)state;
    struct option_row many[65];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = table[0];
    clear();
    const struct options options = {many, COUNT_OF(many), &sample, NULL};
    assert_false(cognito_options_arguments(&options, 0, NULL, &why));
    assert_string_equal(why.text, "the option table is too large");
    clear();
    assert_false(cognito_options_file(&options, LITERAL("flag"), "/etc/x.conf", &why));
    assert_string_equal(why.text, "the option table is too large");
    clear();
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
        cmocka_unit_test(sections),
        cmocka_unit_test(faulty_sections),
        cmocka_unit_test(arguments_win),
        cmocka_unit_test(faulty_arguments),
        cmocka_unit_test(lists),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(without_memory_for_another_value),
        cmocka_unit_test(an_unknown_type),
        cmocka_unit_test(names_of_sections),
        cmocka_unit_test(sections_of_another_kind),
        cmocka_unit_test(the_line_of_a_section),
        cmocka_unit_test(lengths_of_paths),
        cmocka_unit_test(first_and_last_characters),
        cmocka_unit_test(comments_behind_values),
        cmocka_unit_test(too_large_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
