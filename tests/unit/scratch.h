/* SPDX-License-Identifier: MIT */
/*
 * A scratch folder for one test: made under TMPDIR or /tmp, 0700, and removed with all that is in
 * it. Any failure ends the test.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <sys/types.h>

#include "base/span.h"

/* For cmocka_unit_test_setup_teardown: *STATE is the folder's path. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* The path of NAME in FOLDER; valid for the next fifteen calls. */
const char *scratch_path(const char *folder, const char *name);

/* Writes a file with MODE, whatever the umask; gives its path, as scratch_path does. */
const char *scratch_write(const char *folder, const char *name, struct span content, mode_t mode);

/* The same for a string. */
const char *scratch_text(const char *folder, const char *name, const char *content);

#endif
