/* SPDX-License-Identifier: MIT */
/*
 * The schedule on a fake clock: weeks of it, with outages and with streams of nudges.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "refresh/schedule.h"

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define WEEK (7 * 24 * HOUR)

/* The same numbers in each run, and all kinds of them (Numerical Recipes' generator). */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed;
}

/* What happens around a schedule. */
struct history {
    int64_t interval;     /* seconds */
    int64_t nudge_every;  /* milliseconds; 0: no nudges */
    int64_t failing_from; /* every fetch that begins from here ... */
    int64_t failing_to;   /* ... to here fails */
    int fetches;
    int64_t shortest, longest; /* between two beginnings */
    int64_t good_at;           /* when the first good one after the failures began */
};

static void live(struct history *history, int64_t end, uint32_t seed)
{
    struct schedule schedule;
    int64_t last = -1;
    int64_t nudge = history->nudge_every > 0 ? history->nudge_every : INT64_MAX;
    history->shortest = INT64_MAX;
    cognito_schedule_begin(&schedule, history->interval, -1, 0, next_random(&seed));
    for (int64_t now = 0; now < end;) {
        if (cognito_schedule_next(&schedule) <= now) {
            const bool good = now < history->failing_from || now >= history->failing_to;
            if (last >= 0 && now - last < history->shortest)
                history->shortest = now - last;
            if (last >= 0 && now - last > history->longest)
                history->longest = now - last;
            if (good && now >= history->failing_to && history->good_at == 0)
                history->good_at = now;
            last = now;
            history->fetches++;
            cognito_schedule_begun(&schedule, now);
            cognito_schedule_ended(&schedule, good, next_random(&seed));
        }
        const int64_t next = cognito_schedule_next(&schedule);
        now = next < nudge ? next : nudge;
        if (now == nudge) {
            cognito_schedule_nudge(&schedule);
            nudge += history->nudge_every;
        }
    }
}

/* A week of fetches; the longest time between two that are for the whole set, the end included. */
static int64_t longest_without_whole(int64_t interval, int64_t max_stale, uint32_t seed, int *whole)
{
    struct schedule schedule;
    int64_t last = 0;
    int64_t longest = 0;
    cognito_schedule_begin(&schedule, interval, -1, 0, next_random(&seed));
    cognito_schedule_whole_begun(&schedule, 0);
    *whole = 1;
    for (int64_t now = 0; now < WEEK; now = cognito_schedule_next(&schedule)) {
        if (cognito_schedule_whole_due(&schedule, max_stale, now)) {
            longest = now - last > longest ? now - last : longest;
            last = now;
            cognito_schedule_whole_begun(&schedule, now);
            (*whole)++;
        }
        cognito_schedule_begun(&schedule, now);
        cognito_schedule_ended(&schedule, true, next_random(&seed));
    }
    return WEEK - last > longest ? WEEK - last : longest;
}

static void test_the_whole_set_in_time(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 100; seed++) {
        int whole;
        assert_true(longest_without_whole(3600, 7 * 86400, seed, &whole) <= 24 * HOUR);
        assert_in_range(whole, 7, 9);
        assert_true(longest_without_whole(3600, 6 * 3600, seed, &whole) <= 3 * HOUR);
        assert_in_range(whole, 56, 90);
        assert_true(longest_without_whole(3600, 365 * 86400, seed, &whole) <= 24 * HOUR);
        assert_true(longest_without_whole(60, 120, seed, &whole) <= 60 * SECOND);
        /* Less often than that: each of them. */
        assert_true(longest_without_whole(2 * 86400, 7 * 86400, seed, &whole) <= 48 * HOUR);
    }
}

static void test_a_quiet_week(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct history history = {.interval = 3600};
        live(&history, WEEK, seed);
        assert_in_range(history.fetches, 168 * 100 / 95, 168 * 100 / 75 + 1);
        assert_true(history.shortest >= HOUR * 75 / 100);
        assert_true(history.longest <= HOUR * 95 / 100);
        assert_true(history.longest - history.shortest > HOUR / 10); /* at random indeed */
    }
}

static void test_the_shortest_interval(void **state)
{
    struct history history = {.interval = 60};
    (void)state;
    live(&history, WEEK, 1);
    assert_true(history.shortest >= 45 * SECOND);
    assert_true(history.longest <= 57 * SECOND);
}

static void test_a_week_of_failures(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct history history = {.interval = 3600, .failing_to = WEEK};
        live(&history, WEEK, seed);
        /* 15 minutes to 18:45, after the first six. */
        assert_in_range(history.fetches, 168 * 60 * 100 / 1875, 168 * 4 + 6);
        assert_true(history.shortest >= 30 * SECOND);
        assert_true(history.longest <= 1125 * SECOND);
    }
}

