/* SPDX-License-Identifier: MIT */
/*
 * What the system had against something, in words.
 */
#ifndef COGNITO_REFRESH_SYSERROR_H
#define COGNITO_REFRESH_SYSERROR_H

#include "base/complaint.h"

/* "PATH: WHAT: " and the words for ERROR, an errno. Always false, so that a check can return it. */
bool cognito_complain_errno(struct complaint *why, const char *path, const char *what, int error);

#endif
