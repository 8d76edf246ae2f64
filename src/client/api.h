/* SPDX-License-Identifier: MIT */
/*
 * One call of the user pools API: JSON there and back, without AWS credentials (the calls that an
 * app client without a secret may make).
 */
#ifndef COGNITO_CLIENT_API_H
#define COGNITO_CLIENT_API_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/json.h"
#include "base/span.h"
#include "client/http.h"
#include "client/profile.h"

enum api_result {
    API_FAILED,   /* no answer that makes sense; WHY says why */
    API_REFUSED,  /* the pool says no; FAULT and WHY say why */
    API_ANSWERED, /* ANSWER is the caller's */
};

enum { API_FAULT_SIZE = 64 };

struct api_fault {
    char type[API_FAULT_SIZE]; /* NotAuthorizedException ..., without what AWS puts around it */
    struct complaint said;     /* the pool's own words */
};

struct api_answer {
    struct json *json; /* owned; free with cognito_json_free */
    int64_t date;      /* the server's clock; 0: it does not say */
};

/* Calls NAME with the JSON object BODY. */
MUST_USE enum api_result cognito_api_call(const struct http_settings *settings,
                                          const struct profile *profile, const char *name,
                                          struct span body, struct api_answer *answer,
                                          struct api_fault *fault, struct complaint *why);

#endif
