/* SPDX-License-Identifier: MIT */
/*
 * The deny list, pam_cognito.deny(5): whoever a line fits is shut out at once. The text of a file
 * with one selector a line: sub:VALUE, user:VALUE, jti:VALUE, issued-before:TIME. TIME is seconds
 * since the epoch, or YYYY-MM-DDTHH:MM:SSZ.
 */
#ifndef COGNITO_HOST_DENY_H
#define COGNITO_HOST_DENY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "token/identity.h"

/* Whether every line of TEXT is well-formed. If not, the complaint names PATH and line. */
MUST_USE bool cognito_deny_check(struct span text, const char *path, struct complaint *why);

/* The number, from 1, of the first line of TEXT that fits WHO, or of the first one that is not
 * well-formed; 0 if there is none. */
MUST_USE size_t cognito_deny_find(struct span text, const struct identity *who);

#endif
