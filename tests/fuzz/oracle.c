/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "fuzz.h"
#include "signer.h"

enum { DAY = 86400 };

/* ---- base64url ---- */

/* By OpenSSL's standard base64, which is not strict; so what comes out is written again. */
bool oracle_base64url(struct span text, struct secret *bytes)
{
    const size_t filled = (text.len + 3) / 4 * 4;
    unsigned char *standard = fuzz_memory(filled + 1);
    unsigned char *out = fuzz_memory(filled + 1);
    memset(standard, '=', filled);
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        standard[i] = c == '-' ? '+' : c == '_' ? '/' : c == '+' || c == '/' || c == '=' ? '!' : c;
    }
    const int size = EVP_DecodeBlock(out, standard, (int)filled);
    bool good = size >= 0 && filled - text.len < 3;
    if (good)
        good = cognito_secret_append(bytes, span_of(out, (size_t)size - (filled - text.len)));
    struct secret again = {0};
    if (good)
        signer_add_base64url(&again, secret_span(bytes));
    good = good && span_equal(secret_span(&again), text);
    cognito_secret_free(&again);
    free(standard);
    free(out);
    return good;
}

/* ---- key sets: RFC 7517, and what an ID token of Cognito can be signed with ---- */

static bool is_absent_or(const struct value *key, const char *name, const char *wanted)
{
    const struct value *value = reader_member(key, name);
    return value == NULL || (reader_is_string(value) && span_is(value->text, wanted));
}

static bool printable(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    return text.len > 0 && text.len <= 128;
}

static bool may_verify(const struct value *key)
{
    const struct value *operations = reader_member(key, "key_ops");
    bool verify = false;
    if (operations == NULL)
        return true;
    if (operations->kind != IS_ARRAY)
        return false;
    for (const struct value *one = operations->first; one != NULL; one = one->next) {
        if (!reader_is_string(one))
            return false;
        verify = verify || span_is(one->text, "verify");
    }
    return verify;
}

static BIGNUM *number_of(const struct value *key, const char *name, struct secret *bytes)
{
    const struct value *value = reader_member(key, name);
    if (!reader_is_string(value) || !oracle_base64url(value->text, bytes) || bytes->len == 0 ||
        bytes->data[0] == 0)
        return NULL;
    return BN_bin2bn(bytes->data, (int)bytes->len, NULL);
}

static bool counts(const struct value *key, struct oracle_key *out)
{
    const struct value *kid = reader_member(key, "kid");
    const struct value *kty = reader_member(key, "kty");
    struct secret n_bytes = {0};
    struct secret e_bytes = {0};
    BIGNUM *n = number_of(key, "n", &n_bytes);
    BIGNUM *e = number_of(key, "e", &e_bytes);
    bool good = reader_is_string(kty) && span_is(kty->text, "RSA") &&
                is_absent_or(key, "use", "sig") && is_absent_or(key, "alg", "RS256") &&
                may_verify(key) && reader_is_string(kid) && printable(kid->text) && n != NULL &&
                e != NULL;
    good = good && BN_num_bits(n) >= 2048 && BN_num_bits(n) <= 8192 && BN_is_odd(n) &&
           BN_is_odd(e) && BN_num_bits(e) <= 32 && BN_get_word(e) >= 65537;
    if (good) {
        memset(out, 0, sizeof *out);
        memcpy(out->kid, kid->text.data, kid->text.len);
        memcpy(out->modulus, n_bytes.data, n_bytes.len);
        out->modulus_len = n_bytes.len;
        out->exponent = (uint32_t)BN_get_word(e);
    }
    BN_free(n);
    BN_free(e);
    cognito_secret_free(&n_bytes);
    cognito_secret_free(&e_bytes);
    return good;
}

static bool shows_private_half(const struct value *key)
{
    static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (reader_member(key, names[i]) != NULL)
            return true;
    return false;
}

static bool has_twin(const struct value *key)
{
    const struct value *kid = reader_member(key, "kid");
    for (const struct value *other = key->next; reader_is_string(kid) && other != NULL;
         other = other->next) {
        const struct value *its = reader_member(other, "kid");
        if (reader_is_string(its) && span_equal(its->text, kid->text))
            return true;
    }
    return false;
}

void oracle_share_keys(struct oracle_keys *one, struct oracle_keys *other)
{
    for (size_t i = 0; i < one->count; i++)
        for (size_t k = 0; k < other->count; k++)
            if (strcmp(one->key[i].kid, other->key[k].kid) == 0)
                one->key[i].shared = other->key[k].shared = true;
}

