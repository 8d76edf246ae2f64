/* SPDX-License-Identifier: MIT */
#include "base/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "base/limits.h"

/* A folder is opened to be judged and walked, not read; POSIX calls this O_SEARCH. */
#if defined O_PATH
#define OPEN_FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#elif defined O_SEARCH
#define OPEN_FOLDER (O_SEARCH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#else
#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#endif

/* Neither a terminal nor a fifo may hold up a login. */
#define OPEN_FILE (O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

enum { NOBODY_ELSE = -1 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void free_string(char **string)
{
    free(*string);
}

static enum safefile_result refuse(struct complaint *why, const char *path, const char *what)
{
    (void)cognito_complain(why, "%s: %s", path, what);
    return SAFEFILE_REFUSED;
}

static enum safefile_result refuse_errno(struct complaint *why, const char *path, int error)
{
    if (error == ENOMEM) {
        (void)cognito_complain(why, "%s: out of memory", path);
        return SAFEFILE_NO_MEMORY;
    }
    (void)cognito_complain(why, "%s: %s", path, cognito_error_words(error));
    return error == ENOENT || error == ENOTDIR ? SAFEFILE_MISSING : SAFEFILE_REFUSED;
}

/* ALSO is one more trusted user, or NOBODY_ELSE. */
static bool is_trusted(uid_t owner, int64_t also)
{
    return owner == 0 || owner == geteuid() || (also >= 0 && (int64_t)owner == also);
}

static enum safefile_result judge_folder(int descriptor, const char *path, int64_t also,
                                         struct stat *status, struct complaint *why)
{
    if (fstat(descriptor, status) != 0)
        return refuse_errno(why, path, errno);
    if (!is_trusted(status->st_uid, also))
        return refuse(why, path, "this folder belongs to a user who is not trusted");
    const bool shared = (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = status->st_uid == 0 && (status->st_mode & S_ISVTX) != 0;
    if (shared && !sticky)
        return refuse(why, path, "this folder can be written to by its group or by others");
    return SAFEFILE_READ;
}

/* The folder that holds the file, opened; above it everything was found trustworthy. */
struct folder {
    int descriptor;
    int64_t also; /* who else may own the file */
};

/* Goes from the root to PATH, which has no links and no dots in it, judging each folder. PATH is
 * cut into components on the way and whole again when this returns. */
static enum safefile_result walk(char *path, const struct safefile_rules *rules,
                                 struct folder *folder, struct complaint *why)
{
    int here OWNED(close_descriptor) = open("/", OPEN_FOLDER);
    if (here < 0)
        return refuse_errno(why, "/", errno);
    struct stat status;
    enum safefile_result result = judge_folder(here, "/", NOBODY_ELSE, &status, why);
    for (char *name = path + 1; result == SAFEFILE_READ && *name != '\0';) {
        char *end = name + strcspn(name, "/");
        const bool last = *end == '\0';
        *end = '\0';
        const int next = openat(here, name, OPEN_FOLDER);
        if (next < 0) {
            result = refuse_errno(why, path, errno);
        } else {
            /* In a folder like /tmp anybody can make the next one: its owner says nothing. */
            const bool under_root =
                status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
            (void)close(here);
            here = next;
            struct stat owner;
            if (last && under_root && rules->trust_folder_owner && fstat(here, &owner) == 0)
                folder->also = owner.st_uid;
            result = judge_folder(here, path, folder->also, &status, why);
        }
        *end = last ? '\0' : '/';
        name = last ? end : end + 1;
    }
    if (result == SAFEFILE_READ) {
        folder->descriptor = here;
        here = -1;
    }
    return result;
}

static enum safefile_result judge_file(const struct stat *status, const char *path, int64_t also,
                                       const struct safefile_rules *rules, struct complaint *why)
{
    if (!S_ISREG(status->st_mode))
        return refuse(why, path, "not a regular file");
    if (!is_trusted(status->st_uid, also))
        return refuse(why, path, "this file belongs to a user who is not trusted");
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return refuse(why, path, "this file can be written to by its group or by others");
    if (rules->private && (status->st_mode & (S_IRGRP | S_IROTH)) != 0)
        return refuse(why, path, "this file can be read by its group or by others (chmod 600)");
    if (status->st_size < 0 || (uintmax_t)status->st_size > rules->max_size) {
        (void)cognito_complain(why, "%s: larger than %zu bytes", path, rules->max_size);
        return SAFEFILE_REFUSED;
    }
    return SAFEFILE_READ;
}

/* Reads as many bytes as CONTENT has room for, but for one: the size that was judged. A file that
 * is of another size when it is read is refused; half a deny list would let in whom it denies. */
static enum safefile_result read_all(int descriptor, const char *path, struct secret *content,
                                     struct complaint *why)
{
    for (;;) {
        const ssize_t got =
            read(descriptor, content->data + content->len, content->capacity - content->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse_errno(why, path, errno);
        if (got == 0)
            return content->len + 1 == content->capacity
                       ? SAFEFILE_READ
                       : refuse(why, path, "it shrank while it was read");
        content->len += (size_t)got;
        if (content->len == content->capacity)
            return refuse(why, path, "it grew while it was read");
    }
}

static enum safefile_result read_file(const struct folder *folder, const char *name,
                                      const char *path, const struct safefile_rules *rules,
                                      struct safefile *file, struct complaint *why)
{
    int descriptor OWNED(close_descriptor) = openat(folder->descriptor, name, OPEN_FILE);
    if (descriptor < 0)
        return errno == ELOOP ? refuse(why, path, "a symbolic link is not followed")
                              : refuse_errno(why, path, errno);
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return refuse_errno(why, path, errno);
    enum safefile_result result = judge_file(&status, path, folder->also, rules, why);
    if (result != SAFEFILE_READ)
        return result;
    struct secret content OWNED(cognito_secret_free) = {0};
    /* One more than its size, so that the end is seen without growing. */
    if (!cognito_secret_reserve(&content, (size_t)status.st_size + 1))
        return refuse_errno(why, path, ENOMEM);
    result = read_all(descriptor, path, &content, why);
    if (result != SAFEFILE_READ)
        return result;
    file->content = content;
    file->mtime = status.st_mtime;
    content = (struct secret){0}; /* now the caller's */
    return SAFEFILE_READ;
}

enum safefile_result cognito_safefile_read(const char *path, const struct safefile_rules *rules,
                                           struct safefile *file, struct complaint *why)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || path[0] != '/' || slash[1] == '\0' || strlen(path) >= PATH_SIZE_MAX)
        return refuse(why, path, "not the absolute path of a file");
    char *above OWNED(free_string) =
        slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (above == NULL)
        return refuse_errno(why, path, ENOMEM);
    char *resolved OWNED(free_string) = realpath(above, NULL);
    if (resolved == NULL)
        return refuse_errno(why, above, errno);
    struct folder folder = {-1, NOBODY_ELSE};
    enum safefile_result result = walk(resolved, rules, &folder, why);
    if (result == SAFEFILE_READ)
        result = read_file(&folder, slash + 1, path, rules, file, why);
    close_descriptor(&folder.descriptor);
    return result;
}

int cognito_safefolder_open(const char *path, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = 0};
    if (path[0] != '/') {
        (void)refuse(why, path, "not the absolute path of a folder");
        return -1;
    }
    char *resolved OWNED(free_string) = realpath(path, NULL);
    if (resolved == NULL) {
        const int error = errno;
        (void)refuse_errno(why, path, error);
        errno = error;
        return -1;
    }
    struct folder folder = {-1, NOBODY_ELSE};
    if (walk(resolved, &rules, &folder, why) != SAFEFILE_READ) {
        errno = EACCES;
        return -1;
    }
    const int readable = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int error = errno;
    if (readable < 0)
        (void)refuse_errno(why, path, error);
    close_descriptor(&folder.descriptor);
    errno = error;
    return readable;
}
