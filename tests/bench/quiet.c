/* SPDX-License-Identifier: MIT */
/*
 * For programs that log in a hundred thousand times: their log lines go nowhere. The dynamic linker
 * finds these before libc's; which of them libpam calls depends on how it was built.
 */
/* It makes syslog a macro or an inline function, and neither can be defined here. */
#undef _FORTIFY_SOURCE
#include <stdarg.h>
#include <syslog.h>

#include "base/attributes.h"

#define INTERPOSED __attribute__((visibility("default")))

void __syslog_chk(int priority, int flag, const char *format, ...) PRINTF_LIKE(3, 4);
void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) PRINTF_LIKE(3, 0);

INTERPOSED void syslog(int priority, const char *format, ...)
{
    (void)priority;
    (void)format;
}

INTERPOSED void vsyslog(int priority, const char *format, va_list arguments)
{
    (void)priority;
    (void)format;
    (void)arguments;
}

INTERPOSED void __syslog_chk(int priority, int flag, const char *format, ...)
{
    (void)priority;
    (void)flag;
    (void)format;
}

INTERPOSED void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
    (void)priority;
    (void)flag;
    (void)format;
    (void)arguments;
}
