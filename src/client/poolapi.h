/* SPDX-License-Identifier: MIT */
/*
 * One call of the API of Amazon Cognito user pools: JSON that is posted to one URL, the header
 * X-Amz-Target naming the call. The calls of a sign-in need no AWS credentials. A refusal is an
 * answer as well: HTTP 400, or more, and JSON that names a fault.
 */
#ifndef COGNITO_CLIENT_POOLAPI_H
#define COGNITO_CLIENT_POOLAPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/http.h"
#include "client/tokens.h"

enum { POOLAPI_FAULT_SIZE = 64 };

/* Both are borrowed. */
struct poolapi {
    const struct http_settings *http;
    const char *url; /* https://cognito-idp.<region>.amazonaws.com/ */
};

struct poolapi_member {
    const char *name;
    struct span value; /* UTF-8 */
};

/* {"name": "value" ..., "inner": {"name": "value" ...}}; without the latter if INNER is NULL.
 * Everything is borrowed. */
struct poolapi_request {
    const char *call; /* InitiateAuth ... */
    const struct poolapi_member *members;
    size_t count;
    const char *inner;
    const struct poolapi_member *inner_members;
    size_t inner_count;
};

struct poolapi_answer {
    struct secret text;             /* a JSON object that the guard has accepted; may hold tokens */
    char fault[POOLAPI_FAULT_SIZE]; /* NotAuthorizedException ...; empty: the call succeeded */
    struct complaint message;       /* what the pool says about the fault */
    int64_t date;                   /* the pool's clock, or 0 */
};

/* Sends REQUEST. The answer, a fault too, is the caller's, for cognito_poolapi_free. False, with
 * WHY and ANSWER untouched, if no pool answers, or a value is no UTF-8. */
MUST_USE bool cognito_poolapi_call(const struct poolapi *api, const struct poolapi_request *request,
                                   struct poolapi_answer *answer, struct complaint *why);

/* Wipes and frees; an answer full of zeros is fine. */
void cognito_poolapi_free(struct poolapi_answer *answer);

/* Whether the fault of ANSWER is NAME, and its message has WORDS in it, in letters of either case
 * (NULL: whatever the message). */
bool cognito_poolapi_is(const struct poolapi_answer *answer, const char *name, const char *words);

/* Reads the tokens of ANSWER, as cognito_tokens_read. */
MUST_USE bool cognito_poolapi_tokens(const struct poolapi_answer *answer, struct tokens *tokens,
                                     struct complaint *why);

/* Whether the pool has given the device that signs in a key of its own (NewDeviceMetadata), without
 * which it takes no refresh token from it. */
MUST_USE bool cognito_poolapi_has_device(const struct poolapi_answer *answer);

/* Says in WHY, for the person, what the fault of ANSWER means and what to do. CLIENT is the app
 * client's id. Always false. */
bool cognito_poolapi_explain(const struct poolapi_answer *answer, const char *client,
                             struct complaint *why);

#endif
