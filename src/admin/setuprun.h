/* SPDX-License-Identifier: MIT */
/*
 * Goes through the steps of setup, forth and back. Each says in a line what became of it. The
 * results are exit statuses.
 */
#ifndef COGNITO_ADMIN_SETUPRUN_H
#define COGNITO_ADMIN_SETUPRUN_H

#include "admin/setupsteps.h"
#include "base/attributes.h"

/* Sees whether all steps could be done, then does one after the other. If one fails, those before
 * it are taken back, the last one first. */
MUST_USE int cognito_setup_apply(struct setup *setup);

/* Names the steps, and does none. */
MUST_USE int cognito_setup_rehearse(struct setup *setup);

/* Takes back all that setup has done on this host, or what it has done for the services of SETUP.
 */
MUST_USE int cognito_setup_undo(struct setup *setup);
MUST_USE int cognito_setup_undo_services(struct setup *setup);

#endif
