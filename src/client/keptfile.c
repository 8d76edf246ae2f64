/* SPDX-License-Identifier: MIT */
#include "client/keptfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/write.h"

enum { NAME_SIZE = 256 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static bool complain(const struct kept *kept, struct complaint *why, const char *what)
{
    return cognito_complain(why, "%s/%s: %s", kept->path, kept->name, what);
}

/* ---- reading ---- */

static bool judge(const struct kept *kept, int descriptor, size_t max_size, struct complaint *why)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return complain(kept, why, cognito_error_words(errno));
    if (!S_ISREG(status.st_mode))
        return complain(kept, why, "not a regular file");
    if (status.st_uid != geteuid())
        return complain(kept, why, "this file belongs to somebody else");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return complain(kept, why,
                        "this file is open to others, who may know its token: run cognito-login "
                        "logout, which revokes it, and log in again");
    return (status.st_size >= 0 && (size_t)status.st_size <= max_size) ||
           complain(kept, why, "this file is too long");
}

static bool read_all(const struct kept *kept, int descriptor, size_t max_size,
                     struct secret *content, struct complaint *why)
{
    const size_t before = content->len;
    unsigned char chunk[4096];
    ssize_t got;
    bool good = true;
    while (good && (got = read(descriptor, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            good = complain(kept, why, cognito_error_words(errno));
        else if (content->len - before + (size_t)got > max_size)
            good = complain(kept, why, "this file is too long");
        else if (!cognito_secret_append(content, span_of(chunk, (size_t)got)))
            good = complain(kept, why, "out of memory");
    }
    cognito_wipe(chunk, sizeof chunk);
    return good;
}

enum kept_result cognito_kept_read(const struct kept *kept, size_t max_size, struct secret *content,
                                   struct complaint *why)
{
    if (kept->folder < 0) {
        (void)cognito_complain(why, "%s: there is no folder for it", kept->name);
        return KEPT_MISSING;
    }
    const int descriptor OWNED(close_descriptor) =
        openat(kept->folder, kept->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        const int error = errno;
        (void)complain(kept, why, cognito_error_words(error));
        return error == ENOENT ? KEPT_MISSING : KEPT_REFUSED;
    }
    return judge(kept, descriptor, max_size, why) &&
                   read_all(kept, descriptor, max_size, content, why)
               ? KEPT_READ
               : KEPT_REFUSED;
}

bool cognito_kept_reclaim(const struct kept *kept, struct complaint *why)
{
    struct stat status;
    return fstatat(kept->folder, kept->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
           !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
           fchmodat(kept->folder, kept->name, 0600, 0) == 0 ||
           complain(kept, why, cognito_error_words(errno));
}

/* ---- writing ---- */

/* One writer at a time needs no more than one name for what is not whole yet. */
static bool name_temporary(const struct kept *kept, char name[NAME_SIZE])
{
    const int len = snprintf(name, NAME_SIZE, "%s.new", kept->name);
    return len > 0 && len < NAME_SIZE;
}

/* fchmod, because a umask may have taken away our own right to read it again. */
static bool fill(const struct kept *kept, const char *name, struct span first, struct span second)
{
    const int descriptor =
        openat(kept->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return false;
    const bool filled = fchmod(descriptor, 0600) == 0 && cognito_write_all(descriptor, first) &&
                        cognito_write_all(descriptor, second) && fsync(descriptor) == 0;
    const int error = errno;
    const bool closed = close(descriptor) == 0;
    if (!filled)
        errno = error;
    return filled && closed;
}

bool cognito_kept_write(const struct kept *kept, struct span first, struct span second,
                        struct complaint *why)
{
    char temporary[NAME_SIZE];
    if (!name_temporary(kept, temporary))
        return complain(kept, why, "the name is too long");
    (void)unlinkat(kept->folder, temporary, 0);
    if (fill(kept, temporary, first, second) &&
        renameat(kept->folder, temporary, kept->folder, kept->name) == 0 &&
        fsync(kept->folder) == 0)
        return true;
    const int error = errno;
    (void)unlinkat(kept->folder, temporary, 0);
    return complain(kept, why, cognito_error_words(error));
}

/* ---- removing ---- */

/* A file that has another name as well is kept by somebody else, too. */
static void wipe(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || status.st_nlink > 1)
        return;
    cognito_write_zeros(descriptor);
    (void)fsync(descriptor);
}

static int open_to_wipe(const struct kept *kept, const char *name)
{
    return openat(kept->folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool cognito_kept_replace(const struct kept *kept, struct span first, struct span second,
                          struct complaint *why)
{
    const int before OWNED(close_descriptor) = open_to_wipe(kept, kept->name);
    if (!cognito_kept_write(kept, first, second, why))
        return false;
    if (before >= 0)
        wipe(before);
    return true;
}

static bool discard(const struct kept *kept, const char *name)
{
    const int descriptor OWNED(close_descriptor) = open_to_wipe(kept, name);
    if (descriptor >= 0)
        wipe(descriptor);
    return unlinkat(kept->folder, name, 0) == 0 || errno == ENOENT;
}

bool cognito_kept_remove(const struct kept *kept, struct complaint *why)
{
    char temporary[NAME_SIZE];
    if (!name_temporary(kept, temporary))
        return complain(kept, why, "the name is too long");
    if (discard(kept, temporary) && discard(kept, kept->name))
        return true;
    return complain(kept, why, cognito_error_words(errno));
}
