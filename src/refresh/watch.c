/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "refresh/attempt.h"
#include "refresh/cachedir.h"
#include "refresh/fetcher.h"
#include "refresh/report.h"
#include "refresh/schedule.h"
#include "refresh/update.h"

enum {
    PATIENCE_MS = 20000, /* with a child: it may wait 10 s for a lock and fetch for 5 s */
    NAP_MS = 60000,      /* poll(2) does not count the time that a host sleeps: look at the clock */
    AT_SIGNALS = 0,
    AT_BELL = 1,
    AT_FETCHERS = 2,
};

struct watched {
    const struct config *config;
    struct schedule schedule;
    struct memory memory;
    struct fetcher fetcher;
    bool good; /* the last fetch was, and so was said */
};

struct watch {
    struct watched pools[CONFIG_FILES_MAX];
    size_t count;
    int signals; /* owned */
    const struct bell *bell;
};

/* ---- the world ---- */

/* Milliseconds; goes on while the host sleeps, and does not jump when the clock is set. */
static int64_t now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_BOOTTIME, &time) != 0)
        return 0;
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static uint32_t random_number(void)
{
    uint32_t number;
    return getrandom(&number, sizeof number, 0) == (ssize_t)sizeof number ? number : 0;
}

static bool fill_signals(sigset_t *signals)
{
    return sigemptyset(signals) == 0 && sigaddset(signals, SIGTERM) == 0 &&
           sigaddset(signals, SIGINT) == 0 && sigaddset(signals, SIGHUP) == 0;
}

bool cognito_watch_block(struct complaint *why)
{
    sigset_t signals;
    return (fill_signals(&signals) && sigprocmask(SIG_BLOCK, &signals, NULL) == 0) ||
           cognito_complain(why, "signals could not be blocked");
}

/* ---- a pool ---- */

/* Seconds since the set was fetched; negative: there is none, or none that the clock agrees with.
 */
static int64_t age_of(const struct config *config)
{
    struct cachedir dir = {-1, NULL};
    struct imprint imprint;
    size_t keys;
    if (!cognito_cachedir_open(config->cache_dir, &dir, NULL))
        return -1;
    const bool there = cognito_cachefile_imprint(&dir, config->user_pool, &imprint) &&
                       cognito_cachefile_keys(&dir, config->user_pool, &keys);
    cognito_cachedir_close(&dir);
    return there ? (int64_t)time(NULL) - imprint.seconds : -1;
}

static void tell(struct watched *pool, const struct report *report)
{
    const bool good = report->outcome == OUTCOME_CURRENT;
    if (!good || !pool->good || report->changed)
        cognito_report_line(report);
    /* Whether somebody reads it or not, the keys come first. */
    (void)fflush(stdout);
    clearerr(stdout);
    cognito_attempt_keep(pool->config, good, &report->why);
    pool->good = good;
}

static void finish(struct watched *pool)
{
    const struct report report = cognito_fetcher_end(pool->config, &pool->fetcher, &pool->memory);
    cognito_schedule_ended(&pool->schedule, report.outcome == OUTCOME_CURRENT, random_number());
    tell(pool, &report);
}

static void start(struct watched *pool, int64_t at)
{
    struct report report = {.pool = pool->config->user_pool,
                            .uri = pool->config->jwks_uri,
                            .outcome = OUTCOME_HOST_FAILED};
    if (cognito_schedule_whole_due(&pool->schedule, pool->config->max_stale, at))
        pool->memory.any = false;
    if (!pool->memory.any)
        cognito_schedule_whole_begun(&pool->schedule, at);
    cognito_schedule_begun(&pool->schedule, at);
    if (cognito_fetcher_start(pool->config, &pool->memory, &pool->fetcher, &report.why))
        return;
    cognito_schedule_ended(&pool->schedule, false, random_number());
    tell(pool, &report);
}

static bool is_fetching(const struct watched *pool)
{
    return pool->fetcher.pid > 0;
}

/* When something has to be done about the pool, whatever else happens. */
static int64_t next_of(const struct watched *pool)
{
    return is_fetching(pool) ? pool->schedule.begun + PATIENCE_MS
                             : cognito_schedule_next(&pool->schedule);
}

/* ---- all of them ---- */

static void act_on_time(struct watch *watch)
{
    const int64_t at = now();
    for (size_t i = 0; i < watch->count; i++) {
        struct watched *pool = &watch->pools[i];
        if (next_of(pool) > at)
            continue;
        if (is_fetching(pool))
            finish(pool);
        else
            start(pool, at);
    }
}

static int time_left(const struct watch *watch)
{
    const int64_t at = now();
    int64_t left = NAP_MS;
    for (size_t i = 0; i < watch->count; i++) {
        const int64_t next = next_of(&watch->pools[i]);
        if (next <= at)
            return 0;
        left = next - at < left ? next - at : left;
    }
    return (int)left;
}

static void act_on_nudge(struct watch *watch)
{
    if (!cognito_bell_rung(watch->bell))
        return;
    for (size_t i = 0; i < watch->count; i++)
        cognito_schedule_nudge(&watch->pools[i].schedule);
}

/* Waits for the time, a nudge, a child or the end. */
static bool wait_and_act(struct watch *watch, bool *ended, struct complaint *why)
{
    struct pollfd events[AT_FETCHERS + CONFIG_FILES_MAX] = {
        [AT_SIGNALS] = {watch->signals, POLLIN, 0},
        [AT_BELL] = {watch->bell->socket, POLLIN, 0},
    };
    for (size_t i = 0; i < watch->count; i++)
        events[AT_FETCHERS + i] =
            (struct pollfd){is_fetching(&watch->pools[i]) ? watch->pools[i].fetcher.pipe : -1,
                            POLLIN, 0};
    if (poll(events, AT_FETCHERS + watch->count, time_left(watch)) < 0)
        return errno == EINTR || cognito_complain(why, "poll: %s", strerrordesc_np(errno));
    *ended = events[AT_SIGNALS].revents != 0;
    for (size_t i = 0; i < watch->count && !*ended; i++)
        if (events[AT_FETCHERS + i].revents != 0)
            finish(&watch->pools[i]);
    if (events[AT_BELL].revents != 0)
        act_on_nudge(watch);
    return true;
}

static bool begin(struct watch *watch, const struct configs *configs, struct complaint *why)
{
    sigset_t signals;
    watch->signals =
        fill_signals(&signals) ? signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK) : -1;
    if (watch->signals < 0)
        return cognito_complain(why, "signals could not be listened to");
    for (size_t i = 0; i < configs->count; i++) {
        const struct config *config = &configs->items[i];
        if (!update_needed(config))
            continue;
        struct watched *pool = &watch->pools[watch->count++];
        *pool = (struct watched){.config = config, .fetcher = {0, -1, 0}};
        cognito_schedule_begin(&pool->schedule, config->refresh_interval, age_of(config), now(),
                               random_number());
    }
    return true;
}

static void end(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        if (is_fetching(&watch->pools[i]))
            (void)cognito_fetcher_end(watch->pools[i].config, &watch->pools[i].fetcher,
                                      &watch->pools[i].memory);
    if (watch->signals >= 0)
        (void)close(watch->signals);
}

bool cognito_watch(const struct configs *configs, const struct bell *bell, struct complaint *why)
{
    struct watch watch = {.bell = bell, .signals = -1};
    bool ended = false;
    bool good = begin(&watch, configs, why);
    while (good && !ended) {
        act_on_time(&watch);
        good = wait_and_act(&watch, &ended, why);
    }
    end(&watch);
    return good;
}
