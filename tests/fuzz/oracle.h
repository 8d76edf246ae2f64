/* SPDX-License-Identifier: MIT */
/*
 * A second verification, independent of the first: its own splitting, its own base64url, its own
 * reading of header, claims and key sets (reader.h), and a signature that OpenSSL opens
 * (EVP_PKEY_verify_recover) instead of verifying it. Written from the checks that the documents
 * name, and kept apart from src/token.
 */
#ifndef TESTS_FUZZ_ORACLE_H
#define TESTS_FUZZ_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/secret.h"
#include "base/span.h"
#include "reader.h"

/* ---- key sets ---- */

enum { ORACLE_KEYS_MAX = 64 };

struct oracle_key {
    char kid[129];
    unsigned char modulus[1024];
    size_t modulus_len;
    uint32_t exponent;
    bool shared; /* with another pool */
};

struct oracle_keys {
    struct oracle_key key[ORACLE_KEYS_MAX];
    size_t count;
    bool good; /* not refused whole */
};

void oracle_read_keys(struct span text, struct oracle_keys *keys);

/* Marks the keys whose kid both sets of two pools have. */
void oracle_share_keys(struct oracle_keys *one, struct oracle_keys *other);

/* ---- tokens ---- */

/* A line of a map: an account, and whom it is granted to. */
struct oracle_grant {
    const char *account, *kind, *value; /* kind: sub, user, email, group */
};

struct oracle_rules {
    const char *const *issuers, *const *clients, *const *groups; /* each ends with NULL */
    const char *username_claim;
    const struct oracle_grant *grants; /* ends with an account of NULL; NULL: there is no map */
    int64_t skew, token_age, auth_age;
    size_t size_max;
};

enum oracle_user { USER_ANY, USER_FROM_TOKEN, USER_NAMED };

struct oracle_question {
    struct span token;
    const struct oracle_keys *keys;
    const struct oracle_rules *rules;
    enum oracle_user who;
    const char *user;
    int64_t now;
};

/* What an accepted token says. The spans live in the tree. */
struct oracle_answer {
    bool accepted;
    bool unusual; /* a number that another reader may take as none: of many digits */
    const char *why;
    struct tree header, claims;
    struct span subject, username, issuer, jti;
    int64_t issued_at, expires_at, signed_in_at;
    char account[256];
    bool by_map;
};

void oracle_judge(const struct oracle_question *question, struct oracle_answer *answer);
void oracle_close(struct oracle_answer *answer);

/* Whether BYTES are what TEXT says in base64url without padding, and no other text says it. They
 * are the caller's to free. */
bool oracle_base64url(struct span text, struct secret *bytes);

/* A name that an account can have. */
bool oracle_account_name(struct span name);

#endif
