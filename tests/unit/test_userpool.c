/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/userpool.h"
#include "failing.h"

#define FORTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void ids(void **state)
{
    (void)state;
    static const char *const good[] = {"us-east-1_AbCdEf123", "a_b", "eu_1", "us-gov-west-1_0",
                                       "a_" FORTY "aaaaaaaaaaaaa"};
    static const char *const bad[] = {"",         "_",          "a",
                                      "a_",       "_b",         "-a_b",
                                      "a.b_c",    "a_b_c",      "a_b-c",
                                      "a/../b_c", "a_b/c",      "a_b\n",
                                      "a b_c",    "\xc3\xa4_b", "a_" FORTY "aaaaaaaaaaaaaa"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (cognito_userpool_fault(span_of_string(good[i])) != NULL)
            FAIL_ROW("%s\n", good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (cognito_userpool_fault(span_of_string(bad[i])) == NULL)
            FAIL_ROW("%s\n", bad[i]);
    assert_non_null(cognito_userpool_fault(LITERAL("a_b\0")));
}

/* Of the region and of the name, each byte. */
static void characters(void **state)
{
    (void)state;
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (unsigned int byte = 0; byte < 256; byte++) {
        const unsigned char region[] = {'a', (unsigned char)byte, 'b', '_', 'c'};
        const unsigned char name[] = {'a', '_', 'b', (unsigned char)byte, 'c'};
        const bool plain = byte != 0 && strchr(good, (int)byte) != NULL;
        if (byte == '_')
            continue;
        assert_int_equal(cognito_userpool_fault(span_of(region, sizeof region)) == NULL,
                         plain || byte == '-');
        assert_int_equal(cognito_userpool_fault(span_of(name, sizeof name)) == NULL, plain);
        assert_int_equal(cognito_userpool_fault(span_of(region + 1, sizeof region - 1)) == NULL,
                         plain);
        const unsigned char first[] = {'a', '_', (unsigned char)byte, 'c'};
        assert_int_equal(cognito_userpool_fault(span_of(first, sizeof first)) == NULL, plain);
    }
}

/* Amazon Cognito developer guide; the second form is that of pools that were switched over. */
static void issuers_and_keys(void **state)
{
    (void)state;
    struct list issuers = {0};
    char uri[USERPOOL_URI_SIZE];
    assert_true(cognito_userpool_issuers("us-east-1_AbCdEf123", &issuers));
    assert_int_equal(issuers.count, 2);
    assert_string_equal(issuers.items[0],
                        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123");
    assert_string_equal(issuers.items[1],
                        "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123");
    assert_true(cognito_userpool_keys(issuers.items[0], uri));
    assert_string_equal(uri, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"
                             "/.well-known/jwks.json");
    cognito_list_free(&issuers);
}

static void an_address_that_is_too_long_is_none(void **state)
{
    (void)state;
    static const size_t behind = sizeof "/.well-known/jwks.json" - 1;
    char issuer[USERPOOL_URI_SIZE];
    char uri[USERPOOL_URI_SIZE];
    const size_t most = sizeof uri - 1 - behind;
    memset(issuer, 'a', most + 1);
    issuer[most + 1] = '\0';
    assert_false(cognito_userpool_keys(issuer, uri));
    issuer[most] = '\0';
    assert_true(cognito_userpool_keys(issuer, uri));
    assert_int_equal(strlen(uri), sizeof uri - 1);
}

static void without_room_or_memory(void **state)
{
    (void)state;
    struct list issuers = {0};
    char endless[256];
    memset(endless, 'a', sizeof endless);
    endless[1] = '_';
    endless[sizeof endless - 1] = '\0';
    assert_false(cognito_userpool_issuers(endless, &issuers));
    assert_int_equal(issuers.count, 0);
    for (size_t nth = 1; nth <= 4; nth++) {
        failing_begin(nth);
        assert_false(cognito_userpool_issuers("a_b", &issuers));
        assert_true(failing_end());
        assert_int_equal(issuers.count, (nth - 1) / 2);
        cognito_list_free(&issuers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids),
        cmocka_unit_test(characters),
        cmocka_unit_test(issuers_and_keys),
        cmocka_unit_test(an_address_that_is_too_long_is_none),
        cmocka_unit_test(without_room_or_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
