/* SPDX-License-Identifier: MIT */
/*
 * What `pam-cognito check` looks at, by subject. Each check reports its findings and goes on.
 */
#ifndef COGNITO_ADMIN_CHECKS_H
#define COGNITO_ADMIN_CHECKS_H

#include "admin/findings.h"
#include "admin/pamstack.h"
#include "base/limits.h"
#include "host/config.h"

#define PAM_FOLDER "/etc/pam.d"

enum { CHECK_ARGUMENTS_MAX = 64 };

/* What is asked; all of it borrowed. */
struct check_request {
    const char *arguments[CHECK_ARGUMENTS_MAX]; /* as a PAM line has them: conf=PATH and others */
    size_t argument_count;
    const char *service; /* a PAM service */
    const char *user;    /* who wants to get in, or NULL: what holds for everybody */
    const char *host;    /* where they come from, by name and by address, or NULL */
    const char *address;
    bool online; /* a server may be asked for the time */
};

/* checkhost.c: configuration, clock, keys, folders, the refresher, the accounts of the map. Whether
 * root may be opened by a token is what sshd has to be asked about. */
void cognito_check_configuration(const struct check_request *request, struct findings *findings,
                                 bool *allow_root);

/* checkrefresher.c: who fetches the key set of CONFIG, how that went, and where the set is kept. */
void cognito_check_fetching(const struct config *config, struct findings *findings);

/* Whether somebody listens for nudges. */
void cognito_check_watcher(struct findings *findings);

/* The clock against that of the servers, which cognito-refresh asks. */
void cognito_check_clock_online(const struct check_request *request, struct findings *findings);

/* checkmodule.c: the files of the modules that STACK names, ours above all. */
void cognito_check_modules(const struct pam_stack *stack, struct findings *findings);

/* The folder where libpam looks for modules: the configured one, or the first of those that
 * distributions have, where a module that every host has can be loaded. FALLBACK if there is none.
 */
const char *cognito_pam_module_folder(char folder[PATH_SIZE_MAX], const char *fallback);

/* checkpam.c: the PAM lines of the service, every way through them. How many lines a token gets
 * past that held before, as below. */
size_t cognito_check_stack(const struct pam_stack *stack, const char *service,
                           struct findings *findings);

/* checkbypass.c: the auth lines that keep people out without our lines, and not if they have a
 * token: access control, and second factors. Reports each, and says how many. */
MUST_USE size_t cognito_check_bypasses(const struct pam_stack *stack, struct findings *findings);

/* checksshd.c, checksudo.c: what the callers of PAM are set to, where the service is theirs. */
void cognito_check_sshd(const struct check_request *request, bool allow_root,
                        struct findings *findings);
void cognito_check_sudo(const char *service, struct findings *findings);

/* The next value of the setting NAME, as sshd -T prints it, in what follows *TEXT, which moves
 * behind it. */
bool cognito_sshd_next(const char **text, const char *name, struct span *value);

enum { SSHD_PLACE_SIZE = 256 };

/* Where a setting NAME with VALUE in it stands, " (FILE:LINE)", by TRACE, what sshd -T -ddd says;
 * empty if that is not known. */
const char *cognito_sshd_place(const char *trace, const char *name, struct span value,
                               char place[SSHD_PLACE_SIZE]);

/* checkuser.c: the account NAME, its shell and whether it has expired. */
void cognito_check_user(const char *name, struct findings *findings);

/* Whether sshd, with these SETTINGS and TRACE, takes the user of REQUEST. */
void cognito_check_access(const char *settings, const char *trace,
                          const struct check_request *request, struct findings *findings);

/* settings.c: prints the settings that hold for the service of REQUEST, each with where it is from.
 * False, with a complaint, if the configuration is refused. */
MUST_USE bool cognito_settings_print(const struct check_request *request, struct complaint *why);

#endif
