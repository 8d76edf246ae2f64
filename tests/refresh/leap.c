/* SPDX-License-Identifier: MIT */
/*
 * Time that leaps, for tests of cognito-refresh --watch: preloaded, it makes each wait of poll(2)
 * for nothing but the time a leap of CLOCK_BOOTTIME instead. While a child fetches, the wait is a
 * real one. After LEAP_SECONDS (from the environment) it says so, and time is as always.
 *
 * With LEAP_DEAF in the environment no child dies of SIGKILL: as if the kernel held it up.
 *
 * On standard error come lines "leap: SECONDS s, PRIVATE pages, N descriptors": one after the first
 * day, one at the end.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_DAY = 86400, FETCHERS = 2, DESCRIPTORS = 256 };

static long long leapt; /* milliseconds */
static long long limit;
static int told;
static bool deaf;
static pid_t watcher; /* the time of its children does not leap */

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("LEAP_SECONDS");
    limit = text == NULL ? 0 : atoll(text) * 1000;
    deaf = getenv("LEAP_DEAF") != NULL;
    watcher = getpid();
}

__attribute__((visibility("default"))) int kill(pid_t pid, int number)
{
    if (number == SIGKILL && getpid() == watcher && deaf)
        return 0;
    return (int)syscall(SYS_kill, pid, number);
}

/* What is the process's own: not the pages of files, which come and go with what runs. */
static long private_pages(void)
{
    long size = -1;
    long resident = -1;
    long shared = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return -1;
    if (fscanf(file, "%ld %ld %ld", &size, &resident, &shared) != 3)
        resident = shared = -1;
    (void)fclose(file);
    return resident - shared;
}

static void tell(void)
{
    int open_ones = 0;
    for (int i = 0; i < DESCRIPTORS; i++)
        open_ones += fcntl(i, F_GETFD) >= 0;
    told++;
    (void)fprintf(stderr, "leap: %lld s, %ld pages, %d descriptors\n", leapt / 1000,
                  private_pages(), open_ones);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_BOOTTIME) {
        now->tv_sec += (time_t)(leapt / 1000);
        now->tv_nsec += (long)(leapt % 1000) * 1000000L;
        if (now->tv_nsec >= 1000000000L) {
            now->tv_sec++;
            now->tv_nsec -= 1000000000L;
        }
    }
    return result;
}

static int really_poll(struct pollfd *events, nfds_t count, int timeout)
{
    const struct timespec wait = {timeout / 1000, (timeout % 1000) * 1000000L};
    return (int)syscall(SYS_ppoll, events, count, timeout < 0 ? NULL : &wait, NULL, 0);
}

/* By another name, for what the headers say of poll(2) is what it does to the events. */
__attribute__((visibility("default"))) int leap(struct pollfd *events, nfds_t count,
                                                int timeout) __asm__("poll");

int leap(struct pollfd *events, nfds_t count, int timeout)
{
    bool real = leapt >= limit || getpid() != watcher;
    for (nfds_t i = FETCHERS; i < count; i++)
        real = real || events[i].fd >= 0;
    const int ready = really_poll(events, count, real ? timeout : 0);
    if (ready != 0 || real)
        return ready;
    leapt += timeout;
    if ((told == 0 && leapt >= FIRST_DAY * 1000LL) || leapt >= limit)
        tell();
    return 0;
}

/* What a fortified program calls in its place. */
__attribute__((visibility("default"))) int
leap_checked(struct pollfd *events, nfds_t count, int timeout, size_t room) __asm__("__poll_chk");

int leap_checked(struct pollfd *events, nfds_t count, int timeout, size_t room)
{
    return room / sizeof *events < count ? -1 : leap(events, count, timeout);
}
