/* SPDX-License-Identifier: MIT */
/*
 * When a pool's keys are fetched. Pure: it is told what time it is and given its random numbers.
 *
 * - A set is fetched again when 75 to 95 % of refresh_interval have passed since the last fetch
 *   began, at random, so that many hosts do not ask at once.
 * - After a failure it is tried again in 30 s, then 1, 2, 4, 8 and at most 15 minutes, each up to a
 *   quarter longer at random, and never later than refresh_interval asks for.
 * - A nudge asks for a fetch at once, but two of them never begin within 30 s of one another. This
 *   cool-down never grows, and a nudge that comes within it is kept until it ends: however many
 *   there are, there is one fetch each 30 s, and however many there were, a real rotation waits for
 *   30 s at most.
 * - Within 24 hours, and within half of max_stale, there is one fetch that asks for the whole set,
 *   whether the server says that it has changed or not: such a word alone, of a cache that is stuck
 *   for instance, never keeps keys alive. Where refresh_interval is longer than that, each one
 * does.
 *
 * Times are milliseconds of one clock that goes on while the host sleeps; intervals are seconds.
 */
#ifndef COGNITO_REFRESH_SCHEDULE_H
#define COGNITO_REFRESH_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct schedule {
    int64_t interval;      /* milliseconds */
    int64_t due;           /* when the next fetch is due, nudged or not */
    int64_t begun;         /* when the last one began, if any has */
    int64_t whole;         /* when the last one for the whole set began */
    bool any;              /* one has begun */
    bool nudged;           /* since the last one began */
    unsigned int failures; /* since the last success */
};

enum { COOL_DOWN_SECONDS = 30, BACK_OFF_MAX_SECONDS = 900, WHOLE_MAX_SECONDS = 86400 };

/* At NOW; the set is AGE seconds old, or AGE is negative and there is none that counts. INTERVAL is
 * refresh_interval in seconds. RANDOM is any number, here and below. */
void cognito_schedule_begin(struct schedule *schedule, int64_t interval, int64_t age, int64_t now,
                            uint32_t random);

void cognito_schedule_nudge(struct schedule *schedule);

/* When the next fetch has to begin; in the past: now. */
int64_t cognito_schedule_next(const struct schedule *schedule);

/* A fetch begins at NOW. What was nudged before is served by it. */
void cognito_schedule_begun(struct schedule *schedule, int64_t now);

/* Whether a fetch that begins at NOW has to be one for the whole set, as the next one may be too
 * late. MAX_STALE is in seconds. */
bool cognito_schedule_whole_due(const struct schedule *schedule, int64_t max_stale, int64_t now);

/* It is one. */
void cognito_schedule_whole_begun(struct schedule *schedule, int64_t now);

/* It has ended, well or not. */
void cognito_schedule_ended(struct schedule *schedule, bool good, uint32_t random);

#endif
