/* SPDX-License-Identifier: MIT */
/*
 * Failing: what a unit does without memory, for unit tests and fuzz targets. Allocations by the
 * project's own code are counted (by the linker's --wrap, so a program that uses this is linked
 * with it), and one of them fails. Those inside of a library do not: json-c up to 0.16 does not
 * look at the result of strdup and would crash.
 */
#ifndef TESTS_UNIT_FAILING_H
#define TESTS_UNIT_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the allocation number NTH, from 1, fails; 0: none. */
void failing_begin(size_t nth);

/* No allocation fails any more. Whether one has failed. */
bool failing_end(void);

/* The test itself is at work until this is called with false: nothing fails, nothing counts. */
void failing_hold(bool held);

#endif
