/* SPDX-License-Identifier: MIT */
/*
 * Scenario files as text: lines, scenarios, words. What the lines mean is for scenario.c; README.md
 * has the format.
 */
#ifndef TESTS_PAM_SCRIPT_H
#define TESTS_PAM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct line {
    const char *path; /* of the file */
    size_t number;    /* from 1 */
    char *command;    /* the first word; "|" for a line of a file's text */
    char *rest;       /* what follows it, untouched but for white space around it */
};

struct scenario {
    char *title;
    struct line *lines; /* those before the file's first scenario, then its own */
    size_t count;
};

enum { INCLUDED_MAX = 64 };

struct script {
    struct scenario *items;
    size_t count;
    char *included[INCLUDED_MAX]; /* paths; owned, and shown by the lines */
    size_t included_count;
};

/* Adds the scenarios of the file at PATH. Gives up on what it cannot read. */
void script_read(struct script *script, const char *path);
void script_free(struct script *script);

/* A word of a line, after its escapes. */
struct word {
    struct text text;
    bool quoted;
};

enum { WORDS_MAX = 16 };

struct words {
    struct word items[WORDS_MAX];
    size_t count;
};

/* Splits TEXT at white space; "..." is one word, with \" \\ \n \r \b and \xNN inside. False if
 * there is an open quotation mark or too much. */
bool words_split(struct words *words, const char *text);
void words_free(struct words *words);

#endif
