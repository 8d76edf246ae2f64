/* SPDX-License-Identifier: MIT */
/*
 * The lists that a configuration names: map_file says who may use which account, deny_file who is
 * shut out. Both are checked whole before anything is asked, a few lines at a time, so that a large
 * one costs a waiting prompt no memory.
 */
#ifndef COGNITO_HOST_LISTS_H
#define COGNITO_HOST_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/status.h"
#include "host/config.h"
#include "token/identity.h"

/*
 * Checks the lists of each pool of CONFIGS. Of a map, the lines about USER are kept in the policy:
 * an account, cognito_user_from_token for every line, or NULL for none. Of a deny list nothing is
 * kept: it is read again for each token that is accepted. May be called again with another USER.
 * False, with a complaint that names file and line, if anything is wrong with one of them.
 */
MUST_USE bool cognito_lists_read(struct configs *configs, const char *user, struct complaint *why);

/* Reads the deny list of CONFIG as it is now. On COGNITO_ACCEPTED, *LINE is the number of the first
 * line that fits WHO, or 0 if there is none or no list. Otherwise *LINE is untouched, WHY says
 * more, and the status is COGNITO_SYSTEM_CONFIG, if anything is wrong with the list, or
 * _SYSTEM_MEMORY. */
MUST_USE_STATUS cognito_lists_deny(const struct config *config, const struct identity *who,
                                   size_t *line, struct complaint *why);

#endif
