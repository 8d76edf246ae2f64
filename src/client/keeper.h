/* SPDX-License-Identifier: MIT */
/*
 * The token that cognito-login keeps, for cognito-askpass, which cannot refresh it: it has
 * cognito-login do that.
 */
#ifndef COGNITO_CLIENT_KEEPER_H
#define COGNITO_CLIENT_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "client/places.h"
#include "client/profile.h"

enum {
    KEEPER_MARGIN = 60,   /* seconds that a token has to last, or it is refreshed first */
    KEEPER_SECONDS = 110, /* that a refresh may take; sshd gives a login 120 */
};

/* Appends the ID token of PROFILE to TOKEN. Where the one that is kept has less than KEEPER_MARGIN
 * seconds at NOW, or there is none, runs `cognito-login token` once. False, with WHY, if there is
 * no token that could be sent; cognito-login has then said why, on standard error. */
MUST_USE bool cognito_keeper_token(const struct places *places, const struct profile *profile,
                                   int64_t now, struct secret *token, struct complaint *why);

#endif
