/* SPDX-License-Identifier: MIT */
/*
 * The folder of cognito-askpass's own, mode 0700: $XDG_RUNTIME_DIR/cognito-askpass or, without that
 * folder, cognito-askpass-UID in $TMPDIR or /tmp.
 */
#ifndef COGNITO_CLIENT_RUNTIME_H
#define COGNITO_CLIENT_RUNTIME_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

/* Two settings of the environment, each may be NULL. One that is no absolute path counts as not set
 * (XDG Base Directory Specification), and so does a runtime folder of somebody else, as su leaves
 * it behind. */
struct runtime_places {
    const char *runtime;   /* XDG_RUNTIME_DIR */
    const char *temporary; /* TMPDIR */
};

/* Opens the folder, making it if need be, and sets PATH to its path. The descriptor is the
 * caller's. -1, with WHY, if it is not OWNER's alone, or could be replaced by others. */
MUST_USE int cognito_runtime_open(const struct runtime_places *places, uid_t owner,
                                  char path[PATH_SIZE_MAX], struct complaint *why);

#endif
