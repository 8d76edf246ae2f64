/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>

#include "base/attributes.h"
#include "base/base64url.h"
#include "base/limits.h"
#include "contest.h"
#include "token/verify.h"

static char username_claim[] = "cognito:username";

static void free_jwks(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

static void free_digest_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static void free_key_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

/* ---- the decision ---- */

static void decide(const struct subject *subject, const struct jwks *keys)
{
    struct identity who = {0};
    const enum cognito_status status =
        cognito_verify(span_of_string(subject->token_text), keys, &subject->policy, subject->user,
                       SUBJECT_NOW, &who, NULL);
    if (status != COGNITO_ACCEPTED)
        give_up("the token is refused: %s", cognito_status_row(status)->code);
    cognito_identity_free(&who);
}

void decide_warm(void *context)
{
    const struct subject *subject = context;
    decide(subject, subject->keys);
}

static struct jwks *parse(const struct subject *subject)
{
    struct jwks *keys = NULL;
    if (cognito_jwks_parse(span_of_string(subject->set_text), &keys, NULL) != COGNITO_ACCEPTED)
        give_up("the key set is refused");
    return keys;
}

void decide_cold(void *context)
{
    const struct subject *subject = context;
    struct jwks *keys OWNED(free_jwks) = parse(subject);
    decide(subject, keys);
}

void read_set(void *context)
{
    cognito_jwks_free(parse(context));
}

void nothing(void *context)
{
    (void)context;
}

/* ---- the floor: what no verifier of RS256 by OpenSSL can do without ---- */

static EVP_PKEY *import(struct subject *subject)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context OWNED(free_key_context) = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, subject->parameters) != 1)
        give_up("OpenSSL imports no key");
    return key;
}

static void verify(const struct subject *subject, EVP_PKEY *key)
{
    EVP_MD_CTX *context OWNED(free_digest_context) = EVP_MD_CTX_new();
    if (context == NULL ||
        EVP_DigestVerifyInit_ex(context, NULL, "SHA2-256", NULL, NULL, key, NULL) != 1 ||
        EVP_DigestVerify(context, subject->signature, subject->signature_len, subject->input.data,
                         subject->input.len) != 1)
        give_up("OpenSSL refuses the signature");
}

void verify_imported(void *context)
{
    const struct subject *subject = context;
    verify(subject, subject->key);
}

void import_and_verify(void *context)
{
    struct subject *subject = context;
    EVP_PKEY *key = import(subject);
    verify(subject, key);
    EVP_PKEY_free(key);
}

/* ---- making one ---- */

/* OpenSSL's parameters are in the byte order of the machine. */
static void reverse(unsigned char *to, struct span from)
{
    for (size_t i = 0; i < from.len; i++)
        to[i] = from.data[from.len - 1 - i];
}

static void prepare_floor(struct subject *subject)
{
    char kid[KEY_ID_MAX + 1];
    const struct span token = cognito_token_text(span_of_string(subject->token_text));
    if (!cognito_token_key_id(token, kid))
        give_up("the token names no key");
    const struct jwk *key = cognito_jwks_find(subject->keys, span_of_string(kid));
    const char *dot = strrchr(subject->token_text, '.');
    if (key == NULL || dot == NULL || key->modulus.len > sizeof subject->modulus)
        give_up("the token names no key of the set");
    const size_t before = (size_t)(dot - subject->token_text);
    const struct span signature = span_after(token, before + 1);
    subject->input = span_first(token, before);
    subject->signature_len = base64url_decoded_size(signature.len);
    if (subject->signature_len > sizeof subject->signature ||
        !cognito_base64url_decode(signature, subject->signature))
        give_up("the signature is not base64url");
    reverse(subject->modulus, key->modulus);
    memcpy(subject->exponent, &key->exponent, sizeof subject->exponent);
    subject->parameters[0] =
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, subject->modulus, key->modulus.len);
    subject->parameters[1] =
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, subject->exponent, sizeof subject->exponent);
    subject->parameters[2] = OSSL_PARAM_construct_end();
    subject->key = import(subject);
}

void open_subject(struct subject *subject, const char *pool, const char *set, const char *token,
                  const char *user)
{
    *subject = (struct subject){.user = user,
                                .set_text = read_file(pool, set),
                                .token_text = read_file(pool, token)};
    subject->policy = (struct policy){.username_claim = username_claim,
                                      .clock_skew = 10,
                                      .max_token_size = TOKEN_SIZE_MAX};
    if (!cognito_list_append(
            &subject->policy.issuers,
            span_of_string(
                "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01")) ||
        !cognito_list_append(&subject->policy.client_ids,
                             span_of_string("1example23456789abcdefghij")))
        give_up("no memory");
    subject->keys = parse(subject);
    prepare_floor(subject);
}

void close_subject(struct subject *subject)
{
    EVP_PKEY_free(subject->key);
    cognito_jwks_free(subject->keys);
    cognito_list_free(&subject->policy.issuers);
    cognito_list_free(&subject->policy.client_ids);
    free(subject->token_text);
    free(subject->set_text);
}
