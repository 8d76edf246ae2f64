/* SPDX-License-Identifier: MIT */
/*
 * The text of our lines in a PAM file: how they are written, where, and how they are found again.
 */
#ifndef COGNITO_ADMIN_PAMLINES_H
#define COGNITO_ADMIN_PAMLINES_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/pamedit.h"
#include "admin/pamstack.h"
#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"

/* Where our lines belong in TEXT, the file that STACK was read from. */
struct pam_places cognito_pamlines_places(struct span text, const struct pam_stack *stack);

/* TEXT with our lines at PLACES. */
MUST_USE bool cognito_pamlines_insert(struct span text, const struct pam_places *places,
                                      const char *module, struct secret *edited);

/* The line of the file as it was of which NUMBER is the line with ours in it. */
size_t cognito_pamlines_before(const struct pam_places *places, size_t number);

/* TEXT without our lines. */
struct pam_removal {
    struct secret text; /* owned by the caller */
    size_t count;       /* of the lines that are gone, comments among them */
    size_t left;        /* the first line, of the text as it is now, that still names our module */
};

/* Ours are the comment that we write, the lines right below it that name our module, and lines that
 * are as we write them wherever they are. False without memory; the text has to be freed anyway. */
MUST_USE bool cognito_pamlines_remove(struct span text, struct pam_removal *removal);

/* Whether TEXT has the comment that we write. */
MUST_USE bool cognito_pamlines_marked(struct span text);

#endif
