/* SPDX-License-Identifier: MIT */
/*
 * How old the key set of a pool is.
 */
#ifndef COGNITO_ADMIN_KEYAGE_H
#define COGNITO_ADMIN_KEYAGE_H

#include <stdint.h>

#include "host/config.h"

/* When the set that a login would use was written, that is fetched or placed: seconds since the
 * epoch; 0 if there is none. */
int64_t cognito_keys_written(const struct config *config);

#endif
