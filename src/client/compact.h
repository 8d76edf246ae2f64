/* SPDX-License-Identifier: MIT */
/*
 * The compact form of a signed token, RFC 7515 section 3.1, as far as its sender has to know it:
 * three non-empty parts of base64url characters, with two dots between them. Whether the token is
 * any good is for its receiver to say.
 */
#ifndef COGNITO_CLIENT_COMPACT_H
#define COGNITO_CLIENT_COMPACT_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"

/* Sets PAYLOAD to the second part of TEXT. False, with WHY, if TEXT is not of that form or longer
 * than any token; WHY says what kind of thing is wrong and holds nothing of TEXT. */
MUST_USE bool cognito_compact_payload(struct span text, struct span *payload,
                                      struct complaint *why);

#endif
