/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/complaint.h"
#include "base/json.h"
#include "host/deny.h"

static struct identity who;

static int make_identity(void **state)
{
    static const char claims[] = "{\"cognito:username\":\"adfs_EXAMPLE\\\\bob\"}";
    struct json_fault fault;
    (void)state;
    who = (struct identity){.issued_at = 1700000000};
    who.claims = cognito_json_parse(span_of_string(claims), &fault);
    who.subject = span_of_string("3f9d");
    who.username = span_of_string("bob@example.com"); /* by username_claim */
    who.token_id = span_of_string("7b1d");
    return who.claims == NULL;
}

static int free_identity(void **state)
{
    (void)state;
    cognito_identity_free(&who);
    return 0;
}

/* The number of the first line of TEXT that fits PERSON, 0 for none; every line is good. */
static size_t find(const char *text, const struct identity *person)
{
    struct lines lines = {span_of_string(text), 0};
    const char *fault = NULL;
    size_t found = 0;
    if (!cognito_deny_read(&lines, person, &found, &fault))
        fail_msg("'%s': line %zu, %s", text, lines.number, fault);
    return found;
}

static void a_line_that_fits_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line; /* 0: none */
    } rows[] = {
        {"", 0},
        {"# sub:3f9d\n", 0},
        {"sub:3f9d", 1},
        {"#\n\n sub:3f9d \n", 3},
        {"sub:\"3f9d\"", 1},
        {"sub:3F9D\nsub:3f9\nsub:3f9dd\n", 0},
        {"user:bob@example.com", 1},
        {"user:adfs_EXAMPLE\\bob", 1},
        {"user:3f9d\njti:3f9d\n", 0},
        {"user:ADFS_example\\bob", 0},
        {"jti:7b1d", 1},
        {"jti:7b1", 0},
        {"issued-before:1700000001", 1},
        {"issued-before:1700000000", 0},
        {"issued-before:1", 0},
        {"issued-before:2023-11-14T22:13:21Z", 1},
        {"issued-before:2023-11-14T22:13:20Z", 0},
        {"issued-before:9999-12-31T23:59:59Z", 1},
        {"issued-before:1970-01-01T00:00:00Z", 0},
        {"issued-before:2024-02-29T00:00:00Z", 1},
        {"jti:x\nuser:y\nsub:3f9d\nsub:3f9d", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t found = find(rows[i].text, &who);
        if (found != rows[i].line)
            fail_msg("'%s': line %zu", rows[i].text, found);
        assert_int_equal(find(rows[i].text, NULL), 0);
    }
}

/* A file comes in pieces: the numbers go on, and the first line that fits is the one. */
static void a_list_may_come_in_pieces(void **state)
{
    (void)state;
    struct lines lines = {span_of_string("jti:x\nsub:3f9d\n"), 0};
    const char *fault;
    size_t found = 0;
    assert_true(cognito_deny_read(&lines, &who, &found, &fault));
    lines.rest = span_of_string("#\nsub:3f9d\nnonsense\n");
    assert_false(cognito_deny_read(&lines, &who, &found, &fault));
    assert_int_equal(found, 2);
    assert_int_equal(lines.number, 5);
}

static void a_token_without_a_jti_is_fitted_by_none(void **state)
{
    (void)state;
    struct identity old = who;
    old.token_id = span_of(NULL, 0);
    assert_int_equal(find("jti:7b1d\njti:\"x\"", &old), 0);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"3f9d", "1: an unknown selector"},
        {"sub:a\nemail:a", "2: an unknown selector"},
        {"group:a", "1: an unknown selector"},
        {"alice sub:a", "1: an unknown selector"},
        {"sub:a sub:b", "1: a space in the value"},
        {"sub:", "1: a selector without a value"},
        {"issued-before:soon", "1: seconds since"},
        {"issued-before:-1", "1: seconds since"},
        {"issued-before:1.5", "1: seconds since"},
        {"issued-before:2026-11-22", "1: seconds since"},
        {"issued-before:2026-11-22T12:00:00", "1: seconds since"},
        {"issued-before:2026-11-22T12:00:00+01:00", "1: seconds since"},
        {"issued-before:2026-13-22T12:00:00Z", "1: seconds since"},
        {"issued-before:2026-00-22T12:00:00Z", "1: seconds since"},
        {"issued-before:2026-11-31T12:00:00Z", "1: seconds since"},
        {"issued-before:2026-11-00T12:00:00Z", "1: seconds since"},
        {"issued-before:2026-02-29T12:00:00Z", "1: seconds since"},
        {"issued-before:2026-11-22T24:00:00Z", "1: seconds since"},
        {"issued-before:2026-11-22T12:60:00Z", "1: seconds since"},
        {"issued-before:2026-11-22 12:00:00Z", "1: a space in the value"},
        {"issued-before:1969-12-31T23:59:59Z", "1: seconds since"},
        {"sub:a\r\n", "1: a control character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = {{0}};
        struct lines lines = {span_of_string(rows[i].text), 0};
        const char *fault = NULL;
        size_t found = 0;
        assert_false(cognito_deny_read(&lines, &who, &found, &fault));
        assert_int_equal(found, 0);
        (void)cognito_complain(&why, "%zu: %s", lines.number, fault);
        if (strncmp(why.text, rows[i].words, strlen(rows[i].words)) != 0)
            fail_msg("'%s': %s", rows[i].text, why.text);
    }
    assert_int_equal(find("# all\n\nsub:a\nissued-before:0", &who), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_fits_is_found),
        cmocka_unit_test(a_list_may_come_in_pieces),
        cmocka_unit_test(a_token_without_a_jti_is_fitted_by_none),
        cmocka_unit_test(a_bad_line_is_named),
    };
    return cmocka_run_group_tests(tests, make_identity, free_identity);
}
