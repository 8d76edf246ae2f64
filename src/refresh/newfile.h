/* SPDX-License-Identifier: MIT */
/*
 * A file in cache_dir that is to take the place of another one: written and synced under a name of
 * its own, which is gone unless the file was renamed.
 */
#ifndef COGNITO_REFRESH_NEWFILE_H
#define COGNITO_REFRESH_NEWFILE_H

#include <limits.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "refresh/cachedir.h"

struct newfile {
    int folder;              /* the cachedir's descriptor */
    char name[NAME_MAX + 1]; /* empty: there is none */
};

/* Writes BYTES, mode 0644, into a new file in DIR on behalf of POOL. WHAT is what the complaint
 * calls it. On false FILE may still have to be removed. */
MUST_USE bool cognito_newfile_write(const struct cachedir *dir, const char *pool, const char *what,
                                    struct span bytes, struct newfile *file, struct complaint *why);

/* Makes NAME of it; FILE is empty afterwards. False with errno. */
MUST_USE bool cognito_newfile_rename(struct newfile *file, const char *name);

/* Removes FILE, if it is there; one that never was has to be {-1, ""}. */
void cognito_newfile_remove(struct newfile *file);

#endif
