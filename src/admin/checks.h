/* SPDX-License-Identifier: MIT */
/*
 * What `pam-cognito check` looks at, by subject. Each check reports its findings and goes on.
 */
#ifndef COGNITO_ADMIN_CHECKS_H
#define COGNITO_ADMIN_CHECKS_H

#include "admin/findings.h"
#include "base/limits.h"

/* What is asked; all of it borrowed. */
struct check_request {
    const char *configs[CONFIG_FILES_MAX]; /* conf=PATH, as a PAM line has them */
    size_t config_count;
    const char *service; /* a PAM service */
};

/* checkhost.c: configuration, clock, keys, folders, the refresher, the accounts of the map. */
void cognito_check_configuration(const struct check_request *request, struct findings *findings);

/* checkpam.c: the module's file, and the PAM lines of the service. */
void cognito_check_module(struct findings *findings);
void cognito_check_stack(const struct check_request *request, struct findings *findings);

/* checkcallers.c: sshd's and sudo's own settings, where the service is theirs; SELinux. */
void cognito_check_callers(const struct check_request *request, struct findings *findings);

#endif
