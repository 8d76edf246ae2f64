/* SPDX-License-Identifier: MIT */
/*
 * One token before cognito_verify and before the oracle: the policies that jws and claims judge by,
 * and the comparison.
 */
#ifndef TESTS_FUZZ_JUDGING_H
#define TESTS_FUZZ_JUDGING_H

#include <stdint.h>

#include "base/span.h"
#include "oracle.h"
#include "token/jwks.h"

/* One key set, as both read it. */
struct judging_keys {
    struct jwks *engine;
    struct oracle_keys oracle;
};
void judging_open(struct judging_keys *keys, struct span text);

/* Bits of how a token is judged. */
enum {
    HOW_MAP = 1,
    HOW_GROUPS = 2,
    HOW_TOKEN_AGE = 4,
    HOW_AUTH_AGE = 8,
    HOW_CLAIM = 0x30, /* one of four */
    HOW_NO_SKEW = 0x40,
};

/* Judges TOKEN by the policy HOW for the person WHO (a number: any, from the token, or one of some
 * names) a little before or after FUZZ_NOW (LATER, a number). Ends the process if engine and oracle
 * do not agree, or if the work is not that of one judgement. */
void judging_compare(const struct judging_keys *keys, struct span token, unsigned int how,
                     unsigned int who, unsigned int later);

#endif
