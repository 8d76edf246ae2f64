/* SPDX-License-Identifier: MIT */
#include "failing.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

static size_t left; /* before the one that fails; 0: none fails */
static bool failed;

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

static bool fails_now(void)
{
    if (left == 0 || --left > 0)
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

struct json_tokener *__wrap_json_tokener_new_ex(int depth)
{
    return fails_now() ? NULL : __real_json_tokener_new_ex(depth);
}
