/* SPDX-License-Identifier: MIT */
/*
 * --clock: the clock of this host beside that of the servers which serve the pools' keys, as their
 * Date header tells it (RFC 9110, 6.6.1) over HTTPS. Nothing is written.
 */
#ifndef COGNITO_REFRESH_CLOCK_H
#define COGNITO_REFRESH_CLOCK_H

#include <stdbool.h>

#include "base/attributes.h"
#include "host/config.h"

enum clock_verdict {
    CLOCK_AGREES,  /* to within clock_skew */
    CLOCK_UNKNOWN, /* a server could not be reached, or did not say */
    CLOCK_DIFFERS,
};

/* Asks for each pool of CONFIGS, after cognito_fetch_begin. A line to standard output for each
 * comparison, to standard error for each that was not possible. The worst is the verdict. */
MUST_USE enum clock_verdict cognito_clocks_compare(const struct configs *configs);

#endif
