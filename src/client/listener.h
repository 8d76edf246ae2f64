/* SPDX-License-Identifier: MIT */
/*
 * The loopback listener of a sign-in (RFC 8252, 7.3): it waits at a fixed port for the browser to
 * come back, on 127.0.0.1 and ::1, since "localhost" may mean either. One request counts: a GET of
 * the callback with our state. Everything else gets an empty answer that says nothing.
 */
#ifndef COGNITO_CLIENT_LISTENER_H
#define COGNITO_CLIENT_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/options.h"
#include "base/secret.h"
#include "client/callback.h"
#include "client/signals.h"

enum {
    LISTENER_SECONDS = 180, /* for the person to sign in */
    LISTENER_REDIRECT_SIZE = 64,
};

/* Where what comes back may come from as well: a line that a person pastes. */
struct listener_also {
    int descriptor;
    /* Called when there is something to read, or the end. CALLBACK_STRANGE: goes on waiting. */
    enum callback (*read)(void *context, struct secret *code, struct complaint *why);
    void *context;
};

struct listener {
    int sockets[2];             /* owned; -1: not there */
    int browser;                /* owned; the connection that has the request that counts, or -1 */
    const struct signals *held; /* borrowed; one of them ends the waiting; NULL: none is held */
    const struct listener_also *also;      /* borrowed; NULL: nothing else */
    char host[32];                         /* localhost:PORT, as it has to be in the request */
    char redirect[LISTENER_REDIRECT_SIZE]; /* http://localhost:PORT/callback */
};

/* Listens at the first of PORTS that is free. LISTENER is to be closed with cognito_listener_close.
 * False, with WHY, and nothing to close, if none is. */
MUST_USE bool cognito_listener_open(const struct list *ports, struct listener *listener,
                                    struct complaint *why);

/* The address for the browser to come back to at the port PORT. */
void cognito_listener_redirect(const char *port, char redirect[LISTENER_REDIRECT_SIZE]);

/* Waits until MILLISECONDS have passed for the request that counts; as cognito_callback_read.
 * CALLBACK_STRANGE: it did not come in time, or a signal came first. */
MUST_USE enum callback cognito_listener_wait(struct listener *listener, const char *state,
                                             int64_t milliseconds, struct secret *code,
                                             struct complaint *why);

/* Shows the browser, which has been waiting since, a plain page that says whether it worked. */
void cognito_listener_answer(struct listener *listener, bool worked);

void cognito_listener_close(struct listener *listener);

#endif
