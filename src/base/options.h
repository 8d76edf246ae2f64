/* SPDX-License-Identifier: MIT */
/*
 * Options: one typed table drives a configuration file, its [service ...] sections (or those of
 * another kind) and the arguments of a program or PAM line. The file has lines `key = value`; a
 * bare key means yes; `#` starts a comment only at the start of a line. Nothing is skipped or cut:
 * an unknown key, a value out of bounds, a second value where one is meant, an over-long line are
 * refused, with file and line.
 */
#ifndef COGNITO_BASE_OPTIONS_H
#define COGNITO_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"

struct list {
    char **items; /* owned, and so is each string */
    size_t count;
};

enum option_type {
    OPTION_BOOLEAN,  /* bool: yes, no */
    OPTION_NUMBER,   /* int64_t, decimal digits */
    OPTION_DURATION, /* int64_t seconds: digits and perhaps s, m, h or d */
    OPTION_WORD,     /* char *: no white space; printable ASCII */
    OPTION_PATH,     /* char *: an absolute path */
    OPTION_LIST,     /* struct list: words separated by white space */
};

enum option_flag {
    OPTION_IN_SERVICE = 1,    /* may stand in a section */
    OPTION_ARGUMENT_ONLY = 2, /* may not stand in the file */
    OPTION_FILE_ONLY = 4,     /* may not be an argument */
    OPTION_NOT_YET = 8,       /* known, and refused as not yet supported */
    OPTION_OF_POOL = 16,      /* may stand in a section, and is about one pool all the same */
};

struct option_row {
    const char *name;
    enum option_type type;
    size_t offset;    /* of the value in the structure that is filled */
    int64_t min, max; /* of numbers and durations */
    unsigned int flags;
    const char *(*fault)(struct span value); /* of words, each of a list: NULL, or what is wrong */
};

/* COUNT options that fill the structure at BASE, which is all zeros but for its defaults. */
struct options {
    const struct option_row *table;
    size_t count;
    void *base;
    const char *service; /* whose sections count; NULL: none */
};

/*
 * Reads the text of a file, PATH being its name in complaints. Values replace those that were
 * there; those of a section that names the service replace those before the sections. All
 * sections are checked, whatever the service. False with a complaint on the first error (also for
 * want of memory); BASE then holds a part of the values and has to be freed all the same.
 */
MUST_USE bool cognito_options_file(const struct options *options, struct span text,
                                   const char *path, struct complaint *why);

/* The line of TEXT, from 1, where the section that names SERVICE begins; 0 if there is none, or
 * SERVICE is NULL. TEXT is one that cognito_options_file took. */
MUST_USE size_t cognito_options_section(struct span text, const char *service);

/* What the sections of a file are of. */
struct option_sections {
    const char *kind;  /* the word in [KIND NAME ...] */
    struct list named; /* takes the names that sections have; the caller's to free */
};

/* The same for a file whose sections are not for services: options->service is one of their names,
 * or NULL. */
MUST_USE bool cognito_options_file_of(const struct options *options,
                                      struct option_sections *sections, struct span text,
                                      const char *path, struct complaint *why);

/* Reads arguments of the form key=value or key; they replace what the file said. */
MUST_USE bool cognito_options_arguments(const struct options *options, size_t count,
                                        const char *const *arguments, struct complaint *why);

/* The option that ARGUMENT, of the form key=value or key, would set; NULL if there is none. */
const struct option_row *cognito_options_of_argument(const struct options *options,
                                                     const char *argument);

/* Frees every string and list at BASE and leaves NULL and empty lists. Options that are not yet
 * supported have no place there. */
void cognito_options_free(const struct options *options);

/* Adds a copy of ITEM. False, and LIST as it was, without memory. */
MUST_USE bool cognito_list_append(struct list *list, struct span item);
bool cognito_list_has(const struct list *list, struct span item);
void cognito_list_free(struct list *list);

#endif
