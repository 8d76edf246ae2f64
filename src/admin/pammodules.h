/* SPDX-License-Identifier: MIT */
/*
 * What the modules of other projects do in a stack, as far as a judgement of the stack needs it:
 * whether their success proves who somebody is.
 */
#ifndef COGNITO_ADMIN_PAMMODULES_H
#define COGNITO_ADMIN_PAMMODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "admin/pamstack.h"
#include "base/attributes.h"

enum pam_kind {
    PAM_KIND_OURS,
    PAM_KIND_PROVER,    /* its success proves something: a password, a key, being root already.
                           A module that is not known counts as one */
    PAM_KIND_BYSTANDER, /* it looks at other things, and may answer anything */
    PAM_KIND_FIXED,     /* always the same: pam_permit, pam_deny, pam_debug by its arguments */
};

enum pam_kind cognito_pam_kind(const struct pam_line *line);

/* The answer of a PAM_KIND_FIXED. */
enum pam_answer cognito_pam_fixed_answer(const struct pam_line *line);

/* What a PAM_KIND_PROVER can answer, a set of 1 << enum pam_answer. Some ignore whom they do not
 * know; pam_unix never does. */
uint32_t cognito_pam_prover_answers(const struct pam_line *line);

/* Whether the module asks for a password by itself, and takes what is typed for one. */
bool cognito_pam_asks(const struct pam_line *line);

/* Whether the module checks a password: what a token stands in for. */
bool cognito_pam_checks_password(const struct pam_line *line);

/* Whether the module asks the person for nothing, and goes by other things: files, groups, times,
 * root's uid. */
bool cognito_pam_is_silent(const struct pam_line *line);

/* Whether somebody relies on a refusal by the module: access control, or a proof of its own. The
 * others set up a login, and refuse nobody on purpose. */
bool cognito_pam_guards(const struct pam_line *line);

/* Whether A and B refuse together: they are one line, look at the same thing, or share a count of
 * failures. */
bool cognito_pam_refuse_together(const struct pam_line *a, const struct pam_line *b);

#endif
