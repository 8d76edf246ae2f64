/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/cachedir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "token/jwks.h"

#define SUFFIX ".jwks"
#define TEMPORARY_END ".tmp"
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

enum {
    FOLDER_MODE = 0755,
    FILE_MODE = 0644,
    NONCE_DIGITS = 16,
    LEFT_OVER_SECONDS = 60, /* no run that lives writes a file for so long */
    SWEEP_MAX = 1024,       /* entries looked at in one run */
};

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

static void close_listing(DIR **listing)
{
    if (*listing != NULL)
        (void)closedir(*listing);
}

static void free_string(char **string)
{
    free(*string);
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

/* Whether all folders above the absolute PATH are to be trusted, or are missing. */
static bool is_trusted_above(const char *path, struct complaint *why)
{
    const struct safefile_rules rules = {.max_size = 0};
    struct safefile nothing OWNED(free_safefile) = {0};
    const enum safefile_result result = cognito_safefile_read(path, &rules, &nothing, why);
    return result == SAFEFILE_MISSING || result == SAFEFILE_READ;
}

/* ---- the folder ---- */

bool cognito_cachedir_make(const char *path, const struct refresher *owner, struct complaint *why)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return true;
    if (errno != ENOENT)
        return complain_errno(why, path, "cache_dir cannot be looked at", errno);
    if (!is_trusted_above(path, why))
        return false;
    if (mkdir(path, FOLDER_MODE) != 0)
        return complain_errno(why, path, "cache_dir cannot be made", errno);
    const int folder OWNED(close_descriptor) = open(path, FOLDER_FLAGS);
    if (folder < 0 || fchmod(folder, FOLDER_MODE) != 0 ||
        fchown(folder, owner->uid, owner->gid) != 0)
        return complain_errno(why, path, "cache_dir cannot be given to refresh_user", errno);
    return true;
}

static bool is_hex(const char *digits, size_t count)
{
    return strspn(digits, "0123456789abcdef") >= count;
}

/* .POOL.jwks.NONCE.tmp */
static bool is_temporary(const char *name)
{
    const size_t tail = strlen(SUFFIX ".") + NONCE_DIGITS + strlen(TEMPORARY_END);
    const size_t len = strlen(name);
    if (name[0] != '.' || len <= tail)
        return false;
    const char *end = name + len - tail;
    const char *nonce = end + strlen(SUFFIX ".");
    return strncmp(end, SUFFIX ".", strlen(SUFFIX ".")) == 0 && is_hex(nonce, NONCE_DIGITS) &&
           strcmp(nonce + NONCE_DIGITS, TEMPORARY_END) == 0;
}

static bool is_left_over(int folder, const char *name, int64_t now)
{
    struct stat status;
    if (!is_temporary(name) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    /* One from the future is no run's that lives, either. */
    const int64_t age = now - (int64_t)status.st_mtime;
    return S_ISREG(status.st_mode) && (age > LEFT_OVER_SECONDS || age < -LEFT_OVER_SECONDS);
}

/* What stays for lack of luck goes with the next run. */
static void sweep(int folder)
{
    const int copy = openat(folder, ".", FOLDER_FLAGS);
    if (copy < 0)
        return;
    DIR *listing OWNED(close_listing) = fdopendir(copy);
    if (listing == NULL) {
        (void)close(copy);
        return;
    }
    const int64_t now = (int64_t)time(NULL);
    for (int seen = 0; seen < SWEEP_MAX; seen++) {
        const struct dirent *entry = readdir(listing);
        if (entry == NULL)
            return;
        if (is_left_over(folder, entry->d_name, now))
            (void)unlinkat(folder, entry->d_name, 0);
    }
}

/* Whether the folder PATH, which has no links in it, and all above it are to be trusted: asked by
 * way of a file in it, of which nobody has heard. */
static bool is_trusted(const char *path, struct complaint *why)
{
    char inside[PATH_SIZE_MAX];
    const int len = snprintf(inside, sizeof inside, "%s/.nothing", path);
    if (len < 0 || (size_t)len >= sizeof inside)
        return cognito_complain(why, "%s: the path of cache_dir is too long", path);
    return is_trusted_above(inside, why);
}

bool cognito_cachedir_open(const char *path, struct cachedir *dir, struct complaint *why)
{
    char *resolved OWNED(free_string) = realpath(path, NULL);
    if (resolved == NULL)
        return complain_errno(why, path, "cache_dir", errno);
    if (!is_trusted(resolved, why))
        return false;
    int folder OWNED(close_descriptor) = open(resolved, FOLDER_FLAGS);
    if (folder < 0)
        return complain_errno(why, resolved, "cache_dir cannot be opened", errno);
    if (faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) != 0)
        return complain_errno(why, resolved, "cache_dir cannot be written", errno);
    sweep(folder);
    *dir = (struct cachedir){folder, resolved};
    folder = -1;
    resolved = NULL;
    return true;
}

