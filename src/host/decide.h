/* SPDX-License-Identifier: MIT */
/*
 * The whole decision: cognito_verify, and then what needs this host's accounts and files. The
 * module and the administrator's rehearsal both call it.
 */
#ifndef COGNITO_HOST_DECIDE_H
#define COGNITO_HOST_DECIDE_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"
#include "host/pools.h"
#include "token/verify.h"

/* Decides whether TOKEN opens the account USER (NULL: mapping and account are not checked) at NOW.
 * WHO and EXPLANATION (not NULL) as with cognito_verify; and as there, one import and one
 * verification. */
MUST_USE_STATUS cognito_decide(const struct pools *pools, struct span token, const char *user,
                               int64_t now, struct identity *who, struct explanation *explanation);

#endif
