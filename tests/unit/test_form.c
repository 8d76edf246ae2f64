/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/secret.h"
#include "client/form.h"

static void is_encoded(struct span value, const char *expected)
{
    struct secret form OWNED(cognito_secret_free) = {0};
    assert_true(cognito_form_add(&form, 0, "n", value));
    if (!span_is(secret_span(&form), expected))
        FAIL_ROW("%s expected, not %.*s\n", expected, (int)form.len, (const char *)form.data);
}

/* RFC 3986, 2.3: what needs no encoding; all else gets it, so that the text is right in a query and
 * in a body. */
static void all_but_unreserved_characters_are_encoded(void **state)
{
    (void)state;
    is_encoded(LITERAL("AZaz09-._~"), "n=AZaz09-._~");
    is_encoded(LITERAL(""), "n=");
    is_encoded(LITERAL(" &=+%?#/:"), "n=%20%26%3D%2B%25%3F%23%2F%3A");
    is_encoded(LITERAL("\0\xff\x7f\n"), "n=%00%FF%7F%0A");
    is_encoded(LITERAL("k\xc3\xb6nig"), "n=k%C3%B6nig");
}

static void pairs_follow_what_was_there(void **state)
{
    (void)state;
    struct secret form OWNED(cognito_secret_free) = {0};
    assert_true(cognito_secret_append(&form, span_of_string("https://x/?")));
    const size_t after = form.len;
    assert_true(cognito_form_add(&form, after, "a b", span_of_string("1")));
    assert_true(cognito_form_add(&form, after, "c", span_of_string("2")));
    assert_true(span_is(secret_span(&form), "https://x/?a%20b=1&c=2"));
}

struct row {
    const char *form;
    enum form_found found;
    const char *value;
};

static void names_are_found(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"code=1", FORM_FOUND, "1"},     {"a=b&code=1&c=d", FORM_FOUND, "1"},
        {"code=", FORM_FOUND, ""},       {"code", FORM_FOUND, ""},
        {"code=a=b", FORM_FOUND, "a=b"}, {"code=%41%7a+%2B", FORM_FOUND, "Az +"},
        {"&&code=1&", FORM_FOUND, "1"},  {"", FORM_ABSENT, ""},
        {"&", FORM_ABSENT, ""},          {"=1", FORM_ABSENT, ""},
        {"Code=1", FORM_ABSENT, ""},     {"codex=1&xcode=2", FORM_ABSENT, ""},
        {"c%6fde=1", FORM_ABSENT, ""},   {"state=code=1", FORM_ABSENT, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct secret value OWNED(cognito_secret_free) = {0};
        if (cognito_form_find(span_of_string(rows[i].form), "code", &value) != rows[i].found ||
            !span_is(secret_span(&value), rows[i].value))
            FAIL_ROW("%s\n", rows[i].form);
    }
}

/* RFC 6749, 3.1: a parameter stands there once. */
static void what_is_twice_or_spoilt_is_faulty(void **state)
{
    (void)state;
    static const char *const forms[] = {"code=1&code=1", "code=1&x=y&code=", "code&code",
                                        "code=%",        "code=%4",          "code=a%4g",
                                        "code=%-1",      "code=%00",         "code=a%00b"};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct secret value OWNED(cognito_secret_free) = {0};
        if (cognito_form_find(span_of_string(forms[i]), "code", &value) != FORM_FAULTY)
            FAIL_ROW("%s\n", forms[i]);
    }
}

static void every_byte_but_nul_comes_back(void **state)
{
    (void)state;
    unsigned char bytes[255];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i + 1);
    struct secret form OWNED(cognito_secret_free) = {0};
    struct secret value OWNED(cognito_secret_free) = {0};
    assert_true(cognito_form_add(&form, 0, "all", span_of(bytes, sizeof bytes)));
    assert_int_equal(cognito_form_find(secret_span(&form), "all", &value), FORM_FOUND);
    assert_true(span_equal(secret_span(&value), span_of(bytes, sizeof bytes)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_unreserved_characters_are_encoded),
        cmocka_unit_test(pairs_follow_what_was_there),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(what_is_twice_or_spoilt_is_faulty),
        cmocka_unit_test(every_byte_but_nul_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
