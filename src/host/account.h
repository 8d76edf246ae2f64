/* SPDX-License-Identifier: MIT */
/*
 * Local accounts: whether one exists under exactly this name and may be opened by a token at all.
 */
#ifndef COGNITO_HOST_ACCOUNT_H
#define COGNITO_HOST_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/status.h"

struct account_rules {
    int64_t uid_min; /* for all but root */
    bool root;       /* root may be opened */
};

/* Check 28: NAME is an account's name, passwd(5) gives it back byte by byte, and its uid is one
 * that RULES allow; never 65534, 65535 or -1, which stand for nobody. COGNITO_ACCEPTED,
 * _POLICY_ACCOUNT with WHY, or _SYSTEM_MEMORY. */
MUST_USE_STATUS cognito_check_account(const char *name, const struct account_rules *rules,
                                      struct complaint *why);

/* The uid of the account NAME, which passwd(5) gives back byte by byte; *UID is untouched
 * otherwise. COGNITO_ACCEPTED, _POLICY_ACCOUNT with WHY (may be NULL), or _SYSTEM_MEMORY. */
MUST_USE_STATUS cognito_account_uid(const char *name, uid_t *uid, struct complaint *why);

#endif
