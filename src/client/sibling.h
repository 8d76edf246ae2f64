/* SPDX-License-Identifier: MIT */
/*
 * Where cognito-login and cognito-askpass find each other: in the same folder or, failing that,
 * wherever PATH leads.
 */
#ifndef COGNITO_CLIENT_SIBLING_H
#define COGNITO_CLIENT_SIBLING_H

#include "base/limits.h"

/* Sets PATH to the program NAME beside the running one, or to NAME alone. */
void cognito_sibling(const char *name, char path[PATH_SIZE_MAX]);

#endif
