/* SPDX-License-Identifier: MIT */
#include "client/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/write.h"

static bool is_absolute(const char *path)
{
    return path != NULL && path[0] == '/';
}

static bool others_can_write(const struct stat *status)
{
    return (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* The runtime folder of this person, and of no other. */
static bool is_runtime(const char *path, uid_t owner)
{
    struct stat status;
    return is_absolute(path) && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == owner && !others_can_write(&status);
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
    if (is_runtime(places->runtime, owner)) {
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

static bool complain_errno(struct complaint *why, const char *path, int error)
{
    return cognito_complain(why, "%s: %s", path, write_words(error));
}

/* Under any umask of the caller's: one that takes our own rights away would lock us out. */
static bool make(const char *path, struct complaint *why)
{
    const mode_t before = umask(S_IRWXG | S_IRWXO);
    const bool made = mkdir(path, S_IRWXU) == 0;
    const int error = errno;
    (void)umask(before);
    return made || error == EEXIST || complain_errno(why, path, error);
}

static bool judge(int folder, const char *path, uid_t owner, struct complaint *why)
{
    struct stat status;
    if (fstat(folder, &status) != 0)
        return complain_errno(why, path, errno);
    if (status.st_uid != owner)
        return cognito_complain(why,
                                "%s: this folder belongs to somebody else; remove it, or set "
                                "XDG_RUNTIME_DIR to a folder of your own",
                                path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return cognito_complain(why, "%s: this folder is open to others (chmod 700)", path);
    return true;
}

int cognito_runtime_open(const struct runtime_places *places, uid_t owner, char path[PATH_SIZE_MAX],
                         struct complaint *why)
{
    if (!choose(places, owner, path, why) || !make(path, why))
        return -1;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        (void)complain_errno(why, path, errno);
        return -1;
    }
    if (judge(folder, path, owner, why))
        return folder;
    (void)close(folder);
    return -1;
}
