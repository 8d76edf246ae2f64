/* SPDX-License-Identifier: MIT */
/*
 * Settings of the environment.
 */
#ifndef COGNITO_CLIENT_SETTING_H
#define COGNITO_CLIENT_SETTING_H

#include <stdlib.h>

/* The value of the variable NAME; NULL if it is not set. One that is empty counts as not set. */
static inline const char *cognito_setting(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

#endif
