/* SPDX-License-Identifier: MIT */
/*
 * What comes back from managed login through the browser: the query of the callback address
 * (RFC 6749, 4.1.2), in a request or in an address that the person pastes.
 */
#ifndef COGNITO_CLIENT_CALLBACK_H
#define COGNITO_CLIENT_CALLBACK_H

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"

#define CALLBACK_PATH "/callback"

enum callback {
    CALLBACK_STRANGE, /* not of this sign-in: nothing in it counts */
    CALLBACK_REFUSED, /* managed login or the person says no; WHY says so */
    CALLBACK_CODE,
};

/* Reads QUERY, which has to have our STATE. On CALLBACK_CODE, CODE has the code appended. Otherwise
 * WHY says why. */
MUST_USE enum callback cognito_callback_read(struct span query, const char *state,
                                             struct secret *code, struct complaint *why);

/* The query of ADDRESS, which has to be REDIRECT and a query: nothing else is looked into. False,
 * with WHY, if it is another address. */
MUST_USE bool cognito_callback_query(struct span address, const char *redirect, struct span *query,
                                     struct complaint *why);

#endif
