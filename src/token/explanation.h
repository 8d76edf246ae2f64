/* SPDX-License-Identifier: MIT */
/*
 * What a decision says besides its status: the words of the check that refused, and, for those who
 * ask, what each check saw. No bytes of the token before its signature has been verified, but for
 * the header's alg and kid; never the signature.
 */
#ifndef COGNITO_TOKEN_EXPLANATION_H
#define COGNITO_TOKEN_EXPLANATION_H

#include "base/complaint.h"

struct explanation {
    struct complaint why; /* of the check that refused, beyond the status's own words; or empty */

    /* Called for each check that passed, with its name and what it saw. NULL: nobody asks, and
     * nothing is formatted. */
    void (*passed)(void *context, const char *check, const char *saw);
    void *context;
};

#endif
