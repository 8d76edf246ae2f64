/* SPDX-License-Identifier: MIT */
/*
 * The least that a module of our kind can be: a shared object that needs libcrypto and json-c,
 * imports a key and verifies one signature. loader.c loads it.
 */
#include "floor.h"

#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

__attribute__((visibility("default"))) int floor_verify(struct floor *floor)
{
    unsigned int exponent = 65537;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, floor->modulus, floor->modulus_len),
        OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &exponent),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *importing = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_MD_CTX *verifying = EVP_MD_CTX_new();
    const int good =
        json_c_version_num() != 0 && importing != NULL && verifying != NULL &&
        EVP_PKEY_fromdata_init(importing) == 1 &&
        EVP_PKEY_fromdata(importing, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1 &&
        EVP_DigestVerifyInit_ex(verifying, NULL, "SHA2-256", NULL, NULL, key, NULL) == 1 &&
        EVP_DigestVerify(verifying, floor->signature, floor->signature_len, floor->input,
                         floor->input_len) == 1;
    EVP_MD_CTX_free(verifying);
    EVP_PKEY_CTX_free(importing);
    EVP_PKEY_free(key);
    return good;
}
