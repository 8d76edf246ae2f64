/* SPDX-License-Identifier: MIT */
/*
 * The certificates of ca_file, which are trusted instead of the system's.
 */
#ifndef COGNITO_REFRESH_AUTHORITIES_H
#define COGNITO_REFRESH_AUTHORITIES_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/safefile.h"
#include "host/config.h"

/* Reads ca_file of CONFIG into FILE, whose content is the caller's; without ca_file it stays empty,
 * which means the system's certificates. False with a complaint if it cannot be used. */
MUST_USE bool cognito_authorities_read(const struct config *config, struct safefile *file,
                                       struct complaint *why);

#endif
