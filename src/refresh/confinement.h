/* SPDX-License-Identifier: MIT */
/*
 * What the process gives up: what it inherited, and root. Nothing here can be taken back.
 */
#ifndef COGNITO_REFRESH_CONFINEMENT_H
#define COGNITO_REFRESH_CONFINEMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"

/* The user who does the refresher's work. */
struct refresher {
    uid_t uid;
    gid_t gid;
};

/* First of all: an empty environment, umask 022, descriptors 0 to 2 open (on /dev/null where they
 * were not) and no others, limits as far as they can be reset, no death by SIGPIPE or SIGXFSZ:
 * those writes fail instead. */
MUST_USE bool cognito_confinement_begin(struct complaint *why);

/* Whether the process is root in any way, and so has to become somebody else. */
bool cognito_confinement_needed(void);

/* Looks up the user of this NAME. False if there is none, or if it is root again. */
MUST_USE bool cognito_refresher_find(const char *name, struct refresher *refresher,
                                     struct complaint *why);

/* Root becomes REFRESHER, without further groups, for good: whether root can be had back is tried.
 * On false the process must end. */
MUST_USE bool cognito_refresher_become(const struct refresher *refresher, struct complaint *why);

/* After root, if there was any: no program that is executed can gain rights, others of this user
 * can neither trace the process nor read its memory, no core is dumped, few files can be open. */
MUST_USE bool cognito_confinement_seal(struct complaint *why);

#endif
