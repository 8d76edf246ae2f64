/* SPDX-License-Identifier: MIT */
/*
 * Keys and tokens for scenarios: RSA keys by name, made when they are first asked for, and tokens
 * of which every part can be made wrong.
 */
#ifndef TESTS_PAM_MINT_H
#define TESTS_PAM_MINT_H

#include <stddef.h>

#include "text.h"

/* A key whose name begins with "big" has 3072 bits, one with "small" 1024, any other 2048. */
struct key;

/* The key NAME; made the first time. It lives until mint_free. */
const struct key *mint_key(const char *name);
void mint_free(void);

/* 44 characters of standard base64 with + and /, as Cognito's. */
const char *key_id(const struct key *key);

/* The public half as Cognito serves it. */
void text_add_jwk(struct text *text, const struct key *key);
/* The modulus alone, in base64url. */
void text_add_modulus(struct text *text, const struct key *key);

enum { MEMBERS_MAX = 48 };

/* A JSON object in the making: names, and values as JSON text. */
struct members {
    struct {
        char *name, *value; /* owned */
    } items[MEMBERS_MAX];
    size_t count;
};

struct draft {
    char *name; /* owned, and so are the others */
    struct members header, claims;
    char *header_text, *payload_text; /* instead of the members */
    char *key;                        /* the name of the key that signs */
    size_t length;                    /* of the token; 0: what comes of it */
    size_t signature_length;          /* cut or filled with zeros; 0: as it is */
    int broken_bit;                   /* of the signature; -1: none */
    struct text literal;              /* instead of everything */
};

void members_set(struct members *members, const char *name, const char *value);
void members_drop(struct members *members, const char *name);

struct draft draft_copy(const struct draft *draft, const char *name);
void draft_free(struct draft *draft);

/* The compact form. */
struct text draft_mint(const struct draft *draft);

#endif
