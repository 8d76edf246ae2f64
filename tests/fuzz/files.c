/* SPDX-License-Identifier: MIT */
/*
 * Files that somebody else may have prepared: the input builds folders and a file with owners,
 * modes and kinds, says which path is asked for, and which call fails. What is read has to be what
 * the rules allow, worked out here from what was built.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/safefile.h"
#include "failing.h"
#include "fuzz.h"

enum { FOLDERS = 3, NOBODY = 65534, SOMEBODY = 4711 };
enum kind { REGULAR, FOLDER, LINK, FIFO, MISSING, KINDS };
enum trouble { NO_TROUBLE, MEMORY, READ, FSTAT, OPENAT, OPEN, INTERRUPTED, GROWS, TROUBLES };

struct node {
    mode_t mode;
    uid_t owner;
};

struct tree_of_files {
    struct node folders[FOLDERS];
    struct node file;
    enum kind kind;
    size_t size;
    struct safefile_rules rules;
    unsigned int path; /* how it is spelled */
    enum trouble trouble;
    size_t at;
};

/* ---- calls that fail ---- */

static enum trouble trouble;
static size_t trouble_left;
static bool troubled;

ssize_t __real_read(int descriptor, void *buffer, size_t size);
int __real_fstat(int descriptor, struct stat *status);
int __real_openat(int folder, const char *name, int flags, ...);
int __real_open(const char *name, int flags, ...);
ssize_t __wrap_read(int descriptor, void *buffer, size_t size);
int __wrap_fstat(int descriptor, struct stat *status);
int __wrap_openat(int folder, const char *name, int flags, ...);
int __wrap_open(const char *name, int flags, ...);

static bool fails_now(enum trouble which)
{
    if (trouble != which || trouble_left == 0 || --trouble_left > 0)
        return false;
    troubled = true;
    errno = which == READ ? EIO : which == INTERRUPTED ? EINTR : ENOMEM;
    return true;
}

ssize_t __wrap_read(int descriptor, void *buffer, size_t size)
{
    if (fails_now(READ) || fails_now(INTERRUPTED))
        return -1;
    const ssize_t got = __real_read(descriptor, buffer, size);
    if (got >= 0 && trouble == GROWS && (size_t)got < size) {
        memset((char *)buffer + got, 'x', size - (size_t)got);
        troubled = true;
        return (ssize_t)size;
    }
    return got;
}

int __wrap_fstat(int descriptor, struct stat *status)
{
    return fails_now(FSTAT) ? -1 : __real_fstat(descriptor, status);
}

int __wrap_openat(int folder, const char *name, int flags, ...)
{
    return fails_now(OPENAT) ? -1 : __real_openat(folder, name, flags);
}

int __wrap_open(const char *name, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails_now(OPEN) ? -1 : __real_open(name, flags, mode);
}

/* ---- building ---- */

static struct node node_of(struct span *input, const mode_t *modes, size_t count)
{
    static const uid_t owners[] = {0, NOBODY, SOMEBODY, 0};
    const unsigned int byte = fuzz_byte(input);
    const uid_t owner = geteuid() == 0 ? owners[byte >> 6] : geteuid();
    return (struct node){modes[byte % count], owner};
}

static const struct safefile_owner somebody = {{"somebody"}, SOMEBODY};

static struct tree_of_files plan(struct span input)
{
    static const mode_t folders[] = {0755, 0700, 01777, 0777, 0775, 0711, 01755};
    static const mode_t files[] = {0644, 0600, 0640, 0604, 0664, 0646, 0444};
    struct tree_of_files made = {.kind = REGULAR};
    for (size_t i = 0; i < FOLDERS; i++)
        made.folders[i] = node_of(&input, folders, sizeof folders / sizeof folders[0]);
    made.file = node_of(&input, files, sizeof files / sizeof files[0]);
    made.kind = (enum kind)(fuzz_byte(&input) % KINDS);
    made.size = fuzz_byte(&input);
    const unsigned int rules = fuzz_byte(&input);
    made.rules = (struct safefile_rules){rules & 0x3f, (rules & 64) != 0,
                                         (rules & 128) != 0 ? &somebody : NULL};
    made.path = fuzz_byte(&input) % 8;
    made.trouble = (enum trouble)(fuzz_byte(&input) % TROUBLES);
    made.at = fuzz_byte(&input) % 16U + 1;
    return made;
}

static const char *folder_at(size_t level)
{
    static const char *const names[] = {"a", "a/b", "a/b/c"};
    return fuzz_path(names[level]);
}

static void own(const char *path, const struct node *node)
{
    if (chmod(path, node->mode) != 0 ||
        (geteuid() == 0 && chown(path, node->owner, (gid_t)node->owner) != 0))
        fuzz_fail("%s: %m", path);
}

static void put_file(const struct tree_of_files *made, const char *path)
{
    static char content[256];
    memset(content, 'y', sizeof content);
    if (made->kind == FOLDER && mkdir(path, 0755) == 0)
        return;
    if (made->kind == LINK && symlink("/etc/hostname", path) == 0)
        return;
    if (made->kind == MISSING)
        return;
    if (made->kind == FIFO) {
        if (mkfifo(path, 0600) != 0)
            fuzz_fail("%s: %m", path);
    } else {
        const int descriptor = __real_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0 || write(descriptor, content, made->size) != (ssize_t)made->size)
            fuzz_fail("%s: %m", path);
        (void)close(descriptor);
    }
    own(path, &made->file);
}

