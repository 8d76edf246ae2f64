/* SPDX-License-Identifier: MIT */
/*
 * A file of the host that gets new content whole or not at all: written and synced beside it, and
 * then renamed. The old file is not copied but keeps its inode under the name of its backup. A run
 * that is killed may leave the new file, and a backup that is one inode with the file; the next one
 * goes on from there. Callers see to it that only one of them is at work.
 */
#ifndef COGNITO_ADMIN_REPLACEMENT_H
#define COGNITO_ADMIN_REPLACEMENT_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/span.h"

struct replacement {
    char path[PATH_SIZE_MAX];
    char new_path[PATH_SIZE_MAX]; /* in the same directory, as is the backup */
    char backup[PATH_SIZE_MAX];
};

/* Writes TEXT to the new file. It belongs to whom the old one belongs to, with the same mode; to
 * root, with mode 0644, where there is none. */
MUST_USE bool cognito_replacement_write(const struct replacement *files, struct span text,
                                        struct complaint *why);

/* Gives the old file the name of the backup as well. False if another backup is there. */
MUST_USE bool cognito_replacement_keep(const struct replacement *files, struct complaint *why);

/* The new file takes the place of the old one. */
MUST_USE bool cognito_replacement_commit(const struct replacement *files, struct complaint *why);

/* The backup takes the place of the file: the same inode as before. */
MUST_USE bool cognito_replacement_restore(const struct replacement *files, struct complaint *why);

/* Removes what a run left that did not come to its end. Whether anything was there. */
bool cognito_replacement_tidy(const struct replacement *files);

#endif
