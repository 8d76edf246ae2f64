/* SPDX-License-Identifier: MIT */
#include "contest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    exit(1);
}

static void free_bytes(void *pointer)
{
    free(*(void **)pointer);
}

static double *allocate(size_t count)
{
    double *numbers = calloc(count, sizeof *numbers);
    if (numbers == NULL)
        give_up("no memory");
    return numbers;
}

/* Processor time, not the clock's: what others run meanwhile does not count. */
static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0)
        give_up("clock_gettime: %s", strerror(errno));
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double turn(void (*call)(void *context), void *context, size_t calls)
{
    const double start = now();
    for (size_t i = 0; i < calls; i++)
        call(context);
    return (now() - start) / (double)calls;
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_size);
    return count % 2 != 0 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2;
}

struct result hold_contest(const struct contest *contest)
{
    const size_t turns = contest->turns;
    double *ours OWNED(free_bytes) = allocate(turns);
    double *floor OWNED(free_bytes) = allocate(turns);
    double *ratios OWNED(free_bytes) = allocate(turns);
    double *excesses OWNED(free_bytes) = allocate(turns);
    contest->ours(contest->context);
    contest->floor(contest->context);
    for (size_t i = 0; i < turns; i++) {
        /* Each goes first as often as the other. */
        if (i % 2 == 0)
            ours[i] = turn(contest->ours, contest->context, contest->calls);
        floor[i] = turn(contest->floor, contest->context, contest->calls);
        if (i % 2 != 0)
            ours[i] = turn(contest->ours, contest->context, contest->calls);
        ratios[i] = ours[i] / floor[i];
        excesses[i] = ours[i] - floor[i];
    }
    return (struct result){median(ours, turns), median(floor, turns), median(ratios, turns),
                           median(excesses, turns)};
}

char *read_file(const char *folder, const char *name)
{
    char path[4096];
    char *text = NULL;
    size_t size = 0;
    const int length = snprintf(path, sizeof path, "%s%s%s", folder == NULL ? "" : folder,
                                folder == NULL ? "" : "/", name);
    if (length < 0 || (size_t)length >= sizeof path)
        give_up("%s: too long a path", name);
    FILE *file = fopen(path, "re");
    /* No text has a NUL in it: one "line" is the whole. */
    if (file == NULL || getdelim(&text, &size, '\0', file) < 0 || fclose(file) != 0)
        give_up("%s: %s", path, strerror(errno));
    return text;
}

void report_row(const char *name, const struct contest *contest)
{
    const struct result result = hold_contest(contest);
    (void)printf("row %s %.3f %.3f %.4f\n", name, result.ours, result.floor, result.ratio);
    (void)fflush(stdout);
}

void report_point(const char *name, size_t size, const struct contest *contest)
{
    const struct result result = hold_contest(contest);
    (void)printf("point %s %zu %.3f\n", name, size, result.excess);
    (void)fflush(stdout);
}

size_t number_of(const char *argument)
{
    char *end = NULL;
    errno = 0;
    const unsigned long number = strtoul(argument, &end, 10);
    if (errno != 0 || end == argument || *end != '\0')
        give_up("%s is no number", argument);
    return number;
}
