/* SPDX-License-Identifier: MIT */
/*
 * The lines of a PAM service as libpam would read them, pam.conf(5): its file with what it
 * includes, one after the other. A file is looked for in /etc/pam.d and then in the vendor's
 * directories, those that libpam was built with. Symbolic links are followed, as authselect and
 * others make them, if nobody but root can change what they lead to.
 */
#ifndef COGNITO_ADMIN_PAMSTACK_H
#define COGNITO_ADMIN_PAMSTACK_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/pamcontrol.h"
#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"

#define PAM_OUR_MODULE "pam_cognito.so"

/* Of the lines of type session only those of pam_cognito.so are kept, for what they say. */
enum pam_type { PAM_TYPE_AUTH, PAM_TYPE_ACCOUNT, PAM_TYPE_SESSION };

enum { PAM_STACK_LINES_MAX = 1024, PAM_SUBSTACKS_MAX = 8 };

struct pam_line {
    enum pam_type type;
    bool understood; /* the control is one that libpam understands */
    bool may_miss;   /* the type begins with '-': the module need not be installed */
    bool substack;   /* not a module: the lines that follow on LEVEL + 1 are a stack of their own */
    bool included;   /* not in the service's own file */
    size_t level;    /* how many substacks it is in */
    struct pam_control control;
    char control_text[128];
    char module[64];     /* the file's name, without its folder */
    char path[256];      /* as it is written */
    char arguments[512]; /* separated by spaces */
    char file[128];
    size_t number; /* of the line in FILE */
    size_t top;    /* of the line in the service's own file: itself, or what includes FILE */
};

struct pam_stack {
    struct pam_line *lines; /* owned */
    size_t count;
};

/* A file of a service. */
struct pam_file {
    char path[PATH_SIZE_MAX];   /* where libpam opens it, in /etc/pam.d or a vendor's directory */
    char target[PATH_SIZE_MAX]; /* the regular file: what PATH leads to, without any link */
    struct secret content;      /* owned by the caller; free with cognito_secret_free */
};

/* Opens and reads the file of SERVICE as libpam finds it: in FOLDER (/etc/pam.d), then in the
 * vendor's directories. Each link's directory, and the target with all directories above it, are
 * judged as base/safefile.h says. False, with a complaint, and no content otherwise. */
MUST_USE bool cognito_pamstack_open(const char *folder, const char *service, struct pam_file *file,
                                    struct complaint *why);

/* Reads SERVICE and what it includes, each file found as libpam finds it. False with a complaint
 * that names file and line. */
MUST_USE bool cognito_pamstack_read(const char *folder, const char *service,
                                    struct pam_stack *stack, struct complaint *why);

void cognito_pamstack_free(struct pam_stack *stack);

#endif
