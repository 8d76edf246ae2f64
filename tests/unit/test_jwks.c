/* SPDX-License-Identifier: MIT */
#include "token/jwks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "failing.h"
#include "minting.h"
#include "unit.h"

static struct complaint why;

static enum cognito_status parse(struct span text, struct jwks **keys)
{
    struct jwks *const untouched = (struct jwks *)&why;
    *keys = untouched;
    why.text[0] = '\0';
    const enum cognito_status status = cognito_jwks_parse(text, keys, &why);
    if (status != COGNITO_ACCEPTED) {
        assert_ptr_equal(*keys, untouched);
        assert_true(why.text[0] != '\0');
    }
    return status;
}

static void expect_refused(struct span text, enum cognito_status status, const char *words)
{
    struct jwks *keys;
    const enum cognito_status given = parse(text, &keys);
    if (given != status || strcmp(why.text, words) != 0)
        FAIL_ROW("%.*s: %s, %s\n", (int)(text.len < 200 ? text.len : 200), (const char *)text.data,
                 cognito_status_row(given)->code, why.text);
}

/* The set of the key made with CHANGES, and MINT_SECOND as it is: whether the first counts. */
static bool counts(const struct change *changes)
{
    char *changed OWNED(mint_free) = mint_jwk(MINT_FIRST, changes);
    char *other OWNED(mint_free) = mint_jwk(MINT_SECOND, NULL);
    char *set OWNED(mint_free) = mint_set((const char *const[]){changed, other, NULL});
    struct jwks *keys;
    const enum cognito_status status = parse(span_of_string(set), &keys);
    if (status != COGNITO_ACCEPTED)
        FAIL_ROW("%s: %s\n", set, why.text);
    const size_t count = cognito_jwks_count(keys);
    assert_non_null(cognito_jwks_find(keys, span_of_string(mint_kid(MINT_SECOND))));
    cognito_jwks_free(keys);
    return count == 2;
}

static void expect_counting(const char *name, const char *value, bool wanted)
{
    const struct change changes[] = {{name, value}, {NULL, NULL}};
    if (counts(changes) != wanted)
        FAIL_ROW("%s = %s: %s\n", name, value == NULL ? "(nothing)" : value,
                 wanted ? "passed over" : "counted");
}

static void a_good_set(void **state)
{
    (void)state;
    char *set OWNED(mint_free) = mint_standard_set();
    struct jwks *keys;
    assert_int_equal(parse(span_of_string(set), &keys), COGNITO_ACCEPTED);
    memset(set, 'x', strlen(set)); /* the set lives on without its text */
    assert_int_equal(cognito_jwks_count(keys), 2);
    for (enum mint_key i = MINT_FIRST; i <= MINT_SECOND; i++) {
        size_t len;
        unsigned char *modulus = mint_modulus(i, &len);
        const struct jwk *key = cognito_jwks_find(keys, span_of_string(mint_kid(i)));
        assert_ptr_equal(key, cognito_jwks_at(keys, i));
        assert_true(span_is(key->kid, mint_kid(i)));
        assert_true(span_equal(key->modulus, span_of(modulus, len)));
        assert_int_equal(key->exponent, 65537);
        free(modulus);
    }
    assert_null(cognito_jwks_at(keys, 2));
    assert_null(cognito_jwks_at(keys, SIZE_MAX));
    cognito_jwks_free(keys);
    cognito_jwks_free(NULL);
}

static void kids_are_compared_byte_by_byte(void **state)
{
    (void)state;
    char *set OWNED(mint_free) = mint_standard_set();
    struct jwks *keys;
    assert_int_equal(parse(span_of_string(set), &keys), COGNITO_ACCEPTED);
    const struct span kid = span_of_string(mint_kid(MINT_FIRST));
    assert_non_null(cognito_jwks_find(keys, kid));
    assert_null(cognito_jwks_find(keys, span_first(kid, kid.len - 1)));
    assert_null(cognito_jwks_find(keys, span_of(kid.data, kid.len + 1)));
    assert_null(cognito_jwks_find(keys, span_of(NULL, 0)));
    assert_null(cognito_jwks_find(keys, LITERAL("KS+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL=")));
    cognito_jwks_free(keys);
}

