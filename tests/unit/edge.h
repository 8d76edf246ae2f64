/* SPDX-License-Identifier: MIT */
/*
 * Edge: text that ends where readable memory ends, so that in any build one byte too many is a
 * crash.
 */
#ifndef TESTS_UNIT_EDGE_H
#define TESTS_UNIT_EDGE_H

#include "base/span.h"

enum { EDGE_MAX = 65536 }; /* bytes */

/* A copy of TEXT of at most EDGE_MAX bytes; valid until the next call. */
struct span edge_copy(struct span text);

#endif
