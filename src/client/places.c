/* SPDX-License-Identifier: MIT */
#include "client/places.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "client/folder.h"

static bool is_absolute(const char *path)
{
    return path != NULL && path[0] == '/';
}

/* BASE/REST or, where BASE is not set, HOME/OTHERWISE/REST. */
static bool find(const struct places *places, const char *base, const char *otherwise,
                 const char *rest, char path[PATH_SIZE_MAX], struct complaint *why)
{
    if (!is_absolute(base) && !is_absolute(places->home))
        return cognito_complain(why, "HOME is not set to an absolute path");
    const int len = is_absolute(base)
                        ? snprintf(path, PATH_SIZE_MAX, "%s/%s", base, rest)
                        : snprintf(path, PATH_SIZE_MAX, "%s/%s/%s", places->home, otherwise, rest);
    if (len < 0 || len >= PATH_SIZE_MAX)
        return cognito_complain(why, "HOME or a setting of XDG_...: the path is too long");
    return true;
}

bool cognito_places_config(const struct places *places, char path[PATH_SIZE_MAX],
                           struct complaint *why)
{
    return find(places, places->config, ".config", "cognito-login/config", path, why);
}

int cognito_places_open_state(const struct places *places, uid_t owner, char path[PATH_SIZE_MAX],
                              struct complaint *why)
{
    if (!find(places, places->state, ".local/state", "cognito-login", path, why) ||
        !cognito_folder_make_above(path, why))
        return -1;
    return cognito_folder_open_linked(path, owner, why);
}

int cognito_places_open_runtime(const struct places *places, uid_t owner, char path[PATH_SIZE_MAX],
                                struct complaint *why)
{
    if (!cognito_folder_is_own(places->runtime, owner))
        return cognito_places_open_state(places, owner, path, why);
    if (!find(places, places->runtime, "", "cognito-login", path, why))
        return -1;
    return cognito_folder_open(path, owner, why);
}

static bool may_be_there(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || errno != ENOENT;
}

bool cognito_places_has_state(const struct places *places)
{
    char path[PATH_SIZE_MAX];
    return !find(places, places->state, ".local/state", "cognito-login", path, NULL) ||
           may_be_there(path);
}

bool cognito_places_has_runtime(const struct places *places, uid_t owner)
{
    char path[PATH_SIZE_MAX];
    if (!cognito_folder_is_own(places->runtime, owner))
        return cognito_places_has_state(places);
    return !find(places, places->runtime, "", "cognito-login", path, NULL) || may_be_there(path);
}
