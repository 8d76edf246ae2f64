/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "refresh/cachename.h"
#include "refresh/syserror.h"

enum { FILE_MODE = 0644 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static bool refuse(struct complaint *why, const char *path, const char *what)
{
    const int error = errno;
    char words[64];
    (void)snprintf(words, sizeof words, "%s cannot be written", what);
    return cognito_complain_errno(why, path, words, error);
}

static bool invent_name(const char *pool, char name[NAME_MAX + 1], struct complaint *why)
{
    uint64_t nonce;
    if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce)
        return cognito_complain(why, "no random bytes for a file name");
    return name_temporary(pool, nonce, name) ||
           cognito_complain(why, "the pool's name is too long");
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

bool cognito_newfile_write(const struct cachedir *dir, const char *pool, const char *what,
                           struct span bytes, struct newfile *file, struct complaint *why)
{
    char name[NAME_MAX + 1];
    if (!invent_name(pool, name, why))
        return false;
    int descriptor OWNED(close_descriptor) =
        openat(dir->descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return cognito_complain_errno(why, dir->path, "a file cannot be made in cache_dir", errno);
    file->folder = dir->descriptor;
    memcpy(file->name, name, sizeof name);
    if (fchmod(descriptor, FILE_MODE) != 0 || !write_all(descriptor, bytes) ||
        fsync(descriptor) != 0)
        return refuse(why, dir->path, what);
    const int closed = close(descriptor);
    descriptor = -1;
    return closed == 0 || refuse(why, dir->path, what);
}

bool cognito_newfile_rename(struct newfile *file, const char *name)
{
    if (renameat(file->folder, file->name, file->folder, name) != 0)
        return false;
    file->name[0] = '\0';
    return true;
}

void cognito_newfile_remove(struct newfile *file)
{
    if (file->name[0] != '\0')
        (void)unlinkat(file->folder, file->name, 0);
    *file = (struct newfile){-1, ""};
}
