/* SPDX-License-Identifier: MIT */
/*
 * Landlock, landlock(7): a process gives up what it does not need of the file system. A kernel
 * without it, or with an older one, gives up less or nothing; that is no error.
 */
#ifndef COGNITO_REFRESH_LANDLOCK_H
#define COGNITO_REFRESH_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"

/* What may still be done at PATH and below it; a link is followed. */
struct landlock_rule {
    const char *path;
    bool write; /* make, replace and remove files; else only read */
};

/* From now on, for this process and its children, the files of RULES alone can be opened, no TCP
 * port can be listened on, and processes outside can be sent no signal. A path that does not exist
 * is passed over. Needs no_new_privs. False with a complaint if the kernel has Landlock and does
 * not take this. */
MUST_USE bool cognito_landlock_enforce(const struct landlock_rule *rules, size_t count,
                                       struct complaint *why);

#endif
