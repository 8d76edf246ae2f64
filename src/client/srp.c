/* SPDX-License-Identifier: MIT */
#include "client/srp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/base64url.h"
#include "base/secret.h"

enum {
    DIGEST_SIZE = SHA256_DIGEST_LENGTH,
    KEY_SIZE = 16,
};

/* The names are those of RFC 2945 and RFC 5054. */
struct srp {
    BIGNUM *prime; /* N */
    BIGNUM *generator;
    BIGNUM *exponent; /* a, secret */
    BIGNUM *value;    /* A */
    BN_CTX *context;
};

/* What a challenge is worked out with. */
struct proof {
    BIGNUM *salt;
    BIGNUM *server_value; /* B */
    BIGNUM *scrambler;    /* u */
    BIGNUM *multiplier;   /* k */
    BIGNUM *password;     /* x, secret */
    BIGNUM *shared;       /* S, secret */
    struct secret block;
};

static void free_number(BIGNUM **number)
{
    BN_clear_free(*number);
}

static void free_proof(struct proof *proof)
{
    BN_free(proof->salt);
    BN_free(proof->server_value);
    BN_free(proof->scrambler);
    BN_free(proof->multiplier);
    BN_clear_free(proof->password);
    BN_clear_free(proof->shared);
    cognito_secret_free(&proof->block);
}

void cognito_srp_free(struct srp *srp)
{
    if (srp == NULL)
        return;
    BN_free(srp->prime);
    BN_free(srp->generator);
    BN_clear_free(srp->exponent);
    BN_free(srp->value);
    BN_CTX_free(srp->context); /* which wipes its numbers */
    free(srp);
}

/* ---- numbers ---- */

/* RESULT = base^exponent mod N, in a time that does not tell the exponent. */
static bool power(BIGNUM *result, const BIGNUM *base, const BIGNUM *exponent, const struct srp *srp)
{
    return BN_mod_exp_mont_consttime(result, base, exponent, srp->prime, srp->context, NULL) == 1;
}

/* Adds NUMBER as Java's BigInteger.toByteArray gives it: big-endian, without leading zeros but for
 * the one that keeps the highest bit clear. */
static bool append_number(struct secret *text, const BIGNUM *number)
{
    const int size = BN_num_bits(number) / 8 + 1;
    if (!cognito_secret_reserve(text, text->len + (size_t)size) ||
        BN_bn2binpad(number, text->data + text->len, size) != size)
        return false;
    text->len += (size_t)size;
    return true;
}

static bool digest(const struct secret *text, unsigned char result[DIGEST_SIZE])
{
    return EVP_Digest(text->data, text->len, result, NULL, EVP_sha256(), NULL) == 1;
}

/* The hash of TEXT as a number: the caller's, or NULL. */
static BIGNUM *digest_number(const struct secret *text)
{
    unsigned char bytes[DIGEST_SIZE];
    BIGNUM *number = digest(text, bytes) ? BN_bin2bn(bytes, DIGEST_SIZE, NULL) : NULL;
    cognito_wipe(bytes, sizeof bytes);
    return number;
}

/* H(a | b), both as numbers. */
static BIGNUM *digest_two(const BIGNUM *a, const BIGNUM *b)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    if (!append_number(&text, a) || !append_number(&text, b))
        return NULL;
    return digest_number(&text);
}

