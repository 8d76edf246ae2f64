/* SPDX-License-Identifier: MIT */
/*
 * The strict reference: python3's json, in a process of its own (json-reference), which is asked
 * about each input.
 */
#ifndef TESTS_FUZZ_REFERENCE_H
#define TESTS_FUZZ_REFERENCE_H

#include "base/span.h"

/* What the reference says of TEXT: empty if it refuses it; otherwise a line for each member of the
 * outermost object, in their order, of hexadecimal digits but for the kind:
 *
 *     NAME s STRING      NAME i INTEGER (decimal)      NAME f (any other number)
 *     NAME b 0 or 1      NAME n      NAME a ELEMENTS (decimal)      NAME o MEMBERS (decimal)
 *
 * and a last line "." The text is valid until the next call. */
const char *reference_read(struct span text);

#endif
