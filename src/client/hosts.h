/* SPDX-License-Identifier: MIT */
/*
 * Which hosts may have the token: a list of patterns, separated by white space or commas. In a
 * pattern * stands for any characters, ? for one; letters are compared without case, as in all
 * names of hosts (RFC 4343). The pattern has to match the whole name.
 */
#ifndef COGNITO_CLIENT_HOSTS_H
#define COGNITO_CLIENT_HOSTS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/span.h"

/* Whether HOST matches one of PATTERNS (NULL: none). A list with a '!' in it, which ssh would take
 * for an exception, is refused whole: there are none here. WHY says what to set. */
MUST_USE bool cognito_hosts_match(const char *patterns, struct span host, struct complaint *why);

#endif
