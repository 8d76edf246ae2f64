/* SPDX-License-Identifier: MIT */
/*
 * A contest: two ways to do something, in turns of a few calls each within one process. What other
 * processes do to the machine hits both alike, so the ratio of neighbouring turns says more than
 * either time does.
 */
#ifndef TESTS_BENCH_CONTEST_H
#define TESTS_BENCH_CONTEST_H

#include <stddef.h>

#include "base/attributes.h"

struct contest {
    void (*ours)(void *context);
    void (*floor)(void *context);
    void *context;
    size_t calls; /* of each in one turn */
    size_t turns; /* the more, the steadier the medians */
};

struct result {
    double ours, floor;   /* medians, microseconds of processor time for one call */
    double ratio, excess; /* medians of what neighbouring turns give: ours / floor, ours - floor */
};

struct result hold_contest(const struct contest *contest);

/* Ends the program with a message. */
void give_up(const char *format, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));

/* A file as a string with a NUL behind it, the caller's. FOLDER may be NULL. */
char *read_file(const char *folder, const char *name);

/* Holds a contest and reports it in a line for tests/bench/run: row NAME OURS FLOOR RATIO. */
void report_row(const char *name, const struct contest *contest);

/* The same for something of SIZE, for a regression: point NAME SIZE EXCESS. */
void report_point(const char *name, size_t size, const struct contest *contest);

/* A decimal argument; ends the program if it is none. */
size_t number_of(const char *argument);

#endif
