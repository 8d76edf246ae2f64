/* SPDX-License-Identifier: MIT */
/*
 * Writing to a descriptor to the end, and over what is there.
 */
#ifndef COGNITO_CLIENT_WRITE_H
#define COGNITO_CLIENT_WRITE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

/* Writes the whole of BYTES. False, with errno set, if not all of it could be written. */
MUST_USE bool cognito_write_all(int descriptor, struct span bytes);

/* Zeros over what is in a regular file: as much as a file system allows to be wiped. */
void cognito_write_zeros(int descriptor);

#endif
