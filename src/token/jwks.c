/* SPDX-License-Identifier: MIT */
#include "token/jwks.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json.h"
#include "base/limits.h"

enum { MODULUS_MAX = RSA_BITS_MAX / 8, EXPONENT_BYTES_MAX = 4 };

struct jwks {
    struct json *text; /* owned; the kids live in it */
    size_t count;
    struct jwk key[JWKS_KEYS_MAX];
    unsigned char *moduli[JWKS_KEYS_MAX]; /* owned */
};

static void free_json(struct json **json)
{
    cognito_json_free(*json);
}

static void free_jwks(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

void cognito_jwks_free(struct jwks *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < keys->count; i++)
        free(keys->moduli[i]);
    cognito_json_free(keys->text);
    free(keys);
}

/* ---- one key: RFC 7517 section 4, RFC 7518 section 6.3.1 ---- */

static bool is_absent_or(const struct json *key, const char *name, const char *wanted)
{
    struct span value;
    const enum json_found found = cognito_json_string(key, name, &value);
    return found == JSON_ABSENT || (found == JSON_FOUND && span_is(value, wanted));
}

static bool is_for_rsa(const struct json *key)
{
    struct span kty;
    return cognito_json_string(key, "kty", &kty) == JSON_FOUND && span_is(kty, "RSA");
}

/* key_ops, where it is given, has to name verify (RFC 7517, 4.3). */
static bool may_verify(const struct json *key)
{
    const struct json *operations;
    const enum json_found found = cognito_json_array(key, "key_ops", &operations);
    if (found != JSON_FOUND)
        return found == JSON_ABSENT;
    bool verify = false;
    for (size_t i = 0; i < cognito_json_length(operations); i++) {
        struct span operation;
        if (!cognito_json_string_at(operations, i, &operation))
            return false;
        verify = verify || span_is(operation, "verify");
    }
    return verify;
}

static bool is_key_id(struct span kid)
{
    for (size_t i = 0; i < kid.len; i++)
        if (kid.data[i] < 0x20 || kid.data[i] > 0x7e)
            return false;
    return kid.len >= 1 && kid.len <= KEY_ID_MAX;
}

/* Without leading zero bytes, odd, RSA_BITS_MIN to RSA_BITS_MAX: OpenSSL would take less. */
static bool is_modulus(struct span modulus)
{
    if (modulus.len < RSA_BITS_MIN / 8 || modulus.len > MODULUS_MAX || modulus.data[0] == 0)
        return false;
    /* As long as the shortest one allowed, it has to have the highest bit. */
    if (modulus.len == RSA_BITS_MIN / 8 && modulus.data[0] < 0x80)
        return false;
    return (modulus.data[modulus.len - 1] & 1) != 0;
}

/* e: odd and at least 65537; under e = 1 every forgery verifies. At most 32 bits. */
static bool read_exponent(const struct json *key, uint32_t *exponent)
{
    struct span text;
    unsigned char bytes[EXPONENT_BYTES_MAX];
    if (cognito_json_string(key, "e", &text) != JSON_FOUND)
        return false;
    const size_t size = base64url_decoded_size(text.len);
    if (size == 0 || size > sizeof bytes || !cognito_base64url_decode(text, bytes) || bytes[0] == 0)
        return false;
    uint32_t e = 0;
    for (size_t i = 0; i < size; i++)
        e = e << 8 | bytes[i];
    *exponent = e;
    return e >= 65537 && (e & 1) != 0;
}

/* Whether the members of KEY that are strings and flags make it one that counts. */
static bool counts(const struct json *key, struct jwk *jwk, struct span *modulus)
{
    return is_for_rsa(key) && is_absent_or(key, "use", "sig") && may_verify(key) &&
           is_absent_or(key, "alg", "RS256") &&
           cognito_json_string(key, "kid", &jwk->kid) == JSON_FOUND && is_key_id(jwk->kid) &&
           cognito_json_string(key, "n", modulus) == JSON_FOUND &&
           base64url_decoded_size(modulus->len) <= MODULUS_MAX &&
           read_exponent(key, &jwk->exponent);
}

