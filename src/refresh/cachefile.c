/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/cachefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "refresh/cachename.h"
#include "token/jwks.h"

enum { FILE_MODE = 0644 };

/* A file that is removed unless it has been renamed. */
struct temporary {
    int folder;
    char name[NAME_MAX + 1]; /* empty: there is none */
};

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

static void remove_temporary(struct temporary *temporary)
{
    if (temporary->name[0] != '\0')
        (void)unlinkat(temporary->folder, temporary->name, 0);
}

static bool complain_errno(struct complaint *why, const char *path, const char *what, int error)
{
    const char *words = strerrordesc_np(error);
    return cognito_complain(why, "%s: %s: %s", path, what, words == NULL ? "unknown error" : words);
}

/* ---- a new set ---- */

static bool too_long(struct complaint *why)
{
    return cognito_complain(why, "the pool's name is too long");
}

static bool invent_temporary(const char *pool, char name[NAME_MAX + 1], struct complaint *why)
{
    uint64_t nonce;
    if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce)
        return cognito_complain(why, "no random bytes for a file name");
    return name_temporary(pool, nonce, name) || too_long(why);
}

static bool write_all(int file, struct span bytes)
{
    while (bytes.len > 0) {
        const ssize_t written = write(file, bytes.data, bytes.len);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            bytes = span_after(bytes, (size_t)written);
    }
    return true;
}

static bool write_temporary(const struct cachedir *dir, const char *pool, struct span set,
                            struct temporary *temporary, struct complaint *why)
{
    char name[NAME_MAX + 1];
    if (!invent_temporary(pool, name, why))
        return false;
    int file OWNED(close_descriptor) =
        openat(dir->descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               S_IRUSR | S_IWUSR);
    if (file < 0)
        return complain_errno(why, dir->path, "a file cannot be made in cache_dir", errno);
    memcpy(temporary->name, name, sizeof name);
    if (fchmod(file, FILE_MODE) != 0 || !write_all(file, set) || fsync(file) != 0)
        return complain_errno(why, dir->path, "the new set cannot be written", errno);
    const int closed = close(file);
    file = -1;
    return closed == 0 || complain_errno(why, dir->path, "the new set cannot be written", errno);
}

/* Reads the file NAME by the module's own rules. */
static bool read_as_module(const struct cachedir *dir, const char *name, struct safefile *file,
                           struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    const int len = snprintf(path, sizeof path, "%s/%s", dir->path, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return cognito_complain(why, "%s: the path of cache_dir is too long", dir->path);
    const struct safefile_rules rules = {.max_size = JWKS_SIZE_MAX, .trust_folder_owner = true};
    return cognito_safefile_read(path, &rules, file, why) == SAFEFILE_READ;
}

/* What the module will read is what was fetched: by its own parser, too. */
static bool check_temporary(const struct cachedir *dir, const struct temporary *temporary,
                            struct span set, struct complaint *why)
{
    struct safefile file OWNED(free_safefile) = {0};
    if (!read_as_module(dir, temporary->name, &file, why))
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
    return complain_errno(why, dir->path, "the new set is in place, but may not survive a crash",
                          errno);
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
    struct temporary temporary OWNED(remove_temporary) = {dir->descriptor, ""};
    if (!name_set(pool, name))
        return too_long(why);
    if (!write_temporary(dir, pool, set, &temporary, why) ||
        !check_temporary(dir, &temporary, set, why))
        return false;
    if (renameat(dir->descriptor, temporary.name, dir->descriptor, name) != 0)
        return complain_errno(why, dir->path, "the new set cannot replace the old one",
                              is_folder(dir, name) ? EISDIR : errno);
    temporary.name[0] = '\0';
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
