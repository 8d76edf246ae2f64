/* SPDX-License-Identifier: MIT */
/*
 * Plays a scenario: a PAM transaction with the built module, answered and judged line by line.
 */
#ifndef TESTS_PAM_PLAY_H
#define TESTS_PAM_PLAY_H

#include <stddef.h>

#include "script.h"
#include "world.h"

/* Plays SCENARIO in WORLD. What went wrong is in world->failure, why it cannot be played here in
 * world->skip. */
void play(struct world *world, const struct scenario *scenario);

#endif
