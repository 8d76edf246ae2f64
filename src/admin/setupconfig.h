/* SPDX-License-Identifier: MIT */
/*
 * What pam-cognito setup does about /etc/security/pam_cognito.conf and the keys of its pool: no
 * configuration is written whose keys cannot be fetched.
 */
#ifndef COGNITO_ADMIN_SETUPCONFIG_H
#define COGNITO_ADMIN_SETUPCONFIG_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

#define CONFIG_BACKUP_SUFFIX ".before-setup"

/* What the configuration has to be about; the strings are borrowed. */
struct setup_config {
    const char *user_pool; /* or NULL: whatever is there */
    const char *client_id; /* likewise */
    bool force;            /* one about something else is replaced, and kept as a backup */
    bool written;          /* by this run */
};

/* Gives the exit status, after it has said what it did or what is wrong. */
MUST_USE int cognito_setup_configure(struct setup_config *wanted);

enum config_undone {
    CONFIG_NONE,   /* there is none */
    CONFIG_GONE,   /* removed, with the keys of its pool, for it was as setup had written it */
    CONFIG_BACK,   /* the same, and what was there before --force is back */
    CONFIG_KEPT,   /* it stays: somebody has changed it, or written it */
    CONFIG_FAILED, /* see the complaint */
};

MUST_USE enum config_undone cognito_setup_unconfigure(struct complaint *why);

#endif
