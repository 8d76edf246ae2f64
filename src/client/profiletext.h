/* SPDX-License-Identifier: MIT */
/*
 * The text of one profile that somebody hands out, and its way into the person's own file.
 */
#ifndef COGNITO_CLIENT_PROFILETEXT_H
#define COGNITO_CLIENT_PROFILETEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/profile.h"

/* One setting of a profile. */
struct profile_setting {
    const char *name; /* a literal */
    struct secret value;
    const char *concern; /* a literal: what the person should know about it; NULL: nothing */
};

struct profile_text {
    char name[PROFILE_NAME_MAX + 1];  /* of its only section; or the default's */
    struct profile_setting *settings; /* owned, COUNT of them; only what the text sets */
    size_t count;
};

/* Reads TEXT, SOURCE being its name in complaints: one profile, complete and good by itself, either
 * with no section or all of it in one section. FOUND (zeros) is the caller's. False, with WHY. */
MUST_USE bool cognito_profile_text_read(struct span text, const char *source,
                                        struct profile_text *found, struct complaint *why);

/* The same for the profile NAME of TEXT, a file of profiles: with what stands before the sections.
 */
MUST_USE bool cognito_profile_text_settings(struct span text, const char *path, const char *name,
                                            struct profile_text *found, struct complaint *why);

void cognito_profile_text_free(struct profile_text *text);

/* Appends OLD, the text of a file of profiles, with a section for NAME that has these settings: in
 * the place of the section of that name, or at the end. Everything else stays as it is, byte for
 * byte. False, with WHY, if the section is one of several profiles, or without memory. */
MUST_USE bool cognito_profile_text_merge(const struct profile_text *text, const char *name,
                                         struct span old, struct secret *merged,
                                         struct complaint *why);

#endif
