/* SPDX-License-Identifier: MIT */
#include "base/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
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

/* ALSO is one more trusted user, or NULL. */
static bool is_trusted(uid_t owner, const struct safefile_owner *also)
{
    return owner == 0 || owner == geteuid() || (also != NULL && (int64_t)owner == also->uid);
}

/* KIND is what PATH is. */
static enum safefile_result judge_owner(uid_t owner, const char *path, const char *kind,
                                        const struct safefile_owner *also, struct complaint *why)
{
    if (is_trusted(owner, also))
        return SAFEFILE_READ;
    if (also == NULL)
        (void)cognito_complain(why, "%s: this %s belongs to a user who is not trusted", path, kind);
    else
        (void)cognito_complain(why, "%s: this %s belongs to uid %lld, neither to root nor to %s%s",
                               path, kind, (long long)owner, also->name.text,
                               also->uid < 0 ? ", who does not exist" : "");
    return SAFEFILE_REFUSED;
}

static enum safefile_result judge_folder(int descriptor, const char *path,
                                         const struct safefile_owner *also, struct complaint *why)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return refuse_errno(why, path, errno);
    const enum safefile_result result = judge_owner(status.st_uid, path, "folder", also, why);
    if (result != SAFEFILE_READ)
        return result;
    const bool shared = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = status.st_uid == 0 && (status.st_mode & S_ISVTX) != 0;
    if (shared && !sticky)
        return refuse(why, path, "this folder can be written to by its group or by others");
    return SAFEFILE_READ;
}

/* ---- the walk ---- */

/* From the root to a folder along its path as it is written, links and all. Each folder on the way
 * is judged before anything is looked up in it, so that nobody who is not trusted can have put
 * there, or can change, what is found: the kernel need not resolve anything for us. */
struct walk {
    const struct safefile_rules *rules;
    struct complaint *why;
    int here;                 /* owned: the folder that was reached */
    int error;                /* errno of what could not be found or opened; 0: nothing */
    size_t links;             /* followed so far */
    char path[PATH_SIZE_MAX]; /* to HERE or to what is at fault, without links; empty: "/" */
    const char *rest;         /* what is left to walk; begins with a component that says where */
    char (*spare)[PATH_SIZE_MAX]; /* that of these which REST is not in: where a link leads */
    char ways[2][PATH_SIZE_MAX];
};

static void free_walk(struct walk **walk)
{
    if (*walk != NULL)
        close_descriptor(&(*walk)->here);
    free(*walk);
}

static const char *path_of(const struct walk *walk)
{
    return walk->path[0] == '\0' ? "/" : walk->path;
}

static enum safefile_result stop(struct walk *walk, int error)
{
    walk->error = error;
    return refuse_errno(walk->why, path_of(walk), error);
}

/* Slashes, and dots between them, lead nowhere. */
static void drop_idle(struct walk *walk)
{
    for (;;) {
        walk->rest += strspn(walk->rest, "/");
        if (walk->rest[0] != '.' || (walk->rest[1] != '/' && walk->rest[1] != '\0'))
            break;
        walk->rest++;
    }
}

/* Takes the next component off what is left. False if it is too long to be one. */
static bool take_component(struct walk *walk, char name[NAME_MAX + 1])
{
    const size_t len = strcspn(walk->rest, "/");
    if (len > NAME_MAX)
        return false;
    memcpy(name, walk->rest, len);
    name[len] = '\0';
    walk->rest += len;
    drop_idle(walk);
    return true;
}

static void leave_component(struct walk *walk)
{
    char *slash = strrchr(walk->path, '/');
    if (slash != NULL)
        *slash = '\0';
}

/* False if the path gets too long. */
static bool add_component(struct walk *walk, const char *name)
{
    const size_t before = strlen(walk->path);
    const size_t len = strlen(name);
    if (before + 1 + len >= sizeof walk->path)
        return false;
    walk->path[before] = '/';
    memcpy(walk->path + before + 1, name, len + 1);
    return true;
}

static enum safefile_result start_at_root(struct walk *walk)
{
    close_descriptor(&walk->here);
    walk->path[0] = '\0';
    walk->here = open("/", OPEN_FOLDER);
    return walk->here < 0 ? stop(walk, errno) : judge_folder(walk->here, "/", NULL, walk->why);
}

