/* SPDX-License-Identifier: MIT */
/*
 * What floor.c verifies: nothing is left to decode.
 */
#ifndef TESTS_BENCH_FLOOR_H
#define TESTS_BENCH_FLOOR_H

#include <stddef.h>

struct floor {
    unsigned char modulus[1024], signature[1024], input[16384];
    size_t modulus_len, signature_len, input_len; /* the modulus in the machine's byte order */
};

/* Whether the signature is one of 65537 and this modulus over INPUT. */
int floor_verify(struct floor *floor);

#endif
