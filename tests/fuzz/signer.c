/* SPDX-License-Identifier: MIT */
#include "signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "fuzz.h"

enum { PRIME_BYTES = 128, DIGEST = 32, MODULUS = 256, REMEMBERED = 1024 };

/* How far above what its name gives each prime is, so that none has to be looked for. */
static const struct seed {
    const char *name;
    unsigned long above[2];
    const char *key_id;
} seeds[SIGNERS] = {
    [SIGNER_ID] = {"id", {394, 1998}, "bW9kdWxlIGtleSBmb3I+dGhlIElEIHRva2Vu/XMhIQ=="},
    [SIGNER_ACCESS] = {"access", {2448, 162}, "YWNjZXNzIGtleSBvZiB0aGUgc2FtZSBwb29s+/8hISE="},
    [SIGNER_OTHER] = {"other", {1006, 238}, "a2V5IG9mIHRoZSBzZWNvbmQgcG9vbCBoZXJl+/8hISE="},
    [SIGNER_STRANGER] = {"stranger", {8, 34}, "bm9ib2R5IGtub3dzIHRoaXMga2V5IGF0IGFsbCE+/w=="},
};

static EVP_PKEY *keys[SIGNERS];

const char *signer_key_id(enum signer signer)
{
    return seeds[signer].key_id;
}

/* ---- keys ---- */

static void expand(const char *name, int which, unsigned char out[PRIME_BYTES])
{
    for (int block = 0; block < PRIME_BYTES / DIGEST; block++) {
        char label[64];
        const int len =
            snprintf(label, sizeof label, "pam_cognito fuzz %s %d %d", name, which, block);
        if (EVP_Digest(label, (size_t)len, out + block * DIGEST, NULL, EVP_sha256(), NULL) != 1)
            fuzz_fail("SHA-256 failed");
    }
    out[0] |= 0xc0;
    out[PRIME_BYTES - 1] |= 1;
}

static BIGNUM *prime(const struct seed *seed, int which)
{
    unsigned char bytes[PRIME_BYTES];
    expand(seed->name, which, bytes);
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    if (number == NULL || !BN_add_word(number, seed->above[which]))
        fuzz_fail("no memory for a prime");
    return number;
}

struct parts {
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qi;
};

static void work_out(struct parts *parts, BN_CTX *context)
{
    BIGNUM *p1 = BN_dup(parts->p);
    BIGNUM *q1 = BN_dup(parts->q);
    BIGNUM *phi = BN_new();
    parts->n = BN_new();
    parts->e = BN_new();
    parts->dp = BN_new();
    parts->dq = BN_new();
    if (!BN_set_word(parts->e, 65537) || !BN_mul(parts->n, parts->p, parts->q, context) ||
        !BN_sub_word(p1, 1) || !BN_sub_word(q1, 1) || !BN_mul(phi, p1, q1, context))
        fuzz_fail("no modulus");
    parts->d = BN_mod_inverse(NULL, parts->e, phi, context);
    parts->qi = BN_mod_inverse(NULL, parts->q, parts->p, context);
    if (parts->d == NULL || parts->qi == NULL || !BN_mod(parts->dp, parts->d, p1, context) ||
        !BN_mod(parts->dq, parts->d, q1, context))
        fuzz_fail("no exponent");
    BN_free(p1);
    BN_free(q1);
    BN_free(phi);
}

static EVP_PKEY *import(const struct parts *parts)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    const struct {
        const char *name;
        const BIGNUM *number;
    } all[] = {
        {OSSL_PKEY_PARAM_RSA_N, parts->n},          {OSSL_PKEY_PARAM_RSA_E, parts->e},
        {OSSL_PKEY_PARAM_RSA_D, parts->d},          {OSSL_PKEY_PARAM_RSA_FACTOR1, parts->p},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, parts->q},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, parts->dp},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, parts->dq}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, parts->qi}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (!OSSL_PARAM_BLD_push_BN(builder, all[i].name, all[i].number))
            fuzz_fail("no parameters");
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
        fuzz_fail("no key");
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static void forget_keys(void)
{
    for (size_t i = 0; i < SIGNERS; i++)
        EVP_PKEY_free(keys[i]);
}

