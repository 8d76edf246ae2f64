/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "client/callback.h"

#define STATE "0123456789abcdefghijABCDEFGHIJ-_0123456789a"
#define REDIRECT "http://localhost:28090/callback"

struct row {
    const char *query;
    enum callback result;
    const char *code;  /* NULL: none */
    const char *words; /* in the complaint */
};

static void is_read_as(const struct row *row, struct span query)
{
    struct secret code OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    const enum callback result = cognito_callback_read(query, STATE, &code, &why);
    if (result != row->result || !span_is(secret_span(&code), row->code == NULL ? "" : row->code) ||
        strstr(why.text, row->words) == NULL)
        FAIL_ROW("%s: %d, %s\n", row->query, (int)result, why.text);
}

static void one_code_with_our_state_counts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"code=abc&state=" STATE, CALLBACK_CODE, "abc", ""},
        {"state=" STATE "&code=a%2Bb%20c&session_state=x", CALLBACK_CODE, "a+b c", ""},
        {"state=%30123456789abcdefghijABCDEFGHIJ%2D_0123456789a&code=a", CALLBACK_CODE, "a", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        is_read_as(&rows[i], span_of_string(rows[i].query));
}

static void nothing_else_does(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"code=abc", CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"code=abc&state=", CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"code=abc&state=" STATE "x", CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"code=abc&state=1" STATE, CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"code=abc&state=" STATE "&state=" STATE, CALLBACK_STRANGE, NULL, "its state is not"},
        {"code=abc&State=" STATE, CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"error=access_denied&state=x", CALLBACK_STRANGE, NULL, "its state is not the one"},
        {"state=" STATE, CALLBACK_STRANGE, NULL, "neither one code nor one error"},
        {"code=&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code nor one error"},
        {"code=a&code=b&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code"},
        {"code=a%00b&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code"},
        {"code=a&error=access_denied&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code"},
        {"error=&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code"},
        {"error=a&error=b&state=" STATE, CALLBACK_STRANGE, NULL, "neither one code"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        is_read_as(&rows[i], span_of_string(rows[i].query));
}

/* RFC 6749, 4.1.2.1. What is from outside is shown, bounded, and commands no terminal. */
static void a_refusal_is_explained(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"error=access_denied&state=" STATE, CALLBACK_REFUSED, NULL, "refused or cancelled"},
        {"error=access_denied&error_description=not+now&state=" STATE, CALLBACK_REFUSED, NULL,
         "cancelled in the browser: not now"},
        {"error=server_error&state=" STATE, CALLBACK_REFUSED, NULL, "ended the sign-in: server_er"},
        {"error=x&error_description=y&error_description=z&state=" STATE, CALLBACK_REFUSED, NULL,
         "ended the sign-in: x"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        is_read_as(&rows[i], span_of_string(rows[i].query));
    struct secret code OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    assert_int_equal(
        cognito_callback_read(span_of_string("error=a%1b%5b2J&error_description=%07&state=" STATE),
                              STATE, &code, &why),
        CALLBACK_REFUSED);
    assert_null(strpbrk(why.text, "\x1b\a"));
}

static void a_code_is_bounded(void **state)
{
    (void)state;
    static const char end[] = "&state=" STATE;
    for (size_t len = 4096; len <= 4097; len++) {
        struct secret query OWNED(cognito_secret_free) = {0};
        struct secret code OWNED(cognito_secret_free) = {0};
        struct complaint why = {{0}};
        assert_true(cognito_secret_append(&query, span_of_string("code=")));
        for (size_t i = 0; i < len; i++)
            assert_true(cognito_secret_append(&query, span_of("c", 1)));
        assert_true(cognito_secret_append(&query, span_of_string(end)));
        assert_int_equal(cognito_callback_read(secret_span(&query), STATE, &code, &why),
                         len == 4096 ? CALLBACK_CODE : CALLBACK_STRANGE);
    }
}

static void the_pasted_address_has_to_be_ours(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        REDIRECT,
        REDIRECT "/?code=1",
        REDIRECT "x?code=1",
        REDIRECT "#code=1",
        "https://localhost:28090/callback?code=1",
        "http://localhost:28091/callback?code=1",
        "http://localhost:28090.evil.example/callback?code=1",
        "http://evil.example/?" REDIRECT "?code=1",
        " " REDIRECT "?code=1",
        "code=1",
    };
    struct span query;
    struct complaint why = {{0}};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (cognito_callback_query(span_of_string(others[i]), REDIRECT, &query, &why))
            FAIL_ROW("%s\n", others[i]);
    assert_non_null(strstr(why.text, REDIRECT "?"));
    assert_true(cognito_callback_query(span_of_string(REDIRECT "?code=1&a=b#part"), REDIRECT,
                                       &query, &why));
    assert_true(span_is(query, "code=1&a=b"));
    assert_true(cognito_callback_query(span_of_string(REDIRECT "?"), REDIRECT, &query, &why));
    assert_true(span_is(query, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_code_with_our_state_counts),
        cmocka_unit_test(nothing_else_does),
        cmocka_unit_test(a_refusal_is_explained),
        cmocka_unit_test(a_code_is_bounded),
        cmocka_unit_test(the_pasted_address_has_to_be_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
