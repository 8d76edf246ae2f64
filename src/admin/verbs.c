/* SPDX-License-Identifier: MIT */
#include "admin/verbs.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/complaint.h"

bool cognito_verb_complain(const char *verb, const char *format, ...)
{
    char text[COMPLAINT_MAX];
    struct complaint plain = {{0}};
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)cognito_complain(&plain, "%s", length < 0 ? "" : text);
    (void)fflush(stdout); /* what was done comes first */
    (void)fprintf(stderr, "pam-cognito %s: %s\n", verb, plain.text);
    return false;
}
