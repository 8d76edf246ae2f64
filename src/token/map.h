/* SPDX-License-Identifier: MIT */
/*
 * The map of people to accounts, pam_cognito.map(5): the text of a file whose lines
 *
 *     ACCOUNT  sub:VALUE      or user:VALUE, email:VALUE, group:VALUE
 *
 * grant an account to whoever the selector fits. Pure: it reads no file. The whole text is checked,
 * and of it only what can matter for one login is kept: a map may have a hundred thousand lines.
 */
#ifndef COGNITO_TOKEN_MAP_H
#define COGNITO_TOKEN_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/lines.h"
#include "base/span.h"

enum map_selector { MAP_SUBJECT, MAP_USER, MAP_EMAIL, MAP_GROUP };

struct map_line {
    size_t number; /* in the file, from 1 */
    struct span account;
    enum map_selector kind;
    struct span value; /* without its quotes */
};

/* Lines of a map, in the order of the file. Begin with zeros. */
struct map {
    unsigned char *data; /* owned */
    size_t len, capacity;
};

/*
 * Reads LINES to their end and adds to MAP those about USER: an account, cognito_user_from_token
 * for every line, or NULL for none. May be called again for what follows in the same file. False if
 * a line, lines->number, is not well-formed or there is no memory; *FAULT (a literal) says which.
 */
MUST_USE bool cognito_map_add(struct map *map, struct lines *lines, const char *user,
                              const char **fault);

/* The lines of MAP one after the other: AT begins as 0 and moves on. False when there is no further
 * one. What LINE shows is MAP's. */
MUST_USE bool cognito_map_next(const struct map *map, size_t *at, struct map_line *line);

void cognito_map_free(struct map *map);

#endif
