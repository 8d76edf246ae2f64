/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/jsonguard.h"
#include "base/limits.h"
#include "client/tokens.h"

#define MISSING "the answer has no ID token (id_token)"
#define UNUSABLE "the answer has a refresh token that cannot be used (refresh_token)"

/* REFRESH is what is in tokens->refresh afterwards, WORDS what is said; NULL: it succeeds. */
static void reads(const char *text, const char *refresh, const char *words)
{
    struct tokens tokens = {.date = 0};
    struct complaint why = {{0}};
    const struct span answer = span_of_string(text);
    assert_true(cognito_json_guard(answer, NULL));
    const bool read = cognito_tokens_read(answer, "id_token", "refresh_token", &tokens, &why);
    assert_int_equal(read, words == NULL);
    if (read)
        assert_true(span_is(secret_span(&tokens.id), "a.b.c"));
    else
        assert_string_equal(why.text, words);
    assert_true(span_is(secret_span(&tokens.refresh), refresh));
    tokens_free(&tokens);
}

static void both_are_read_with_escapes_decoded(void **state)
{
    (void)state;
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": \"r-1\", \"expires_in\": 3600}", "r-1",
          NULL);
    reads("{\"refresh_token\": \"r\\/\\u0031\", \"id_token\": \"a.\\u0062.c\"}", "r/1", NULL);
    reads("{\"id\\u005ftoken\": \"a.b.c\", \"more\": {\"refresh_token\": \"no\"}}", "", NULL);
}

static void a_refresh_token_may_be_missing(void **state)
{
    (void)state;
    reads("{\"id_token\": \"a.b.c\"}", "", NULL);
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": null}", "", NULL);
}

static void the_refresh_token_is_there_whatever_the_id_token_is(void **state)
{
    (void)state;
    reads("{\"refresh_token\": \"r-1\"}", "r-1", MISSING);
    reads("{\"refresh_token\": \"r-1\", \"id_token\": null}", "r-1", MISSING);
    reads("{\"refresh_token\": \"r-1\", \"id_token\": 7}", "r-1", MISSING);
    reads("{\"refresh_token\": \"r-1\", \"id_token\": \"\"}", "r-1", MISSING);
    reads("{\"refresh_token\": \"r-1\", \"id_token\": \"a.b\"}", "r-1", MISSING);
}

static void a_refresh_token_that_cannot_be_kept_is_none(void **state)
{
    (void)state;
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": 7}", "", UNUSABLE);
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": \"a b\"}", "", UNUSABLE);
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": \"a\\nb\"}", "", UNUSABLE);
    reads("{\"id_token\": \"a.b.c\", \"refresh_token\": \"\xc3\xa4\"}", "", UNUSABLE);
}

/* A refresh token of LEN characters. */
static void long_one(size_t len, const char *words)
{
    static const char before[] = "{\"id_token\": \"a.b.c\", \"refresh_token\": \"";
    char *text = malloc(sizeof before + len + 3);
    char *token = malloc(len + 1);
    assert_non_null(text);
    assert_non_null(token);
    memset(token, 'r', len);
    token[len] = '\0';
    memcpy(text, before, sizeof before);
    strcat(text, token);
    strcat(text, "\"}");
    reads(text, words == NULL ? token : "", words);
    free(token);
    free(text);
}

static void the_length_is_bounded(void **state)
{
    (void)state;
    long_one(REFRESH_TOKEN_MAX, NULL);
    long_one(REFRESH_TOKEN_MAX + 1, UNUSABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_read_with_escapes_decoded),
        cmocka_unit_test(a_refresh_token_may_be_missing),
        cmocka_unit_test(the_refresh_token_is_there_whatever_the_id_token_is),
        cmocka_unit_test(a_refresh_token_that_cannot_be_kept_is_none),
        cmocka_unit_test(the_length_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