void oracle_read_keys(struct span text, struct oracle_keys *keys)
{
    struct tree tree;
    reader_open(&tree, text);
    const struct value *array = reader_member(tree.root, "keys");
    keys->count = 0;
    keys->good = tree.fault == NULL && text.len <= 262144 && array != NULL &&
                 array->kind == IS_ARRAY && array->count <= ORACLE_KEYS_MAX;
    for (const struct value *key = keys->good ? array->first : NULL; key != NULL; key = key->next) {
        if (key->kind != IS_OBJECT || shows_private_half(key) || has_twin(key))
            keys->good = false;
        else if (counts(key, &keys->key[keys->count]))
            keys->count++;
    }
    keys->good = keys->good && keys->count > 0;
    if (!keys->good)
        keys->count = 0;
    reader_close(&tree);
}

/* ---- signatures ---- */

static EVP_PKEY *import(const struct oracle_key *key)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(key->modulus, (int)key->modulus_len, NULL);
    BIGNUM *e = BN_new();
    EVP_PKEY *made = NULL;
    if (builder == NULL || n == NULL || e == NULL || !BN_set_word(e, key->exponent) ||
        !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) ||
        !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
        fuzz_fail("no parameters");
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        made = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return made;
}

/* What was signed comes out of the signature, and is compared with the digest of what arrived. */
static bool is_signed(const struct oracle_key *key, struct span input, struct span signature)
{
    unsigned char digest[32];
    unsigned char opened[1024];
    size_t len = sizeof opened;
    EVP_PKEY *imported = import(key);
    EVP_PKEY_CTX *context = imported == NULL ? NULL : EVP_PKEY_CTX_new(imported, NULL);
    const bool good =
        context != NULL && signature.len == key->modulus_len &&
        EVP_PKEY_verify_recover_init(context) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
        EVP_PKEY_verify_recover(context, opened, &len, signature.data, signature.len) == 1 &&
        EVP_Digest(input.data, input.len, digest, NULL, EVP_sha256(), NULL) == 1 &&
        len == sizeof digest && memcmp(digest, opened, len) == 0;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(imported);
    ERR_clear_error();
    return good;
}

/* ---- the token ---- */

static bool no(struct oracle_answer *answer, const char *why)
{
    answer->why = why;
    return false;
}

struct parts {
    struct span header, payload, signature, input;
};

static bool split(struct span token, struct parts *parts)
{
    size_t dots = 0;
    if (token.len > 0 && token.data[token.len - 1] == '\n')
        token.len--;
    if (token.len > 0 && token.data[token.len - 1] == '\r')
        token.len--;
    size_t at[2] = {0, 0};
    for (size_t i = 0; i < token.len; i++)
        if (token.data[i] == '.' && dots++ < 2)
            at[dots - 1] = i;
    if (dots != 2)
        return false;
    parts->header = span_of(token.data, at[0]);
    parts->payload = span_of(token.data + at[0] + 1, at[1] - at[0] - 1);
    parts->signature = span_of(token.data + at[1] + 1, token.len - at[1] - 1);
    parts->input = span_of(token.data, at[1]);
    return parts->header.len > 0 && parts->payload.len > 0 && parts->signature.len > 0;
}

static const struct oracle_key *judge_header(const struct oracle_question *question,
                                             struct oracle_answer *answer)
{
    static const char *const refused[] = {"crit", "b64", "zip", "enc",      "jku", "jwk",
                                          "x5u",  "x5c", "x5t", "x5t#S256", "cty"};
    const struct value *header = answer->header.root;
    const struct value *alg = reader_member(header, "alg");
    const struct value *typ = reader_member(header, "typ");
    const struct value *kid = reader_member(header, "kid");
    if (!reader_is_string(alg) || !span_is(alg->text, "RS256"))
        return NULL;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (reader_member(header, refused[i]) != NULL)
            return NULL;
    if (typ != NULL && (!reader_is_string(typ) || typ->text.len != 3 ||
                        strncasecmp((const char *)typ->text.data, "jwt", 3) != 0))
        return NULL;
    if (!reader_is_string(kid) || !printable(kid->text))
        return NULL;
    for (size_t i = 0; i < question->keys->count; i++)
        if (span_is(kid->text, question->keys->key[i].kid))
            return question->keys->key[i].shared ? NULL : &question->keys->key[i];
    return NULL;
}

static bool is_one_of(const struct value *value, const char *const *words)
{
    for (; reader_is_string(value) && *words != NULL; words++)
        if (span_is(value->text, *words))
            return true;
    return false;
}

