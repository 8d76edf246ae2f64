/* SPDX-License-Identifier: MIT */
#include "admin/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEW_MODE = 0644, MODE_BITS = 0777 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static bool failed(struct complaint *why, const char *path)
{
    return cognito_complain(why, "%s: %s", path, strerrordesc_np(errno));
}

static bool write_whole(int file, struct span text)
{
    while (text.len > 0) {
        const ssize_t written = write(file, text.data, text.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text = span_after(text, (size_t)written);
    }
    return true;
}

/* Owner and mode of the old file, or of a new one. */
static bool find_model(const char *path, struct stat *model)
{
    if (lstat(path, model) == 0)
        return true;
    *model = (struct stat){.st_mode = NEW_MODE, .st_uid = 0, .st_gid = 0};
    return errno == ENOENT;
}

bool cognito_replacement_write(const struct replacement *files, struct span text,
                               struct complaint *why)
{
    struct stat model;
    if (!find_model(files->path, &model))
        return failed(why, files->path);
    (void)unlink(files->new_path); /* of a run that was killed */
    const int file OWNED(close_descriptor) =
        open(files->new_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR);
    if (file < 0)
        return failed(why, files->new_path);
    if (write_whole(file, text) && fchown(file, model.st_uid, model.st_gid) == 0 &&
        fchmod(file, model.st_mode & MODE_BITS) == 0 && fsync(file) == 0)
        return true;
    (void)failed(why, files->new_path);
    (void)unlink(files->new_path);
    return false;
}

static bool is_one_file(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    return lstat(a, &first) == 0 && lstat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

bool cognito_replacement_keep(const struct replacement *files, struct complaint *why)
{
    return link(files->path, files->backup) == 0 || is_one_file(files->path, files->backup) ||
           failed(why, files->backup);
}

/* Has the names in the directory of PATH written to the disk. */
static void sync_directory(const char *path)
{
    char name[PATH_SIZE_MAX];
    const char *slash = strrchr(path, '/');
    const int len = slash == NULL ? -1 : (int)(slash - path);
    if (len < 0 || snprintf(name, sizeof name, "%.*s/", len, path) >= (int)sizeof name)
        return;
    const int directory OWNED(close_descriptor) = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0)
        (void)fsync(directory);
}

/* Once it is renamed it has moved, whether the disk has heard of it or not. */
static bool move(const char *from, const char *to, struct complaint *why)
{
    if (rename(from, to) != 0)
        return failed(why, to);
    sync_directory(to);
    return true;
}

bool cognito_replacement_commit(const struct replacement *files, struct complaint *why)
{
    return move(files->new_path, files->path, why);
}

bool cognito_replacement_restore(const struct replacement *files, struct complaint *why)
{
    return move(files->backup, files->path, why);
}

bool cognito_replacement_tidy(const struct replacement *files)
{
    const bool new_file = unlink(files->new_path) == 0;
    return (is_one_file(files->path, files->backup) && unlink(files->backup) == 0) || new_file;
}
