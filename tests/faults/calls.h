/* SPDX-License-Identifier: MIT */
/*
 * Everything the module calls: how each function can fail, or why it cannot.
 */
#ifndef TESTS_FAULTS_CALLS_H
#define TESTS_FAULTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include <security/pam_appl.h>

#include "fault.h"

/* Puts these functions between the module at PATH and its libraries. What it takes from
 * /var/lib/pam_cognito and /run/pam_cognito is below FOLDER from then on, which may be changed. */
void calls_watch(const char *path);
void calls_set_folder(const char *folder);

const struct call *calls_table(size_t *count);

/* Whether the module calls the function of this row. */
bool calls_has(size_t row);

/* A function of the module that is in no row, or NULL. */
const char *calls_unknown(void);

/* A conversation fails as a function does: PAM_SUCCESS, or what it is to return. MUTE: it has to
 * succeed without a reply. */
int calls_converse(bool *mute);

#endif