/* Adds KEY to KEYS if it counts. False only without memory. */
static bool add_key(struct jwks *keys, const struct json *key)
{
    struct jwk jwk = {0};
    struct span text;
    if (!counts(key, &jwk, &text) || text.len == 0)
        return true;
    unsigned char *modulus = malloc(base64url_decoded_size(text.len));
    if (modulus == NULL)
        return false;
    jwk.modulus = span_of(modulus, base64url_decoded_size(text.len));
    if (!cognito_base64url_decode(text, modulus) || !is_modulus(jwk.modulus)) {
        free(modulus);
        return true;
    }
    keys->moduli[keys->count] = modulus;
    keys->key[keys->count++] = jwk;
    return true;
}

/* ---- the set: RFC 7517 section 5 ---- */

static enum cognito_status invalid(struct complaint *why, const char *what)
{
    (void)cognito_complain(why, "%s", what);
    return COGNITO_JWKS_INVALID;
}

/* What only the holder of the key should have (RFC 7518, 6.3.2 and 6.4.1): a set that shows it is
 * not one that a pool published. */
static bool has_private_member(const struct json *key)
{
    static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cognito_json_has(key, names[i]))
            return true;
    return false;
}

/* Whether a key before INDEX has the same kid, whether either counts or not. */
static bool has_earlier_twin(const struct json *array, size_t index, struct span kid)
{
    for (size_t i = 0; i < index; i++) {
        struct span other;
        if (cognito_json_string(cognito_json_object_at(array, i), "kid", &other) == JSON_FOUND &&
            span_equal(kid, other))
            return true;
    }
    return false;
}

static enum cognito_status read_keys(struct jwks *keys, const struct json *array,
                                     struct complaint *why)
{
    if (cognito_json_length(array) > JWKS_KEYS_MAX)
        return invalid(why, "more than 64 keys");
    for (size_t i = 0; i < cognito_json_length(array); i++) {
        const struct json *key = cognito_json_object_at(array, i);
        struct span kid;
        if (key == NULL)
            return invalid(why, "a key that is not an object");
        if (has_private_member(key))
            return invalid(why, "a key shows its private half");
        if (cognito_json_string(key, "kid", &kid) == JSON_FOUND && has_earlier_twin(array, i, kid))
            return invalid(why, "two keys have the same kid");
        if (!add_key(keys, key))
            return COGNITO_SYSTEM_MEMORY;
    }
    if (keys->count > 0)
        return COGNITO_ACCEPTED;
    (void)cognito_complain(why, "none of its %zu keys can verify an ID token",
                           cognito_json_length(array));
    return COGNITO_KEY_NONE;
}

enum cognito_status cognito_jwks_parse(struct span text, struct jwks **keys, struct complaint *why)
{
    if (text.len > JWKS_SIZE_MAX)
        return invalid(why, "larger than 262144 bytes");
    struct json_fault fault;
    struct json *json OWNED(free_json) = cognito_json_parse(text, &fault);
    if (json == NULL && fault.what == NULL)
        return COGNITO_SYSTEM_MEMORY;
    if (json == NULL) {
        (void)cognito_complain(why, "%s at byte %zu", fault.what, fault.at);
        return COGNITO_JWKS_JSON;
    }
    const struct json *array;
    if (cognito_json_array(json, "keys", &array) != JSON_FOUND)
        return invalid(why, "no array named keys");
    struct jwks *set OWNED(free_jwks) = calloc(1, sizeof *set);
    if (set == NULL)
        return COGNITO_SYSTEM_MEMORY;
    const enum cognito_status status = read_keys(set, array, why);
    if (status != COGNITO_ACCEPTED)
        return status;
    set->text = json;
    json = NULL;
    *keys = set;
    set = NULL;
    return COGNITO_ACCEPTED;
}

size_t cognito_jwks_count(const struct jwks *keys)
{
    return keys->count;
}

const struct jwk *cognito_jwks_at(const struct jwks *keys, size_t index)
{
    return index < keys->count ? &keys->key[index] : NULL;
}

const struct jwk *cognito_jwks_find(const struct jwks *keys, struct span kid)
{
    for (size_t i = 0; i < keys->count; i++)
        if (span_equal(keys->key[i].kid, kid))
            return &keys->key[i];
    return NULL;
}
