/* SPDX-License-Identifier: MIT */
/*
 * Reading files that somebody else may have prepared for us. A file is opened without following a
 * link and judged by its descriptor: a regular file, within its size, owned by somebody trusted,
 * writable by nobody else. The folders above it are judged in the same way, from the root down
 * along the path as it is written; one that others can write to is accepted only if it is root's
 * and sticky, as /tmp is. Symbolic links on the way are followed, LINKS_MAX of them at most: they
 * have to belong to somebody trusted, and the folders that they are in and lead through are judged
 * like the others. Trusted are root and the effective user of the process, so that the same code
 * serves a test, a rehearsal and a setuid host.
 */
#ifndef COGNITO_BASE_SAFEFILE_H
#define COGNITO_BASE_SAFEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"

/* One more user to trust. */
struct safefile_owner {
    struct escaped name; /* for complaints */
    int64_t uid;         /* negative: there is no such user */
};

struct safefile_rules {
    size_t max_size;                    /* bytes */
    bool private;                       /* refuse a file that others may read, too */
    const struct safefile_owner *owner; /* may own the file and the folder it is in, which is how
                                           the refresher has its cache; NULL: nobody else may */
};

enum safefile_result {
    SAFEFILE_REFUSED, /* there, but not to be trusted or not readable */
    SAFEFILE_MISSING, /* no such file */
    SAFEFILE_NO_MEMORY,
    SAFEFILE_READ,
};

struct safefile {
    struct secret content; /* owned by the caller; free with cognito_secret_free */
    int64_t mtime;         /* seconds since the epoch */
};

/* Reads the whole of PATH, which has to be absolute. On anything but SAFEFILE_READ, FILE is
 * untouched and WHY names PATH or the component at fault. */
MUST_USE enum safefile_result cognito_safefile_read(const char *path,
                                                    const struct safefile_rules *rules,
                                                    struct safefile *file, struct complaint *why);

/* Takes some of a file, lines with their newlines; only the last one of the file may have none. A
 * line longer than FILE_BLOCK_MAX comes in pieces. False ends the reading. */
typedef bool safefile_take(void *context, struct span lines);

/* Reads PATH, judged in the same way, without holding more than some lines of it at a time. Where
 * TAKE returned false, the result is SAFEFILE_REFUSED, and WHY is for TAKE to fill. */
MUST_USE enum safefile_result cognito_safefile_lines(const char *path,
                                                     const struct safefile_rules *rules,
                                                     safefile_take *take, void *context,
                                                     struct complaint *why);

/* Opens the folder PATH, which has to be absolute, and judges it and those above it in the same
 * way. The descriptor is the caller's, for reading and with openat; -1 with a complaint if the
 * folder is missing (errno is ENOENT then), there is no memory (ENOMEM), or it is not to be
 * trusted.
 */
MUST_USE int cognito_safefolder_open(const char *path, struct complaint *why);

#endif
