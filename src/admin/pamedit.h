/* SPDX-License-Identifier: MIT */
/*
 * Our lines in a file of /etc/pam.d: put in before all others, so that passwords go on working
 * behind them, and taken out by putting the very file back that was there.
 */
#ifndef COGNITO_ADMIN_PAMEDIT_H
#define COGNITO_ADMIN_PAMEDIT_H

#include <stdbool.h>

#include "admin/findings.h"
#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

#define PAM_BACKUP_SUFFIX ".before-pam_cognito"

/* The lines for a MODULE, a name or a path; valid until the next call. */
const char *cognito_pamedit_lines(const char *module, char lines[PATH_SIZE_MAX * 2]);

/* Puts the lines into the file of SERVICE. The new file is written beside it and judged like
 * pam-cognito check does, which reports to FINDINGS; only without a FAIL it takes the place of the
 * old one, which stays as SERVICE.before-pam_cognito. False with a complaint, and nothing changed,
 * otherwise. */
MUST_USE bool cognito_pamedit_apply(const char *service, const char *module,
                                    struct findings *findings, struct complaint *why);

/* Puts the old file back, if the one that is there is what cognito_pamedit_apply made of it. */
MUST_USE bool cognito_pamedit_undo(const char *service, const char *module, struct complaint *why);

#endif
