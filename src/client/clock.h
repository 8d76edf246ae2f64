/* SPDX-License-Identifier: MIT */
/*
 * The clock for deadlines, which nobody sets.
 */
#ifndef COGNITO_CLIENT_CLOCK_H
#define COGNITO_CLIENT_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
int64_t cognito_clock_milliseconds(void);

#endif
