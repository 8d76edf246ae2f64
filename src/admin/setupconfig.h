/* SPDX-License-Identifier: MIT */
/*
 * What pam-cognito setup does about /etc/security/pam_cognito.conf and the keys of its pool: no
 * configuration is written whose keys cannot be fetched.
 */
#ifndef COGNITO_ADMIN_SETUPCONFIG_H
#define COGNITO_ADMIN_SETUPCONFIG_H

#include <stdbool.h>

#include "base/attributes.h"

#define CONFIG_BACKUP_SUFFIX ".before-setup"

/* What the configuration has to be about; all of it borrowed. */
struct setup_config {
    const char *user_pool; /* or NULL: whatever is there */
    const char *client_id; /* likewise */
    bool force;            /* one about something else is replaced, and kept as a backup */
};

/* Gives the exit status, after it has said what it did or what is wrong. */
MUST_USE int cognito_setup_configure(const struct setup_config *wanted);

#endif
