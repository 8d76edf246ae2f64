/* SPDX-License-Identifier: MIT */
/*
 * The control of a PAM line, pam.conf(5): what each answer of the module does to the stack. The
 * four words are short for brackets, and libpam knows nothing else.
 */
#ifndef COGNITO_ADMIN_PAMCONTROL_H
#define COGNITO_ADMIN_PAMCONTROL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

/* What a module can answer, in the order of Linux-PAM's numbers. */
enum pam_answer {
    PAM_ANSWER_SUCCESS,
    PAM_ANSWER_SYSTEM_CODES_FIRST, /* open_err */
    PAM_ANSWER_SERVICE_ERR = 3,
    PAM_ANSWER_SYSTEM_ERR,
    PAM_ANSWER_BUF_ERR,
    PAM_ANSWER_PERM_DENIED,
    PAM_ANSWER_AUTH_ERR,
    PAM_ANSWER_CRED_INSUFFICIENT,
    PAM_ANSWER_AUTHINFO_UNAVAIL,
    PAM_ANSWER_USER_UNKNOWN,
    PAM_ANSWER_MAXTRIES,
    PAM_ANSWER_NEW_AUTHTOK_REQD,
    PAM_ANSWER_ACCT_EXPIRED,
    PAM_ANSWER_CONV_ERR = 19,
    PAM_ANSWER_IGNORE = 25,
    PAM_ANSWER_ABORT,
    PAM_ANSWER_MODULE_UNKNOWN = 28,
    PAM_ANSWERS = 32,
};

/* What an answer does: go past so many modules if it is positive, or one of these. */
enum pam_action {
    PAM_ACTION_IGNORE = 0,
    PAM_ACTION_OK = -1,
    PAM_ACTION_DONE = -2,
    PAM_ACTION_BAD = -3,
    PAM_ACTION_DIE = -4,
    PAM_ACTION_RESET = -5,
};

struct pam_control {
    int action[PAM_ANSWERS]; /* an enum pam_action, or how many modules to go past */
};

/* The answer of that name in brackets, or -1. */
MUST_USE int cognito_pam_answer(struct span name);
const char *cognito_pam_answer_name(enum pam_answer answer);

/* Reads a control. False if libpam would not understand it, which then takes every answer for a
 * bad one, as CONTROL says. */
MUST_USE bool cognito_pamcontrol_read(struct span text, struct pam_control *control);

#endif