static bool is_hexadecimal(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The number that 1 to MAX hexadecimal digits stand for: the caller's, or NULL. */
static BIGNUM *read_number(struct span digits, size_t max)
{
    if (digits.len == 0 || digits.len > max)
        return NULL;
    for (size_t i = 0; i < digits.len; i++)
        if (!is_hexadecimal(digits.data[i]))
            return NULL;
    char *text = strndup((const char *)digits.data, digits.len);
    BIGNUM *number = NULL;
    if (text != NULL && BN_hex2bn(&number, text) == 0) {
        BN_free(number);
        number = NULL;
    }
    free(text);
    return number;
}

/* ---- the client's own numbers ---- */

/* A of 0 would make S 0 whatever the password; 1 is what an exponent of 0 gives. */
static bool is_good_value(const BIGNUM *value)
{
    return !BN_is_zero(value) && !BN_is_one(value);
}

/* Whatever the result, cognito_srp_free releases what was made. */
static bool fill(struct srp *srp, struct span a)
{
    srp->prime = BN_get_rfc3526_prime_3072(NULL);
    srp->generator = BN_new();
    srp->exponent = BN_bin2bn(a.data, (int)a.len, NULL);
    srp->value = BN_new();
    srp->context = BN_CTX_new();
    if (srp->prime == NULL || srp->generator == NULL || srp->exponent == NULL ||
        srp->value == NULL || srp->context == NULL || BN_set_word(srp->generator, 2) != 1)
        return false;
    BN_set_flags(srp->exponent, BN_FLG_CONSTTIME);
    return power(srp->value, srp->generator, srp->exponent, srp) && is_good_value(srp->value);
}

struct srp *cognito_srp_begin_with(struct span a)
{
    if (a.len == 0 || a.len > SRP_PUBLIC_SIZE / 2)
        return NULL;
    struct srp *srp = calloc(1, sizeof *srp);
    if (srp != NULL && fill(srp, a))
        return srp;
    cognito_srp_free(srp);
    return NULL;
}

struct srp *cognito_srp_begin(void)
{
    unsigned char a[SRP_EXPONENT_SIZE];
    struct srp *srp = NULL;
    if (RAND_priv_bytes(a, sizeof a) == 1)
        srp = cognito_srp_begin_with(span_of(a, sizeof a));
    cognito_wipe(a, sizeof a);
    return srp;
}

bool cognito_srp_public(const struct srp *srp, char digits[SRP_PUBLIC_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[SRP_PUBLIC_SIZE / 2];
    if (BN_bn2binpad(srp->value, bytes, sizeof bytes) != sizeof bytes)
        return false;
    char *out = digits;
    for (size_t i = 0; i < sizeof bytes; i++) {
        *out++ = hex[bytes[i] >> 4];
        *out++ = hex[bytes[i] & 15];
    }
    *out = '\0';
    return true;
}

/* ---- the challenge ---- */

/* Standard base64, read as strictly as base64url: so by the same reader. */
static bool read_base64(struct span text, struct secret *bytes)
{
    if (text.len == 0 || text.len % 4 != 0 || text.len > SRP_BLOCK_MAX)
        return false;
    for (int i = 0; i < 2 && text.data[text.len - 1] == '='; i++)
        text.len--;
    struct secret url OWNED(cognito_secret_free) = {0};
    if (!cognito_secret_append(&url, text) || !cognito_secret_reserve(bytes, text.len))
        return false;
    for (size_t i = 0; i < url.len; i++) {
        unsigned char *c = &url.data[i];
        if (*c == '-' || *c == '_')
            return false;
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    }
    bytes->len = base64url_decoded_size(url.len);
    return cognito_base64url_decode(secret_span(&url), bytes->data);
}

static bool read_challenge(const struct srp *srp, const struct srp_challenge *challenge,
                           struct proof *proof, struct complaint *why)
{
    proof->salt = read_number(challenge->salt, SRP_SALT_MAX);
    if (proof->salt == NULL)
        return cognito_complain(why, "the pool's SALT is not a number in hexadecimal digits");
    /* RFC 5054, 2.5.3: with B of 0 modulo N everybody would know S. Two zeros may stand before it,
     * the sign of a number as bytes. */
    proof->server_value = read_number(challenge->server_public, SRP_PUBLIC_SIZE + 1);
    if (proof->server_value == NULL || BN_is_zero(proof->server_value) ||
        BN_cmp(proof->server_value, srp->prime) >= 0)
        return cognito_complain(why, "the pool's SRP_B is not a number from 1 to N - 1");
    if (!read_base64(challenge->secret_block, &proof->block))
        return cognito_complain(why, "the pool's SECRET_BLOCK is not base64");
    return true;
}

/* u = H(A | B), k = H(N | g). */
static bool derive_public(const struct srp *srp, struct proof *proof, struct complaint *why)
{
    proof->scrambler = digest_two(srp->value, proof->server_value);
    proof->multiplier = digest_two(srp->prime, srp->generator);
    if (proof->scrambler == NULL || proof->multiplier == NULL)
        return cognito_complain(why, "out of memory, or OpenSSL has no SHA-256");
    /* With u of 0 a password would not be needed. */
    return !BN_is_zero(proof->scrambler) || cognito_complain(why, "the pool's SRP_B gives u = 0");
}

/* x = H(salt | H(pool | user | ":" | password)). */
static bool derive_password(const struct srp_challenge *challenge, struct span password,
                            struct proof *proof)
{
    struct secret inner OWNED(cognito_secret_free) = {0};
    struct secret outer OWNED(cognito_secret_free) = {0};
    unsigned char hash[DIGEST_SIZE];
    if (!cognito_secret_append(&inner, challenge->pool) ||
        !cognito_secret_append(&inner, challenge->user) ||
        !cognito_secret_append(&inner, span_of_string(":")) ||
        !cognito_secret_append(&inner, password) || !digest(&inner, hash))
        return false;
    if (append_number(&outer, proof->salt) &&
        cognito_secret_append(&outer, span_of(hash, sizeof hash)))
        proof->password = digest_number(&outer);
    cognito_wipe(hash, sizeof hash);
    if (proof->password == NULL)
        return false;
    BN_set_flags(proof->password, BN_FLG_CONSTTIME);
    return true;
}

/* S = (B - k * g^x) ^ (a + u * x) mod N. */
static bool derive_shared(const struct srp *srp, struct proof *proof)
{
    BIGNUM *base OWNED(free_number) = BN_new();
    BIGNUM *exponent OWNED(free_number) = BN_new();
    proof->shared = BN_new();
    if (base == NULL || exponent == NULL || proof->shared == NULL)
        return false;
    BN_set_flags(base, BN_FLG_CONSTTIME);
    BN_set_flags(exponent, BN_FLG_CONSTTIME);
    return power(base, srp->generator, proof->password, srp) &&
           BN_mod_mul(base, proof->multiplier, base, srp->prime, srp->context) == 1 &&
           BN_mod_sub(base, proof->server_value, base, srp->prime, srp->context) == 1 &&
           BN_mul(exponent, proof->scrambler, proof->password, srp->context) == 1 &&
           BN_add(exponent, exponent, srp->exponent) == 1 &&
           power(proof->shared, base, exponent, srp);
}

static bool sign_text(struct span key, struct span text, unsigned char result[DIGEST_SIZE])
{
    return HMAC(EVP_sha256(), key.data, (int)key.len, text.data, text.len, result, NULL) != NULL;
}

/* HKDF of RFC 5869 with u as the salt and S as the key; KEY_SIZE bytes are the front of its first
 * block, whose text is the info and the byte 1. */
static bool derive_key(const struct proof *proof, unsigned char key[DIGEST_SIZE])
{
    static const char info[] = "Caldera Derived Key\001";
    struct secret salt OWNED(cognito_secret_free) = {0};
    struct secret shared OWNED(cognito_secret_free) = {0};
    unsigned char extracted[DIGEST_SIZE];
    const bool derived =
        append_number(&salt, proof->scrambler) && append_number(&shared, proof->shared) &&
        sign_text(secret_span(&salt), secret_span(&shared), extracted) &&
        sign_text(span_of(extracted, sizeof extracted), span_of(info, sizeof info - 1), key);
    cognito_wipe(extracted, sizeof extracted);
    return derived;
}

static bool sign_claim(const struct proof *proof, const struct srp_challenge *challenge,
                       char signature[SRP_SIGNATURE_SIZE])
{
    struct secret text OWNED(cognito_secret_free) = {0};
    unsigned char key[DIGEST_SIZE], mac[DIGEST_SIZE];
    const bool made = cognito_secret_append(&text, challenge->pool) &&
                      cognito_secret_append(&text, challenge->user) &&
                      cognito_secret_append(&text, secret_span(&proof->block)) &&
                      cognito_secret_append(&text, challenge->timestamp) &&
                      derive_key(proof, key) &&
                      sign_text(span_of(key, KEY_SIZE), secret_span(&text), mac);
    if (made)
        (void)EVP_EncodeBlock((unsigned char *)signature, mac, sizeof mac);
    cognito_wipe(key, sizeof key);
    return made;
}

bool cognito_srp_sign(const struct srp *srp, const struct srp_challenge *challenge,
                      struct span password, char signature[SRP_SIGNATURE_SIZE],
                      struct complaint *why)
{
    struct proof proof OWNED(free_proof) = {0};
    if (!read_challenge(srp, challenge, &proof, why) || !derive_public(srp, &proof, why))
        return false;
    if (!derive_password(challenge, password, &proof) || !derive_shared(srp, &proof) ||
        !sign_claim(&proof, challenge, signature))
        return cognito_complain(why, "out of memory, or OpenSSL fails");
    return true;
}

/* ---- the time ---- */

bool cognito_srp_timestamp(int64_t now, char text[SRP_TIMESTAMP_SIZE])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t end_of_9999 = INT64_C(253402300799);
    const time_t seconds = (time_t)now;
    struct tm utc;
    if (now < 0 || now > end_of_9999 || gmtime_r(&seconds, &utc) == NULL)
        return false;
    const int length = snprintf(text, SRP_TIMESTAMP_SIZE, "%s %s %d %02d:%02d:%02d UTC %d",
                                days[utc.tm_wday], months[utc.tm_mon], utc.tm_mday, utc.tm_hour,
                                utc.tm_min, utc.tm_sec, utc.tm_year + 1900);
    return length > 0 && length < SRP_TIMESTAMP_SIZE;
}
