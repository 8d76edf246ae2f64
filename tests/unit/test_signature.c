/* SPDX-License-Identifier: MIT */
#include "token/signature.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/base64url.h"
#include "base/limits.h"
#include "judging.h"
#include "minting.h"
#include "unit.h"

/* The parts of a signed text, for calling the unit itself. */
struct parts {
    char *token;
    struct span input;
    unsigned char signature[512];
    size_t len;
    unsigned char *modulus;
    struct jwk key;
};

static void take_apart(struct parts *parts, enum mint_key key)
{
    char *header OWNED(mint_free) = mint_header(key, NULL);
    parts->token = mint_signed(header, "{}", key);
    const char *dot = strrchr(parts->token, '.');
    parts->input = span_of(parts->token, (size_t)(dot - parts->token));
    parts->len = base64url_decoded_size(strlen(dot + 1));
    assert_true(cognito_base64url_decode(span_of_string(dot + 1), parts->signature));
    size_t len;
    parts->modulus = mint_modulus(key, &len);
    parts->key = (struct jwk){LITERAL("k"), span_of(parts->modulus, len), 65537, NULL};
    assert_int_equal(parts->len, len);
}

static void free_parts(struct parts *parts)
{
    free(parts->token);
    free(parts->modulus);
}

/* ---- calls of OpenSSL that fail ---- */

static size_t left; /* calls before the one that fails; 0: none fails */
static bool failed;

static bool fails_now(void)
{
    if (left == 0 || --left > 0)
        return false;
    failed = true;
    return true;
}

#define CAN_FAIL(type, none, name, parameters, arguments)                                          \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails_now() ? (none) : __real_##name arguments;                                     \
    }

CAN_FAIL(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_name,
         (OSSL_LIB_CTX * library, const char *name, const char *query), (library, name, query))
CAN_FAIL(int, 0, EVP_PKEY_fromdata_init, (EVP_PKEY_CTX * context), (context))
CAN_FAIL(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
CAN_FAIL(int, 0, EVP_DigestVerifyInit_ex,
         (EVP_MD_CTX * context, EVP_PKEY_CTX **padding, const char *digest, OSSL_LIB_CTX *library,
          const char *query, EVP_PKEY *key, const OSSL_PARAM parameters[]),
         (context, padding, digest, library, query, key, parameters))

/* One import and one verification, whatever is given. */
static enum signature verify(const struct jwk *key, struct span input, struct span signature)
{
    judging_count_from_here();
    const enum signature verdict = cognito_signature_verify(key, input, signature);
    assert_int_equal(judging_imports(), 1);
    assert_int_equal(judging_verifications(), 1);
    return verdict;
}

static void good_signatures(void **state)
{
    (void)state;
    static const enum mint_key keys[] = {MINT_FIRST, MINT_SECOND, MINT_LONG};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct parts parts OWNED(free_parts);
        take_apart(&parts, keys[i]);
        assert_int_equal(verify(&parts.key, parts.input, span_of(parts.signature, parts.len)),
                         SIGNATURE_VALID);
    }
}

static void anything_else(void **state)
{
    (void)state;
    struct parts parts OWNED(free_parts);
    take_apart(&parts, MINT_FIRST);
    const struct span signature = span_of(parts.signature, parts.len);
    struct jwk other = parts.key;
    other.exponent = 65539;
    assert_int_equal(verify(&other, parts.input, signature), SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, span_first(parts.input, parts.input.len - 1), signature),
                     SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, span_of(NULL, 0), signature), SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, parts.input, span_of(NULL, 0)), SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, parts.input, span_first(signature, parts.len - 1)),
                     SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, parts.input, span_of(parts.signature, parts.len + 1)),
                     SIGNATURE_INVALID);
    assert_int_equal(verify(&parts.key, parts.input, parts.key.modulus), SIGNATURE_INVALID);
}

/* EVP_DigestVerify(3): 1 is success; 0 and any other value are not. */
static void verdicts(void **state)
{
    (void)state;
    struct parts parts OWNED(free_parts);
    take_apart(&parts, MINT_FIRST);
    static const int given[] = {-2, -1, 0, 1, 2, 256};
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        judging_pretend_verdict(&given[i]);
        const enum signature possible =
            cognito_signature_verify(&parts.key, parts.input, span_of(parts.signature, parts.len));
        const enum signature impossible =
            cognito_signature_verify(&parts.key, parts.input, span_of(parts.signature, 3));
        judging_pretend_verdict(NULL);
        assert_int_equal(possible, given[i] == 1 ? SIGNATURE_VALID : SIGNATURE_INVALID);
        assert_int_equal(impossible, SIGNATURE_INVALID);
    }
}

