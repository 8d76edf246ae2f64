/* SPDX-License-Identifier: MIT */
/*
 * What the module does behind its interface, caught where it leaves: log lines, the delay it asks
 * for, the work of its judgements, and the clock it reads. The runner defines the functions that
 * libpam and the module call; the dynamic linker finds those of an executable first. Nothing of the
 * module itself is replaced.
 */
#ifndef TESTS_PAM_CAPTURE_H
#define TESTS_PAM_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAPTURED_LINES_MAX = 64 };

struct capture {
    struct {
        int priority; /* facility and level */
        char *text;   /* owned */
    } lines[CAPTURED_LINES_MAX];
    size_t count;
    size_t delays_asked;
    unsigned int delay; /* microseconds, of the last that was asked */
    size_t delays_due;  /* libpam came to wait, and was told that this had been done */
    size_t imports;
    size_t verifications;
    size_t readings; /* of claims */
    size_t nudges;   /* single bytes to the refresher's socket */
    size_t unwiped;  /* answers that were given back as they were */
};

/* The one there is. */
struct capture *captured(void);

/* Forgets everything, but not the clock. */
void capture_reset(void);

/* Moves the clock of the process by SECONDS. */
void capture_move_clock(int64_t seconds);
int64_t capture_now(void);

/* For PAM_FAIL_DELAY: does not wait. */
void capture_delay(int result, unsigned int microseconds, void *context);

/* Lets the processes that part from this one tell it which delays they see. */
void capture_share_delays(void);
/* The widest gap between two of them, in microseconds; and their number. */
unsigned int capture_delay_spread(size_t *count);

/* From here on the COUNT-th allocation of the process, from 1, fails; 0: none does. */
void capture_fail_allocation(size_t count);
/* Whether it has failed since. False where allocations cannot be made to fail (sanitizers). */
bool capture_allocation_failed(void);

/* An answer, a string, that has to be wiped before it is freed; seen where allocations can fail. */
void capture_watch_answer(const char *answer);

/* How many of them have not been freed. */
size_t capture_answers_kept(void);

/* How many blocks of memory are in use; 0 in builds with sanitizers, which count themselves. */
size_t capture_live_allocations(void);

#endif
