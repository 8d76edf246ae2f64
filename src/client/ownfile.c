/* SPDX-License-Identifier: MIT */
#include "client/ownfile.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined __linux__
#include <sys/xattr.h>
#endif

#include "base/errorwords.h"
#include "base/limits.h"

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void free_string(char **string)
{
    free(*string);
}

static enum safefile_result refuse_errno(struct complaint *why, const char *path, int error)
{
    (void)cognito_complain(why, "%s: %s", path, cognito_error_words(error));
    if (error == ENOMEM)
        return SAFEFILE_NO_MEMORY;
    return error == ENOENT || error == ENOTDIR ? SAFEFILE_MISSING : SAFEFILE_REFUSED;
}

/* ---- who can write ---- */

/* Whether GROUP is the primary group of USER and nobody else's. Users that a directory service does
 * not list are not seen, unless they are named as members. */
static bool is_private(gid_t group, uid_t user)
{
    const struct passwd *own = getpwuid(user);
    if (own == NULL || own->pw_gid != group)
        return false;
    char *name OWNED(free_string) = strdup(own->pw_name);
    const struct group *entry = getgrgid(group);
    bool alone = name != NULL && entry != NULL;
    for (char **member = alone ? entry->gr_mem : NULL; alone && *member != NULL; member++)
        alone = strcmp(*member, name) == 0;
    const struct passwd *other;
    setpwent();
    while (alone && (other = getpwent()) != NULL)
        alone = other->pw_gid != group || other->pw_uid == user;
    endpwent();
    return alone;
}

/* Where there is an access control list, the mode of the group is only the most that it may grant,
 * to whomever it names. */
static bool has_access_list(const char *path)
{
#if defined __linux__
    return lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
#else
    (void)path;
    return false;
#endif
}

static bool others_can_write(const struct stat *status, const char *path)
{
    const bool sticky = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX) != 0;
    if (S_ISLNK(status->st_mode) || (sticky && status->st_uid == 0))
        return false;
    if ((status->st_mode & S_IWOTH) != 0)
        return true;
    return (status->st_mode & S_IWGRP) != 0 &&
           (has_access_list(path) || !is_private(status->st_gid, geteuid()));
}

static enum safefile_result judge(const struct stat *status, const char *path,
                                  struct complaint *why)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        (void)cognito_complain(why, "%s: it belongs to another user", path);
    else if (others_can_write(status, path))
        (void)cognito_complain(why, "%s: others can write to it; fix: chmod go-w %s", path, path);
    else
        return SAFEFILE_READ;
    return SAFEFILE_REFUSED;
}

/* ---- the way to it ---- */

/* PATH up to REST is a link, whose name begins at START: its target takes its place. */
static enum safefile_result follow(char path[PATH_SIZE_MAX], size_t start, const char *rest,
                                   struct complaint *why)
{
    char target[PATH_SIZE_MAX];
    char whole[PATH_SIZE_MAX];
    const ssize_t len = readlink(path, target, sizeof target);
    if (len < 0)
        return refuse_errno(why, path, errno);
    const int above = target[0] == '/' ? 0 : (int)start;
    const int made =
        snprintf(whole, sizeof whole, "%.*s%.*s%s", above, path, (int)len, target, rest);
    if (made < 0 || (size_t)made >= sizeof whole || (size_t)len == sizeof target)
        return refuse_errno(why, path, ENAMETOOLONG);
    memcpy(path, whole, (size_t)made + 1);
    return SAFEFILE_READ;
}

/* Judges the component of PATH that begins at *START, and goes on to the next one: behind a link,
 * to the first one of the path that it leads to. */
static enum safefile_result take_step(char path[PATH_SIZE_MAX], size_t *start, int *links,
                                      struct complaint *why)
{
    char rest[PATH_SIZE_MAX];
    const size_t end = *start + strcspn(path + *start, "/");
    struct stat status;
    (void)snprintf(rest, sizeof rest, "%s", path + end); /* as large as PATH */
    path[end] = '\0';
    enum safefile_result result =
        lstat(path, &status) == 0 ? judge(&status, path, why) : refuse_errno(why, path, errno);
    if (result != SAFEFILE_READ)
        return result;
    if (!S_ISLNK(status.st_mode)) {
        path[end] = rest[0];
        *start = rest[0] == '\0' ? end : end + 1;
        return SAFEFILE_READ;
    }
    if (++*links > LINKS_MAX)
        return refuse_errno(why, path, ELOOP);
    result = follow(path, *start, rest, why);
    *start = 1;
    return result;
}

/* Makes PATH one without links. From the root on: whoever could change what a name stands for owns
 * or writes to a directory before it, and that was judged. */
static enum safefile_result resolve(char path[PATH_SIZE_MAX], struct complaint *why)
{
    struct stat root;
    int links = 0;
    enum safefile_result result =
        lstat("/", &root) == 0 ? judge(&root, "/", why) : refuse_errno(why, "/", errno);
    for (size_t start = 1; result == SAFEFILE_READ && path[start] != '\0';)
        result = take_step(path, &start, &links, why);
    return result;
}

/* ---- reading ---- */

static enum safefile_result read_all(int descriptor, const char *path, size_t max,
                                     struct secret *content, struct complaint *why)
{
    struct secret all OWNED(cognito_secret_free) = {0};
    unsigned char chunk[4096];
    ssize_t got;
    while ((got = read(descriptor, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse_errno(why, path, errno);
        if (all.len + (size_t)got > max) {
            (void)cognito_complain(why, "%s: larger than %zu bytes", path, max);
            return SAFEFILE_REFUSED;
        }
        if (!cognito_secret_append(&all, span_of(chunk, (size_t)got)))
            return refuse_errno(why, path, ENOMEM);
    }
    *content = all; /* now the caller's */
    all = (struct secret){0};
    return SAFEFILE_READ;
}

enum safefile_result cognito_ownfile_read(const char *path, size_t max, struct secret *content,
                                          struct complaint *why)
{
    char resolved[PATH_SIZE_MAX];
    const int len = snprintf(resolved, sizeof resolved, "%s", path);
    if (path[0] != '/' || len < 0 || (size_t)len >= sizeof resolved) {
        (void)cognito_complain(why, "%.64s: not the absolute path of a file", path);
        return SAFEFILE_REFUSED;
    }
    enum safefile_result result = resolve(resolved, why);
    if (result != SAFEFILE_READ)
        return result;
    const int descriptor OWNED(close_descriptor) =
        open(resolved, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        return refuse_errno(why, resolved, errno);
    if (!S_ISREG(status.st_mode)) {
        (void)cognito_complain(why, "%s: not a regular file", resolved);
        return SAFEFILE_REFUSED;
    }
    result = judge(&status, resolved, why);
    return result == SAFEFILE_READ ? read_all(descriptor, resolved, max, content, why) : result;
}
