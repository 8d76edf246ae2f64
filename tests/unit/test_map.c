/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/complaint.h"
#include "token/map.h"
#include "token/policy.h"
#include "failing.h"

static const char sample[] = "# people\n"
                             "alice  sub:3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d\n"
                             "\tdeploy\tuser:adfs_EXAMPLE\\bob \n"
                             "\n"
                             "carol  user:\"Google_Carol \"\"C\"\" Example\"\n"
                             "kiosk  group:front-desk\n"
                             "dave   email:dave@example.com";

/* Reads TEXT whole and keeps the lines about USER. WHY: "LINE: what is wrong with it". */
static bool read_map(struct map *map, struct span text, const char *user, struct complaint *why)
{
    struct lines lines = {text, 0};
    const char *fault = NULL;
    if (cognito_map_add(map, &lines, user, &fault))
        return true;
    assert_non_null(fault);
    return cognito_complain(why, "%zu: %s", lines.number, fault);
}

static bool is_good(struct span text)
{
    struct map map = {0};
    const bool good = read_map(&map, text, NULL, NULL);
    assert_int_equal(map.len, 0); /* it keeps nothing */
    cognito_map_free(&map);
    return good;
}

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
    struct map map = {0};
    struct map_line line;
    size_t at = 0;
    assert_true(read_map(&map, span_of_string(sample), cognito_user_from_token, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(cognito_map_next(&map, &at, &line));
        assert_int_equal(line.number, rows[i].number);
        assert_true(span_is(line.account, rows[i].account));
        assert_int_equal(line.kind, rows[i].kind);
        assert_true(span_is(line.value, rows[i].value));
    }
    assert_false(cognito_map_next(&map, &at, &line));
    cognito_map_free(&map);
    assert_true(is_good(span_of_string("")));
    assert_true(is_good(span_of_string("# nothing")));
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"alice", "1: an unknown selector"},
        {"alice sub:a\nbob", "2: an unknown selector"},
        {"#\n\nalice root:a", "3: an unknown selector"},
        {"alice sub:", "1: a selector without a value"},
        {"alice sub:a sub:b", "1: a space in the value"},
        {"alice user:\"a", "1: a quoted value without its end"},
        {"alice sub:a # a comment", "1: a space in the value"},
        {"-alice sub:a", "1: not a name that an account can have"},
        {"a/b sub:a", "1: not a name that an account can have"},
        {"sub:a alice", "1: not a name that an account can have"},
        {"alice sub:a\r\n", "1: a control character"},
        {"alice\tsub:a\x01", "1: a control character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = {{0}};
        struct map map = {0};
        assert_false(read_map(&map, span_of_string(rows[i].text), "alice", &why));
        cognito_map_free(&map);
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

/* What is kept for an account are its lines among all, and no others. */
static void expect_the_same_lines(struct span text, const char *account)
{
    struct map all = {0};
    struct map some = {0};
    struct map_line line;
    struct map_line found;
    size_t next = 0;
    assert_true(read_map(&all, text, cognito_user_from_token, NULL));
    assert_true(read_map(&some, text, account, NULL));
    for (size_t at = 0; cognito_map_next(&all, &at, &line);) {
        if (!span_is(line.account, account))
            continue;
        assert_true(cognito_map_next(&some, &next, &found));
        assert_int_equal(found.number, line.number);
        assert_true(span_equal(found.account, line.account));
        assert_int_equal(found.kind, line.kind);
        assert_true(span_equal(found.value, line.value));
    }
    assert_false(cognito_map_next(&some, &next, &found));
    cognito_map_free(&all);
    cognito_map_free(&some);
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
        expect_the_same_lines(span_of_string(text), names[i]);
}

/* The name that stands for any is compared as a pointer. */
static void an_account_may_be_called_so(void **state)
{
    (void)state;
    struct map map = {0};
    assert_true(
        read_map(&map, span_of_string("alice sub:1\nbob sub:2\n"), "(from the token)", NULL));
    assert_int_equal(map.len, 0);
}

/* A file comes in pieces: the numbers go on, and what was kept stays. */
static void a_map_may_come_in_pieces(void **state)
{
    (void)state;
    static const char text[] = "alice sub:1\n# x\nbob sub:2\nalice user:\"a \"\"b\"\"\"\n";
    const size_t size = sizeof text - 1;
    for (size_t cut = 0; cut <= size; cut++) {
        if (cut > 0 && text[cut - 1] != '\n')
            continue;
        struct lines lines = {span_of(text, cut), 0};
        struct map map = {0};
        struct map_line line;
        const char *fault;
        size_t at = 0;
        assert_true(cognito_map_add(&map, &lines, "alice", &fault));
        lines.rest = span_of(text + cut, size - cut);
        assert_true(cognito_map_add(&map, &lines, "alice", &fault));
        assert_int_equal(lines.number, 4);
        assert_true(cognito_map_next(&map, &at, &line));
        assert_int_equal(line.number, 1);
        assert_true(cognito_map_next(&map, &at, &line));
        assert_int_equal(line.number, 4);
        assert_true(span_is(line.value, "a \"b\""));
        assert_false(cognito_map_next(&map, &at, &line));
        cognito_map_free(&map);
    }
}

static void without_memory_nothing_is_left_out(void **state)
{
    (void)state;
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
        struct map map = {0};
        struct complaint why = {{0}};
        failing_begin(nth);
        const bool good = read_map(&map, span_of_string(sample), cognito_user_from_token, &why);
        failed = failing_end();
        assert_int_equal(good, !failed);
        if (failed)
            assert_non_null(strstr(why.text, "out of memory"));
        cognito_map_free(&map);
    }
}

/* Whatever is in a map, what is kept of it is whole. */
static void walk(struct span text)
{
    struct map map = {0};
    struct map_line line;
    size_t number = 0;
    const bool good = read_map(&map, text, cognito_user_from_token, NULL);
    for (size_t at = 0; cognito_map_next(&map, &at, &line);) {
        assert_true(line.number > number);
        number = line.number;
        assert_true(line.account.len > 0);
        assert_true(line.value.len > 0 && line.value.len <= text.len);
        assert_true(line.kind <= MAP_GROUP);
    }
    assert_true(number <= text.len + 1);
    assert_int_equal(is_good(text), good);
    cognito_map_free(&map);
    if (good) {
        expect_the_same_lines(text, "carol");
        expect_the_same_lines(text, "");
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
        good += is_good(span_of(text, len)) ? 1 : 0;
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
        cmocka_unit_test(an_account_may_be_called_so),
        cmocka_unit_test(a_map_may_come_in_pieces),
        cmocka_unit_test(without_memory_nothing_is_left_out),
        cmocka_unit_test(mutated_maps_are_taken_or_refused_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