static void build(const struct tree_of_files *made)
{
    for (size_t i = 0; i < FOLDERS; i++)
        if (mkdir(folder_at(i), 0755) != 0 && errno != EEXIST)
            fuzz_fail("%s: %m", folder_at(i));
    const char *path = fuzz_path("a/b/c/f");
    if (unlink(path) != 0 && errno != ENOENT && rmdir(path) != 0)
        fuzz_fail("%s: %m", path);
    put_file(made, path);
    if (symlink("a/b", fuzz_path("l")) != 0 && errno != EEXIST)
        fuzz_fail("no link: %m");
    for (size_t i = FOLDERS; i-- > 0;)
        own(folder_at(i), &made->folders[i]);
}

/* So that we can build again, whoever we are. */
static void unlock(void)
{
    for (size_t i = 0; i < FOLDERS; i++)
        if (chmod(folder_at(i), 0755) != 0)
            fuzz_fail("%s: %m", folder_at(i));
}

/* ---- what the rules allow ---- */

static bool is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid();
}

static bool is_shared(const struct node *node)
{
    return (node->mode & 022) != 0;
}

static bool folder_is_good(const struct node *node, bool also)
{
    return (is_trusted(node->owner) || (also && node->owner == SOMEBODY)) &&
           (!is_shared(node) || (node->owner == 0 && (node->mode & 01000) != 0));
}

static bool folders_are_good(const struct tree_of_files *made, bool also)
{
    for (size_t i = 0; i < FOLDERS; i++)
        if (!folder_is_good(&made->folders[i], also && i == FOLDERS - 1))
            return false;
    return true;
}

static bool may_be_read(const struct tree_of_files *made)
{
    const bool also = made->rules.owner != NULL;
    if (made->path >= 3 || !folders_are_good(made, also) || made->kind != REGULAR)
        return false;
    const bool owner = is_trusted(made->file.owner) || (also && made->file.owner == SOMEBODY);
    return owner && (made->file.mode & 022) == 0 &&
           !(made->rules.private && (made->file.mode & 044) != 0) &&
           made->size <= made->rules.max_size;
}

/* ---- asking ---- */

/* The first three lead to the file, the others nowhere. */
static const char *spell(unsigned int how)
{
    static char text[PATH_SIZE_MAX + 64];
    static const char *const names[] = {"a/b/c/f", "l/c/f",    "a//b/./c/f",
                                        "a/b/c/",  "a/b/c/f/", "a/b/x/f"};
    if (how == 6)
        return "a/b/c/f";
    if (how < 6)
        return fuzz_path(names[how]);
    memset(text, 'x', sizeof text - 1);
    text[0] = '/';
    return text;
}

static void begin_trouble(const struct tree_of_files *made)
{
    trouble = made->trouble;
    trouble_left = made->at;
    troubled = false;
    failing_begin(made->trouble == MEMORY ? made->at : 0);
}

static bool end_trouble(void)
{
    trouble = NO_TROUBLE;
    return failing_end() || troubled;
}

static void check_file(const struct tree_of_files *made)
{
    struct safefile file = {{NULL, 0, 0}, -1};
    struct complaint why = {{0}};
    begin_trouble(made);
    const enum safefile_result result =
        cognito_safefile_read(spell(made->path), &made->rules, &file, &why);
    const bool failed = end_trouble();
    const bool expected = may_be_read(made);
    AGREE(result != SAFEFILE_READ || expected, "read what may not be read");
    AGREE(result == SAFEFILE_READ || !expected || failed, "not read: %s", why.text);
    AGREE((result == SAFEFILE_READ) == (why.text[0] == '\0'), "words: %s", why.text);
    AGREE(made->trouble != GROWS || !failed || result != SAFEFILE_READ, "it grew, and was read");
    if (result == SAFEFILE_READ) {
        AGREE(file.content.len == made->size, "%zu bytes, not %zu", file.content.len, made->size);
        for (size_t i = 0; i < file.content.len; i++)
            AGREE(file.content.data[i] == 'y', "another byte");
    } else {
        AGREE(file.content.data == NULL && file.mtime == -1, "refused, and something is in it");
    }
    if (result == SAFEFILE_MISSING && !failed)
        AGREE(made->kind == MISSING || made->path >= 3, "missing: %s", why.text);
    cognito_secret_free(&file.content);
}

static void check_folder(const struct tree_of_files *made)
{
    struct complaint why = {{0}};
    const bool good = folders_are_good(made, false);
    begin_trouble(made);
    const int descriptor =
        cognito_safefolder_open(made->path == 6 ? "a" : folder_at(FOLDERS - 1), &why);
    const bool failed = end_trouble();
    AGREE(descriptor < 0 || (good && made->path != 6), "a folder that is not good");
    AGREE(descriptor >= 0 || !good || failed || made->path == 6, "not opened: %s", why.text);
    AGREE((descriptor >= 0) == (why.text[0] == '\0'), "words: %s", why.text);
    if (descriptor >= 0)
        (void)close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tree_of_files made = plan(span_of(data, size));
    build(&made);
    check_file(&made);
    check_folder(&made);
    unlock();
    return 0;
}
