/* SPDX-License-Identifier: MIT */
/*
 * What would end or stop us, held back while a question is open, so that the terminal can be
 * restored first; or what would end us, while something must be finished. No handler runs, so that
 * nothing has to be shared with one.
 */
#ifndef COGNITO_CLIENT_SIGNALS_H
#define COGNITO_CLIENT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "base/attributes.h"

struct signals {
    int arrivals; /* -1: looked for now and then */
    sigset_t watched;
    sigset_t before;
};

/* Holds the signals back; those that are ignored stay ignored. False, with errno set. Otherwise
 * for cognito_signals_release, which lets what is pending do what it would have done. */
MUST_USE bool cognito_signals_hold(struct signals *signals);

/* Holds back SIGINT, SIGTERM, SIGHUP and SIGQUIT alone, for a time that the caller bounds; for
 * cognito_signals_release as well. Those that are ignored stay ignored. */
MUST_USE bool cognito_signals_hold_ends(struct signals *signals);

/* Whether one of the signals that are held has come. */
MUST_USE bool cognito_signals_pending(const struct signals *signals);

void cognito_signals_release(struct signals *signals);

enum signals_waited { SIGNALS_FAILED, SIGNALS_ONE, SIGNALS_INPUT };

/* Waits until one of the signals comes, *NUMBER, or DESCRIPTOR has something to read. */
MUST_USE enum signals_waited cognito_signals_wait(const struct signals *signals, int descriptor,
                                                  int *number);

/* Has the signal NUMBER do what it would have done. Returns if it does not end us. */
void cognito_signals_let_through(int number);

#endif
