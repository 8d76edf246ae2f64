/* SPDX-License-Identifier: MIT */
/*
 * A folder of the client's own, for tokens: it belongs to the person, and nobody else may look
 * inside.
 */
#ifndef COGNITO_CLIENT_FOLDER_H
#define COGNITO_CLIENT_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"

/* Opens the folder PATH, making it with mode 0700 if need be, but not those above it. The
 * descriptor is the caller's. -1, with WHY, if it is not OWNER's alone. */
MUST_USE int cognito_folder_open(const char *path, uid_t owner, struct complaint *why);

/* The same, but PATH may be a link of OWNER's or root's to such a folder. Not for one in a folder
 * where others can make links. */
MUST_USE int cognito_folder_open_linked(const char *path, uid_t owner, struct complaint *why);

/* Makes the folders above PATH, an absolute path, as far as they are missing, with mode 0700. */
MUST_USE bool cognito_folder_make_above(const char *path, struct complaint *why);

/* Whether PATH (may be NULL) is a folder of OWNER's to which nobody else can write. */
MUST_USE bool cognito_folder_is_own(const char *path, uid_t owner);

#endif
