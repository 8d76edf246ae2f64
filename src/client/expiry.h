/* SPDX-License-Identifier: MIT */
/*
 * When a token expires, as its unverified payload says: so that an expired one is not sent in vain.
 * Nothing is ever trusted because of it.
 */
#ifndef COGNITO_CLIENT_EXPIRY_H
#define COGNITO_CLIENT_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"

/* Reads exp (seconds since the epoch, RFC 7519 section 4.1.4) from PAYLOAD, the second part of a
 * compact token. False, with WHY, if it cannot be read. */
MUST_USE bool cognito_expiry_read(struct span payload, int64_t *expires_at, struct complaint *why);

/* Whether a token that expires at EXPIRES_AT may still be sent at NOW. If not, WHY says for how
 * long it has been expired. */
MUST_USE bool cognito_expiry_ahead(int64_t expires_at, int64_t now, struct complaint *why);

#endif
