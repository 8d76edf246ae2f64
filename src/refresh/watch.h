/* SPDX-License-Identifier: MIT */
/*
 * --watch: one process stays, waits for the time, for nudges and for SIGTERM, and has each fetch
 * made by a child of its own. So nothing that a server, a name server or libcurl does can hold it
 * up: a child that takes too long is killed, with the thread that looks up a name, and what a fetch
 * leaves in memory goes with it.
 */
#ifndef COGNITO_REFRESH_WATCH_H
#define COGNITO_REFRESH_WATCH_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "host/config.h"
#include "refresh/bell.h"

/* Refreshes the pools of CONFIGS until SIGTERM, SIGINT or SIGHUP, which it takes as the wish to
 * end: true. False with a complaint if it cannot go on. The signals have to be blocked already, by
 * cognito_watch_block. Lines are printed as cognito_report_line does: each failure, and each
 * success that is the first, follows a failure, or changed the set. */
MUST_USE bool cognito_watch(const struct configs *configs, const struct bell *bell,
                            struct complaint *why);

/* From here on these signals wait for cognito_watch. */
MUST_USE bool cognito_watch_block(struct complaint *why);

#endif
