/* SPDX-License-Identifier: MIT */
#include "token/signature.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/limits.h"

static void free_key_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_digest_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

/* OpenSSL takes numbers in the byte order of the machine. */
static void to_native(unsigned char *native, struct span number)
{
    const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    for (size_t i = 0; i < number.len; i++) /* equivalent: a byte beyond is for the sanitizers */
        /* unreachable: the order of another machine */
        native[i] = number.data[little ? number.len - 1 - i : i];
}

/* The caller's, or NULL. */
static EVP_PKEY *import(const struct jwk *key)
{
    unsigned char modulus[RSA_BITS_MAX / 8];
    uint32_t exponent = key->exponent;
    if (key->modulus.len > sizeof modulus)
        return NULL;
    to_native(modulus, key->modulus);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, key->modulus.len),
        OSSL_PARAM_construct_uint32(OSSL_PKEY_PARAM_RSA_E, &exponent),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context OWNED(free_key_context) = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *imported = NULL;
    /* equivalent: OpenSSL asks the same */
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &imported, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        return NULL;
    return imported;
}

static enum signature verify(EVP_PKEY *key, struct span input, struct span signature)
{
    char padding[] = OSSL_PKEY_RSA_PAD_MODE_PKCSV15;
    const OSSL_PARAM parameters[] = {
        /* equivalent: OpenSSL reads the text to its end */
        OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, padding, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MD_CTX *context OWNED(free_digest_context) = EVP_MD_CTX_new();
    if (context == NULL ||
        EVP_DigestVerifyInit_ex(context, NULL, "SHA2-256", NULL, NULL, key, parameters) != 1)
        return SIGNATURE_UNDECIDED;
    /* 1 is valid; 0 and everything negative are not. */
    const int verdict =
        EVP_DigestVerify(context, signature.data, signature.len, input.data, input.len);
    return verdict == 1 ? SIGNATURE_VALID : SIGNATURE_INVALID;
}

/* Whether SIGNATURE is as long as the modulus and less than it. */
static bool can_be_one(struct span signature, struct span modulus)
{
    return signature.len == modulus.len && memcmp(signature.data, modulus.data, modulus.len) < 0;
}

enum signature cognito_signature_verify(const struct jwk *key, struct span input,
                                        struct span signature)
{
    /* Less than any modulus, which has no leading zero; no signature of anything. */
    /* equivalent: any number less than the modulus does */
    static const unsigned char dummy[RSA_BITS_MAX / 8] = {0, [1 ... RSA_BITS_MAX / 8 - 1] = 0x5a};
    const bool possible = can_be_one(signature, key->modulus);
    const struct span tried = possible ? signature : span_of(dummy, key->modulus.len);
    (void)ERR_set_mark();
    EVP_PKEY *imported OWNED(free_key) = import(key);
    enum signature verdict = SIGNATURE_UNDECIDED;
    if (imported != NULL) /* equivalent: OpenSSL asks the same */
        verdict = verify(imported, input, tried);
    (void)ERR_pop_to_mark();
    if (verdict == SIGNATURE_VALID && !possible)
        return SIGNATURE_INVALID;
    return verdict;
}
