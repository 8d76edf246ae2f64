/* SPDX-License-Identifier: MIT */
/*
 * Sampling: a structure with an option of each kind, for the tests of options.h.
 */
#ifndef TESTS_UNIT_SAMPLING_H
#define TESTS_UNIT_SAMPLING_H

#include "base/complaint.h"
#include "base/options.h"

struct sample {
    bool flag;
    bool argument_only;
    int64_t number;
    int64_t duration;
    char *word;
    char *path;
    char *file_only;
    struct list list;
    int64_t narrow;
    struct list narrow_list;
};

/* What was read last, and the complaint about it. */
extern struct sample sample;
extern struct complaint sample_why;

/* The table of the sample, for this service. */
struct options sample_options(const char *service);

/* Frees what was read. */
void sample_clear(void);

/* Reads the file TEXT. */
bool sample_read(struct span text, const char *service);

/* It is taken, or refused with exactly these words. */
void sample_taken(const char *text, const char *service);
void sample_refused(struct span text, const char *words);

#endif
