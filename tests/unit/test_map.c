/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "token/map.h"

static const char sample[] = "# people\n"
                             "alice  sub:3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d\n"
                             "\tdeploy\tuser:adfs_EXAMPLE\\bob \n"
                             "\n"
                             "carol  user:\"Google_Carol \"\"C\"\" Example\"\n"
                             "kiosk  group:front-desk\n"
                             "dave   email:dave@example.com";

static void each_line_is_an_account_and_a_selector(void **state)
{
    (void)state;
    static const struct {
        size_t number;
        const char *account, *value;
        enum map_selector kind;
    } rows[] = {
        {2, "alice", "3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d", MAP_SUBJECT},
        {3, "deploy", "adfs_EXAMPLE\\bob", MAP_USER},
        {5, "carol", "Google_Carol \"C\" Example", MAP_USER},
        {6, "kiosk", "front-desk", MAP_GROUP},
        {7, "dave", "dave@example.com", MAP_EMAIL},
    };
    struct lines lines = {span_of_string(sample), 0};
    struct map_line line;
    const char *fault = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(cognito_map_next(&lines, &line, &fault), LINE_READ);
        assert_int_equal(lines.number, rows[i].number);
        assert_true(span_is(line.account, rows[i].account));
        assert_int_equal(line.selector.kind, rows[i].kind);
        assert_true(cognito_selector_is(&line.selector, span_of_string(rows[i].value)));
    }
    assert_int_equal(cognito_map_next(&lines, &line, &fault), LINE_END);
    assert_true(cognito_map_check(span_of_string(sample), "/m", NULL));
    assert_true(cognito_map_check(span_of_string(""), "/m", NULL));
    assert_true(cognito_map_check(span_of_string("# nothing"), "/m", NULL));
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"alice", "/m:1: an unknown selector"},
        {"alice sub:a\nbob", "/m:2: an unknown selector"},
        {"#\n\nalice root:a", "/m:3: an unknown selector"},
        {"alice sub:", "/m:1: a selector without a value"},
        {"alice sub:a sub:b", "/m:1: a space in the value"},
        {"alice user:\"a", "/m:1: a quoted value without its end"},
        {"alice sub:a # a comment", "/m:1: a space in the value"},
        {"-alice sub:a", "/m:1: not a name that an account can have"},
        {"a/b sub:a", "/m:1: not a name that an account can have"},
        {"sub:a alice", "/m:1: not a name that an account can have"},
        {"alice sub:a\r\n", "/m:1: a control character"},
        {"alice\tsub:a\x01", "/m:1: a control character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = {{0}};
        assert_false(cognito_map_check(span_of_string(rows[i].text), "/m", &why));
        if (strncmp(why.text, rows[i].words, strlen(rows[i].words)) != 0)
            fail_msg("'%s': %s", rows[i].text, why.text);
    }
}

/* A generator of one's own, so that a failure can be played again. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static bool holds(struct span whole, struct span part)
{
    return part.len == 0 || (part.data >= whole.data && part.data <= whole.data + whole.len &&
                             part.len <= whole.len - (size_t)(part.data - whole.data));
}

/* The walk that skips lines about others finds those that the whole walk does. */
static void expect_the_same_lines(struct span text, struct span account)
{
    struct lines all = {text, 0};
    struct lines some = {text, 0};
    struct map_line line;
    struct map_line found;
    const char *fault = NULL;
    while (cognito_map_next(&all, &line, &fault) == LINE_READ) {
        if (!span_equal(line.account, account))
            continue;
        assert_int_equal(cognito_map_next_of(&some, account, &found, &fault), LINE_READ);
        assert_int_equal(some.number, all.number);
        assert_true(found.selector.value.data == line.selector.value.data);
    }
    assert_int_equal(cognito_map_next_of(&some, account, &found, &fault), LINE_END);
}

static void only_whole_names_are_found(void **state)
{
    (void)state;
    static const char text[] = "al sub:1\nalice sub:2\n#\n alice2 sub:3\n\n \talice\tsub:4\n"
                               "\n \n# alice sub:5\nal sub:6\nalice sub:7";
    static const char *const names[] = {"al",
                                        "alice",
                                        "alice2",
                                        "ali",
                                        "",
                                        "#",
                                        "\n",
                                        "# alice",
                                        "al sub:1\nalice",
                                        "alice sub:7",
                                        "alice sub:7 and more"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_the_same_lines(span_of_string(text), span_of_string(names[i]));
}

/* A bad line about an account ends the search; what stands behind it grants nothing. */
static void a_bad_line_ends_the_search(void **state)
{
    (void)state;
    static const char *const texts[] = {"bob user\nbob user:bob\n", "al sub:a\nbob\nbob user:bob",
                                        "bob user:a\x01\nbob user:bob\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct lines lines = {span_of_string(texts[i]), 0};
        struct map_line line = {0};
        const char *fault = NULL;
        assert_int_equal(cognito_map_next_of(&lines, span_of_string("bob"), &line, &fault),
                         LINE_FAULT);
        assert_non_null(fault);
    }
}

/* Whatever is in a map, its walk ends, stays inside, and agrees with the check. */
static void walk(struct span text)
{
    struct lines lines = {text, 0};
    struct map_line line;
    const char *fault = NULL;
    size_t steps = 0;
    enum line_step step;
    while ((step = cognito_map_next(&lines, &line, &fault)) == LINE_READ) {
        assert_true(++steps <= text.len);
        assert_true(line.account.len > 0);
        assert_true(line.selector.value.len > 0);
        assert_true(holds(text, line.account));
        assert_true(holds(text, line.selector.value));
        assert_true(line.selector.kind <= MAP_GROUP);
        if (cognito_selector_is(&line.selector, span_of_string("front-desk")))
            assert_true(line.selector.value.len >= strlen("front-desk"));
    }
    if (step == LINE_FAULT)
        assert_non_null(fault);
    struct complaint why;
    assert_int_equal(cognito_map_check(text, "/m", &why), step == LINE_END);
    if (step == LINE_END) {
        expect_the_same_lines(text, span_of_string("carol"));
        expect_the_same_lines(text, span_of_string(""));
    }
}

static void mutated_maps_are_taken_or_refused_and_nothing_else(void **state)
{
    (void)state;
    static const unsigned char likely[] = "\"\"\"\n\n :#\t\0\r\\\xff"
                                          "sub:user:";
    uint32_t random = 20261122;
    size_t good = 0;
    for (int round = 0; round < 20000; round++) {
        /* Exactly as long as it is, so that a sanitizer sees one byte too many. */
        size_t len = sizeof sample - 1;
        if (round % 4 == 0)
            len = next_random(&random) % sizeof sample;
        unsigned char *text = malloc(len == 0 ? 1 : len);
        assert_non_null(text);
        memcpy(text, sample, len);
        for (uint32_t i = next_random(&random) % 4; len > 0 && i > 0; i--) {
            const size_t at = next_random(&random) % len;
            text[at] = likely[next_random(&random) % (sizeof likely - 1)];
        }
        good += cognito_map_check(span_of(text, len), "/m", NULL) ? 1 : 0;
        walk(span_of(text, len));
        free(text);
    }
    /* Both ends were reached. */
    assert_true(good > 1000 && good < 19000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_an_account_and_a_selector),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(only_whole_names_are_found),
        cmocka_unit_test(a_bad_line_ends_the_search),
        cmocka_unit_test(mutated_maps_are_taken_or_refused_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
