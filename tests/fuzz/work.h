/* SPDX-License-Identifier: MIT */
/*
 * The work of a judgement: harness.mk leads key imports, verifications, readings of claims and
 * searches of the map here (--wrap), where they are counted and done.
 */
#ifndef TESTS_FUZZ_WORK_H
#define TESTS_FUZZ_WORK_H

#include <stddef.h>

struct work {
    size_t imports, verifications, readings, searches;
};

/* What there was since the last call. */
struct work work_done(void);

#endif
