/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>

#include "client/srp.h"

/* What tests/login/srp/cognito_srp.py, which shares nothing with srp.c, worked out. Numbers are in
 * hexadecimal digits. */
static const struct vector {
    const char *name, *exponent, *client_public, *salt, *server_public, *block, *pool, *user,
        *password, *timestamp, *signature;
} vectors[] = {
#include "srp_vectors.inc"
};

enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static struct srp *begin(const char *digits)
{
    unsigned char bytes[SRP_PUBLIC_SIZE / 2];
    BIGNUM *number = NULL;
    assert_int_not_equal(BN_hex2bn(&number, digits), 0);
    const int len = BN_bn2bin(number, bytes);
    BN_free(number);
    struct srp *srp = cognito_srp_begin_with(span_of(bytes, (size_t)len));
    assert_non_null(srp);
    return srp;
}

static struct srp_challenge challenge_of(const struct vector *vector)
{
    return (struct srp_challenge){
        .pool = span_of_string(vector->pool),
        .user = span_of_string(vector->user),
        .salt = span_of_string(vector->salt),
        .server_public = span_of_string(vector->server_public),
        .secret_block = span_of_string(vector->block),
        .timestamp = span_of_string(vector->timestamp),
    };
}

static void known_exchanges_give_the_known_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        const struct vector *vector = &vectors[i];
        const struct srp_challenge challenge = challenge_of(vector);
        struct srp *srp = begin(vector->exponent);
        char digits[SRP_PUBLIC_SIZE], signature[SRP_SIGNATURE_SIZE];
        struct complaint why = {{0}};
        assert_true(cognito_srp_public(srp, digits));
        if (strcmp(digits, vector->client_public) != 0)
            fail_msg("%s: A is %s", vector->name, digits);
        if (!cognito_srp_sign(srp, &challenge, span_of_string(vector->password), signature, &why))
            fail_msg("%s: %s", vector->name, why.text);
        if (strcmp(signature, vector->signature) != 0)
            fail_msg("%s: %s", vector->name, signature);
        cognito_srp_free(srp);
    }
}

static void signs_otherwise(const struct srp *srp, const struct srp_challenge *challenge,
                            const char *password, const char *name)
{
    char signature[SRP_SIGNATURE_SIZE];
    assert_true(cognito_srp_sign(srp, challenge, span_of_string(password), signature, NULL));
    if (strcmp(signature, vectors[0].signature) == 0)
        fail_msg("the signature does not depend on the %s", name);
}

/* Each part of an exchange counts. */
static void every_input_changes_the_signature(void **state)
{
    (void)state;
    const struct vector *vector = &vectors[0];
    struct srp *srp = begin(vector->exponent);
    static const struct {
        const char *name, *text;
        size_t offset;
    } rows[] = {
        {"pool", "AbCdEf124", offsetof(struct srp_challenge, pool)},
        {"user", "alicf", offsetof(struct srp_challenge, user)},
        {"salt", "5ca1ab1e00c0ffee1234567890abcdee", offsetof(struct srp_challenge, salt)},
        {"server's value", "1234567890", offsetof(struct srp_challenge, server_public)},
        {"block", "AAAA", offsetof(struct srp_challenge, secret_block)},
        {"timestamp", "Tue Nov 3 07:05:10 UTC 2026", offsetof(struct srp_challenge, timestamp)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct srp_challenge challenge = challenge_of(vector);
        const struct span other = span_of_string(rows[i].text);
        memcpy((char *)&challenge + rows[i].offset, &other, sizeof other);
        signs_otherwise(srp, &challenge, vector->password, rows[i].name);
    }
    const struct srp_challenge challenge = challenge_of(vector);
    signs_otherwise(srp, &challenge, "correct-Horse-7", "password");
    cognito_srp_free(srp);
    srp = begin("2");
    signs_otherwise(srp, &challenge, vector->password, "exponent");
    cognito_srp_free(srp);
}

/* N, and what may be written before or above it. */
static char *digits_of_prime(const char *before, unsigned long more)
{
    BIGNUM *number = BN_get_rfc3526_prime_3072(NULL);
    assert_int_equal(BN_add_word(number, more), 1);
    char *plain = BN_bn2hex(number);
    char *digits = malloc(strlen(before) + strlen(plain) + 1);
    assert_non_null(digits);
    strcpy(digits, before);
    strcat(digits, plain);
    OPENSSL_free(plain);
    BN_free(number);
    return digits;
}

static void refused(const struct srp *srp, const struct srp_challenge *challenge, const char *words)
{
    char signature[SRP_SIGNATURE_SIZE] = "untouched";
    struct complaint why = {{0}};
    if (cognito_srp_sign(srp, challenge, span_of_string("x"), signature, &why))
        fail_msg("not refused: %s", words);
    if (strstr(why.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, why.text);
    assert_string_equal(signature, "untouched");
}

static void a_value_of_the_server_that_is_0_modulo_n_is_refused(void **state)
{
    (void)state;
    struct srp *srp = begin(vectors[0].exponent);
    struct srp_challenge challenge = challenge_of(&vectors[0]);
    static const char *const bad[] = {"", "0", "00", "-1", "+1", " 1", "1 ", "0x1", "g", "1.0"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        challenge.server_public = span_of_string(bad[i]);
        refused(srp, &challenge, "SRP_B");
    }
    static const struct {
        const char *before;
        unsigned long more;
    } beyond[] = {{"", 0}, {"00", 0}, {"", 1}, {"1", 0}, {"000", 0}};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        char *digits = digits_of_prime(beyond[i].before, beyond[i].more);
        challenge.server_public = span_of_string(digits);
        refused(srp, &challenge, "SRP_B");
        free(digits);
    }
    cognito_srp_free(srp);
}

static void digits_that_nul_ends_are_refused(void **state)
{
    (void)state;
    struct srp *srp = begin(vectors[0].exponent);
    struct srp_challenge challenge = challenge_of(&vectors[0]);
    challenge.server_public = span_of("12\0"
                                      "34",
                                      5);
    refused(srp, &challenge, "SRP_B");
    cognito_srp_free(srp);
}

/* The largest and the smallest that are taken, however they are written. */
static void values_at_the_bounds_are_taken(void **state)
{
    (void)state;
    struct srp *srp = begin(vectors[0].exponent);
    struct srp_challenge challenge = challenge_of(&vectors[0]);
    char *largest = digits_of_prime("00", 0);
    largest[strlen(largest) - 1] = 'E'; /* N ends in F */
    const char *const good[] = {"1", "01", "a", "A", largest, largest + 2};
    char signature[SRP_SIGNATURE_SIZE], same[SRP_SIGNATURE_SIZE];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        challenge.server_public = span_of_string(good[i]);
        assert_true(cognito_srp_sign(srp, &challenge, span_of_string("x"), signature, NULL));
        if (i % 2 == 1)
            assert_string_equal(signature, same); /* of the one before */
        memcpy(same, signature, sizeof same);
    }
    free(largest);
    cognito_srp_free(srp);
}