static void not_json(void **state)
{
    (void)state;
    expect_refused(LITERAL(""), COGNITO_JWKS_JSON, "an object was expected at byte 0");
    expect_refused(LITERAL("[]"), COGNITO_JWKS_JSON, "an object was expected at byte 0");
    expect_refused(LITERAL("{\"keys\":[]"), COGNITO_JWKS_JSON,
                   "a comma or the end of an object was expected at byte 10");
    expect_refused(LITERAL("{\"keys\":[],\"keys\":[]}"), COGNITO_JWKS_JSON,
                   "a member name twice in one object at byte 17");
    expect_refused(LITERAL("<html>"), COGNITO_JWKS_JSON, "an object was expected at byte 0");
}

static void not_a_set(void **state)
{
    (void)state;
    expect_refused(LITERAL("{}"), COGNITO_JWKS_INVALID, "no array named keys");
    expect_refused(LITERAL("{\"keys\":{}}"), COGNITO_JWKS_INVALID, "no array named keys");
    expect_refused(LITERAL("{\"keys\":null}"), COGNITO_JWKS_INVALID, "no array named keys");
    expect_refused(LITERAL("{\"message\":\"User pool does not exist.\"}"), COGNITO_JWKS_INVALID,
                   "no array named keys");
    expect_refused(LITERAL("{\"keys\":[1]}"), COGNITO_JWKS_INVALID, "a key that is not an object");
    expect_refused(LITERAL("{\"keys\":[null]}"), COGNITO_JWKS_INVALID,
                   "a key that is not an object");
    expect_refused(LITERAL("{\"keys\":[[]]}"), COGNITO_JWKS_INVALID, "a key that is not an object");
}

static void without_a_usable_key(void **state)
{
    (void)state;
    expect_refused(LITERAL("{\"keys\":[]}"), COGNITO_KEY_NONE,
                   "none of its 0 keys can verify an ID token");
    expect_refused(LITERAL("{\"keys\":[{},{\"kty\":\"EC\",\"kid\":\"x\"}]}"), COGNITO_KEY_NONE,
                   "none of its 2 keys can verify an ID token");
}

