/* SPDX-License-Identifier: MIT */
#include "admin/pamedit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/checks.h"
#include "base/lines.h"
#include "base/safefile.h"

/* The files of one service. */
struct names {
    char file[PATH_SIZE_MAX];
    char backup[PATH_SIZE_MAX];
    char new_name[256]; /* below PAM_FOLDER */
    char new_file[PATH_SIZE_MAX];
};

static bool find_names(const char *service, struct names *names, struct complaint *why)
{
    if (strlen(service) > 128)
        return cognito_complain(why, "too long a name of a service");
    (void)snprintf(names->file, sizeof names->file, PAM_FOLDER "/%s", service);
    (void)snprintf(names->backup, sizeof names->backup, PAM_FOLDER "/%s" PAM_BACKUP_SUFFIX,
                   service);
    (void)snprintf(names->new_name, sizeof names->new_name, "%s.pam_cognito-new", service);
    (void)snprintf(names->new_file, sizeof names->new_file, PAM_FOLDER "/%s", names->new_name);
    return true;
}

static bool failed(struct complaint *why, const char *path)
{
    return cognito_complain(why, "%s: %s", path, strerrordesc_np(errno));
}

static bool read_text(const char *path, struct secret *text, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    *text = file.content;
    return true;
}

const char *cognito_pamedit_lines(const char *module, char lines[PATH_SIZE_MAX * 2])
{
    (void)snprintf(lines, (size_t)PATH_SIZE_MAX * 2,
                   "# These lines are pam_cognito's; pam-cognito setup --undo takes them out.\n"
                   "auth       sufficient   %.3000s forward_pass\n"
                   "account    required     %.3000s\n",
                   module, module);
    return lines;
}

/* TEXT with our lines before the first one that says something. */
static bool edit(struct span text, const char *module, struct secret *edited)
{
    char lines[PATH_SIZE_MAX * 2];
    size_t at = 0;
    while (at < text.len) {
        const struct span rest = span_after(text, at);
        const struct span line = cognito_trim(span_first(rest, span_position(rest, '\n')));
        if (line.len > 0 && line.data[0] != '#')
            break;
        at += span_position(rest, '\n') + 1;
    }
    const char *end = at > 0 && at <= text.len && text.data[at - 1] == '\n' ? "" : "\n";
    return cognito_secret_append(edited, span_first(text, at)) &&
           (at == 0 || cognito_secret_append(edited, span_of_string(end))) &&
           cognito_secret_append(edited, span_of_string(cognito_pamedit_lines(module, lines))) &&
           cognito_secret_append(edited, span_after(text, at));
}

/* ---- writing ---- */

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

static bool sync_folder(void)
{
    const int folder = open(PAM_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        (void)close(folder);
    return good;
}

/* A file with TEXT that belongs to whom the old one belongs to. */
static bool write_new(const struct names *names, struct span text, struct complaint *why)
{
    struct stat old;
    if (lstat(names->file, &old) != 0)
        return failed(why, names->file);
    const int file =
        open(names->new_file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR);
    if (file < 0)
        return failed(why, names->new_file);
    bool good = write_whole(file, text) && fchown(file, old.st_uid, old.st_gid) == 0 &&
                fchmod(file, old.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) == 0 && fsync(file) == 0;
    good = good || failed(why, names->new_file);
    if (close(file) != 0 && good)
        good = failed(why, names->new_file);
    if (!good)
        (void)unlink(names->new_file);
    return good;
}

/* What check says of the service as it would be. */
static bool rehearse(const struct names *names, const char *service, struct findings *findings,
                     struct complaint *why)
{
    struct pam_stack stack = {0};
    if (!cognito_pamstack_read(PAM_FOLDER, names->new_name, &stack, why))
        return false;
    cognito_check_modules(&stack, findings);
    cognito_check_stack(&stack, service, findings);
    cognito_pamstack_free(&stack);
    return findings->worst != FINDING_FAIL ||
           cognito_complain(why, "%s stays as it is: with our lines in it, check finds the above",
                            names->file);
}

/* The old file is not copied but keeps its inode under another name: whatever it is, undo gives it
 * back. */
static bool replace(const struct names *names, struct complaint *why)
{
    if (link(names->file, names->backup) != 0)
        return errno == EEXIST ? cognito_complain(why,
                                                  "%s: is there already, from an earlier "
                                                  "set-up; see --undo",
                                                  names->backup)
                               : failed(why, names->backup);
    if (rename(names->new_file, names->file) == 0)
        return sync_folder() || failed(why, PAM_FOLDER);
    const int error = errno;
    (void)unlink(names->backup);
    errno = error;
    return failed(why, names->file);
}

bool cognito_pamedit_apply(const char *service, const char *module, struct findings *findings,
                           struct complaint *why)
{
    struct names names;
    struct secret old OWNED(cognito_secret_free) = {0};
    struct secret edited OWNED(cognito_secret_free) = {0};
    if (!find_names(service, &names, why) || !read_text(names.file, &old, why))
        return false;
    if (!edit(secret_span(&old), module, &edited))
        return cognito_complain(why, "out of memory");
    if (!write_new(&names, secret_span(&edited), why))
        return false;
    if (rehearse(&names, service, findings, why) && replace(&names, why))
        return true;
    (void)unlink(names.new_file);
    return false;
}

bool cognito_pamedit_undo(const char *service, const char *module, struct complaint *why)
{
    struct names names;
    struct secret old OWNED(cognito_secret_free) = {0};
    struct secret edited OWNED(cognito_secret_free) = {0};
    struct secret current OWNED(cognito_secret_free) = {0};
    if (!find_names(service, &names, why) || !read_text(names.backup, &old, why) ||
        !read_text(names.file, &current, why))
        return false;
    if (!edit(secret_span(&old), module, &edited))
        return cognito_complain(why, "out of memory");
    if (!span_equal(secret_span(&edited), secret_span(&current)))
        return cognito_complain(why,
                                "%s was changed since; compare it with %s, and put back what "
                                "you want yourself",
                                names.file, names.backup);
    if (rename(names.backup, names.file) != 0)
        return failed(why, names.file);
    return sync_folder() || failed(why, PAM_FOLDER);
}
