/* SPDX-License-Identifier: MIT */
/*
 * What a transaction must leave as it was: files, descriptors, memory, the error queue of OpenSSL.
 */
#ifndef TESTS_FAULTS_SURROUNDINGS_H
#define TESTS_FAULTS_SURROUNDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct surroundings {
    uint64_t files; /* names, modes, sizes and times */
    size_t entries; /* of the ledger that are of today */
    size_t descriptors;
    size_t allocations;
    unsigned long error; /* the one in OpenSSL's queue */
};

/* Takes notes, and puts an error of the host's into the queue. FOLDER is the scenario's. */
void surroundings_look(struct surroundings *now, const char *folder);

/* Makes the ledger of a host where tokens have been used before: old entries, one file that is
 * none.
 */
void surroundings_prepare_ledger(const char *folder);

/* Whether everything is as BEFORE, but for the ledger where it is FRESH: there is at most one entry
 * more, exactly one if a token was ACCEPTED, and each is whole. Otherwise CHANGE says what is not.
 */
bool surroundings_are(const struct surroundings *before, const char *folder, bool fresh,
                      bool accepted, char *change, size_t size);

#endif
