/* SPDX-License-Identifier: MIT */
/*
 * Reading files that somebody else may have prepared for us. A file is opened without following a
 * link and judged by its descriptor: a regular file, within its size, owned by somebody trusted,
 * writable by nobody else. The folders above it, once their links are resolved, are judged in the
 * same way from the root down; one that others can write to is accepted only if it is root's and
 * sticky, as /tmp is. Trusted are root and the effective user of the process, so that the same
 * code serves a test, a rehearsal and a setuid host.
 */
#ifndef COGNITO_BASE_SAFEFILE_H
#define COGNITO_BASE_SAFEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"

struct safefile_rules {
    size_t max_size;         /* bytes */
    bool private;            /* refuse a file that others may read, too */
    bool trust_folder_owner; /* the owner of the file's folder counts as trusted, if the folder
                                above it is root's and only root writes there: the key cache, which
                                belongs to the refresher */
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

/* Opens the folder PATH, which has to be absolute, and judges it and those above it in the same
 * way. The descriptor is the caller's, for reading and with openat; -1 with a complaint if the
 * folder is missing (errno is ENOENT then) or not to be trusted. */
MUST_USE int cognito_safefolder_open(const char *path, struct complaint *why);

#endif
