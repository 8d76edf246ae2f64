/* SPDX-License-Identifier: MIT */
/*
 * What was there before pam-cognito setup, as far as the host does not tell it afterwards: a small
 * file, written first and removed last. Without it, --undo leaves alone what it would not know.
 */
#ifndef COGNITO_ADMIN_SETUPSTATE_H
#define COGNITO_ADMIN_SETUPSTATE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "host/ledger.h"

#define SETUP_STATE_PATH LEDGER_PARENT "/setup"

struct setup_state {
    bool known; /* there is such a file, and all of it was understood */
    bool made_directory, made_cache;
    bool unit_disabled, unit_stopped;
};

/* What the file says. */
void cognito_setupstate_read(struct setup_state *state);

/* Whether the directories are there; the unit is the caller's to ask about. An empty one for the
 * file is of a run that was killed, and goes. */
void cognito_setupstate_look(struct setup_state *state);

/* Makes the file and its directory. */
MUST_USE bool cognito_setupstate_write(const struct setup_state *state, struct complaint *why);

/* Removes the file, and the directories that setup made if nothing is in them. Whether there was a
 * file. */
bool cognito_setupstate_remove(const struct setup_state *state);

#endif
