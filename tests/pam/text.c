/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("Bail out! ", stdout);
    (void)vprintf(format, arguments);
    (void)putchar('\n');
    va_end(arguments);
    (void)fflush(stdout);
    _Exit(99);
}

void text_add(struct text *text, const void *bytes, size_t len)
{
    char *data = realloc(text->data, text->len + len + 1);
    if (data == NULL)
        give_up("out of memory");
    if (len > 0)
        memcpy(data + text->len, bytes, len);
    text->data = data;
    text->len += len;
    data[text->len] = '\0';
}

void text_print(struct text *text, const char *format, ...)
{
    char *printed = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int len = vasprintf(&printed, format, arguments);
    va_end(arguments);
    if (len < 0)
        give_up("out of memory");
    text_add(text, printed, (size_t)len);
    free(printed);
}

void text_free(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

struct text text_of_file(const char *path)
{
    struct text text = {0};
    char buffer[4096];
    size_t got;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        give_up("%s: %m", path);
    text_add(&text, "", 0);
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_add(&text, buffer, got);
    if (ferror(file))
        give_up("%s: cannot be read", path);
    (void)fclose(file);
    return text;
}
