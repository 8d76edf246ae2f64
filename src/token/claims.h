/* SPDX-License-Identifier: MIT */
/*
 * The claims of a verified ID token: RFC 7519 section 4.1, OpenID Connect Core 2 and 3.1.3.7, and
 * what Cognito adds. The checks in their order; each needs those before it.
 */
#ifndef COGNITO_TOKEN_CLAIMS_H
#define COGNITO_TOKEN_CLAIMS_H

#include "token/judgement.h"

bool cognito_check_payload_json(struct judgement *judgement);
bool cognito_check_issuer(struct judgement *judgement);
bool cognito_check_token_use(struct judgement *judgement);
bool cognito_check_audience(struct judgement *judgement);
bool cognito_check_times(struct judgement *judgement);
bool cognito_check_expiry(struct judgement *judgement);
bool cognito_check_not_yet(struct judgement *judgement);
bool cognito_check_lifetime(struct judgement *judgement);
bool cognito_check_subject(struct judgement *judgement);
bool cognito_check_username(struct judgement *judgement);

/* The work of cognito_check_payload_json, for a judgement that did not get that far. */
void cognito_read_dummy(void);

#endif
