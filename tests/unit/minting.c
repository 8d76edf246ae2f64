/* SPDX-License-Identifier: MIT */
#include "minting.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "unit.h"

void mint_free(char **text)
{
    free(*text);
}

/* ---- keys ---- */

static const struct {
    unsigned int bits;
    const char *kid; /* standard base64, with every character that JSON or a path could trip over */
} keys[MINT_KEYS] = {
    [MINT_FIRST] = {2048, "kS+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL="},
    [MINT_SECOND] = {2048, "zZ/9+bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM="},
    [MINT_STRANGER] = {2048, "xX/7+bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM="},
    [MINT_LONG] = {4096, "lL/5+bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM="},
    [MINT_SHORT] = {1024, "sS/3+bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM="},
};

const char *mint_kid(enum mint_key key)
{
    return keys[key].kid;
}

/* Making a key is slow, under valgrind very slow: what one program has made, the next ones find in
 * the build folder. */
static void path_of(enum mint_key key, char path[64])
{
    (void)mkdir("test-keys", 0700);
    (void)snprintf(path, 64, "test-keys/%d-%u.pem", (int)key, (unsigned int)keys[key].bits);
}

static EVP_PKEY *find_made(enum mint_key key)
{
    char path[64];
    path_of(key, path);
    FILE *file = fopen(path, "re");
    EVP_PKEY *found = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, NULL);
    if (file != NULL)
        (void)fclose(file);
    return found;
}

/* Programs run side by side: a key appears whole, and the last one to come stays. */
static EVP_PKEY *make(enum mint_key key)
{
    char path[64];
    char temporary[96];
    EVP_PKEY *made = EVP_RSA_gen(keys[key].bits);
    path_of(key, path);
    (void)snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(temporary, "we");
    if (made == NULL || file == NULL)
        return made;
    const int written = PEM_write_PrivateKey(file, made, NULL, NULL, 0, NULL, NULL);
    if (fclose(file) != 0 || written != 1 || rename(temporary, path) != 0)
        (void)unlink(temporary);
    return made;
}

static EVP_PKEY *load(enum mint_key key)
{
    static EVP_PKEY *made[MINT_KEYS];
    if (made[key] == NULL)
        made[key] = find_made(key);
    if (made[key] == NULL)
        made[key] = make(key);
    assert_non_null(made[key]);
    assert_int_equal(EVP_PKEY_up_ref(made[key]), 1);
    return made[key];
}

