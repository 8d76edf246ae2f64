/* SPDX-License-Identifier: MIT */
/*
 * Mutations that know JSON: a member is replaced, added, doubled or removed, by values that are
 * worth trying in a token or a key set. Without them almost every input would end at a comma.
 */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* A small generator, so that a mutation depends on nothing but its seed. */
struct dice {
    uint64_t state;
};
size_t dice_roll(struct dice *dice, size_t sides);

/* Mutates the object DATA in place; returns its new size, at most MAX_SIZE. */
size_t mutate_json(uint8_t *data, size_t size, size_t max_size, struct dice *dice);

/* Mutates SIZE bytes at OFFSET of DATA, which is TOTAL bytes long, by MUTATION; what follows moves.
 * Returns the new total. */
size_t mutate_part(uint8_t *data, size_t total, size_t max_size, size_t offset, size_t size,
                   size_t (*mutation)(uint8_t *, size_t, size_t, struct dice *), struct dice *dice);

/* libFuzzer's own, as a mutation. */
size_t mutate_bytes(uint8_t *data, size_t size, size_t max_size, struct dice *dice);

#endif
