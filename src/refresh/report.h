/* SPDX-License-Identifier: MIT */
/*
 * What the refresher says about each pool: a line for people, an array of objects for programs.
 */
#ifndef COGNITO_REFRESH_REPORT_H
#define COGNITO_REFRESH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/complaint.h"

enum outcome {
    OUTCOME_POOL_FAILED, /* what was fetched, or was not, is no key set; or it could not be kept */
    OUTCOME_HOST_FAILED, /* cache_dir or ca_file cannot be used */
    OUTCOME_PLACED,      /* jwks_file: nothing to fetch */
    OUTCOME_CURRENT,
};

struct report {
    const char *pool;
    const char *uri;      /* where the set is fetched, or the path of jwks_file */
    enum outcome outcome; /* a failure until it is more */
    size_t keys;          /* usable ones, when current */
    bool changed;         /* the set is not the one of before */
    bool has_old;         /* a set of an earlier run is still there */
    int64_t old_age;      /* seconds since it was fetched; negative: in the future */
    struct complaint why; /* when failed */
};

/* A line to standard output on success, to standard error on failure. */
void cognito_report_line(const struct report *report);

/* All COUNT reports as one JSON array to standard output. */
void cognito_report_json(const struct report *reports, size_t count);

#endif
