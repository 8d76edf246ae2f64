/* SPDX-License-Identifier: MIT */
#include "mint.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

enum { KEYS_MAX = 16, MODULUS_MAX = 1024, SIGNATURE_MAX = 1024 };

struct key {
    char *name;
    char id[45];
    EVP_PKEY *pair;
};

static struct key *known[KEYS_MAX];
static size_t known_count;

static char *copy(const char *text)
{
    char *made = text == NULL ? NULL : strdup(text);
    if (made == NULL && text != NULL)
        give_up("out of memory");
    return made;
}

/* ---- keys ---- */

static unsigned int bits_of(const char *name)
{
    if (strncmp(name, "big", 3) == 0)
        return 3072;
    return strncmp(name, "small", 5) == 0 ? 1024 : 2048;
}

/* The same for the same name, so that log lines can be compared between runs. */
static void make_id(const char *name, char id[45])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(name, strlen(name), digest, NULL, EVP_sha256(), NULL) != 1)
        give_up("SHA-256 failed");
    (void)EVP_EncodeBlock((unsigned char *)id, digest, 32);
    id[3] = '+';
    id[9] = '/';
}

const struct key *mint_key(const char *name)
{
    for (size_t i = 0; i < known_count; i++)
        if (strcmp(known[i]->name, name) == 0)
            return known[i];
    struct key *key = calloc(1, sizeof *key);
    if (key == NULL || known_count == KEYS_MAX)
        give_up("too many keys");
    key->name = copy(name);
    make_id(name, key->id);
    key->pair = EVP_RSA_gen(bits_of(name));
    if (key->pair == NULL)
        give_up("no RSA key could be made");
    known[known_count++] = key;
    return key;
}

void mint_free(void)
{
    while (known_count > 0) {
        struct key *key = known[--known_count];
        EVP_PKEY_free(key->pair);
        free(key->name);
        free(key);
    }
}

const char *key_id(const struct key *key)
{
    return key->id;
}

/* ---- base64url ---- */

static void add_base64url(struct text *text, const void *bytes, size_t len)
{
    unsigned char *encoded = malloc(len / 3 * 4 + 5);
    if (encoded == NULL)
        give_up("out of memory");
    size_t used = (size_t)EVP_EncodeBlock(encoded, bytes, (int)len);
    while (used > 0 && encoded[used - 1] == '=')
        used--;
    for (size_t i = 0; i < used; i++) {
        if (encoded[i] == '+')
            encoded[i] = '-';
        else if (encoded[i] == '/')
            encoded[i] = '_';
    }
    text_add(text, encoded, used);
    free(encoded);
}

void text_add_modulus(struct text *text, const struct key *key)
{
    unsigned char bytes[MODULUS_MAX];
    BIGNUM *modulus = NULL;
    if (EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1 ||
        BN_num_bytes(modulus) > MODULUS_MAX)
        give_up("a key without modulus");
    add_base64url(text, bytes, (size_t)BN_bn2bin(modulus, bytes));
    BN_free(modulus);
}

void text_add_jwk(struct text *text, const struct key *key)
{
    text_print(text, "{\"alg\":\"RS256\",\"e\":\"AQAB\",\"kid\":\"%s\",\"kty\":\"RSA\",\"n\":\"",
               key->id);
    text_add_modulus(text, key);
    text_print(text, "\",\"use\":\"sig\"}");
}

/* ---- members ---- */

void members_drop(struct members *members, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < members->count; i++) {
        if (strcmp(members->items[i].name, name) == 0) {
            free(members->items[i].name);
            free(members->items[i].value);
        } else {
            members->items[kept++] = members->items[i];
        }
    }
    members->count = kept;
}

void members_set(struct members *members, const char *name, const char *value)
{
    for (size_t i = 0; i < members->count; i++) {
        if (strcmp(members->items[i].name, name) == 0) {
            free(members->items[i].value);
            members->items[i].value = copy(value);
            return;
        }
    }
    if (members->count == MEMBERS_MAX)
        give_up("too many members");
    members->items[members->count].name = copy(name);
    members->items[members->count++].value = copy(value);
}

static void members_free(struct members *members)
{
    while (members->count > 0) {
        members->count--;
        free(members->items[members->count].name);
        free(members->items[members->count].value);
    }
}