unsigned char *mint_modulus(enum mint_key key, size_t *len)
{
    EVP_PKEY *loaded = load(key);
    BIGNUM *modulus = NULL;
    assert_int_equal(EVP_PKEY_get_bn_param(loaded, OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
    *len = (size_t)BN_num_bytes(modulus);
    unsigned char *bytes = malloc(*len);
    assert_non_null(bytes);
    assert_int_equal(BN_bn2bin(modulus, bytes), *len);
    BN_free(modulus);
    EVP_PKEY_free(loaded);
    return bytes;
}

/* ---- text ---- */

static FILE *open_text(char **text, size_t *len)
{
    FILE *stream = open_memstream(text, len);
    assert_non_null(stream);
    return stream;
}

static const struct change *find(const struct change *changes, const char *name)
{
    for (; changes != NULL && changes->name != NULL; changes++)
        if (strcmp(changes->name, name) == 0)
            return changes;
    return NULL;
}

static void put(FILE *stream, const char **comma, const char *name, const char *value)
{
    if (value == NULL)
        return;
    assert_true(fprintf(stream, "%s\"%s\":%s", *comma, name, value) > 0);
    *comma = ",";
}

/* An object of MEMBERS, each as CHANGES says, and what only CHANGES has. */
static char *object(const struct change *members, const struct change *changes)
{
    char *text;
    size_t len;
    FILE *stream = open_text(&text, &len);
    const char *comma = "";
    assert_int_equal(fputc('{', stream), '{');
    for (const struct change *member = members; member->name != NULL; member++) {
        const struct change *change = find(changes, member->name);
        put(stream, &comma, member->name, change == NULL ? member->value : change->value);
    }
    for (; changes != NULL && changes->name != NULL; changes++)
        if (find(members, changes->name) == NULL)
            put(stream, &comma, changes->name, changes->value);
    assert_int_equal(fputc('}', stream), '}');
    assert_int_equal(fclose(stream), 0);
    return text;
}

char *mint_base64url(const void *data, size_t len)
{
    char *text = malloc(len / 3 * 4 + 5);
    assert_non_null(text);
    const int written = EVP_EncodeBlock((unsigned char *)text, data, (int)len);
    assert_true(written >= 0);
    char *end = text;
    for (; *end != '\0' && *end != '='; end++) {
        if (*end == '+')
            *end = '-';
        if (*end == '/')
            *end = '_';
    }
    *end = '\0';
    return text;
}

/* ---- tokens ---- */

char *mint_header(enum mint_key key, const struct change *changes)
{
    char kid[128];
    assert_true(snprintf(kid, sizeof kid, "\"%s\"", keys[key].kid) > 0);
    const struct change members[] = {{"kid", kid}, {"alg", "\"RS256\""}, {NULL, NULL}};
    return object(members, changes);
}

char *mint_payload(const struct change *changes)
{
    static const struct change members[] = {
        {"at_hash", "\"Q4n1xTcPzv8bWkq2r0cX7w\""},
        {"sub", "\"" MINT_SUBJECT "\""},
        {"cognito:groups", "[\"admins\",\"us-east-1_AbCdEf123_Corp\"]"},
        {"email_verified", "true"},
        {"cognito:preferred_role", "\"arn:aws:iam::123456789012:role\\/admins\""},
        {"iss", "\"https:\\/\\/cognito-idp.us-east-1.amazonaws.com\\/us-east-1_AbCdEf123\""},
        {"cognito:username", "\"alice\""},
        {"origin_jti", "\"2b8e7d0f-5a51-4f4c-8b0e-6d0f4f8f0a11\""},
        {"cognito:roles", "[\"arn:aws:iam::123456789012:role\\/admins\"]"},
        {"aud", "\"" MINT_CLIENT "\""},
        {"identities", "[{\"dateCreated\":\"1690000000000\",\"userId\":\"alice@example.com\","
                       "\"providerName\":\"Corp\",\"providerType\":\"SAML\",\"issuer\":null,"
                       "\"primary\":\"true\"}]"},
        {"event_id", "\"a7d2c7b1-93a5-4c0c-a8f8-0e5b8f6d1c22\""},
        {"token_use", "\"id\""},
        {"auth_time", "1700000000"},
        {"exp", "1700003600"},
        {"iat", "1700000000"},
        {"jti", "\"f3a1c1de-77a4-4c41-9d2b-1f0a9b8c7d66\""},
        {"email", "\"alice@example.com\""},
        {NULL, NULL},
    };
    return object(members, changes);
}

static unsigned char *sign(const char *input, enum mint_key key, const char *digest,
                           enum mint_padding padding, size_t *len)
{
    EVP_PKEY *signer = load(key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    assert_non_null(context);
    assert_int_equal(EVP_DigestSignInit_ex(context, &parameters, digest, NULL, NULL, signer, NULL),
                     1);
    if (padding == MINT_PSS)
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING), 1);
    const unsigned char *bytes = (const unsigned char *)input;
    assert_int_equal(EVP_DigestSign(context, NULL, len, bytes, strlen(input)), 1);
    unsigned char *signature = malloc(*len);
    assert_non_null(signature);
    assert_int_equal(EVP_DigestSign(context, signature, len, bytes, strlen(input)), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(signer);
    return signature;
}

static char *join(const char *a, const char *b)
{
    char *text = NULL;
    assert_true(asprintf(&text, "%s.%s", a, b) > 0);
    return text;
}

char *mint_signed_as(const char *header, const void *payload, size_t payload_len, enum mint_key key,
                     const char *digest, enum mint_padding padding)
{
    char *first OWNED(mint_free) = mint_base64url(header, strlen(header));
    char *second OWNED(mint_free) = mint_base64url(payload, payload_len);
    char *input OWNED(mint_free) = join(first, second);
    size_t len;
    unsigned char *signature = sign(input, key, digest, padding, &len);
    char *third OWNED(mint_free) = mint_base64url(signature, len);
    free(signature);
    return join(input, third);
}

char *mint_signed(const char *header, const char *payload, enum mint_key key)
{
    return mint_signed_as(header, payload, strlen(payload), key, "SHA256", MINT_PKCS1);
}

char *mint_token(const struct change *changes)
{
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    char *payload OWNED(mint_free) = mint_payload(changes);
    return mint_signed(header, payload, MINT_FIRST);
}

/* ---- key sets ---- */

char *mint_jwk(enum mint_key key, const struct change *changes)
{
    size_t len;
    unsigned char *bytes = mint_modulus(key, &len);
    char *encoded OWNED(mint_free) = mint_base64url(bytes, len);
    free(bytes);
    char *modulus OWNED(mint_free) = NULL;
    char kid[128];
    assert_true(asprintf(&modulus, "\"%s\"", encoded) > 0);
    assert_true(snprintf(kid, sizeof kid, "\"%s\"", keys[key].kid) > 0);
    const struct change members[] = {{"alg", "\"RS256\""}, {"e", "\"AQAB\""}, {"kid", kid},
                                     {"kty", "\"RSA\""},   {"n", modulus},    {"use", "\"sig\""},
                                     {NULL, NULL}};
    return object(members, changes);
}

char *mint_set(const char *const *members)
{
    char *text;
    size_t len;
    FILE *stream = open_text(&text, &len);
    const char *comma = "";
    assert_true(fputs("{\"keys\":[", stream) >= 0);
    for (; *members != NULL; members++, comma = ",")
        assert_true(fprintf(stream, "%s%s", comma, *members) > 0);
    assert_true(fputs("]}", stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    return text;
}

char *mint_standard_set(void)
{
    char *first OWNED(mint_free) = mint_jwk(MINT_FIRST, NULL);
    char *second OWNED(mint_free) = mint_jwk(MINT_SECOND, NULL);
    return mint_set((const char *const[]){first, second, NULL});
}
