/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/cachefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "refresh/cachename.h"
#include "refresh/newfile.h"
#include "refresh/syserror.h"
#include "token/jwks.h"

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

/* ---- a new set ---- */

static bool too_long(struct complaint *why)
{
    return cognito_complain(why, "the pool's name is too long");
}

/* Reads the file NAME as the module does; its one more trusted user is who writes it, we. */
static bool read_as_module(const struct cachedir *dir, const char *name, struct safefile *file,
                           struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    const int len = snprintf(path, sizeof path, "%s/%s", dir->path, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return cognito_complain(why, "%s: the path of cache_dir is too long", dir->path);
    static const struct safefile_rules rules = {.max_size = JWKS_SIZE_MAX};
    return cognito_safefile_read(path, &rules, file, why) == SAFEFILE_READ;
}

/* What the module will read is what was fetched: by its own parser, too. */
static bool check_new(const struct cachedir *dir, const struct newfile *new, struct span set,
                      struct complaint *why)
{
    struct safefile file OWNED(free_safefile) = {0};
    if (!read_as_module(dir, new->name, &file, why))
        return false;
    if (!span_equal(secret_span(&file.content), set))
        return cognito_complain(why, "%s: the file is not what was written", dir->path);
    struct jwks *keys OWNED(free_keys) = NULL;
    return cognito_jwks_parse(secret_span(&file.content), &keys, NULL) == COGNITO_ACCEPTED ||
           cognito_complain(why, "%s: the file cannot be parsed again", dir->path);
}

/* Some file systems have nothing to sync in a folder and say EINVAL. */
static bool sync_folder(const struct cachedir *dir, struct complaint *why)
{
    if (fsync(dir->descriptor) == 0 || errno == EINVAL)
        return true;
    return cognito_complain_errno(why, dir->path,
                                  "the new set is in place, but may not survive a crash", errno);
}

/* Landlock refuses such a rename before it comes to the real reason. */
static bool is_folder(const struct cachedir *dir, const char *name)
{
    struct stat status;
    const int error = errno;
    const bool there = fstatat(dir->descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    errno = error;
    return there && S_ISDIR(status.st_mode);
}

bool cognito_cachefile_replace(const struct cachedir *dir, const char *pool, struct span set,
                               struct complaint *why)
{
    char name[NAME_MAX + 1];
    struct newfile new OWNED(cognito_newfile_remove) = {-1, ""};
    if (!name_set(pool, name))
        return too_long(why);
    if (!cognito_newfile_write(dir, pool, "the new set", set, &new, why) ||
        !check_new(dir, &new, set, why))
        return false;
    if (!cognito_newfile_rename(&new, name))
        return cognito_complain_errno(why, dir->path, "the new set cannot replace the old one",
                                      is_folder(dir, name) ? EISDIR : errno);
    return sync_folder(dir, why);
}

/* ---- the one that is there ---- */

bool cognito_cachefile_is(const struct cachedir *dir, const char *pool, struct span set)
{
    char name[NAME_MAX + 1];
    struct safefile file OWNED(free_safefile) = {0};
    return name_set(pool, name) && read_as_module(dir, name, &file, NULL) &&
           span_equal(secret_span(&file.content), set);
}

bool cognito_cachefile_keys(const struct cachedir *dir, const char *pool, size_t *keys)
{
    char name[NAME_MAX + 1];
    struct safefile file OWNED(free_safefile) = {0};
    struct jwks *set OWNED(free_keys) = NULL;
    if (!name_set(pool, name) || !read_as_module(dir, name, &file, NULL) ||
        cognito_jwks_parse(secret_span(&file.content), &set, NULL) != COGNITO_ACCEPTED)
        return false;
    *keys = cognito_jwks_count(set);
    return true;
}

bool cognito_cachefile_renew(const struct cachedir *dir, const char *pool)
{
    char name[NAME_MAX + 1];
    return name_set(pool, name) && utimensat(dir->descriptor, name, NULL, AT_SYMLINK_NOFOLLOW) == 0;
}

bool cognito_cachefile_imprint(const struct cachedir *dir, const char *pool,
                               struct imprint *imprint)
{
    char name[NAME_MAX + 1];
    struct stat status;
    if (!name_set(pool, name) ||
        fstatat(dir->descriptor, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
        return false;
    *imprint =
        (struct imprint){(uint64_t)status.st_dev, (uint64_t)status.st_ino, (int64_t)status.st_size,
                         (int64_t)status.st_mtim.tv_sec, (int64_t)status.st_mtim.tv_nsec};
    return true;
}
