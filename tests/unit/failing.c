/* SPDX-License-Identifier: MIT */
#include "failing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/attributes.h"

static size_t left; /* before the one that fails; 0: none fails */
static bool failed;
static bool held_off;

void failing_begin(size_t nth)
{
    left = nth;
    failed = false;
}

bool failing_end(void)
{
    left = 0;
    return failed;
}

void failing_hold(bool held)
{
    held_off = held;
}

static bool fails_now(void)
{
    if (held_off || left == 0 || --left > 0)
        return false;
    failed = true;
    return true;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
char *__wrap_strndup(const char *text, size_t len);
int __real_vasprintf(char **text, const char *format, va_list arguments);
int __wrap_vasprintf(char **text, const char *format, va_list arguments) PRINTF_LIKE(2, 0);
int __wrap_asprintf(char **text, const char *format, ...) PRINTF_LIKE(2, 3);
struct json_tokener *__real_json_tokener_new_ex(int depth);
struct json_tokener *__wrap_json_tokener_new_ex(int depth);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails_now() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
    return fails_now() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
    return fails_now() ? NULL : __real_strndup(text, len);
}

int __wrap_vasprintf(char **text, const char *format, va_list arguments)
{
    return fails_now() ? -1 : __real_vasprintf(text, format, arguments);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    if (fails_now())
        return -1;
    va_list arguments;
    va_start(arguments, format);
    const int len = __real_vasprintf(text, format, arguments);
    va_end(arguments);
    return len;
}

struct json_tokener *__wrap_json_tokener_new_ex(int depth)
{
    return fails_now() ? NULL : __real_json_tokener_new_ex(depth);
}