static bool judge_names(const struct oracle_rules *rules, struct oracle_answer *answer)
{
    static const char *const id[] = {"id", NULL};
    const struct value *claims = answer->claims.root;
    const struct value *aud = reader_member(claims, "aud");
    const struct value *azp = reader_member(claims, "azp");
    if (!is_one_of(reader_member(claims, "iss"), rules->issuers))
        return no(answer, "iss");
    if (!is_one_of(reader_member(claims, "token_use"), id))
        return no(answer, "token_use");
    if (!is_one_of(aud, rules->clients))
        return no(answer, "aud");
    if (azp != NULL && (!reader_is_string(azp) || !span_equal(azp->text, aud->text)))
        return no(answer, "azp");
    answer->issuer = reader_member(claims, "iss")->text;
    return true;
}

static bool read_time(struct oracle_answer *answer, const char *name, bool needed, int64_t *seconds)
{
    const struct value *value = reader_member(answer->claims.root, name);
    *seconds = 0;
    if (value != NULL && value->kind == IS_NUMBER && value->text.len > 18)
        answer->unusual = true;
    return value == NULL ? !needed : reader_seconds(value, seconds);
}

static bool judge_times(const struct oracle_question *question, struct oracle_answer *answer)
{
    const struct oracle_rules *rules = question->rules;
    int64_t not_before;
    if (!read_time(answer, "exp", true, &answer->expires_at) ||
        !read_time(answer, "iat", true, &answer->issued_at) ||
        !read_time(answer, "auth_time", false, &answer->signed_in_at) ||
        !read_time(answer, "nbf", false, &not_before))
        return no(answer, "times");
    if (!(question->now < answer->expires_at + rules->skew))
        return no(answer, "exp");
    if (!(not_before <= question->now + rules->skew) ||
        !(answer->issued_at <= question->now + rules->skew))
        return no(answer, "nbf or iat");
    if (!(answer->expires_at > answer->issued_at) ||
        !(answer->expires_at - answer->issued_at <= DAY + rules->skew))
        return no(answer, "lifetime");
    if (rules->token_age != 0 && question->now - answer->issued_at > rules->token_age)
        return no(answer, "token age");
    if (rules->auth_age != 0 &&
        (answer->signed_in_at == 0 || question->now - answer->signed_in_at > rules->auth_age))
        return no(answer, "sign-in age");
    return true;
}

/* A string without U+0000 to U+001F and U+007F to U+009F, which begin with C2 where they take two
 * bytes. */
static bool is_name(const struct value *value, size_t max)
{
    if (!reader_is_string(value) || value->text.len == 0 || value->text.len > max)
        return false;
    for (size_t i = 0; i < value->text.len; i++) {
        const unsigned char c = value->text.data[i];
        const unsigned char next = i + 1 < value->text.len ? value->text.data[i + 1] : 0;
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && next >= 0x80 && next <= 0x9f))
            return false;
    }
    return true;
}

static bool judge_person(const struct oracle_rules *rules, struct oracle_answer *answer)
{
    const struct value *claims = answer->claims.root;
    const struct value *sub = reader_member(claims, "sub");
    const struct value *name = reader_member(claims, rules->username_claim);
    const struct value *jti = reader_member(claims, "jti");
    if (!is_name(sub, 255))
        return no(answer, "sub");
    if ((name != NULL || rules->grants == NULL) && !is_name(name, 512))
        return no(answer, "user name");
    answer->subject = sub->text;
    answer->username = name == NULL ? span_of(NULL, 0) : name->text;
    answer->jti = reader_is_string(jti) ? jti->text : span_of(NULL, 0);
    return true;
}

/* The groups, or NULL; GOOD is false if there is something else in their place. */
static const struct value *groups_of(const struct oracle_answer *answer, bool *good)
{
    const struct value *groups = reader_member(answer->claims.root, "cognito:groups");
    *good = groups == NULL || groups->kind == IS_ARRAY;
    if (groups == NULL || groups->kind != IS_ARRAY)
        return NULL;
    for (const struct value *one = groups->first; one != NULL; one = one->next)
        *good = *good && reader_is_string(one);
    return *good ? groups->first : NULL;
}

static bool judge_groups(const struct oracle_rules *rules, struct oracle_answer *answer)
{
    bool good;
    const struct value *group = groups_of(answer, &good);
    if (*rules->groups == NULL)
        return true;
    for (; good && group != NULL; group = group->next)
        if (is_one_of(group, rules->groups))
            return true;
    return no(answer, "groups");
}

