/* SPDX-License-Identifier: MIT */
/*
 * systemd, where it runs: systemctl(1) by its path.
 */
#ifndef COGNITO_ADMIN_SYSTEMCTL_H
#define COGNITO_ADMIN_SYSTEMCTL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

/* Whether systemd is the init system here, sd_booted(3). */
bool cognito_systemd_runs(void);

/* Runs `systemctl VERB [OPTION] UNIT'; OPTION may be NULL. False unless it exits with 0; the
 * complaint is the first line that it said. */
MUST_USE bool cognito_systemctl(const char *verb, const char *option, const char *unit,
                                struct complaint *why);

#endif
