/* SPDX-License-Identifier: MIT */
/*
 * One judgement of one token: what is given, and what the checks have found so far. Private to the
 * decision; every check is a function of it that returns true, or refuses and returns false.
 */
#ifndef COGNITO_TOKEN_JUDGEMENT_H
#define COGNITO_TOKEN_JUDGEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/complaint.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/status.h"
#include "token/explanation.h"
#include "token/groups.h"
#include "token/identity.h"
#include "token/jwks.h"
#include "token/policy.h"

/* The members of a header that matter. */
enum header_member {
    HEADER_ALG,
    HEADER_KID,
    HEADER_TYP,
    HEADER_REFUSED, /* the first of eleven that have no place there */
    HEADER_MEMBERS = HEADER_REFUSED + 11,
};

struct judgement {
    /* Given. */
    struct span token; /* without the line end that check_size drops */
    const struct jwks *keys;
    const struct policy *policy;
    const char *user; /* NULL: any */
    int64_t now;
    struct explanation *explanation;

    /* The token's parts as text, then what they hold. The payload is not decoded before the
     * signature has been verified. */
    struct span header_text, payload_text, signature_text;
    unsigned char header_bytes[HEADER_SIZE_MAX];
    struct span header[HEADER_MEMBERS]; /* values in header_bytes, as jsonpick.h has them */
    unsigned char key_id_room[KEY_ID_MAX];
    struct span key_id;
    const struct jwk *key;
    bool verified; /* one import and one verification have been done */
    struct json *claims;
    struct groups groups;  /* once a check has asked for them */
    bool searched;         /* the map, for somebody or for nobody */
    int64_t not_before;    /* nbf, or 0 */
    struct identity found; /* borrows from claims until it is handed over */

    const char *check; /* the name of the one at work */
    enum cognito_status status;
};

/* Ends a judgement: notes STATUS, and words that hold nothing of the token but numbers. Always
 * false. */
#define REFUSE(judgement, reason, ...)                                                             \
    ((judgement)->status = (reason), cognito_complain(&(judgement)->explanation->why, __VA_ARGS__))

/* Passes a check, with words about what it saw, which are put together only if somebody asks.
 * Always true. */
bool cognito_pass(const struct judgement *judgement, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same, with the name and the escaped value of a member. */
bool cognito_pass_value(const struct judgement *judgement, const char *name, struct span value);

#endif
