/* SPDX-License-Identifier: MIT */
#include "client/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "client/folder.h"

static bool is_absolute(const char *path)
{
    return path != NULL && path[0] == '/';
}

static bool others_can_write(const struct stat *status)
{
    return (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* Nobody else can replace what is in it: others cannot write to it, or it is sticky, as /tmp. */
static bool keeps(const char *path, uid_t owner)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
           (status.st_uid == owner || status.st_uid == 0) &&
           (!others_can_write(&status) || (status.st_mode & S_ISVTX) != 0);
}

static bool choose(const struct runtime_places *places, uid_t owner, char path[PATH_SIZE_MAX],
                   struct complaint *why)
{
    int len;
    /* A runtime folder of somebody else, as su leaves it behind, counts as none. */
    if (cognito_folder_is_own(places->runtime, owner)) {
        len = snprintf(path, PATH_SIZE_MAX, "%s/cognito-askpass", places->runtime);
    } else {
        const char *above = is_absolute(places->temporary) ? places->temporary : "/tmp";
        if (!keeps(above, owner))
            return cognito_complain(why,
                                    "%s: not a folder where others cannot replace files; set "
                                    "XDG_RUNTIME_DIR or TMPDIR to a folder of your own",
                                    above);
        len = snprintf(path, PATH_SIZE_MAX, "%s/cognito-askpass-%ju", above, (uintmax_t)owner);
    }
    if (len < 0 || len >= PATH_SIZE_MAX)
        return cognito_complain(why, "XDG_RUNTIME_DIR or TMPDIR: the path is too long");
    return true;
}

int cognito_runtime_open(const struct runtime_places *places, uid_t owner, char path[PATH_SIZE_MAX],
                         struct complaint *why)
{
    return choose(places, owner, path, why) ? cognito_folder_open(path, owner, why) : -1;
}
