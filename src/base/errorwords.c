/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/errorwords.h"

#include <string.h>

const char *cognito_error_words(int error)
{
#ifdef HAVE_STRERRORDESC_NP
    const char *words = strerrordesc_np(error);
#else
    /* POSIX has no other words. Our programs have one thread and never set a locale. */
    const char *words = strerror(error);
#endif
    return words == NULL ? "unknown error" : words;
}
