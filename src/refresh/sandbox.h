/* SPDX-License-Identifier: MIT */
/*
 * What of the file system the refresher's processes may reach.
 */
#ifndef COGNITO_REFRESH_SANDBOX_H
#define COGNITO_REFRESH_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "host/config.h"

/* For a process that fetches the sets of COUNT pools: it may write to their caches, and read what
 * TLS and the look-up of names need. The files are those of this moment: a process that stays would
 * not see a new resolv.conf. */
MUST_USE bool cognito_sandbox_fetcher(const struct config *configs, size_t count,
                                      struct complaint *why);

/* For the process that stays, and starts the others: it may write to the caches and to FOLDER, and
 * read. */
MUST_USE bool cognito_sandbox_watcher(const struct configs *configs, const char *folder,
                                      struct complaint *why);

#endif
