/* SPDX-License-Identifier: MIT */
/*
 * Allocations of our own code that fail, and other calls that do: harness.mk leads them here
 * (--wrap), and one of them, counted from the moment that is said, fails. Libraries are spared.
 */
#ifndef TESTS_FUZZ_FAULTS_H
#define TESTS_FUZZ_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/* From here on the COUNT-th allocation, from 1, fails; 0: none does. */
void faults_allocation(size_t count);
/* Whether it has failed since. Ends the failing as well. */
bool faults_allocation_failed(void);
/* The harness is at work until this is called with false: nothing fails, nothing counts. */
void faults_hold(bool held);

#endif