static void flags(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        bool counts;
    } rows[] = {
        {"kty", NULL, false},
        {"kty", "\"EC\"", false},
        {"kty", "\"oct\"", false},
        {"kty", "\"rsa\"", false},
        {"kty", "1", false},
        {"kty", "null", false},
        {"use", NULL, true},
        {"use", "\"sig\"", true},
        {"use", "\"enc\"", false},
        {"use", "\"SIG\"", false},
        {"use", "\"\"", false},
        {"use", "null", false},
        {"use", "[\"sig\"]", false},
        {"alg", NULL, true},
        {"alg", "\"RS256\"", true},
        {"alg", "\"RS512\"", false},
        {"alg", "\"PS256\"", false},
        {"alg", "\"HS256\"", false},
        {"alg", "\"none\"", false},
        {"alg", "null", false},
        {"alg", "256", false},
        {"key_ops", "[\"verify\"]", true},
        {"key_ops", "[\"verify\",\"sign\"]", true},
        {"key_ops", "[\"verify\",1]", false},
        {"key_ops", "[\"sign\",\"verify\"]", true},
        {"key_ops", "[]", false},
        {"key_ops", "[\"sign\"]", false},
        {"key_ops", "[\"Verify\"]", false},
        {"key_ops", "[\"verify\",1]", false},
        {"key_ops", "[1,\"verify\"]", false},
        {"key_ops", "\"verify\"", false},
        {"key_ops", "null", false},
        {"key_ops", "{\"verify\":1}", false},
        {"x5c", "[\"MII\"]", true},
        {"unknown", "{\"d\":1}", true},
        {"kid", NULL, false},
        {"kid", "\"\"", false},
        {"kid", "1", false},
        {"kid", "null", false},
        {"kid", "\"\xc3\xa9\"", false},
        {"kid", "\"a\\nb\"", false},
        {"kid", "\"a\\u007f\"", false},
        {"kid", "\"a\\u001f\"", false},
        {"kid", "\"\\na\"", false},
        {"kid", "\"a b~\"", true},
        {"kid", "\"a\\/b\\u0041\"", true},
        {"kty", "\"\\u0052SA\"", true},
        {"kty", "\"RSA \"", false},
        {"kty", "\"RSA and a word that is far too long\"", false},
        {"use", "\"\\u0073ig\"", true},
        {"alg", "\"RS\\u003256\"", true},
        {"key_ops", "[ \"sign\" , \"verif\\u0079\" ]", true},
        {"key_ops", "[\"verify\",{}]", false},
        {"k\\u0065y_ops", "[]", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_counting(rows[i].name, rows[i].value, rows[i].counts);
}

static void length_of_the_kid(void **state)
{
    (void)state;
    char kid[KEY_ID_MAX + 4];
    memset(kid, 'k', sizeof kid);
    kid[0] = kid[KEY_ID_MAX + 1] = '"';
    kid[KEY_ID_MAX + 2] = '\0';
    expect_counting("kid", kid, true);
    kid[KEY_ID_MAX + 1] = 'k';
    kid[KEY_ID_MAX + 2] = '"';
    kid[KEY_ID_MAX + 3] = '\0';
    expect_counting("kid", kid, false);
}

static void exponents(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool counts;
    } rows[] = {
        {"\"AQAB\"", true}, /* 65537 */
        {"\"\\u0041QAB\"", true}, {"\"\\u0041\\u0051\\u0041\\u0042\"", true},
        {"\"AQAD\"", true},     /* 65539 */
        {"\"_____w\"", true},   /* 2^32 - 1 */
        {"\"AQAAAAE\"", false}, /* 2^32 + 1 */
        {"\"AQ\"", false},      /* 1 */
        {"\"Aw\"", false},      /* 3 */
        {"\"EQ\"", false},      /* 17 */
        {"\"AP8\"", false},     /* 255 with a leading zero */
        {"\"__8\"", false},     /* 65535 */
        {"\"AQAA\"", false},    /* 65536 */
        {"\"AQAC\"", false},    /* 65538, even */
        {"\"AAEAAQ\"", false},  /* 65537 with a leading zero */
        {"\"AA\"", false},      /* 0 */
        {"\"\"", false},          {"\"AQAB=\"", false},
        {"\"AQAB====\"", false},  {"\"AQA\"", false},
        {"\"A\"", false},         {"\"AQ+B\"", false},
        {"\"AQABA\"", false},     {"65537", false},
        {"\"AQABAAE\"", false},   {"\"AQAAAQ\"", true}, /* 32 bits, and no more */
        {"null", false},          {NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_counting("e", rows[i].value, rows[i].counts);
}

/* A key whose modulus has LEN bytes, the first and the last being these. */
static bool counts_modulus(size_t len, unsigned char first, unsigned char last)
{
    unsigned char *bytes = malloc(len + 1);
    assert_non_null(bytes);
    memset(bytes, 0x55, len);
    if (len > 0) {
        bytes[0] = first;
        bytes[len - 1] = last;
    }
    char *encoded OWNED(mint_free) = mint_base64url(bytes, len);
    char *value OWNED(mint_free) = NULL;
    assert_true(asprintf(&value, "\"%s\"", encoded) > 0);
    free(bytes);
    return counts((const struct change[]){{"n", value}, {NULL, NULL}});
}

static void moduli(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        unsigned char first, last;
        bool counts;
    } rows[] = {
        {256, 0x80, 0x01, true},                             /* 2048 bits */
        {256, 0xff, 0xff, true},   {256, 0x7f, 0x01, false}, /* 2047 bits */
        {256, 0x80, 0x02, false},                            /* even */
        {256, 0x00, 0x01, false},                            /* a leading zero */
        {257, 0x00, 0x01, false},                            /* 2048 bits with a leading zero */
        {257, 0x01, 0x01, true},                             /* 2049 bits */
        {255, 0xff, 0x01, false},  {128, 0xff, 0x01, false},  {64, 0xff, 0x01, false},
        {1, 0x01, 0x01, false},    {0, 0, 0, false},          {512, 0x80, 0x01, true},
        {1024, 0xff, 0xff, true}, /* 8192 bits */
        {1025, 0x01, 0x01, false}, {2048, 0x80, 0x01, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (counts_modulus(rows[i].len, rows[i].first, rows[i].last) != rows[i].counts)
            FAIL_ROW("%zu bytes from %02x to %02x\n", rows[i].len, rows[i].first, rows[i].last);
    expect_counting("n", NULL, false);
    expect_counting("n", "1", false);
    expect_counting("n", "null", false);
    expect_counting("n", "\"\"", false);
    expect_counting("n", "[]", false);
}

static void moduli_that_are_not_base64url(void **state)
{
    (void)state;
    char *key OWNED(mint_free) = mint_jwk(MINT_FIRST, NULL);
    const char *start = strstr(key, "\"n\":\"") + 5;
    char *modulus OWNED(mint_free) = strndup(start, strcspn(start, "\""));
    static const char *const forms[] = {"\"%s=\"",   "\"%s==\"", "\" %s\"",
                                        "\"%s\\n\"", "\"%sA\"",  "\"+%s\""};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        char *value = NULL;
        const char *before = i == 2 ? "\" " : i == 5 ? "\"+" : "\"";
        const char *after = forms[i] + (i == 2 || i == 5 ? 4 : 3);
        assert_true(asprintf(&value, "%s%s%s", before, modulus, after) > 0);
        expect_counting("n", value, false);
        free(value);
    }
    expect_counting("n", "\"0\"", false);
}

static void short_keys_of_openssl(void **state)
{
    (void)state;
    char *small OWNED(mint_free) = mint_jwk(MINT_SHORT, NULL);
    char *set OWNED(mint_free) = mint_set((const char *const[]){small, NULL});
    expect_refused(span_of_string(set), COGNITO_KEY_NONE,
                   "none of its 1 keys can verify an ID token");
}

/* Every character of JSON may be written as an escape (RFC 8259, section 7). */
static void a_modulus_in_escapes(void **state)
{
    (void)state;
    char *key OWNED(mint_free) = mint_jwk(MINT_LONG, NULL);
    const char *start = strstr(key, "\"n\":\"") + 5;
    const size_t len = strcspn(start, "\"");
    char *escaped OWNED(mint_free) = malloc(6 * len + 3);
    assert_non_null(escaped);
    escaped[0] = '"';
    for (size_t i = 0; i < len; i++)
        (void)snprintf(escaped + 1 + 6 * i, 7, "\\u%04x", (unsigned int)start[i]);
    (void)strcpy(escaped + 1 + 6 * len, "\"");
    expect_counting("n", escaped, true);
}

/* The kid is kept as it is meant, not as it is written. */
static void a_kid_in_escapes(void **state)
{
    (void)state;
    const struct change changes[] = {{"kid", "\"a\\/\\u0062\""}, {NULL, NULL}};
    char *key OWNED(mint_free) = mint_jwk(MINT_FIRST, changes);
    char *set OWNED(mint_free) = mint_set((const char *const[]){key, NULL});
    struct jwks *keys;
    assert_int_equal(parse(span_of_string(set), &keys), COGNITO_ACCEPTED);
    const struct jwk *found = cognito_jwks_find(keys, LITERAL("a/b"));
    assert_ptr_equal(found, cognito_jwks_at(keys, 0));
    assert_true(span_is(found->kid, "a/b"));
    cognito_jwks_free(keys);
}

/* A private member anywhere, even in a key that would be passed over. */
static void private_members(void **state)
{
    (void)state;
    static const char *const names[] = {"d",  "p",   "q", "dp",      "dq",
                                        "qi", "oth", "k", "\\u0064", "ot\\u0068"};
    static const char *const values[] = {"\"AQAB\"", "null", "[]", "0"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        for (size_t k = 0; k < COUNT_OF(values); k++) {
            const struct change own[] = {{names[i], values[k]}, {NULL, NULL}};
            const struct change other[] = {{names[i], values[k]}, {"kty", "\"EC\""}, {NULL, NULL}};
            char *good OWNED(mint_free) = mint_jwk(MINT_FIRST, NULL);
            char *shown OWNED(mint_free) = mint_jwk(MINT_SECOND, own);
            char *passed_over OWNED(mint_free) = mint_jwk(MINT_SECOND, other);
            char *set OWNED(mint_free) = mint_set((const char *const[]){good, shown, NULL});
            char *set2 OWNED(mint_free) = mint_set((const char *const[]){good, passed_over, NULL});
            expect_refused(span_of_string(set), COGNITO_JWKS_INVALID,
                           "a key shows its private half");
            expect_refused(span_of_string(set2), COGNITO_JWKS_INVALID,
                           "a key shows its private half");
        }
}

static void two_keys_of_one_kid(void **state)
{
    (void)state;
    static const char *const others[] = {"{\"kid\":\"same\"}", "{\"kid\":\"\\u0073ame\"}",
                                         "{\"kid\":\"same\",\"kty\":\"EC\"}"};
    const struct change changes[] = {{"kid", "\"same\""}, {NULL, NULL}};
    char *good OWNED(mint_free) = mint_jwk(MINT_FIRST, changes);
    char *twin OWNED(mint_free) = mint_jwk(MINT_SECOND, changes);
    char *third OWNED(mint_free) = mint_jwk(MINT_STRANGER, NULL);
    char *twins OWNED(mint_free) = mint_set((const char *const[]){good, third, twin, NULL});
    expect_refused(span_of_string(twins), COGNITO_JWKS_INVALID, "two keys have the same kid");
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char *before OWNED(mint_free) = mint_set((const char *const[]){others[i], good, NULL});
        char *after OWNED(mint_free) = mint_set((const char *const[]){good, others[i], NULL});
        expect_refused(span_of_string(before), COGNITO_JWKS_INVALID, "two keys have the same kid");
        expect_refused(span_of_string(after), COGNITO_JWKS_INVALID, "two keys have the same kid");
    }
    char *escaped OWNED(mint_free) = mint_set(
        (const char *const[]){"{\"kid\":\"\\u0073ame\"}", "{\"kid\":\"sam\\u0065\"}", third, NULL});
    expect_refused(span_of_string(escaped), COGNITO_JWKS_INVALID, "two keys have the same kid");
    char *numbers OWNED(mint_free) =
        mint_set((const char *const[]){"{\"kid\":1}", "{\"kid\":1}", good, NULL});
    struct jwks *counted;
    assert_int_equal(parse(span_of_string(numbers), &counted), COGNITO_ACCEPTED);
    cognito_jwks_free(counted);
    /* Two of none are not two of one. */
    char *none OWNED(mint_free) = mint_set((const char *const[]){"{}", "{}", good, NULL});
    struct jwks *keys;
    assert_int_equal(parse(span_of_string(none), &keys), COGNITO_ACCEPTED);
    assert_int_equal(cognito_jwks_count(keys), 1);
    cognito_jwks_free(keys);
}

static void number_of_keys(void **state)
{
    (void)state;
    char *members[JWKS_KEYS_MAX + 2] = {NULL};
    for (size_t i = 0; i <= JWKS_KEYS_MAX; i++) {
        char kid[16];
        (void)snprintf(kid, sizeof kid, "\"k%zu\"", i);
        members[i] = mint_jwk(MINT_FIRST, (const struct change[]){{"kid", kid}, {NULL, NULL}});
    }
    char *beyond OWNED(mint_free) = mint_set((const char *const *)members);
    expect_refused(span_of_string(beyond), COGNITO_JWKS_INVALID, "more than 64 keys");
    free(members[JWKS_KEYS_MAX]);
    members[JWKS_KEYS_MAX] = NULL;
    char *most OWNED(mint_free) = mint_set((const char *const *)members);
    struct jwks *keys;
    assert_int_equal(parse(span_of_string(most), &keys), COGNITO_ACCEPTED);
    assert_int_equal(cognito_jwks_count(keys), JWKS_KEYS_MAX);
    assert_non_null(cognito_jwks_find(keys, LITERAL("k63")));
    cognito_jwks_free(keys);
    for (size_t i = 0; i < JWKS_KEYS_MAX; i++)
        free(members[i]);
}

static void size_of_the_set(void **state)
{
    (void)state;
    char *set OWNED(mint_free) = mint_standard_set();
    const size_t len = strlen(set);
    char *padded OWNED(mint_free) = malloc(JWKS_SIZE_MAX + 1);
    memset(padded, ' ', JWKS_SIZE_MAX + 1);
    memcpy(padded, set, len);
    struct jwks *keys;
    assert_int_equal(parse(span_of(padded, JWKS_SIZE_MAX), &keys), COGNITO_ACCEPTED);
    cognito_jwks_free(keys);
    expect_refused(span_of(padded, JWKS_SIZE_MAX + 1), COGNITO_JWKS_INVALID,
                   "larger than 262144 bytes");
}

static void the_shortest_kid(void **state)
{
    (void)state;
    expect_counting("kid", "\"x\"", true);
    expect_counting("kid", "\"\"", false);
}

static void without_memory(void **state)
{
    (void)state;
    char *set OWNED(mint_free) = mint_standard_set();
    struct jwks *const untouched = (struct jwks *)&why;
    size_t nth = 1;
    for (;; nth++) {
        struct jwks *keys = untouched;
        failing_begin(nth);
        const enum cognito_status status = cognito_jwks_parse(span_of_string(set), &keys, &why);
        if (!failing_end()) {
            assert_int_equal(status, COGNITO_ACCEPTED);
            cognito_jwks_free(keys);
            break;
        }
        assert_int_equal(status, COGNITO_SYSTEM_MEMORY);
        assert_ptr_equal(keys, untouched);
    }
    assert_true(nth > 2);
    cognito_jwks_free(NULL);
}

static void nobody_wants_to_know_why(void **state)
{
    (void)state;
    struct jwks *keys;
    assert_int_equal(cognito_jwks_parse(LITERAL("{"), &keys, NULL), COGNITO_JWKS_JSON);
    assert_int_equal(cognito_jwks_parse(LITERAL("{\"keys\":[]}"), &keys, NULL), COGNITO_KEY_NONE);
}

/* The keys of one pool whose kid another has are marked in its set, and no others. */
static void keys_that_another_pool_has(void **state)
{
    (void)state;
    char *two OWNED(mint_free) = mint_standard_set();
    char *key OWNED(mint_free) = mint_jwk(MINT_SECOND, NULL);
    char *one OWNED(mint_free) = mint_set((const char *const[]){key, NULL});
    struct jwks *keys;
    struct jwks *others;
    assert_int_equal(parse(span_of_string(two), &keys), COGNITO_ACCEPTED);
    assert_int_equal(parse(span_of_string(one), &others), COGNITO_ACCEPTED);
    assert_null(cognito_jwks_at(keys, 0)->rival);
    assert_null(cognito_jwks_at(keys, 1)->rival);
    cognito_jwks_share(keys, others, "them");
    assert_null(cognito_jwks_find(keys, span_of_string(mint_kid(MINT_FIRST)))->rival);
    assert_string_equal(cognito_jwks_find(keys, span_of_string(mint_kid(MINT_SECOND)))->rival,
                        "them");
    assert_null(cognito_jwks_at(others, 0)->rival);
    cognito_jwks_free(keys);
    cognito_jwks_free(others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_set),
        cmocka_unit_test(kids_are_compared_byte_by_byte),
        cmocka_unit_test(not_json),
        cmocka_unit_test(not_a_set),
        cmocka_unit_test(without_a_usable_key),
        cmocka_unit_test(flags),
        cmocka_unit_test(length_of_the_kid),
        cmocka_unit_test(exponents),
        cmocka_unit_test(moduli),
        cmocka_unit_test(moduli_that_are_not_base64url),
        cmocka_unit_test(a_modulus_in_escapes),
        cmocka_unit_test(a_kid_in_escapes),
        cmocka_unit_test(short_keys_of_openssl),
        cmocka_unit_test(private_members),
        cmocka_unit_test(two_keys_of_one_kid),
        cmocka_unit_test(number_of_keys),
        cmocka_unit_test(size_of_the_set),
        cmocka_unit_test(the_shortest_kid),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(nobody_wants_to_know_why),
        cmocka_unit_test(keys_that_another_pool_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
