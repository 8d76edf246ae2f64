/* SPDX-License-Identifier: MIT */
/*
 * The profiles that a person has: those of the person's own file, and below them those that an
 * administrator has put into the system's. A profile comes whole from one of the two, and from the
 * person's own if both have it: nothing of the other one shows through.
 */
#ifndef COGNITO_CLIENT_PROFILES_H
#define COGNITO_CLIENT_PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/options.h"
#include "client/places.h"
#include "client/profile.h"

/* Reads the profile NAME (NULL: the default) as cognito_profile_read does. The system's file is not
 * looked at where the person's own has the profile. */
MUST_USE bool cognito_profiles_read(const struct places *places, const char *name,
                                    struct profile *profile, struct complaint *why);

/* Adds the names of all profiles to NAMES: OWN from the person's own file, the others from the
 * system's. False, with WHY, if one of the files is refused. */
MUST_USE bool cognito_profiles_list(const struct places *places, struct list *names, size_t *own,
                                    struct complaint *why);

#endif
