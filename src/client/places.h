/* SPDX-License-Identifier: MIT */
/*
 * Where the client keeps its files (XDG Base Directory Specification): the configuration, the state
 * that outlives a boot, and what is gone with the session.
 */
#ifndef COGNITO_CLIENT_PLACES_H
#define COGNITO_CLIENT_PLACES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

/* Settings of the environment, each may be NULL. One that is no absolute path counts as not set. */
struct places {
    const char *home;    /* HOME */
    const char *config;  /* XDG_CONFIG_HOME; otherwise ~/.config */
    const char *state;   /* XDG_STATE_HOME; otherwise ~/.local/state */
    const char *runtime; /* XDG_RUNTIME_DIR; one that is not the person's own counts as not set */
    const char *system;  /* no setting: the configuration file of the whole system; NULL: none */
};

/* The configuration file. False, with WHY, if there is no place for it. */
MUST_USE bool cognito_places_config(const struct places *places, char path[PATH_SIZE_MAX],
                                    struct complaint *why);

/* Opens the folder for refresh tokens, making it if need be, and sets PATH to it. It may be a
 * link to a folder of the person's own. The descriptor is the caller's; -1, with WHY, if there is
 * no safe place. */
MUST_USE int cognito_places_open_state(const struct places *places, uid_t owner,
                                       char path[PATH_SIZE_MAX], struct complaint *why);

/* The same for ID tokens: the runtime folder's or, without one, the state's. */
MUST_USE int cognito_places_open_runtime(const struct places *places, uid_t owner,
                                         char path[PATH_SIZE_MAX], struct complaint *why);

/* Whether there is something for these to open without making it. */
MUST_USE bool cognito_places_has_state(const struct places *places);
MUST_USE bool cognito_places_has_runtime(const struct places *places, uid_t owner);

#endif
