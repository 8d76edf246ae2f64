/* SPDX-License-Identifier: MIT */
/*
 * A transaction under faults, authentication and account phase, again and again: once for each call
 * of the module and each way in which it can fail, then with several at random. What must hold
 * whatever fails is checked each time.
 */
#ifndef TESTS_FAULTS_TRIAL_H
#define TESTS_FAULTS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../pam/world.h"

struct trial {
    const char *token;  /* the name of the token that answers each prompt */
    bool acceptable;    /* whether it may be accepted at all */
    const char *reason; /* if not: that of the refusal where nothing fails */
    bool fresh;         /* the ledger is emptied before each transaction */
    size_t part;        /* bytes in one answer; 0: the whole token */
    int64_t later;      /* seconds that pass between the phases, the second of which must fail */
    size_t exports;     /* settings in the PAM environment of who is let in */
    size_t random_rounds;
    uint64_t seed;
};

/* Without a fault. */
void trial_spend(struct world *world, const struct trial *trial);

/* With each of them. Returns how many transactions there were; what went wrong is in
 * world->failure. */
size_t trial_run(struct world *world, const struct trial *trial);

#endif
