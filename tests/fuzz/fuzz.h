/* SPDX-License-Identifier: MIT */
/*
 * What all fuzz targets have in common: libFuzzer's entry points, a way to report a disagreement,
 * and the scratch folder. A target is one file with LLVMFuzzerTestOneInput; whatever it finds wrong
 * ends the process, and libFuzzer keeps the input.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

/* The time at which everything is judged: that of tests/vectors. */
#define FUZZ_NOW INT64_C(1800000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Says what two that should agree do not agree about, and ends the process. */
_Noreturn void fuzz_fail(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same unless GOOD. */
#define AGREE(good, ...) ((good) ? (void)0 : fuzz_fail(__VA_ARGS__))

/* Memory of the harness itself, of zeros; never NULL. */
void *fuzz_memory(size_t size);

/* The first byte of INPUT, which loses it; 0 at the end. */
unsigned int fuzz_byte(struct span *input);
/* What stands before the next MARK, or all; INPUT loses it, and the mark. */
struct span fuzz_part(struct span *input, unsigned char mark);
/* A copy with a NUL behind it, of what stands before the first NUL. To be freed. */
char *fuzz_string(struct span text);

/* An absolute path in the folder of this process, which only we can write to. The text is valid
 * until the next call but seven. */
const char *fuzz_path(const char *name);
/* Writes TEXT to the file of that path, unless it was the last that was written there. */
void fuzz_write(const char *path, struct span text);
/* Whatever it was that was written there last has been changed by somebody else. */
void fuzz_forget(const char *path);

#endif
