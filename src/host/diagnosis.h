/* SPDX-License-Identifier: MIT */
/*
 * Why a token was not accepted, where the reason is how it was brought and not what it holds:
 * nothing entered, replaced by sshd, repeated or cut by the client. A refusal only ever becomes
 * another refusal here.
 */
#ifndef COGNITO_HOST_DIAGNOSIS_H
#define COGNITO_HOST_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "base/status.h"

/* What was brought, and how. A token from a file is one answer. */
struct presentation {
    struct span token; /* all answers together */
    size_t answers;
    size_t last_answer; /* bytes, of the last one that was not empty */
    bool all_the_same;  /* every answer was like the first */
};

/* What sshd puts in place of an answer for an account that it refuses, over and over, as long as
 * what was typed (OpenSSH, auth-pam.c). */
struct span cognito_placeholder(void);

/* Whether an answer of LEN bytes may have been cut by a client we know. */
bool cognito_is_cut_size(size_t len);

/* STATUS, or the earlier check that a refused PRESENTATION fails; then WHY says more. */
MUST_USE_STATUS cognito_diagnose(const struct presentation *presentation,
                                 enum cognito_status status, struct complaint *why);

#endif
