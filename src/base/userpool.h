/* SPDX-License-Identifier: MIT */
/*
 * What follows from the id of a user pool: the issuers of its tokens, and where its keys are.
 */
#ifndef COGNITO_BASE_USERPOOL_H
#define COGNITO_BASE_USERPOOL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/limits.h"
#include "base/options.h"
#include "base/span.h"

enum { USERPOOL_URI_SIZE = CONFIG_LINE_MAX + 64 };

/* NULL, or what is wrong with ID. One without fault may be a part of host names, URLs and paths. */
const char *cognito_userpool_fault(struct span id);

/* Adds the two forms of the issuer of POOL, an id without fault: the older one, and that of pools
 * that were switched over. False without memory. */
MUST_USE bool cognito_userpool_issuers(const char *pool, struct list *issuers);

/* Where the keys of ISSUER are (Amazon Cognito developer guide, verifying JSON web tokens). False
 * if that is too long. */
MUST_USE bool cognito_userpool_keys(const char *issuer, char uri[USERPOOL_URI_SIZE]);

#endif
