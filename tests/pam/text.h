/* SPDX-License-Identifier: MIT */
/*
 * Strings of the scenario runner: a growing text, and giving up. A test program that cannot go on
 * says so and ends; nothing here is for the module.
 */
#ifndef TESTS_PAM_TEXT_H
#define TESTS_PAM_TEXT_H

#include <stddef.h>

#include "base/attributes.h"

struct text {
    char *data; /* owned; NUL-terminated, and may hold NULs before its end */
    size_t len;
};

/* Ends the process with a line of words. */
void give_up(const char *format, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));

void text_add(struct text *text, const void *bytes, size_t len);
void text_print(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_free(struct text *text);

/* The whole content of a file. */
struct text text_of_file(const char *path);

#endif
