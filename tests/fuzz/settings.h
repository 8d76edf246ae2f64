/* SPDX-License-Identifier: MIT */
/*
 * A configuration file, read a second time: which value counts for each option, by the order before
 * all sections, sections that name us, arguments. For texts that the first reader has taken.
 */
#ifndef TESTS_FUZZ_SETTINGS_H
#define TESTS_FUZZ_SETTINGS_H

#include <stddef.h>

#include "base/options.h"
#include "base/span.h"

struct settings {
    const char *kind; /* of sections: service or profile */
    const char *name; /* of ours, or NULL */
    struct span text;
    const char *const *arguments;
    size_t argument_count;
};

/* Compares the structure at BASE, which TABLE describes, with what SETTINGS say; an option that
 * nothing sets is not looked at. */
void settings_compare(const struct settings *settings, const struct option_row *table, size_t count,
                      const void *base);

/* Whether anything sets the option NAME. */
bool settings_have(const struct settings *settings, const char *name);

/* The first line of a section that names us, or 0. */
size_t settings_section(const struct settings *settings);

#endif
