/* SPDX-License-Identifier: MIT */
/*
 * A nudge for the refresher: the module has met a kid it does not know, or keys that are old. It is
 * one byte to a datagram socket, without waiting and without an answer. Whether anybody listens
 * makes no difference to the login; the mode of the socket says who may.
 */
#ifndef COGNITO_HOST_NUDGE_H
#define COGNITO_HOST_NUDGE_H

#include <config.h>

#define NUDGE_FOLDER RUNSTATEDIR "/pam_cognito"
#define NUDGE_SOCKET NUDGE_FOLDER "/refresh"

/* Sends a nudge to the socket PATH. What goes wrong goes unnoticed. */
void cognito_nudge(const char *path);

#endif
