/* SPDX-License-Identifier: MIT */
/*
 * The folders that root makes for the user who refreshes: cache_dir, and that of the socket.
 */
#ifndef COGNITO_REFRESH_FOLDER_H
#define COGNITO_REFRESH_FOLDER_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "refresh/confinement.h"

/* As root: makes the folder PATH for OWNER, mode 0755, if nothing is there. What is there is left
 * as it is. False with a complaint if it could not be made or may not be, above it being untrusted.
 */
MUST_USE bool cognito_folder_make(const char *path, const struct refresher *owner,
                                  struct complaint *why);

#endif
