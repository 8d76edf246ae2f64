/* SPDX-License-Identifier: MIT */
/*
 * Judging: cognito_verify with the standard pool, and what has to hold for every judgement, checked
 * each time: one key import, one verification, one reading of claims and, where an account is
 * named, one search of the map (counted by the linker's --wrap, so a program that uses this is
 * linked with it), nothing given out and nothing of the token said on a refusal.
 */
#ifndef TESTS_UNIT_JUDGING_H
#define TESTS_UNIT_JUDGING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "token/identity.h"
#include "token/jwks.h"
#include "token/policy.h"

/* Group setup and teardown: the standard key set and policy. */
int judging_begin(void **state);
int judging_end(void **state);

/* What the judgements below use; a test that changes it puts it back. */
extern struct policy judging_policy;
extern struct jwks *judging_keys;

/* One judgement. The identity of an acceptance is in judged_who until the next one. */
enum cognito_status judge_at(struct span token, const char *user, int64_t now);

/* The same for alice, one second after the token was issued. */
enum cognito_status judge(const char *token);

extern struct identity judged_who;
const char *judged_why(void);

/* Fails, naming WHAT, unless TOKEN ends with STATUS and these words (NULL: any). */
void judge_expecting(const char *what, const char *token, enum cognito_status status,
                     const char *why);

/* From now on each verification ends with VERDICT; NULL: with OpenSSL's own. */
void judging_pretend_verdict(const int *verdict);

/* From now on OpenSSL imports no key, as without memory. */
void judging_fail_imports(bool fail);

/* What OpenSSL was asked for since the last call of judging_count_from_here. */
void judging_count_from_here(void);
unsigned int judging_imports(void);
unsigned int judging_verifications(void);

/* How many lines of the map were looked at since then. */
size_t judging_searched_lines(void);

#endif
