/* SPDX-License-Identifier: MIT */
/*
 * Files in a folder of the client's own (see folder.h): read only if they are the person's alone,
 * replaced whole or not at all, wiped before they are removed.
 */
#ifndef COGNITO_CLIENT_KEPTFILE_H
#define COGNITO_CLIENT_KEPTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"

struct kept {
    int folder;       /* borrowed; -1: there is none, and so no file to read */
    const char *path; /* of the folder, for complaints; borrowed */
    const char *name; /* of the file; borrowed */
};

enum kept_result {
    KEPT_REFUSED, /* there, but not to be trusted or not readable */
    KEPT_MISSING,
    KEPT_READ,
};

/* Appends the file to CONTENT. On anything but KEPT_READ, WHY says why. */
MUST_USE enum kept_result cognito_kept_read(const struct kept *kept, size_t max_size,
                                            struct secret *content, struct complaint *why);

/* Takes the rights of others away from the file, if it is a regular file of ours, and gives us
 * ours: for one that is read although others could read it. */
MUST_USE bool cognito_kept_reclaim(const struct kept *kept, struct complaint *why);

/* Replaces the file by FIRST and then SECOND, mode 0600, on disk when this returns. Only one
 * process at a time may write; what a killed one left behind is removed. */
MUST_USE bool cognito_kept_write(const struct kept *kept, struct span first, struct span second,
                                 struct complaint *why);

/* The same, and wipes what was there before: for a file that is read with the lock held. */
MUST_USE bool cognito_kept_replace(const struct kept *kept, struct span first, struct span second,
                                   struct complaint *why);

/* Wipes and removes the file and what a killed write left of it. False if it is still there. */
MUST_USE bool cognito_kept_remove(const struct kept *kept, struct complaint *why);

#endif