/* Goes on with the LEN bytes of a link's target, which are in SPARE, and then what is left. In a
 * folder like /tmp a link is its owner's to change, as a folder is. */
static enum safefile_result follow(struct walk *walk, const char *name, size_t len)
{
    struct stat status;
    const size_t left = strlen(walk->rest);
    if (fstatat(walk->here, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return stop(walk, errno);
    const enum safefile_result result =
        judge_owner(status.st_uid, path_of(walk), "link", NULL, walk->why);
    if (result != SAFEFILE_READ)
        return result;
    if (++walk->links > LINKS_MAX)
        return stop(walk, ELOOP);
    if (len + 1 + left >= PATH_SIZE_MAX)
        return stop(walk, ENAMETOOLONG);
    char *way = *walk->spare;
    way[len] = '/';
    memcpy(way + len + 1, walk->rest, left + 1);
    walk->spare = &walk->ways[walk->spare == &walk->ways[0]];
    walk->rest = way;
    drop_idle(walk);
    leave_component(walk);
    return way[0] == '/' ? start_at_root(walk) : SAFEFILE_READ;
}

static enum safefile_result enter(struct walk *walk, const char *name)
{
    const bool last = walk->rest[0] == '\0';
    const int next = openat(walk->here, name, OPEN_FOLDER);
    if (next < 0)
        return stop(walk, errno);
    (void)close(walk->here);
    walk->here = next;
    return judge_folder(next, path_of(walk), last ? walk->rules->owner : NULL, walk->why);
}

static enum safefile_result step(struct walk *walk)
{
    char name[NAME_MAX + 1];
    if (!take_component(walk, name))
        return stop(walk, ENAMETOOLONG);
    if (strcmp(name, "..") == 0) {
        leave_component(walk);
        return enter(walk, name);
    }
    if (!add_component(walk, name))
        return stop(walk, ENAMETOOLONG);
    const ssize_t len = readlinkat(walk->here, name, *walk->spare, sizeof *walk->spare);
    if (len >= 0)
        return follow(walk, name, (size_t)len);
    return errno == EINVAL ? enter(walk, name) : stop(walk, errno); /* EINVAL: it is no link */
}

/* Walks along the first LEN bytes of PATH, fewer than PATH_SIZE_MAX. *WALK is the caller's, NULL
 * without memory. */
static enum safefile_result walk_along(const char *path, size_t len,
                                       const struct safefile_rules *rules, struct walk **walk,
                                       struct complaint *why)
{
    struct walk *made = calloc(1, sizeof *made);
    *walk = made;
    if (made == NULL)
        return refuse_errno(why, path, ENOMEM);
    made->rules = rules;
    made->why = why;
    made->here = -1;
    memcpy(made->ways[0], path, len);
    made->rest = made->ways[0];
    made->spare = &made->ways[1];
    drop_idle(made);
    enum safefile_result result = start_at_root(made);
    while (result == SAFEFILE_READ && made->rest[0] != '\0')
        result = step(made);
    return result;
}

/* ---- the file ---- */

static enum safefile_result judge_file(const struct stat *status, const char *path,
                                       const struct safefile_rules *rules, struct complaint *why)
{
    if (!S_ISREG(status->st_mode))
        return refuse(why, path, "not a regular file");
    const enum safefile_result result =
        judge_owner(status->st_uid, path, "file", rules->owner, why);
    if (result != SAFEFILE_READ)
        return result;
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return refuse(why, path, "this file can be written to by its group or by others");
    if (rules->private && (status->st_mode & (S_IRGRP | S_IROTH)) != 0)
        return refuse(why, path, "this file can be read by its group or by others (chmod 600)");
    /* equivalent: without its sign it is larger than any limit */
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

static enum safefile_result open_file(int folder, const char *name, const char *path,
                                      const struct safefile_rules *rules, int *descriptor,
                                      struct stat *status, struct complaint *why)
{
    *descriptor = openat(folder, name, OPEN_FILE);
    if (*descriptor < 0)
        return errno == ELOOP ? refuse(why, path, "a symbolic link is not followed")
                              : refuse_errno(why, path, errno);
    if (fstat(*descriptor, status) != 0)
        return refuse_errno(why, path, errno);
    return judge_file(status, path, rules, why);
}

/* Opens PATH and judges it and the folders above it. The descriptor is the caller's to close,
 * whatever the result. */
static enum safefile_result open_path(const char *path, const struct safefile_rules *rules,
                                      int *descriptor, struct stat *status, struct complaint *why)
{
    const char *slash = strrchr(path, '/');
    /* equivalent: no path begins with a slash and has none; the system refuses such lengths */
    if (slash == NULL || path[0] != '/' || slash[1] == '\0' || strlen(path) >= PATH_SIZE_MAX)
        return refuse(why, path, "not the absolute path of a file");
    struct walk *walk OWNED(free_walk) = NULL;
    const enum safefile_result result = walk_along(path, (size_t)(slash - path), rules, &walk, why);
    return result == SAFEFILE_READ
               ? open_file(walk->here, slash + 1, path, rules, descriptor, status, why)
               : result;
}

enum safefile_result cognito_safefile_read(const char *path, const struct safefile_rules *rules,
                                           struct safefile *file, struct complaint *why)
{
    int descriptor OWNED(close_descriptor) = -1;
    struct stat status;
    enum safefile_result result = open_path(path, rules, &descriptor, &status, why);
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

/* The bytes of TEXT up to its last newline; all of them if it has none and may not grow. */
static size_t whole_lines(const struct secret *text)
{
    size_t len = text->len;
    while (len > 0 && text->data[len - 1] != '\n')
        len--;
    return len == 0 && text->len == text->capacity ? text->len : len;
}

/* Gives TAKE the first LEN bytes of TEXT, which loses them. */
static bool give(struct secret *text, size_t len, safefile_take *take, void *context)
{
    if (len > 0 && !take(context, span_of(text->data, len)))
        return false;
    text->len -= len;
    memmove(text->data, text->data + len, text->len);
    return true;
}

/* As read_all, a block at a time: SIZE is the one that was judged. */
static enum safefile_result read_lines(int descriptor, const char *path, uintmax_t size,
                                       struct secret *block, safefile_take *take, void *context,
                                       struct complaint *why)
{
    for (uintmax_t sum = 0;;) {
        const ssize_t got =
            read(descriptor, block->data + block->len, block->capacity - block->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse_errno(why, path, errno);
        if (got == 0 && sum < size)
            return refuse(why, path, "it shrank while it was read");
        if ((sum += (uintmax_t)got) > size)
            return refuse(why, path, "it grew while it was read");
        block->len += (size_t)got;
        if (!give(block, got == 0 ? block->len : whole_lines(block), take, context))
            return SAFEFILE_REFUSED;
        if (got == 0)
            return SAFEFILE_READ;
    }
}

enum safefile_result cognito_safefile_lines(const char *path, const struct safefile_rules *rules,
                                            safefile_take *take, void *context,
                                            struct complaint *why)
{
    int descriptor OWNED(close_descriptor) = -1;
    struct stat status;
    const enum safefile_result result = open_path(path, rules, &descriptor, &status, why);
    if (result != SAFEFILE_READ)
        return result;
    struct secret block OWNED(cognito_secret_free) = {0};
    if (!cognito_secret_reserve(&block, FILE_BLOCK_MAX))
        return refuse_errno(why, path, ENOMEM);
    return read_lines(descriptor, path, (uintmax_t)status.st_size, &block, take, context, why);
}

int cognito_safefolder_open(const char *path, struct complaint *why)
{
    /* equivalent: no file is read by these rules */
    static const struct safefile_rules rules = {.max_size = 0};
    const size_t len = strlen(path);
    if (path[0] != '/' || len >= PATH_SIZE_MAX) {
        (void)refuse(why, path, "not the absolute path of a folder");
        return -1;
    }
    struct walk *walk OWNED(free_walk) = NULL;
    const enum safefile_result result = walk_along(path, len, &rules, &walk, why);
    if (result != SAFEFILE_READ) {
        errno = result == SAFEFILE_NO_MEMORY ? ENOMEM : walk->error == ENOENT ? ENOENT : EACCES;
        return -1;
    }
    const int readable = openat(walk->here, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (readable < 0) {
        const int error = errno;
        (void)refuse_errno(why, path, error);
        errno = error; /* equivalent: nothing in between fails */
    }
    return readable;
}
