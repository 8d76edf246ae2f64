/* SPDX-License-Identifier: MIT */
/*
 * What the drivers share. Each drives one unit, for Frama-C's EVA, with every input up to its
 * bound; any access beyond the bytes that the contract grants, read or written, is an alarm.
 */
#ifndef TESTS_FORMAL_DRIVER_H
#define TESTS_FORMAL_DRIVER_H

#include <stddef.h>
#include <stdlib.h>

#include "__fc_builtin.h"
#include "base/span.h"

/* LEN bytes, each of which may be any at every single look: nothing is ever learnt about one. The
 * analyser need not tell texts apart by what stands in them then; what holds for bytes that change
 * behind one's back holds for those that do not. In its words: a weak base, of exactly LEN bytes.
 */
static inline unsigned char *any_bytes(size_t len)
{
    unsigned char *bytes = NULL;
    for (int i = 0; i < 2; i++)
        bytes = calloc(len, 1);
    Frama_C_make_unknown((char *)bytes, len);
    return bytes;
}

/* Each byte of SPAN can be read. */
static inline void read_all(struct span span)
{
    for (size_t i = 0; i < span.len; i++)
        (void)(span.data[i] == 'x');
}

#endif
