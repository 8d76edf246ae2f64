/* SPDX-License-Identifier: MIT */
/*
 * Descriptors that no program which we start inherits: in one call where the system has it, else in
 * two. Between the two nobody can start a program, since our programs have one thread.
 */
#ifndef COGNITO_CLIENT_DESCRIPTOR_H
#define COGNITO_CLIENT_DESCRIPTOR_H

#include <stdbool.h>

#include "base/attributes.h"

/* Each of the descriptors is the caller's; false or -1, with errno set, and nothing to close. */
MUST_USE bool cognito_descriptor_pipe(int ends[2]);

/* A stream socket that does not wait. */
MUST_USE int cognito_descriptor_socket(int family);

/* A connection that LISTENING has; it does not wait either. */
MUST_USE int cognito_descriptor_accept(int listening);

#endif
