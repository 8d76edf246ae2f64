/* SPDX-License-Identifier: MIT */
/*
 * Our lines in a file of /etc/pam.d: put in where a token is asked for before a password, and
 * behind the access control that comes first; and taken out again.
 */
#ifndef COGNITO_ADMIN_PAMEDIT_H
#define COGNITO_ADMIN_PAMEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/findings.h"
#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

#define PAM_BACKUP_SUFFIX ".before-pam_cognito"

enum {
    PAM_LINES_SIZE = 2 * PATH_SIZE_MAX,
    PAM_SERVICE_SIZE = 129, /* a service's name, with its NUL */
    PAM_USERS_MAX = 32,
};

/* Both lines for a MODULE, a name or a path, below the comment by which undo knows them. */
const char *cognito_pamedit_lines(const char *module, char lines[PAM_LINES_SIZE]);

/* The lines of SERVICE's file before which ours belong: auth before the first that asks for
 * something or calls other lines, account before all others. */
struct pam_places {
    size_t auth;
    size_t account; /* not behind auth */
};

MUST_USE bool cognito_pamedit_places(const char *service, struct pam_places *places,
                                     struct complaint *why);

/* Whether the file of SERVICE can be found and is one that an administrator edits: where it is a
 * link, the file that it leads to. Changes nothing. */
MUST_USE bool cognito_pamedit_ready(const char *service, struct complaint *why);

/* Puts the lines into the file of SERVICE. The new file is written beside it and checked like
 * pam-cognito check does, which reports to FINDINGS. It takes the place of the old one only without
 * a FAIL and, unless FORCE, if a token bypasses nothing that held before. The old one stays as
 * SERVICE.before-pam_cognito. False with a complaint, and nothing changed, otherwise. */
MUST_USE bool cognito_pamedit_apply(const char *service, const char *module, bool force,
                                    struct findings *findings, struct complaint *why);

enum pam_undone {
    UNDONE_NOT,     /* see the complaint */
    UNDONE_BACK,    /* the old file is back */
    UNDONE_LINES,   /* our lines are gone, and what else was changed since is as it was */
    UNDONE_REMAINS, /* nothing was put in; what a killed run had left is gone */
};

/* Takes out what cognito_pamedit_apply put in, whatever module it named. *LEFT is the first line
 * that names our module still, for it is somebody else's; or 0. */
MUST_USE enum pam_undone cognito_pamedit_undo(const char *service, size_t *left,
                                              struct complaint *why);

/* How a service has to do with the module. */
enum pam_use {
    PAM_USE_NONE,
    PAM_USE_SET_UP, /* setup has put lines into its file, or a run that was killed left something */
    PAM_USE_OTHER,  /* it names the module in lines that setup did not write */
};

enum pam_use cognito_pamedit_use(const char *service);

struct pam_users {
    char set_up[PAM_USERS_MAX][PAM_SERVICE_SIZE];
    size_t count;
    char other[PAM_SERVICE_SIZE]; /* one of PAM_USE_OTHER, or empty */
};

/* The services of /etc/pam.d that have to do with the module, by their own files. */
MUST_USE bool cognito_pamedit_users(struct pam_users *users, struct complaint *why);

#endif
