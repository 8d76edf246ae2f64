/* SPDX-License-Identifier: MIT */
/*
 * The local account: whether it exists under exactly this name and may be opened by a token at all.
 */
#ifndef COGNITO_HOST_ACCOUNT_H
#define COGNITO_HOST_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/status.h"

/* Whether NAME could be an account's: 1 to ACCOUNT_NAME_MAX bytes without '/', ':' and control
 * characters, and not beginning with '-'. */
MUST_USE bool cognito_account_name(const char *name);

/* Check 28: NAME is an account's name, passwd(5) gives it back byte by byte, and its uid is at
 * least UID_MIN and not root's. COGNITO_ACCEPTED, _POLICY_ACCOUNT with WHY, or _SYSTEM_MEMORY. */
MUST_USE_STATUS cognito_check_account(const char *name, int64_t uid_min, struct complaint *why);

#endif
