/* SPDX-License-Identifier: MIT */
/*
 * The groups of a verified token, cognito:groups, in an order in which one is found quickly: a
 * person may be in a thousand groups, and a map may name a hundred thousand.
 */
#ifndef COGNITO_TOKEN_GROUPS_H
#define COGNITO_TOKEN_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"
#include "token/identity.h"

/* Begin with zeros. */
struct groups {
    struct span *names; /* owned, but what they show is the identity's */
    size_t count;
    bool strange; /* cognito:groups is there, and not an array of strings: no group counts then */
    bool read;
};

/* Reads the groups of IDENTITY into GROUPS, unless that was done before. False without memory. */
MUST_USE bool cognito_groups_read(struct groups *groups, const struct identity *identity);

/* Whether one of them is NAME, byte by byte. */
MUST_USE bool cognito_groups_have(const struct groups *groups, struct span name);

void cognito_groups_free(struct groups *groups);

#endif
