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
#include "base/lines.h"
#include "token/identity.h"

/*
 * Reads LINES to their end. Where *FOUND is 0, it becomes the number of the first line that fits
 * WHO, if there is one; WHO may be NULL: then none does. May be called again for what follows in
 * the same file. False if a line, lines->number, is not well-formed; *FAULT (a literal) says why.
 */
MUST_USE bool cognito_deny_read(struct lines *lines, const struct identity *who, size_t *found,
                                const char **fault);

#endif
