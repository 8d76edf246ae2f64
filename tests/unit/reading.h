/* SPDX-License-Identifier: MIT */
/*
 * Reading: what every read of a safe file has to keep to, whatever becomes of it.
 */
#ifndef TESTS_UNIT_READING_H
#define TESTS_UNIT_READING_H

#include "base/complaint.h"
#include "base/safefile.h"

/* Reads PATH. FILE is touched only if it was read, WHY only if not; a read that hangs ends the
 * program. */
enum safefile_result reading_result(const char *path, const struct safefile_rules *rules,
                                    struct safefile *file, struct complaint *why);

/* The content is read, and is this. */
void reading_expect(const char *path, const struct safefile_rules *rules, const char *content);

#endif