/* An e-mail address and a phone number have to be verified, whatever is asked of the rest. */
static bool may_name(const struct oracle_answer *answer, const char *claim)
{
    char flag[32];
    if (strcmp(claim, "email") != 0 && strcmp(claim, "phone_number") != 0)
        return true;
    (void)snprintf(flag, sizeof flag, "%s_verified", claim);
    const struct value *verified = reader_member(answer->claims.root, flag);
    return verified != NULL && verified->kind == IS_TRUE;
}

static bool is_granted(const struct oracle_rules *rules, const struct oracle_grant *grant,
                       const struct oracle_answer *answer)
{
    bool good;
    const struct value *email = reader_member(answer->claims.root, "email");
    if (strcmp(grant->kind, "sub") == 0)
        return span_is(answer->subject, grant->value);
    if (strcmp(grant->kind, "user") == 0)
        return span_is(answer->username, grant->value) && may_name(answer, rules->username_claim);
    if (strcmp(grant->kind, "email") == 0)
        return reader_is_string(email) && span_is(email->text, grant->value) &&
               may_name(answer, "email");
    for (const struct value *one = groups_of(answer, &good); one != NULL; one = one->next)
        if (span_is(one->text, grant->value))
            return true;
    return false;
}

bool oracle_account_name(struct span name)
{
    if (name.len < 1 || name.len > 255 || name.data[0] == '-' || memchr(name.data, '/', name.len) ||
        memchr(name.data, ':', name.len))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < 32 || name.data[i] == 127)
            return false;
    return true;
}

static bool take_account(struct oracle_answer *answer, struct span name)
{
    if (!oracle_account_name(name))
        return no(answer, "no account name");
    memcpy(answer->account, name.data, name.len);
    answer->account[name.len] = '\0';
    return true;
}

static bool judge_map(const struct oracle_question *question, struct oracle_answer *answer)
{
    const char *account = NULL;
    answer->by_map = true;
    for (const struct oracle_grant *one = question->rules->grants; one->account != NULL; one++) {
        if (question->who == USER_NAMED && strcmp(one->account, question->user) != 0)
            continue;
        if (!is_granted(question->rules, one, answer))
            continue;
        if (account != NULL && strcmp(account, one->account) != 0)
            return no(answer, "several accounts");
        account = one->account;
    }
    return account == NULL ? no(answer, "no line") : take_account(answer, span_of_string(account));
}

static bool judge_account(const struct oracle_question *question, struct oracle_answer *answer)
{
    if (question->who == USER_ANY)
        return true;
    if (question->rules->grants != NULL)
        return judge_map(question, answer);
    if (!may_name(answer, question->rules->username_claim))
        return no(answer, "an address that is not verified");
    if (question->who == USER_NAMED && !span_is(answer->username, question->user))
        return no(answer, "another account");
    return take_account(answer, answer->username);
}

static bool judge_signed(const struct oracle_question *question, struct oracle_answer *answer,
                         const struct parts *parts)
{
    struct secret signature = {0};
    const struct oracle_key *key = judge_header(question, answer);
    const bool good = key != NULL && oracle_base64url(parts->signature, &signature) &&
                      is_signed(key, parts->input, secret_span(&signature));
    cognito_secret_free(&signature);
    return good || no(answer, "header, key or signature");
}

/* The trees borrow from their texts, so these have to live as long: a tree owns its text. */
static bool open_part(struct span text, struct tree *tree)
{
    struct secret bytes = {0};
    const bool good = oracle_base64url(text, &bytes);
    if (good)
        reader_open(tree, secret_span(&bytes));
    if (!good || tree->fault != NULL) {
        reader_close(tree);
        cognito_secret_free(&bytes);
        return false;
    }
    reader_own(tree, bytes.data);
    return true;
}

static bool judge(const struct oracle_question *question, struct oracle_answer *answer)
{
    struct parts parts;
    if (!split(question->token, &parts))
        return no(answer, "three parts");
    if (parts.input.len + 1 + parts.signature.len > question->rules->size_max)
        return no(answer, "size");
    if (parts.header.len > 1366 || !open_part(parts.header, &answer->header))
        return no(answer, "header");
    if (!judge_signed(question, answer, &parts))
        return false;
    if (!open_part(parts.payload, &answer->claims))
        return no(answer, "payload");
    return judge_names(question->rules, answer) && judge_times(question, answer) &&
           judge_person(question->rules, answer) && judge_groups(question->rules, answer) &&
           judge_account(question, answer);
}

void oracle_judge(const struct oracle_question *question, struct oracle_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->accepted = judge(question, answer);
}

void oracle_close(struct oracle_answer *answer)
{
    reader_close(&answer->header);
    reader_close(&answer->claims);
}
