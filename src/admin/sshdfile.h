/* SPDX-License-Identifier: MIT */
/*
 * sshd's part of pam-cognito setup: a file of its own in /etc/ssh/sshd_config.d, and sshd that
 * reads it.
 */
#ifndef COGNITO_ADMIN_SSHDFILE_H
#define COGNITO_ADMIN_SSHDFILE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

#define SSHD_FILE_PATH "/etc/ssh/sshd_config.d/00-pam_cognito.conf"
#define SSHD_FILE_SETTINGS                                                                         \
    "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n"

enum sshd_file {
    SSHD_FILE_NONE,
    SSHD_FILE_WRITTEN, /* by setup, and nobody has changed it since */
    SSHD_FILE_CHANGED, /* by setup, and changed since */
    SSHD_FILE_SAME,    /* somebody else's, with the settings in it */
    SSHD_FILE_OTHER,
};

enum sshd_file cognito_sshdfile_look(void);

/* Whether the file would count: sshd_config includes it, sshd is there and takes the configuration
 * that it has, and no file that says something else is in the way. Changes nothing. */
MUST_USE bool cognito_sshdfile_ready(struct complaint *why);

MUST_USE bool cognito_sshdfile_write(struct complaint *why);

/* Removes the file if it is as setup wrote it. */
MUST_USE bool cognito_sshdfile_remove(struct complaint *why);

/* Whether `sshd -t' takes the configuration. */
MUST_USE bool cognito_sshd_test(struct complaint *why);

enum sshd_reload { SSHD_RELOADED, SSHD_NOT_RUNNING, SSHD_FAILED };

/* Has the sshd that runs read its configuration again; whoever is logged in stays so. */
MUST_USE enum sshd_reload cognito_sshd_reload(struct complaint *why);

#endif
