/* SPDX-License-Identifier: MIT */
/*
 * Whom a kept ID token speaks of, to be shown. The token was verified when it was received, and is
 * not again: nothing is decided by these names.
 */
#ifndef COGNITO_CLIENT_HOLDER_H
#define COGNITO_CLIENT_HOLDER_H

#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"

/* Both are one printable line: what a terminal could take for something else is \xNN. Empty: the
 * token does not say. */
struct holder {
    struct secret username; /* cognito:username */
    struct secret email;
};

/* Fills HOLDER, which is the caller's, from TOKEN; it stays empty where that cannot be read. */
void cognito_holder_read(struct span token, struct holder *holder);

void cognito_holder_free(struct holder *holder);

#endif
