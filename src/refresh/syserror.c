/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/syserror.h"

#include <string.h>

bool cognito_complain_errno(struct complaint *why, const char *path, const char *what, int error)
{
    const char *words = strerrordesc_np(error);
    return cognito_complain(why, "%s: %s: %s", path, what, words == NULL ? "unknown error" : words);
}
