/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/safefile.h"
#include "refresh/syserror.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

enum { FOLDER_MODE = 0755 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void free_string(char **string)
{
    free(*string);
}

/* The folder that the absolute PATH is in, if it and all above it are to be trusted. */
static int open_above(const char *path, struct complaint *why)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        (void)cognito_complain(why, "%s: not an absolute path", path);
        return -1;
    }
    char *above OWNED(free_string) =
        slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (above == NULL) {
        (void)cognito_complain(why, "out of memory");
        return -1;
    }
    return cognito_safefolder_open(above, why);
}

bool cognito_folder_make(const char *path, const struct refresher *owner, struct complaint *why)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return true;
    if (errno != ENOENT)
        return cognito_complain_errno(why, path, "cannot be looked at", errno);
    const int above OWNED(close_descriptor) = open_above(path, why);
    if (above < 0)
        return false;
    if (mkdir(path, FOLDER_MODE) != 0)
        return cognito_complain_errno(why, path, "cannot be made", errno);
    const int folder OWNED(close_descriptor) = open(path, FOLDER_FLAGS);
    if (folder < 0 || fchmod(folder, FOLDER_MODE) != 0 ||
        fchown(folder, owner->uid, owner->gid) != 0)
        return cognito_complain_errno(why, path, "cannot be given to refresh_user", errno);
    return true;
}
