/* SPDX-License-Identifier: MIT */
#include "client/sibling.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* proc(5); where there is no such link, PATH has to do. */
static bool beside(const char *name, char path[PATH_SIZE_MAX])
{
    char own[PATH_SIZE_MAX];
    const ssize_t len = readlink("/proc/self/exe", own, sizeof own);
    if (len <= 0 || (size_t)len >= sizeof own)
        return false;
    own[len] = '\0';
    char *slash = strrchr(own, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    const int wrote = snprintf(path, PATH_SIZE_MAX, "%s/%s", own, name);
    return wrote > 0 && wrote < PATH_SIZE_MAX && access(path, X_OK) == 0;
}

void cognito_sibling(const char *name, char path[PATH_SIZE_MAX])
{
    if (!beside(name, path))
        (void)snprintf(path, PATH_SIZE_MAX, "%s", name);
}
