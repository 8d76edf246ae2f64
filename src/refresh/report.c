/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/jsonprint.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static void print_age(FILE *stream, int64_t age)
{
    if (age < 0)
        (void)fputs("fetched in the future", stream);
    else if (age / MINUTE < 2)
        (void)fprintf(stream, "fetched %" PRId64 " s ago", age);
    else if (age / HOUR < 2)
        (void)fprintf(stream, "fetched %" PRId64 " min ago", age / MINUTE);
    else if (age / DAY < 2)
        (void)fprintf(stream, "fetched %" PRId64 " h ago", age / HOUR);
    else
        (void)fprintf(stream, "fetched %" PRId64 " days ago", age / DAY);
}

static void print_failure(const struct report *report)
{
    (void)fprintf(stderr, "%s: %s; ", report->pool, report->why.text);
    if (report->has_old) {
        (void)fputs("the old set is kept, ", stderr);
        print_age(stderr, report->old_age);
    } else {
        (void)fputs("there is no old set", stderr);
    }
    (void)fputc('\n', stderr);
}

void cognito_report_line(const struct report *report)
{
    switch (report->outcome) {
    case OUTCOME_CURRENT:
        (void)printf("%s: %zu key%s, from %s\n", report->pool, report->keys,
                     report->keys == 1 ? "" : "s", report->uri);
        return;
    case OUTCOME_PLACED:
        (void)printf("%s: nothing to fetch, jwks_file is %s\n", report->pool, report->uri);
        return;
    case OUTCOME_HOST_FAILED:
        (void)fprintf(stderr, "%s: %s\n", report->pool, report->why.text);
        return;
    case OUTCOME_POOL_FAILED:
        break;
    }
    print_failure(report);
}

static const char *result_of(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_CURRENT:
        return "current";
    case OUTCOME_PLACED:
        return "jwks_file";
    case OUTCOME_POOL_FAILED:
    case OUTCOME_HOST_FAILED:
        break;
    }
    return "failed";
}

static void print_object(const struct report *report)
{
    const bool failed =
        report->outcome == OUTCOME_POOL_FAILED || report->outcome == OUTCOME_HOST_FAILED;
    size_t count = 0;
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "pool", span_of_string(report->pool));
    cognito_json_print_member(stdout, &count, "uri", span_of_string(report->uri));
    cognito_json_print_member(stdout, &count, "result", span_of_string(result_of(report->outcome)));
    (void)printf(", \"keys\": %zu, \"error\": ", report->keys);
    if (failed)
        cognito_json_print(stdout, span_of_string(report->why.text));
    else
        (void)fputs("null", stdout);
    (void)putchar('}');
}

void cognito_report_json(const struct report *reports, size_t count)
{
    (void)putchar('[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            (void)fputs(",\n ", stdout);
        print_object(&reports[i]);
    }
    (void)fputs("]\n", stdout);
}
