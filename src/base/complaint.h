/* SPDX-License-Identifier: MIT */
/*
 * A complaint is one line of words about what is wrong: it names the file, the line or the check.
 * It holds nothing but printable ASCII, whatever went into it, and never any part of a token.
 */
#ifndef COGNITO_BASE_COMPLAINT_H
#define COGNITO_BASE_COMPLAINT_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "base/limits.h"
#include "base/span.h"

struct complaint {
    char text[COMPLAINT_MAX]; /* NUL-terminated; empty where nothing is wrong */
};

/* Writes the complaint over what was there; bytes that are not printable ASCII become '?', and a
 * text that is too long ends in "...". Always false, so that a check can return it. WHY may be
 * NULL where nobody wants to know. */
bool cognito_complain(struct complaint *why, const char *format, ...) PRINTF_LIKE(2, 3);

/* So that whoever reads one file at a time, compiler or analyser, knows that it is false. */
#define cognito_complain(...) (cognito_complain(__VA_ARGS__), false)

/* The same, for functions that take such arguments themselves. */
bool cognito_complain_list(struct complaint *why, const char *format, va_list arguments)
    PRINTF_LIKE(2, 0);

/* A value from outside for a log line: at most ESCAPED_MAX characters, every byte that is not
 * printable ASCII, white space and the backslash as \xNN, so that a value stays one word. One that
 * is longer is cut and ends in "...", so that nobody takes it for another one. */
struct escaped {
    char text[ESCAPED_MAX + 1];
};

struct escaped cognito_escape(struct span value);

#endif
