/* SPDX-License-Identifier: MIT */
#include "token/jwks.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/jsonguard.h"
#include "base/jsonpick.h"
#include "base/jsonscan.h"
#include "base/limits.h"

/* The longest texts of base64url that are read, and what they decode to. */
enum {
    MODULUS_TEXT_MAX = (RSA_BITS_MAX / 8 * 4 + 2) / 3,
    EXPONENT_TEXT_MAX = 6,
    EXPONENT_BYTES_MAX = 4, /* equivalent: more room is as good, and less is overrun */
};

struct key {
    struct key *next;      /* owned */
    struct jwk jwk;        /* its spans are of bytes */
    unsigned char bytes[]; /* modulus and kid */
};

struct jwks {
    size_t count;
    struct key *first; /* owned */
    struct key **end;  /* where the next one goes */
};

static void free_jwks(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

void cognito_jwks_free(struct jwks *keys)
{
    if (keys == NULL)
        return;
    while (keys->first != NULL) {
        struct key *key = keys->first;
        keys->first = key->next;
        free(key);
    }
    free(keys);
}

/* ---- one key: RFC 7517 section 4, RFC 7518 section 6.3.1 ---- */

/* The members that matter. Those from D on only the holder of the key should have (RFC 7518, 6.3.2
 * and 6.4.1): a set that shows one is not one that a pool published. */
enum member { KTY, USE, KEY_OPS, ALG, KID, N, E, D, P, Q, DP, DQ, QI, OTH, K, MEMBERS };

static const struct span names[MEMBERS] = {
    [KTY] = SPAN_LITERAL("kty"), [USE] = SPAN_LITERAL("use"), [KEY_OPS] = SPAN_LITERAL("key_ops"),
    [ALG] = SPAN_LITERAL("alg"), [KID] = SPAN_LITERAL("kid"), [N] = SPAN_LITERAL("n"),
    [E] = SPAN_LITERAL("e"),     [D] = SPAN_LITERAL("d"),     [P] = SPAN_LITERAL("p"),
    [Q] = SPAN_LITERAL("q"),     [DP] = SPAN_LITERAL("dp"),   [DQ] = SPAN_LITERAL("dq"),
    [QI] = SPAN_LITERAL("qi"),   [OTH] = SPAN_LITERAL("oth"), [K] = SPAN_LITERAL("k"),
};

static bool has_private_member(const struct span *members)
{
    for (enum member i = D; i < MEMBERS; i++)
        if (members[i].len > 0)
            return true;
    return false;
}

static bool is_absent_or(struct span value, const char *wanted)
{
    return value.len == 0 || cognito_json_pick_is(value, wanted);
}

/* key_ops, where it is given, has to be strings and to name verify (RFC 7517, 4.3). */
static bool may_verify(struct span operations)
{
    if (operations.len == 0)
        return true;
    if (operations.data[0] != '[') /* equivalent: no other value holds strings alone */
        return false;
    struct span operation;
    bool verify = false;
    /* equivalent: the first byte is the bracket */
    for (size_t at = 0; cognito_json_next_element(operations, &at, &operation);) {
        if (operation.data[0] != '"')
            return false;
        verify = verify || cognito_json_pick_is(operation, "verify");
    }
    return verify;
}

/* Where the strings of a key are put while it is judged. */
struct room {
    unsigned char kid[KEY_ID_MAX];
    unsigned char text[MODULUS_TEXT_MAX]; /* of the modulus */
    unsigned char modulus[RSA_BITS_MAX / 8];
};

static bool is_key_id(struct span kid)
{
    for (size_t i = 0; i < kid.len; i++)
        if (kid.data[i] < 0x20 || kid.data[i] > 0x7e)
            return false;
    return kid.len >= 1;
}

/* Without leading zero bytes, odd, at least RSA_BITS_MIN: OpenSSL would take less. */
static bool is_modulus(struct span modulus)
{
    if (modulus.len < RSA_BITS_MIN / 8 || modulus.data[0] == 0)
        return false;
    /* As long as the shortest one allowed, it has to have the highest bit. */
    if (modulus.len == RSA_BITS_MIN / 8 && modulus.data[0] < 0x80)
        return false;
    return (modulus.data[modulus.len - 1] & 1) != 0;
}

/* e: odd and at least 65537; under e = 1 every forgery verifies. At most 32 bits. */
static bool read_exponent(struct span value, uint32_t *exponent)
{
    unsigned char room[EXPONENT_TEXT_MAX];
    unsigned char bytes[EXPONENT_BYTES_MAX];
    struct span text;
    if (!cognito_json_pick_string(value, room, sizeof room, &text))
        return false;
    const size_t size = base64url_decoded_size(text.len);
    /* equivalent: what is as short is less than 65537 */
    if (size == 0 || !cognito_base64url_decode(text, bytes) || bytes[0] == 0)
        return false;
    uint32_t e = 0;
    for (size_t i = 0; i < size; i++)
        e = e << 8 | bytes[i];
    *exponent = e;
    return e >= 65537 && (e & 1) != 0; /* equivalent: 65536 is even */
}

/* Whether these are the members of a key that counts. JWK borrows from them and from ROOM. */
static bool counts(const struct span *members, struct room *room, struct jwk *jwk)
{
    struct span text;
    if (!cognito_json_pick_is(members[KTY], "RSA") || !is_absent_or(members[USE], "sig") ||
        !may_verify(members[KEY_OPS]) || !is_absent_or(members[ALG], "RS256") ||
        !cognito_json_pick_string(members[KID], room->kid, sizeof room->kid, &jwk->kid) ||
        !is_key_id(jwk->kid) ||
        !cognito_json_pick_string(members[N], room->text, sizeof room->text, &text) ||
        !cognito_base64url_decode(text, room->modulus))
        return false;
    jwk->modulus = span_of(room->modulus, base64url_decoded_size(text.len));
    return is_modulus(jwk->modulus) && read_exponent(members[E], &jwk->exponent);
}

/* Adds a copy of JWK. False without memory. */
static bool append(struct jwks *keys, const struct jwk *jwk)
{
    struct key *key = malloc(sizeof *key + jwk->modulus.len + jwk->kid.len);
    if (key == NULL)
        return false;
    unsigned char *kid = key->bytes + jwk->modulus.len;
    memcpy(key->bytes, jwk->modulus.data, jwk->modulus.len);
    memcpy(kid, jwk->kid.data, jwk->kid.len);
    key->jwk = (struct jwk){span_of(kid, jwk->kid.len), span_of(key->bytes, jwk->modulus.len),
                            jwk->exponent, NULL};
    key->next = NULL;
    *keys->end = key;
    keys->end = &key->next;
    keys->count++;
    return true;
}

/* ---- the set: RFC 7517 section 5 ---- */

static enum cognito_status invalid(struct complaint *why, const char *what)
{
    (void)cognito_complain(why, "%s", what);
    return COGNITO_JWKS_INVALID;
}

/* The kids of all keys, whether they count or not, as they stand in the text. */
struct kids {
    struct span kid[JWKS_KEYS_MAX];
    size_t count;
    bool escaped; /* one of them has an escape */
};

/* False if a key before has the same one. What is no string is nobody's. */
static bool note_kid(struct kids *kids, struct span kid)
{
    if (kid.len == 0 || kid.data[0] != '"')
        return true;
    /* equivalent: the slower comparison says the same */
    kids->escaped = kids->escaped || span_position(kid, '\\') < kid.len;
    for (size_t i = 0; i < kids->count; i++)
        if (kids->escaped ? cognito_json_same_string(kids->kid[i], kid)
                          : span_equal(kids->kid[i], kid))
            return false;
    kids->kid[kids->count++] = kid;
    return true;
}

static enum cognito_status read_keys(struct jwks *keys, struct span array, struct complaint *why)
{
    struct kids kids;
    kids.count = 0; /* the rest needs no initial value */
    /* equivalent: the slower comparison says the same */
    kids.escaped = false;
    struct span key;
    size_t count = 0;
    /* equivalent: the first byte is the bracket */
    for (size_t at = 0; cognito_json_next_element(array, &at, &key); count++) {
        struct span members[MEMBERS];
        struct room room;
        struct jwk jwk;
        if (count == JWKS_KEYS_MAX)
            return invalid(why, "more than 64 keys");
        if (key.data[0] != '{')
            return invalid(why, "a key that is not an object");
        cognito_json_pick(key, names, MEMBERS, members);
        if (has_private_member(members))
            return invalid(why, "a key shows its private half");
        if (!note_kid(&kids, members[KID]))
            return invalid(why, "two keys have the same kid");
        if (counts(members, &room, &jwk) && !append(keys, &jwk))
            return COGNITO_SYSTEM_MEMORY;
    }
    if (keys->count > 0)
        return COGNITO_ACCEPTED;
    (void)cognito_complain(why, "none of its %zu keys can verify an ID token", count);
    return COGNITO_KEY_NONE;
}

enum cognito_status cognito_jwks_parse(struct span text, struct jwks **keys, struct complaint *why)
{
    struct json_fault fault;
    struct span array;
    if (text.len > JWKS_SIZE_MAX)
        return invalid(why, "larger than 262144 bytes");
    if (!cognito_json_guard(text, &fault)) {
        (void)cognito_complain(why, "%s at byte %zu", fault.what, fault.at);
        return COGNITO_JWKS_JSON;
    }
    if (!cognito_json_member(text, "keys", &array) || array.data[0] != '[')
        return invalid(why, "no array named keys");
    struct jwks *set OWNED(free_jwks) = calloc(1, sizeof *set);
    if (set == NULL)
        return COGNITO_SYSTEM_MEMORY;
    set->end = &set->first;
    const enum cognito_status status = read_keys(set, array, why);
    if (status != COGNITO_ACCEPTED)
        return status;
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
    const struct key *key = keys->first;
    for (; key != NULL && index > 0; index--)
        key = key->next;
    return key == NULL ? NULL : &key->jwk;
}

const struct jwk *cognito_jwks_find(const struct jwks *keys, struct span kid)
{
    for (const struct key *key = keys->first; key != NULL; key = key->next)
        if (span_equal(key->jwk.kid, kid))
            return &key->jwk;
    return NULL;
}

void cognito_jwks_share(struct jwks *keys, const struct jwks *others, const char *rival)
{
    for (struct key *key = keys->first; key != NULL; key = key->next)
        if (cognito_jwks_find(others, key->jwk.kid) != NULL)
            key->jwk.rival = rival;
}
