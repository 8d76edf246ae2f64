/* SPDX-License-Identifier: MIT */
/*
 * The whole decision: cognito_verify, and then what needs this host's accounts and files. The
 * module and the administrator's rehearsal both call it.
 */
#ifndef COGNITO_HOST_DECIDE_H
#define COGNITO_HOST_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "base/status.h"
#include "host/pools.h"
#include "token/verify.h"

/* What a token is presented for. */
struct login {
    const struct pools *pools;
    const char *user;   /* as with cognito_verify; NULL: mapping and account are not checked */
    int64_t now;        /* seconds since the epoch */
    const char *ledger; /* the folder of used tokens */
    bool rehearsal;     /* the ledger is read, never written */
};

/*
 * Decides whether TOKEN opens the account. WHO and EXPLANATION (not NULL) as with cognito_verify;
 * and as there, one import, one verification and one reading of claims. POOL (may be NULL) gets the
 * pool that judged.
 */
MUST_USE_STATUS cognito_decide(const struct login *login, struct span token, struct identity *who,
                               const struct pool **pool, struct explanation *explanation);

/* Judges once more, before the session begins, WHO was accepted by the pool of CONFIG for the
 * account USER: the clock, expiry, policy, a deny list read anew, and the account. */
MUST_USE_STATUS cognito_decide_again(const struct config *config, const struct identity *who,
                                     const char *user, int64_t now,
                                     struct explanation *explanation);

#endif
