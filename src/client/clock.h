/* SPDX-License-Identifier: MIT */
/*
 * The clock for deadlines, which nobody sets, and the one that files are dated by.
 */
#ifndef COGNITO_CLIENT_CLOCK_H
#define COGNITO_CLIENT_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
int64_t cognito_clock_milliseconds(void);

/* Seconds since the epoch, never before the time of a file that is there already. time(2) can be:
 * it is as old as the last tick, and since Linux 6.13 a file's time is not. */
int64_t cognito_clock_seconds(void);

#endif
