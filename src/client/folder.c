/* SPDX-License-Identifier: MIT */
#include "client/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "base/limits.h"

static bool complain_errno(struct complaint *why, const char *path, int error)
{
    return cognito_complain(why, "%s: %s", path, cognito_error_words(error));
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
        return cognito_complain(why, "%s: this folder is open to others; fix: chmod 700 %s", path,
                                path);
    return true;
}

/* NOFOLLOW is O_NOFOLLOW, or 0 where PATH may be a link. */
static int open_judged(const char *path, uid_t owner, int nofollow, struct complaint *why)
{
    if (!make(path, why))
        return -1;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);
    if (folder < 0) {
        (void)complain_errno(why, path, errno);
        return -1;
    }
    if (judge(folder, path, owner, why))
        return folder;
    (void)close(folder);
    return -1;
}

int cognito_folder_open(const char *path, uid_t owner, struct complaint *why)
{
    return open_judged(path, owner, O_NOFOLLOW, why);
}

int cognito_folder_open_linked(const char *path, uid_t owner, struct complaint *why)
{
    struct stat status;
    const bool own = lstat(path, &status) == 0 && (status.st_uid == owner || status.st_uid == 0);
    return open_judged(path, owner, own ? 0 : O_NOFOLLOW, why);
}

bool cognito_folder_make_above(const char *path, struct complaint *why)
{
    char above[PATH_SIZE_MAX];
    const int len = snprintf(above, sizeof above, "%s", path);
    if (len < 0 || (size_t)len >= sizeof above)
        return cognito_complain(why, "%.64s...: the path is too long", path);
    for (char *slash = strchr(above + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        struct stat status;
        /* One that is there is not made: the person may have no right to write above it. */
        if (stat(above, &status) != 0 && !make(above, why))
            return false;
        *slash = '/';
    }
    return true;
}

bool cognito_folder_is_own(const char *path, uid_t owner)
{
    struct stat status;
    return path != NULL && path[0] == '/' && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == owner && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}
