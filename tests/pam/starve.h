/* SPDX-License-Identifier: MIT */
/*
 * A transaction without memory: once for each allocation there is in it, which fails.
 */
#ifndef TESTS_PAM_STARVE_H
#define TESTS_PAM_STARVE_H

#include <stdbool.h>

#include "world.h"

/*
 * Answers each prompt with the token NAME. A run that fails for want of memory or for any other
 * reason must not pass the account phase; ACCEPTABLE says whether one may succeed at all. What went
 * wrong is in world->failure.
 */
void starve(struct world *world, const char *name, bool acceptable);

#endif