/* Where OpenSSL fails nothing is decided, whatever was given. */
static void without_openssl(void **state)
{
    (void)state;
    struct parts parts OWNED(free_parts);
    take_apart(&parts, MINT_FIRST);
    judging_fail_imports(true);
    const enum signature good =
        cognito_signature_verify(&parts.key, parts.input, span_of(parts.signature, parts.len));
    const enum signature none = cognito_signature_verify(&parts.key, parts.input, span_of(NULL, 0));
    judging_fail_imports(false);
    assert_int_equal(good, SIGNATURE_UNDECIDED);
    assert_int_equal(none, SIGNATURE_UNDECIDED);
}

/* A key that no set gives: nothing of it is copied where there is no room. */
static void a_modulus_beyond_the_bound(void **state)
{
    (void)state;
    static unsigned char modulus[RSA_BITS_MAX / 8 + 1];
    memset(modulus, 0xff, sizeof modulus);
    const struct jwk key = {LITERAL("k"), span_of(modulus, sizeof modulus), 65537, NULL};
    assert_int_equal(cognito_signature_verify(&key, LITERAL("x"), span_of(NULL, 0)),
                     SIGNATURE_UNDECIDED);
    /* As long as it may be, it is tried. */
    const struct jwk longest = {LITERAL("k"), span_of(modulus, RSA_BITS_MAX / 8), 65537, NULL};
    assert_int_equal(verify(&longest, LITERAL("x"), span_of(NULL, 0)), SIGNATURE_INVALID);
}

/* Each call in turn: nothing is decided, and OpenSSL's queue of errors is as it was. */
static void calls_that_fail(void **state)
{
    (void)state;
    struct parts parts OWNED(free_parts);
    take_apart(&parts, MINT_FIRST);
    enum { CALLS = 4 }; /* besides the two that are counted */
    ERR_clear_error();
    for (size_t nth = 1; nth <= CALLS; nth++) {
        failed = false;
        left = nth;
        const enum signature verdict =
            cognito_signature_verify(&parts.key, parts.input, span_of(parts.signature, parts.len));
        left = 0;
        assert_int_equal(ERR_peek_error(), 0);
        assert_true(failed);
        assert_int_equal(verdict, SIGNATURE_UNDECIDED);
    }
}

/* What a host has in OpenSSL's queue of errors stays there, and nothing is added. */
static void the_queue_of_errors(void **state)
{
    (void)state;
    struct parts parts OWNED(free_parts);
    take_apart(&parts, MINT_FIRST);
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 7);
    const unsigned long before = ERR_peek_last_error();
    static const enum signature wanted[] = {SIGNATURE_VALID, SIGNATURE_INVALID};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const struct span input = span_first(parts.input, parts.input.len - i);
        assert_int_equal(verify(&parts.key, input, span_of(parts.signature, parts.len)), wanted[i]);
        assert_true(ERR_peek_last_error() == before);
    }
    assert_true(ERR_get_error() == before);
    assert_true(ERR_get_error() == 0);
}

/* RFC 8017, 5.2.2 and 8.2.2: s + n is the same number modulo n and no signature. One of the keys'
 * signatures leaves room for the sum in as many bytes; which text that is, is found by trying. */
static void signature_and_modulus_added(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 1000; i++) {
        char payload[32];
        (void)snprintf(payload, sizeof payload, "{\"i\":%u}", i);
        char *token OWNED(mint_free) = mint_signed("{}", payload, MINT_FIRST);
        const char *dot = strrchr(token, '.');
        unsigned char sum[256];
        assert_true(cognito_base64url_decode(span_of_string(dot + 1), sum));
        size_t len;
        unsigned char *modulus = mint_modulus(MINT_FIRST, &len);
        const struct jwk key = {LITERAL("k"), span_of(modulus, len), 65537, NULL};
        const struct span input = span_of(token, (size_t)(dot - token));
        assert_int_equal(verify(&key, input, span_of(sum, len)), SIGNATURE_VALID);
        unsigned int carry = 0;
        for (size_t at = len; at > 0; at--) {
            carry += (unsigned int)sum[at - 1] + modulus[at - 1];
            sum[at - 1] = (unsigned char)(carry & 0xff);
            carry >>= 8;
        }
        const enum signature verdict =
            carry == 0 ? verify(&key, input, span_of(sum, len)) : SIGNATURE_UNDECIDED;
        free(modulus);
        if (carry == 0) {
            assert_int_equal(verdict, SIGNATURE_INVALID);
            return;
        }
    }
    SKIP_BECAUSE("no signature of 1000 left room for the sum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_signatures),
        cmocka_unit_test(anything_else),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(without_openssl),
        cmocka_unit_test(a_modulus_beyond_the_bound),
        cmocka_unit_test(calls_that_fail),
        cmocka_unit_test(the_queue_of_errors),
        cmocka_unit_test(signature_and_modulus_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
