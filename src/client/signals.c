/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client/signals.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#ifdef HAVE_SIGNALFD
#include <poll.h>
#include <sys/signalfd.h>
#else
#include <sys/select.h>
#endif

static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM};

enum {
    HELD = sizeof held / sizeof held[0],
    ENDS = 4, /* the first of them, which end a program and stop none */
};

/* A signal that is ignored stays ignored; blocked, it would be received all the same. */
static void choose(sigset_t *watched, size_t count)
{
    (void)sigemptyset(watched);
    for (size_t i = 0; i < count; i++) {
        struct sigaction action;
        if (sigaction(held[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            (void)sigaddset(watched, held[i]);
    }
}

bool cognito_signals_hold_ends(struct signals *signals)
{
    choose(&signals->watched, ENDS);
    signals->arrivals = -1;
    return sigprocmask(SIG_BLOCK, &signals->watched, &signals->before) == 0;
}

bool cognito_signals_pending(const struct signals *signals)
{
    sigset_t pending;
    if (sigpending(&pending) != 0)
        return false;
    for (size_t i = 0; i < HELD; i++)
        if (sigismember(&signals->watched, held[i]) == 1 && sigismember(&pending, held[i]) == 1)
            return true;
    return false;
}

void cognito_signals_release(struct signals *signals)
{
    if (signals->arrivals >= 0)
        (void)close(signals->arrivals);
    (void)sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

void cognito_signals_let_through(int number)
{
    sigset_t one;
    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    (void)kill(getpid(), number);
    (void)sigprocmask(SIG_UNBLOCK, &one, NULL); /* most end here; a stopped process goes on */
    (void)sigprocmask(SIG_BLOCK, &one, NULL);
}

#ifdef HAVE_SIGNALFD

bool cognito_signals_hold(struct signals *signals)
{
    choose(&signals->watched, HELD);
    if (sigprocmask(SIG_BLOCK, &signals->watched, &signals->before) != 0)
        return false;
    signals->arrivals = signalfd(-1, &signals->watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->arrivals >= 0)
        return true;
    const int error = errno;
    cognito_signals_release(signals);
    errno = error;
    return false;
}

enum signals_waited cognito_signals_wait(const struct signals *signals, int descriptor, int *number)
{
    for (;;) {
        struct pollfd ready[2] = {{descriptor, POLLIN, 0}, {signals->arrivals, POLLIN, 0}};
        if (poll(ready, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return SIGNALS_FAILED;
        }
        struct signalfd_siginfo arrived;
        if (read(signals->arrivals, &arrived, sizeof arrived) == (ssize_t)sizeof arrived) {
            *number = (int)arrived.ssi_signo;
            return SIGNALS_ONE;
        }
        if (ready[0].revents != 0)
            return SIGNALS_INPUT;
    }
}

#else

bool cognito_signals_hold(struct signals *signals)
{
    choose(&signals->watched, HELD);
    signals->arrivals = -1;
    return sigprocmask(SIG_BLOCK, &signals->watched, &signals->before) == 0;
}

static bool take_pending(const struct signals *signals, int *number)
{
    sigset_t pending;
    if (sigpending(&pending) != 0)
        return false;
    for (size_t i = 0; i < HELD; i++) {
        sigset_t one;
        if (sigismember(&signals->watched, held[i]) != 1 || sigismember(&pending, held[i]) != 1)
            continue;
        (void)sigemptyset(&one);
        (void)sigaddset(&one, held[i]);
        return sigwait(&one, number) == 0;
    }
    return false;
}

/* A look ten times a second. By select, because poll does not know terminals on every system. */
enum signals_waited cognito_signals_wait(const struct signals *signals, int descriptor, int *number)
{
    if (descriptor < 0 || descriptor >= FD_SETSIZE)
        return SIGNALS_FAILED;
    for (;;) {
        struct timeval patience = {0, 100000};
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        const int ready = select(descriptor + 1, &readable, NULL, NULL, &patience);
        if (take_pending(signals, number))
            return SIGNALS_ONE;
        if (ready > 0)
            return SIGNALS_INPUT;
        if (ready < 0 && errno != EINTR)
            return SIGNALS_FAILED;
    }
}

#endif
