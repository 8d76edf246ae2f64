/* SPDX-License-Identifier: MIT */
/*
 * One pool: its set is fetched and, if it is a good one, takes the place of the old one.
 */
#ifndef COGNITO_REFRESH_UPDATE_H
#define COGNITO_REFRESH_UPDATE_H

#include <stdbool.h>

#include "host/config.h"
#include "refresh/cachefile.h"
#include "refresh/fetch.h"
#include "refresh/report.h"

/* What whoever fetches more than once keeps of a set: what the server said of it, and in which file
 * it is. Begins as all zeros. */
struct memory {
    bool any;
    struct validators validators;
    struct imprint imprint;
};

/* Whether the pool's keys are fetched at all. */
static inline bool update_needed(const struct config *config)
{
    return config->jwks_file == NULL;
}

/* Brings the set of CONFIG's pool up to date, alone among the processes of this host; what happened
 * is the result. On success MEMORY is of the set that is now in place. */
struct report cognito_update(const struct config *config, struct memory *memory);

#endif
