/* SPDX-License-Identifier: MIT */
/*
 * Where nudges arrive: the datagram socket of NUDGE_SOCKET (host/nudge.h). Its mode, 0600, is the
 * whole check of who may nudge: root, in whose processes the module runs. What a datagram holds
 * says nothing.
 */
#ifndef COGNITO_REFRESH_BELL_H
#define COGNITO_REFRESH_BELL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

struct bell {
    const char *path; /* the caller's; NULL: not open */
    int socket;       /* owned */
    int lock;         /* owned: one process at a time has the socket */
};

/* Opens the bell at PATH, in a folder that is judged like those of every file we trust. False with
 * a complaint, among them that another process has it. */
MUST_USE bool cognito_bell_open(const char *path, struct bell *bell, struct complaint *why);

/* Takes what has arrived, however much, without waiting. Whether there was anything. */
bool cognito_bell_rung(const struct bell *bell);

/* Removes the socket. One that was never opened has to be all zeros. */
void cognito_bell_close(struct bell *bell);

#endif
