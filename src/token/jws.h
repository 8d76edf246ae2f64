/* SPDX-License-Identifier: MIT */
/*
 * The JSON Web Signature, RFC 7515: the compact form, its header, its key and its signature. The
 * checks in their order; each needs those before it.
 */
#ifndef COGNITO_TOKEN_JWS_H
#define COGNITO_TOKEN_JWS_H

#include "token/judgement.h"

bool cognito_check_size(struct judgement *judgement);
bool cognito_check_shape(struct judgement *judgement);
bool cognito_check_encoding(struct judgement *judgement);
bool cognito_check_header_json(struct judgement *judgement);
bool cognito_check_algorithm(struct judgement *judgement);
bool cognito_check_header(struct judgement *judgement);
bool cognito_check_key_id(struct judgement *judgement);
bool cognito_check_key(struct judgement *judgement);
bool cognito_check_signature_length(struct judgement *judgement);
bool cognito_check_signature(struct judgement *judgement);

/* The work of cognito_check_signature, for a judgement that did not get that far. */
void cognito_verify_dummy(struct judgement *judgement);

#endif
