/* SPDX-License-Identifier: MIT */
/*
 * What a pool's tokens have to satisfy: the part of the configuration that the pure decision reads,
 * and the checks of who may use which account.
 */
#ifndef COGNITO_TOKEN_POLICY_H
#define COGNITO_TOKEN_POLICY_H

#include <stdint.h>

#include "base/options.h"

struct judgement;

struct policy {
    struct list issuers;    /* accepted values of iss, byte by byte; at least one */
    struct list client_ids; /* accepted values of aud, byte by byte; at least one */
    char *username_claim;   /* the claim that is equal to the account's name */
    int64_t clock_skew;     /* seconds */
    int64_t max_token_size; /* bytes */
};

/* The claim that names the person is the account's name, byte by byte. */
bool cognito_check_user(struct judgement *judgement);

#endif
