/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/cachedir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/safefile.h"
#include "refresh/cachename.h"
#include "refresh/syserror.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define LOCK_FLAGS (O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

enum {
    LEFT_OVER_SECONDS = 60, /* no run that lives writes a file for so long */
    SWEEP_MAX = 1024,       /* entries looked at in one run */
    LOCK_WAIT_MS = 10000,   /* longer than another process fetches */
    LOCK_STEP_MS = 20,
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

bool cognito_cachedir_open(const char *path, struct cachedir *dir, struct complaint *why)
{
    int folder OWNED(close_descriptor) = cognito_safefolder_open(path, why);
    if (folder < 0)
        return false;
    if (faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) != 0)
        return cognito_complain_errno(why, path, "cache_dir cannot be written", errno);
    sweep(folder);
    *dir = (struct cachedir){folder, path};
    folder = -1;
    return true;
}

void cognito_cachedir_close(struct cachedir *dir)
{
    close_descriptor(&dir->descriptor);
    *dir = (struct cachedir){-1, NULL};
}

/* ---- one process at a time ---- */

/* flock(2) knows no time limit, and a signal that would end it can come too early. */
static bool wait_for_lock(int file, bool *waited)
{
    static const struct timespec step = {0, LOCK_STEP_MS * 1000000L};
    for (int left = LOCK_WAIT_MS / LOCK_STEP_MS; left > 0; left--) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        *waited = true;
        (void)nanosleep(&step, NULL);
    }
    errno = EWOULDBLOCK;
    return false;
}

int cognito_cachedir_lock(const struct cachedir *dir, const char *pool, bool *waited,
                          struct complaint *why)
{
    char name[NAME_MAX + 1];
    struct stat status;
    *waited = false;
    if (!name_lock(pool, name)) {
        (void)cognito_complain(why, "the pool's name is too long");
        return -1;
    }
    int file OWNED(close_descriptor) = openat(dir->descriptor, name, LOCK_FLAGS, S_IRUSR | S_IWUSR);
    if (file < 0 || fstat(file, &status) != 0) {
        (void)cognito_complain_errno(why, dir->path, "the lock cannot be opened", errno);
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        (void)cognito_complain(why, "%s/%s: not a regular file", dir->path, name);
        return -1;
    }
    if (!wait_for_lock(file, waited)) {
        if (errno == EWOULDBLOCK)
            (void)cognito_complain(why, "%s/%s: another process has held the lock for %d s",
                                   dir->path, name, LOCK_WAIT_MS / 1000);
        else
            (void)cognito_complain_errno(why, dir->path, "the lock cannot be taken", errno);
        return -1;
    }
    const int taken = file;
    file = -1;
    return taken;
}
