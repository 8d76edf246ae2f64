/* SPDX-License-Identifier: MIT */
/*
 * The map of people to accounts, pam_cognito.map(5): the text of a file whose lines
 *
 *     ACCOUNT  sub:VALUE      or user:VALUE, email:VALUE, group:VALUE
 *
 * grant an account to whoever the selector fits. Pure: it reads no file.
 */
#ifndef COGNITO_TOKEN_MAP_H
#define COGNITO_TOKEN_MAP_H

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/lines.h"
#include "base/span.h"
#include "token/selector.h"

enum map_selector { MAP_SUBJECT, MAP_USER, MAP_EMAIL, MAP_GROUP };

struct map_line {
    struct span account;
    struct selector selector; /* its kind is an enum map_selector */
};

/* The next line of a map. On LINE_FAULT, *FAULT says what is wrong with lines->number. */
MUST_USE enum line_step cognito_map_next(struct lines *lines, struct map_line *line,
                                         const char **fault);

/* The next line about ACCOUNT, in a text that cognito_map_check found well-formed; LINE_END if
 * there is none. Other lines are hardly looked at: a map may have a hundred thousand. */
MUST_USE enum line_step cognito_map_next_of(struct lines *lines, struct span account,
                                            struct map_line *line, const char **fault);

/* Whether every line of TEXT is well-formed. If not, the complaint names PATH and line. */
MUST_USE bool cognito_map_check(struct span text, const char *path, struct complaint *why);

#endif
