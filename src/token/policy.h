/* SPDX-License-Identifier: MIT */
/*
 * What a pool's tokens have to satisfy: the part of the configuration that the pure decision reads,
 * and the checks of who may use which account.
 */
#ifndef COGNITO_TOKEN_POLICY_H
#define COGNITO_TOKEN_POLICY_H

#include <stdint.h>

#include "base/options.h"
#include "token/map.h"

struct judgement;

struct policy {
    struct list issuers;       /* accepted values of iss, byte by byte; at least one */
    struct list client_ids;    /* accepted values of aud, byte by byte; at least one */
    struct list require_group; /* one of these in cognito:groups; empty: none is needed */
    char *username_claim;      /* the claim that names the person */
    bool has_map;              /* then only lines of MAP grant an account */
    struct map map;            /* its lines about the account that is judged for */
    int64_t clock_skew;        /* seconds */
    int64_t max_token_size;    /* bytes */
    int64_t max_token_age;     /* seconds since iat; 0: no limit */
    int64_t max_auth_age;      /* seconds since auth_time; 0: no limit */
};

/* In place of a user's name: none was given, the token is to say. Compared as a pointer, so that no
 * name that somebody enters can be it. */
extern const char cognito_user_from_token[];

bool cognito_check_token_age(struct judgement *judgement);
bool cognito_check_auth_age(struct judgement *judgement);
bool cognito_check_group(struct judgement *judgement);
bool cognito_check_mapping(struct judgement *judgement);

/* The work of cognito_check_mapping, for a judgement that did not get that far. */
void cognito_map_dummy(struct judgement *judgement);

#endif
