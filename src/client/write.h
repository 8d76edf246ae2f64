/* SPDX-License-Identifier: MIT */
/*
 * Writing to a descriptor to the end.
 */
#ifndef COGNITO_CLIENT_WRITE_H
#define COGNITO_CLIENT_WRITE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

/* Writes the whole of BYTES. False, with errno set, if not all of it could be written. */
MUST_USE bool cognito_write_all(int descriptor, struct span bytes);

#endif
