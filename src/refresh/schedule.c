/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/schedule.h"

enum { SECOND = 1000 };

#define COOL_DOWN (COOL_DOWN_SECONDS * INT64_C(1000))
#define BACK_OFF_MAX (BACK_OFF_MAX_SECONDS * INT64_C(1000))

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* 75 to 95 % of the interval. */
static int64_t regular_wait(int64_t interval, uint32_t random)
{
    return interval / 4 * 3 + (int64_t)random % (interval / 5 + 1);
}

/* 30 s, doubled for each failure after the first, and up to a quarter more. */
static int64_t retry_wait(unsigned int failures, int64_t interval, uint32_t random)
{
    int64_t wait = COOL_DOWN;
    for (unsigned int i = 1; i < failures && wait < BACK_OFF_MAX; i++)
        wait *= 2;
    wait = smaller(wait, BACK_OFF_MAX);
    wait += (int64_t)random % (wait / 4 + 1);
    return smaller(wait, larger(interval / 4 * 3, COOL_DOWN));
}

void cognito_schedule_begin(struct schedule *schedule, int64_t interval, int64_t age, int64_t now,
                            uint32_t random)
{
    *schedule = (struct schedule){.interval = interval * SECOND, .due = now};
    if (age >= 0 && age < interval)
        schedule->due = now - age * SECOND + regular_wait(schedule->interval, random);
}

void cognito_schedule_nudge(struct schedule *schedule)
{
    schedule->nudged = true;
}

int64_t cognito_schedule_next(const struct schedule *schedule)
{
    if (!schedule->any)
        return schedule->nudged ? INT64_MIN : schedule->due;
    const int64_t cooled = schedule->begun + COOL_DOWN;
    return schedule->nudged ? cooled : larger(schedule->due, cooled);
}

void cognito_schedule_begun(struct schedule *schedule, int64_t now)
{
    schedule->begun = now;
    schedule->any = true;
    schedule->nudged = false;
}

bool cognito_schedule_whole_due(const struct schedule *schedule, int64_t max_stale, int64_t now)
{
    const int64_t within = smaller(WHOLE_MAX_SECONDS, max_stale / 2) * SECOND;
    return now - schedule->whole + schedule->interval > within;
}

void cognito_schedule_whole_begun(struct schedule *schedule, int64_t now)
{
    schedule->whole = now;
}

void cognito_schedule_ended(struct schedule *schedule, bool good, uint32_t random)
{
    schedule->failures = good ? 0 : schedule->failures + 1;
    schedule->due =
        schedule->begun + (good ? regular_wait(schedule->interval, random)
                                : retry_wait(schedule->failures, schedule->interval, random));
}
