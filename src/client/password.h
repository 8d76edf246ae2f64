/* SPDX-License-Identifier: MIT */
/*
 * Signing in with a user name and a password, without a browser: the dialogue with the pool's API
 * from InitiateAuth to the tokens. The password is proven by SRP and stays on the machine; it is
 * sent, inside TLS (USER_PASSWORD_AUTH), to those alone who ask for PASSWORD_FLOW_PLAIN.
 *
 * Passwords and codes come from the person alone. The tokens are not verified here.
 */
#ifndef COGNITO_CLIENT_PASSWORD_H
#define COGNITO_CLIENT_PASSWORD_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "client/person.h"
#include "client/poolapi.h"
#include "client/tokens.h"

enum { PASSWORD_ROUNDS_MAX = 12 }; /* calls of one sign-in, wrong codes included */

enum password_flow {
    PASSWORD_FLOW_SRP,   /* the password is never sent */
    PASSWORD_FLOW_PLAIN, /* the password itself */
};

/* Everything is borrowed. */
struct password_signin {
    struct poolapi api;
    const char *user_pool; /* <region>_<id> */
    const char *client_id;
    struct span user; /* empty: the person is asked */
    enum password_flow flow;
    const struct person *person;
};

/* Signs in and sets TOKENS, which are the caller's and were empty. False, with WHY in words for the
 * person and TOKENS untouched, if that fails. */
MUST_USE bool cognito_password_sign_in(const struct password_signin *signin, struct tokens *tokens,
                                       struct complaint *why);

#endif
