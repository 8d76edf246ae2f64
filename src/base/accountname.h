/* SPDX-License-Identifier: MIT */
/*
 * What an account may be called where a token is to open it.
 */
#ifndef COGNITO_BASE_ACCOUNTNAME_H
#define COGNITO_BASE_ACCOUNTNAME_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

/* Whether NAME could be an account's: 1 to ACCOUNT_NAME_MAX bytes without '/', ':' and control
 * characters, and not beginning with '-'. */
MUST_USE bool cognito_account_name(struct span name);

#endif
