/* SPDX-License-Identifier: MIT */
/*
 * What a scenario plays in: its folder with the files, its names (${...}) and its tokens.
 */
#ifndef TESTS_PAM_WORLD_H
#define TESTS_PAM_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "mint.h"
#include "script.h"
#include "text.h"

enum { NAMES_MAX = 64, DRAFTS_MAX = 8 };

struct world {
    char folder[4096]; /* absolute, and fit for the rules of safefile.h */
    struct {
        char *name, *value; /* owned */
    } names[NAMES_MAX];
    size_t name_count;
    struct draft drafts[DRAFTS_MAX];
    struct text minted[DRAFTS_MAX]; /* empty until it is used */
    size_t draft_count;
    const struct line *line; /* in hand */
    struct text file_path;   /* of the file whose text is being written */
    char failure[2048];      /* the first one; empty: none */
    char skip[256];          /* why the scenario cannot be played here; empty: it can */
};

/* Makes the folder of all scenarios, and sets the umask; where BUILD cannot be trusted, it is below
 * /tmp. Returns its path, which is to be removed and freed with world_remove_root. */
char *world_make_root(const char *build);
void world_remove_root(char *root);

/* A world whose folder is in ROOT. Closing it removes nothing. */
void world_open(struct world *world, const char *root);
void world_close(struct world *world);

/* Notes that the line in hand is not as it should be; the first such note stays. */
void world_fail(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);

void world_let(struct world *world, const char *name, const char *value);

/* TEXT with each ${name} replaced. To be freed. */
struct text world_expand(struct world *world, const char *text);

/* The text of the token NAME, or NULL. It is made when it is first used, and stays. */
const struct text *world_token(struct world *world, const char *name);

/* Does what the line in hand says, if it is about files, names or tokens. */
bool world_obey(struct world *world);

#endif
