/* SPDX-License-Identifier: MIT */
/*
 * A child process that brings one pool's set up to date, and tells how that went through a pipe.
 */
#ifndef COGNITO_REFRESH_FETCHER_H
#define COGNITO_REFRESH_FETCHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "host/config.h"
#include "refresh/report.h"
#include "refresh/update.h"

struct fetcher {
    pid_t pid;  /* 0: there is none */
    int pipe;   /* owned while there is one; readable when the child has ended or told */
    pid_t late; /* one that was killed and has not ended yet; 0: there is none */
};

/* Starts the child. False with a complaint if that was not possible, as while an earlier one hangs
 * in the kernel, with a cache_dir on a server that does not answer for instance. */
MUST_USE bool cognito_fetcher_start(const struct config *config, const struct memory *memory,
                                    struct fetcher *fetcher, struct complaint *why);

/* Ends the child, if it has not ended yet, without waiting for it longer than LATE_MS, and gives
 * what it told; MEMORY as well, on success. A child that told nothing has failed. It has dealt with
 * a server: nothing it says is believed beyond its form. */
struct report cognito_fetcher_end(const struct config *config, struct fetcher *fetcher,
                                  struct memory *memory);

#endif
