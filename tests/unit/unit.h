/* SPDX-License-Identifier: MIT */
/*
 * What every unit test includes: cmocka with the headers that it wants before it.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"

/* The bytes of a string literal, NUL bytes inside it included. */
#define LITERAL(text) ((struct span){(const unsigned char *)(text), sizeof(text) - 1})

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A row of a table went wrong: says which one. */
#define FAIL_ROW(...)                                                                              \
    do {                                                                                           \
        print_error(__VA_ARGS__);                                                                  \
        fail();                                                                                    \
    } while (0)

/* Ends the test as skipped, and says why. */
#define SKIP_BECAUSE(reason)                                                                       \
    do {                                                                                           \
        print_message("# skipped: %s\n", reason);                                                  \
        skip();                                                                                    \
    } while (0)

#endif
