/* SPDX-License-Identifier: MIT */
/*
 * How a login stands: what is kept of it, and whose it is.
 */
#ifndef COGNITO_CLIENT_STANDING_H
#define COGNITO_CLIENT_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "client/holder.h"
#include "client/session.h"

struct standing {
    bool has_token; /* an ID token is kept, and has not expired */
    int64_t left;   /* seconds that it lasts; 0 without one */
    bool can_refresh;
    struct holder holder; /* of the ID token, even of one that has expired */
};

/* Looks at what SESSION keeps. STANDING (zeros) is the caller's, to be freed, whatever the result.
 * False, with WHY, if something is there that is refused. */
MUST_USE bool cognito_standing_read(const struct session *session, struct standing *standing,
                                    struct complaint *why);

/* Somebody is logged in. */
static inline bool cognito_standing_is_in(const struct standing *standing)
{
    return standing->has_token || standing->can_refresh;
}

/* Prints who it is, "alice (alice@example.com)", as far as that is known. False if it is not. */
bool cognito_standing_print_who(FILE *stream, const struct standing *standing);

/* The same as members of an object, null if not known, after COUNT others. */
void cognito_standing_print_members(FILE *stream, size_t *count, const struct standing *standing);

void cognito_standing_free(struct standing *standing);

#endif
