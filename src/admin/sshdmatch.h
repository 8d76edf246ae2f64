/* SPDX-License-Identifier: MIT */
/*
 * The Match blocks of sshd's configuration, and for each a connection that it would match, for
 * `sshd -T -C': without one, sshd tells what stands before them only.
 */
#ifndef COGNITO_ADMIN_SSHDMATCH_H
#define COGNITO_ADMIN_SSHDMATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

enum {
    SSHD_MATCHES_MAX = 64, /* blocks */
    SSHD_CRITERION_MAX = 256,
};

/* One Match line. */
struct sshd_match {
    char place[192];                         /* FILE:LINE */
    char text[128];                          /* what follows Match, perhaps cut, for people */
    char connection[7 * SSHD_CRITERION_MAX]; /* for -C; empty: nobody can match it */
    bool unknown;                            /* it has a criterion that is not known here */
    bool is_root;                            /* the connection is root's */
};

struct sshd_matches {
    struct sshd_match items[SSHD_MATCHES_MAX];
    size_t count;
};

/* Reads the file PATH, and those that it includes, relative to FOLDER. A block that names no user
 * is tried with USER. False, with a complaint, if a file cannot be read or there is too much. */
MUST_USE bool cognito_sshd_matches_read(const char *path, const char *folder, const char *user,
                                        struct sshd_matches *matches, struct complaint *why);

#endif