static void test_the_back_off(void **state)
{
    static const int64_t waits[] = {30, 60, 120, 240, 480, 900, 900, 900};
    struct schedule schedule;
    (void)state;
    for (uint32_t random = 0; random < UINT32_MAX - 100000000; random += 99999989) {
        int64_t now = 0;
        cognito_schedule_begin(&schedule, 86400, -1, now, random);
        for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
            cognito_schedule_begun(&schedule, now);
            cognito_schedule_ended(&schedule, false, random);
            const int64_t wait = cognito_schedule_next(&schedule) - now;
            assert_true(wait >= waits[i] * SECOND);
            assert_true(wait <= waits[i] * SECOND * 5 / 4);
            now += wait;
        }
        cognito_schedule_begun(&schedule, now);
        cognito_schedule_ended(&schedule, true, random);
        cognito_schedule_begun(&schedule, now);
        cognito_schedule_ended(&schedule, false, random);
        assert_true(cognito_schedule_next(&schedule) - now <= 38 * SECOND);
    }
}

static void test_a_retry_never_waits_longer_than_the_interval(void **state)
{
    struct history history = {.interval = 60, .failing_to = HOUR};
    (void)state;
    live(&history, HOUR, 7);
    assert_true(history.longest <= 45 * SECOND);
    assert_true(history.shortest >= 30 * SECOND);
}

static void test_an_endless_stream_of_nudges(void **state)
{
    static const int64_t every[] = {1, 7, 999, 29999, 30000};
    (void)state;
    for (size_t i = 0; i < sizeof every / sizeof every[0]; i++) {
        for (int failing = 0; failing <= 1; failing++) {
            struct history history = {.interval = 3600,
                                      .nudge_every = every[i],
                                      .failing_to = failing ? HOUR : 0};
            live(&history, HOUR, 3);
            assert_in_range(history.fetches, 119, 121);
            assert_true(history.shortest >= 30 * SECOND);
            assert_true(history.longest <= 60 * SECOND);
        }
    }
}

/* Whatever was nudged before, and however often it failed, keys that changed are there after 30 s.
 */
static void test_a_rotation_is_never_late(void **state)
{
    (void)state;
    for (int64_t hours = 1; hours < 100; hours++) {
        struct history history = {.interval = 86400,
                                  .nudge_every = 5000,
                                  .failing_to = hours * HOUR + 12345};
        live(&history, 200 * HOUR, (uint32_t)hours);
        assert_true(history.good_at - history.failing_to <= 30 * SECOND);
    }
}

static void test_a_nudge_after_a_rest_is_served_at_once(void **state)
{
    struct schedule schedule;
    (void)state;
    cognito_schedule_begin(&schedule, 3600, 10, 0, 5);
    assert_true(cognito_schedule_next(&schedule) > 2000 * SECOND);
    cognito_schedule_nudge(&schedule);
    assert_true(cognito_schedule_next(&schedule) <= 0);
    cognito_schedule_begun(&schedule, 1000 * SECOND);
    cognito_schedule_nudge(&schedule); /* while it is fetched: kept */
    cognito_schedule_ended(&schedule, true, 5);
    assert_int_equal(cognito_schedule_next(&schedule), 1030 * SECOND);
    cognito_schedule_begun(&schedule, 1030 * SECOND);
    cognito_schedule_ended(&schedule, true, 5);
    assert_true(cognito_schedule_next(&schedule) >= 3730 * SECOND);
}

static void test_the_beginning(void **state)
{
    struct schedule schedule;
    (void)state;
    static const int64_t due_at_once[] = {-1, -100000, 3600, 604800};
    for (size_t i = 0; i < sizeof due_at_once / sizeof due_at_once[0]; i++) {
        cognito_schedule_begin(&schedule, 3600, due_at_once[i], 50, 9);
        assert_true(cognito_schedule_next(&schedule) <= 50);
    }
    cognito_schedule_begin(&schedule, 3600, 1000, 0, UINT32_MAX);
    assert_in_range(cognito_schedule_next(&schedule), 1700 * SECOND, 2420 * SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_quiet_week),
        cmocka_unit_test(test_the_whole_set_in_time),
        cmocka_unit_test(test_the_shortest_interval),
        cmocka_unit_test(test_a_week_of_failures),
        cmocka_unit_test(test_the_back_off),
        cmocka_unit_test(test_a_retry_never_waits_longer_than_the_interval),
        cmocka_unit_test(test_an_endless_stream_of_nudges),
        cmocka_unit_test(test_a_rotation_is_never_late),
        cmocka_unit_test(test_a_nudge_after_a_rest_is_served_at_once),
        cmocka_unit_test(test_the_beginning),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
