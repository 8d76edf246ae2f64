/* SPDX-License-Identifier: MIT */
/*
 * Which call fails, and how. Calls are counted from the moment of arming; each kind of call has one
 * or more ways to fail.
 */
#ifndef TESTS_FAULTS_FAULT_H
#define TESTS_FAULTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One way to fail: what is returned, and errno. */
struct failure {
    intptr_t value;
    int error;
};

/* A function that the module calls. */
struct call {
    const char *name;
    void *ours;         /* what is called in its place; NULL: it is left as it is */
    void **real;        /* where OURS finds the function itself */
    const char *blamed; /* reasons, in spaces, that are the person's and that a failure may lead to;
                           of calls without failures: why they have none */
};

enum { CALLS_MAX = 160 };

/* Shared by all processes of a run. */
struct fault_record {
    size_t struck[CALLS_MAX]; /* how often each row of the table has failed */
    const char *name;         /* of the last one */
    size_t number, way;
    uint64_t seed;
};

struct fault_record *fault_record(void);

/* From here on the NUMBER-th call, from 1, fails in its WAY-th way, from 0. */
void fault_arm(size_t number, size_t way);

/* From here on each call fails with a probability of PER_MILLE, in any way. */
void fault_arm_at_random(uint64_t seed, unsigned int per_mille);

void fault_disarm(void);

/* How many calls have failed since it was armed. */
size_t fault_count(void);

/* Whether a refusal of this REASON is one that what failed may lead to; with several failures, that
 * any of them may lead to. */
bool fault_may_blame(const char *reason);

/* Called in place of the ROW-th function: how it fails now, or NULL. */
const struct failure *fault_now(size_t row, const struct call *call, const struct failure *ways,
                                size_t count);

/* Something was done that must never be done, whatever fails. The first such note stays. */
void fault_object(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *fault_objection(void);

#endif