static struct text members_text(const struct members *members)
{
    struct text text = {0};
    text_add(&text, "{", 1);
    for (size_t i = 0; i < members->count; i++)
        text_print(&text, "%s\"%s\":%s", i == 0 ? "" : ",", members->items[i].name,
                   members->items[i].value);
    text_add(&text, "}", 1);
    return text;
}

/* ---- tokens ---- */

struct draft draft_copy(const struct draft *draft, const char *name)
{
    struct draft made = *draft;
    made.name = copy(name);
    made.header = made.claims = (struct members){0};
    for (size_t i = 0; i < draft->header.count; i++)
        members_set(&made.header, draft->header.items[i].name, draft->header.items[i].value);
    for (size_t i = 0; i < draft->claims.count; i++)
        members_set(&made.claims, draft->claims.items[i].name, draft->claims.items[i].value);
    made.header_text = copy(draft->header_text);
    made.payload_text = copy(draft->payload_text);
    made.key = copy(draft->key);
    made.literal = (struct text){0};
    if (draft->literal.data != NULL)
        text_add(&made.literal, draft->literal.data, draft->literal.len);
    return made;
}

void draft_free(struct draft *draft)
{
    members_free(&draft->header);
    members_free(&draft->claims);
    free(draft->name);
    free(draft->header_text);
    free(draft->payload_text);
    free(draft->key);
    text_free(&draft->literal);
}

static size_t sign(const struct draft *draft, const struct text *input,
                   unsigned char signature[SIGNATURE_MAX])
{
    size_t len = SIGNATURE_MAX;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *pair = mint_key(draft->key)->pair;
    memset(signature, 0, SIGNATURE_MAX);
    if (context == NULL || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pair) != 1 ||
        EVP_DigestSign(context, signature, &len, (const unsigned char *)input->data, input->len) !=
            1)
        give_up("signing failed");
    EVP_MD_CTX_free(context);
    if (draft->broken_bit >= 0)
        signature[draft->broken_bit / 8] ^= (unsigned char)(1 << draft->broken_bit % 8);
    return draft->signature_length > 0 ? draft->signature_length : len;
}

static void add_payload(struct text *token, const struct draft *draft)
{
    if (draft->payload_text != NULL) {
        add_base64url(token, draft->payload_text, strlen(draft->payload_text));
        return;
    }
    struct text payload = members_text(&draft->claims);
    add_base64url(token, payload.data, payload.len);
    text_free(&payload);
}

static struct text mint_as_it_is(const struct draft *draft)
{
    struct text token = {0};
    struct text header = {0};
    unsigned char signature[SIGNATURE_MAX];
    if (draft->header_text != NULL)
        text_print(&header, "%s", draft->header_text);
    else
        header = members_text(&draft->header);
    add_base64url(&token, header.data, header.len);
    text_add(&token, ".", 1);
    add_payload(&token, draft);
    const size_t len = sign(draft, &token, signature);
    text_add(&token, ".", 1);
    add_base64url(&token, signature, len);
    text_free(&header);
    return token;
}

/* A claim custom:fill that makes the token as long as it is wanted. Of four lengths one cannot be
 * had: base64url never leaves a single character over. */
struct text draft_mint(const struct draft *draft)
{
    struct text token = {0};
    if (draft->literal.data != NULL) {
        text_add(&token, draft->literal.data, draft->literal.len);
        return token;
    }
    token = mint_as_it_is(draft);
    if (draft->length == 0 || token.len == draft->length)
        return token;
    struct draft filled = draft_copy(draft, draft->name);
    struct text fill = {0};
    members_set(&filled.claims, "custom:fill", "\"\"");
    text_free(&token);
    token = mint_as_it_is(&filled);
    size_t len = token.len < draft->length ? (draft->length - token.len) * 3 / 4 : 0;
    for (len = len < 4 ? 0 : len - 4; token.len < draft->length || fill.len == 0; len++) {
        text_free(&fill);
        text_print(&fill, "\"%0*d\"", (int)len, 0);
        members_set(&filled.claims, "custom:fill", fill.data);
        text_free(&token);
        token = mint_as_it_is(&filled);
    }
    if (token.len != draft->length)
        give_up("a token of %zu characters cannot be made, one of %zu can", draft->length,
                token.len);
    text_free(&fill);
    draft_free(&filled);
    return token;
}
