/* SPDX-License-Identifier: MIT */
/*
 * Which process asks: ssh or sudo start an askpass anew for every prompt of a conversation, so what
 * its prompts have in common is their parent. A pid alone may be used again by another process;
 * with the time that process started, it is not.
 */
#ifndef COGNITO_CLIENT_PARENT_H
#define COGNITO_CLIENT_PARENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

struct parent {
    int64_t pid;
    int64_t start; /* clock ticks after the boot; 0 where /proc does not show other users' processes
                      (hidepid): then sudo's pid has to do, and a first prompt re-pins anyway */
};

struct parent cognito_parent(void);

/* Field 22 of a process's stat file, proc(5). The second, its name, may hold anything. */
MUST_USE bool cognito_parent_start(struct span stat, int64_t *start);

#endif