EVP_PKEY *signer_key(enum signer signer)
{
    static bool registered;
    if (keys[signer] != NULL)
        return keys[signer];
    if (!registered && atexit(forget_keys) != 0)
        fuzz_fail("atexit");
    registered = true;
    BN_CTX *context = BN_CTX_new();
    struct parts parts = {0};
    parts.p = prime(&seeds[signer], 0);
    parts.q = prime(&seeds[signer], 1);
    work_out(&parts, context);
    keys[signer] = import(&parts);
    BIGNUM *all[] = {parts.n, parts.e, parts.d, parts.p, parts.q, parts.dp, parts.dq, parts.qi};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        BN_clear_free(all[i]);
    BN_CTX_free(context);
    return keys[signer];
}

/* ---- text ---- */

static void add(struct secret *text, const void *bytes, size_t len)
{
    if (!cognito_secret_append(text, span_of(bytes, len)))
        fuzz_fail("the harness is out of memory");
}

void signer_add(struct secret *text, const char *words)
{
    add(text, words, strlen(words));
}

void signer_add_base64url(struct secret *text, struct span bytes)
{
    char *encoded = fuzz_memory(bytes.len / 3 * 4 + 5);
    int used = EVP_EncodeBlock((unsigned char *)encoded,
                               bytes.len == 0 ? (const void *)"" : bytes.data, (int)bytes.len);
    while (used > 0 && encoded[used - 1] == '=')
        used--;
    for (int i = 0; i < used; i++)
        encoded[i] = (char)(encoded[i] == '+' ? '-' : encoded[i] == '/' ? '_' : encoded[i]);
    add(text, encoded, (size_t)used);
    free(encoded);
}

void signer_add_jwk(struct secret *text, enum signer signer)
{
    unsigned char bytes[MODULUS];
    BIGNUM *modulus = NULL;
    if (EVP_PKEY_get_bn_param(signer_key(signer), OSSL_PKEY_PARAM_RSA_N, &modulus) != 1 ||
        BN_bn2binpad(modulus, bytes, sizeof bytes) != sizeof bytes)
        fuzz_fail("a key without modulus");
    BN_free(modulus);
    signer_add(text, "{\"alg\":\"RS256\",\"e\":\"AQAB\",\"kid\":\"");
    signer_add(text, signer_key_id(signer));
    signer_add(text, "\",\"kty\":\"RSA\",\"n\":\"");
    signer_add_base64url(text, span_of(bytes, sizeof bytes));
    signer_add(text, "\",\"use\":\"sig\"}");
}

void signer_add_header(struct secret *text, enum signer signer)
{
    signer_add(text, "{\"kid\":\"");
    signer_add(text, signer_key_id(signer));
    signer_add(text, "\",\"alg\":\"RS256\"}");
}

/* ---- signatures ---- */

/* A signature costs ten times what the rest of an input does, and many inputs share one. */
static struct remembered {
    unsigned char digest[DIGEST];
    unsigned char signature[MODULUS];
    enum signer signer;
    bool known;
} remembered[REMEMBERED];

static const unsigned char *sign(struct span input, enum signer signer)
{
    unsigned char digest[DIGEST];
    size_t len = MODULUS;
    if (EVP_Digest(input.data, input.len, digest, NULL, EVP_sha256(), NULL) != 1)
        fuzz_fail("SHA-256 failed");
    struct remembered *place = &remembered[(digest[0] * 256U + digest[1]) % REMEMBERED];
    if (place->known && place->signer == signer && memcmp(place->digest, digest, DIGEST) == 0)
        return place->signature;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(signer_key(signer), NULL);
    if (context == NULL || EVP_PKEY_sign_init(context) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1 ||
        EVP_PKEY_sign(context, place->signature, &len, digest, sizeof digest) != 1)
        fuzz_fail("signing failed");
    EVP_PKEY_CTX_free(context);
    memcpy(place->digest, digest, DIGEST);
    place->signer = signer;
    place->known = true;
    return place->signature;
}

void signer_add_token(struct secret *text, struct span header, struct span payload,
                      enum signer signer)
{
    const size_t start = text->len;
    signer_add_base64url(text, header);
    signer_add(text, ".");
    signer_add_base64url(text, payload);
    const unsigned char *signature = sign(span_after(secret_span(text), start), signer);
    signer_add(text, ".");
    signer_add_base64url(text, span_of(signature, MODULUS));
}
