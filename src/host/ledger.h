/* SPDX-License-Identifier: MIT */
/*
 * The ledger of used tokens, for single_use: empty files named EXP-SHA256(iss, jti), one ledger for
 * all services of a host. Creating the file is the decision, and it is on the disk before a login
 * goes on, so neither a crash nor a reboot opens the door twice.
 *
 * The files are in a directory for each day of expiry, named by its number since the epoch, so that
 * a login need not look through all that are live to find those that are over.
 */
#ifndef COGNITO_HOST_LEDGER_H
#define COGNITO_HOST_LEDGER_H

#include <config.h>

#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"
#include "base/status.h"
#include "token/identity.h"

#define LEDGER_PARENT LOCALSTATEDIR "/lib/pam_cognito"
#define LEDGER_FOLDER LEDGER_PARENT "/used"

/*
 * Checks 29. Enters the token that WHO was read from, TOKEN being its text without a line end, in
 * FOLDER, which is made (0700) if only its last component is missing. Days that ended a day before
 * NOW are removed with their entries, a bounded number at a time. Entries that are not in a day, as
 * earlier versions made them, count, and are removed when their EXP is a day before NOW.
 * COGNITO_ACCEPTED if it was not there before; else COGNITO_POLICY_USED, or COGNITO_SYSTEM_LEDGER
 * or _MEMORY with WHY.
 */
MUST_USE_STATUS cognito_ledger_enter(const char *folder, const struct identity *who,
                                     struct span token, int64_t now, struct complaint *why);

/* The same answer, for a rehearsal: nothing is written or made. */
MUST_USE_STATUS cognito_ledger_look(const char *folder, const struct identity *who,
                                    struct span token, struct complaint *why);

#endif