void cognito_cachedir_close(struct cachedir *dir)
{
    close_descriptor(&dir->descriptor);
    free(dir->path);
    *dir = (struct cachedir){-1, NULL};
}

/* ---- a set ---- */

static bool name_set(const char *pool, char name[NAME_MAX + 1], struct complaint *why)
{
    const int len = snprintf(name, NAME_MAX + 1, "%s" SUFFIX, pool);
    return (len >= 0 && len <= NAME_MAX) || cognito_complain(why, "the pool's name is too long");
}

static bool name_temporary(const char *pool, char name[NAME_MAX + 1], struct complaint *why)
{
    uint64_t nonce;
    if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce)
        return cognito_complain(why, "no random bytes for a file name");
    const int len =
        snprintf(name, NAME_MAX + 1, ".%s" SUFFIX ".%016" PRIx64 TEMPORARY_END, pool, nonce);
    return (len >= 0 && len <= NAME_MAX) || cognito_complain(why, "the pool's name is too long");
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
    if (!name_temporary(pool, name, why))
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

/* What the module will read is what was fetched: by the module's own rules, and its own parser. */
static bool check_temporary(const struct cachedir *dir, const struct temporary *temporary,
                            struct span set, struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    const int len = snprintf(path, sizeof path, "%s/%s", dir->path, temporary->name);
    if (len < 0 || (size_t)len >= sizeof path)
        return cognito_complain(why, "%s: the path of cache_dir is too long", dir->path);
    const struct safefile_rules rules = {.max_size = JWKS_SIZE_MAX, .trust_folder_owner = true};
    struct safefile file OWNED(free_safefile) = {0};
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    if (!span_equal(secret_span(&file.content), set))
        return cognito_complain(why, "%s: the file is not what was written", path);
    struct jwks *keys OWNED(free_keys) = NULL;
    return cognito_jwks_parse(secret_span(&file.content), &keys, NULL) == COGNITO_ACCEPTED ||
           cognito_complain(why, "%s: the file cannot be parsed again", path);
}

/* Some file systems have nothing to sync in a folder and say EINVAL. */
static bool sync_folder(const struct cachedir *dir, struct complaint *why)
{
    if (fsync(dir->descriptor) == 0 || errno == EINVAL)
        return true;
    return complain_errno(why, dir->path, "the new set is in place, but may not survive a crash",
                          errno);
}

bool cognito_cachedir_replace(const struct cachedir *dir, const char *pool, struct span set,
                              struct complaint *why)
{
    char name[NAME_MAX + 1];
    struct temporary temporary OWNED(remove_temporary) = {dir->descriptor, ""};
    if (!name_set(pool, name, why) || !write_temporary(dir, pool, set, &temporary, why) ||
        !check_temporary(dir, &temporary, set, why))
        return false;
    if (renameat(dir->descriptor, temporary.name, dir->descriptor, name) != 0)
        return complain_errno(why, dir->path, "the new set cannot replace the old one", errno);
    temporary.name[0] = '\0';
    return sync_folder(dir, why);
}

bool cognito_cachedir_fetched_at(const struct cachedir *dir, const char *pool, int64_t *when)
{
    char name[NAME_MAX + 1];
    struct stat status;
    if (!name_set(pool, name, NULL) ||
        fstatat(dir->descriptor, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
        return false;
    *when = (int64_t)status.st_mtime;
    return true;
}
