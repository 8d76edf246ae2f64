/* SPDX-License-Identifier: MIT */
#include "client/pkce.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/secret.h"

enum { BYTES = 32 };

/* 32 bytes make 43 characters, the last of which has four bits. */
static void encode(const unsigned char bytes[BYTES], char text[PKCE_TEXT_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned int held = 0;
    unsigned int bits = 0;
    size_t len = 0;
    for (size_t i = 0; i < BYTES; i++) {
        held = (held << 8 | bytes[i]) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6)
            text[len++] = digits[held >> (bits - 6) & 63];
    }
    text[len++] = digits[held << (6 - bits) & 63];
    text[len] = '\0';
}

static bool make_text(char text[PKCE_TEXT_SIZE])
{
    unsigned char bytes[BYTES];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    encode(bytes, text);
    cognito_wipe(bytes, sizeof bytes);
    return true;
}

bool cognito_pkce_challenge(struct span verifier, char challenge[PKCE_TEXT_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (EVP_Digest(verifier.data, verifier.len, digest, &len, EVP_sha256(), NULL) != 1 ||
        len != BYTES)
        return false;
    encode(digest, challenge);
    return true;
}

bool cognito_pkce_make(struct pkce *pkce)
{
    return make_text(pkce->verifier) && make_text(pkce->state) && make_text(pkce->nonce) &&
           cognito_pkce_challenge(span_of_string(pkce->verifier), pkce->challenge);
}

bool cognito_pkce_same(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.data, b.data, a.len) == 0);
}

void cognito_pkce_wipe(struct pkce *pkce)
{
    cognito_wipe(pkce, sizeof *pkce);
}