static void a_salt_or_block_that_is_none_is_refused(void **state)
{
    (void)state;
    struct srp *srp = begin(vectors[0].exponent);
    static char long_salt[SRP_SALT_MAX + 2];
    memset(long_salt, '1', sizeof long_salt - 1);
    const char *const salts[] = {"", "xyz", "-1", long_salt};
    for (size_t i = 0; i < sizeof salts / sizeof salts[0]; i++) {
        struct srp_challenge challenge = challenge_of(&vectors[0]);
        challenge.salt = span_of_string(salts[i]);
        refused(srp, &challenge, "SALT");
    }
    static char long_block[SRP_BLOCK_MAX + 5];
    memset(long_block, 'A', sizeof long_block - 1);
    const char *const blocks[] = {"",     "A",    "AA",   "AAA",     "====",   "A===",
                                  "AB==", "AAB=", "AA-_", "AAAA=",   "AAAA\n", "AA==AAAA",
                                  "AA=A", " AAA", "A=A=", long_block};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct srp_challenge challenge = challenge_of(&vectors[0]);
        challenge.secret_block = span_of_string(blocks[i]);
        refused(srp, &challenge, "SECRET_BLOCK");
    }
    cognito_srp_free(srp);
}

static void an_exponent_that_gives_no_secret_is_refused(void **state)
{
    (void)state;
    static const unsigned char zeros[4] = {0};
    static const unsigned char too_long[SRP_PUBLIC_SIZE] = {1};
    assert_null(cognito_srp_begin_with(span_of(NULL, 0)));
    assert_null(cognito_srp_begin_with(span_of(zeros, sizeof zeros)));
    assert_null(cognito_srp_begin_with(span_of(too_long, sizeof too_long)));
    /* g has the order (N - 1) / 2, so A is 1. */
    unsigned char order[SRP_PUBLIC_SIZE / 2];
    BIGNUM *number = BN_get_rfc3526_prime_3072(NULL);
    assert_int_equal(BN_rshift1(number, number), 1);
    assert_int_equal(BN_bn2binpad(number, order, sizeof order), (int)sizeof order);
    BN_free(number);
    assert_null(cognito_srp_begin_with(span_of(order, sizeof order)));
}

static void every_exchange_has_an_exponent_of_its_own(void **state)
{
    (void)state;
    char digits[2][SRP_PUBLIC_SIZE];
    for (size_t i = 0; i < 2; i++) {
        struct srp *srp = cognito_srp_begin();
        assert_non_null(srp);
        assert_true(cognito_srp_public(srp, digits[i]));
        assert_int_equal(strlen(digits[i]), SRP_PUBLIC_SIZE - 1);
        cognito_srp_free(srp);
    }
    assert_string_not_equal(digits[0], digits[1]);
    cognito_srp_free(NULL);
}

static void the_timestamp_is_english_and_utc(void **state)
{
    (void)state;
    static const struct {
        int64_t now;
        const char *text;
    } rows[] = {
        {0, "Thu Jan 1 00:00:00 UTC 1970"},
        {INT64_C(1793689509), "Tue Nov 3 07:05:09 UTC 2026"},
        {INT64_C(1582984799), "Sat Feb 29 13:59:59 UTC 2020"},
        {INT64_C(1704067199), "Sun Dec 31 23:59:59 UTC 2023"},
        {INT64_C(253402300799), "Fri Dec 31 23:59:59 UTC 9999"},
    };
    char text[SRP_TIMESTAMP_SIZE];
    assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(cognito_srp_timestamp(rows[i].now, text));
        assert_string_equal(text, rows[i].text);
    }
    assert_false(cognito_srp_timestamp(-1, text));
    assert_false(cognito_srp_timestamp(INT64_C(253402300800), text));
    assert_false(cognito_srp_timestamp(INT64_MAX, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_exchanges_give_the_known_values),
        cmocka_unit_test(every_input_changes_the_signature),
        cmocka_unit_test(a_value_of_the_server_that_is_0_modulo_n_is_refused),
        cmocka_unit_test(digits_that_nul_ends_are_refused),
        cmocka_unit_test(values_at_the_bounds_are_taken),
        cmocka_unit_test(a_salt_or_block_that_is_none_is_refused),
        cmocka_unit_test(an_exponent_that_gives_no_secret_is_refused),
        cmocka_unit_test(every_exchange_has_an_exponent_of_its_own),
        cmocka_unit_test(the_timestamp_is_english_and_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
