/* SPDX-License-Identifier: MIT */
#include "admin/pamedit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/checks.h"
#include "admin/pamlines.h"
#include "admin/replacement.h"
#include "base/safefile.h"

#define NEW_SUFFIX ".pam_cognito-new"

/* Where tools keep what they generate, and would write over what was put in. */
static const struct {
    const char *directory, *remedy;
} owners[] = {
    {"/etc/authselect/", "authselect writes it: put the lines into a custom profile, authselect "
                         "create-profile(8)"},
    {"/nix/", "it is built from the configuration of this system: put the lines there"},
    {"/usr/", "it is the vendor's: copy it to " PAM_FOLDER ", then run this command again"},
};

/* The names beside the regular file that the service has, wherever links lead. */
static bool name_files(const char *target, struct replacement *files, struct complaint *why)
{
    if (strlen(target) + sizeof PAM_BACKUP_SUFFIX > sizeof files->path)
        return cognito_complain(why, "%s: too long a name", target);
    const int len = (int)(sizeof files->path - sizeof PAM_BACKUP_SUFFIX);
    (void)snprintf(files->path, sizeof files->path, "%.*s", len, target);
    (void)snprintf(files->new_path, sizeof files->new_path, "%.*s" NEW_SUFFIX, len, target);
    (void)snprintf(files->backup, sizeof files->backup, "%.*s" PAM_BACKUP_SUFFIX, len, target);
    return true;
}

/* The files of SERVICE, and the content of the one that there is. */
static bool find_files(const char *service, struct replacement *files, struct secret *text,
                       struct complaint *why)
{
    struct pam_file file = {.path = ""};
    if (strlen(service) >= PAM_SERVICE_SIZE)
        return cognito_complain(why, "the name of the service is too long");
    if (!cognito_pamstack_open(PAM_FOLDER, service, &file, why))
        return false;
    *text = file.content;
    return name_files(file.target, files, why);
}

/* Whether the file is one for setup to edit. */
static bool is_editable(const struct replacement *files, struct complaint *why)
{
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        if (strncmp(files->path, owners[i].directory, strlen(owners[i].directory)) == 0)
            return cognito_complain(why, "%s stays as it is: %s", files->path, owners[i].remedy);
    return true;
}

bool cognito_pamedit_ready(const char *service, struct complaint *why)
{
    struct replacement files;
    struct secret text OWNED(cognito_secret_free) = {0};
    return find_files(service, &files, &text, why) && is_editable(&files, why);
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

static void free_removal(struct pam_removal *removal)
{
    cognito_secret_free(&removal->text);
}

static bool remove_lines(struct span text, struct pam_removal *removal, struct complaint *why)
{
    return cognito_pamlines_remove(text, removal) || cognito_complain(why, "out of memory");
}

static bool find_places(struct span text, const char *service, struct pam_places *places,
                        struct complaint *why)
{
    struct pam_stack stack OWNED(cognito_pamstack_free) = {0};
    if (!cognito_pamstack_read(PAM_FOLDER, service, &stack, why))
        return false;
    *places = cognito_pamlines_places(text, &stack);
    return true;
}

bool cognito_pamedit_places(const char *service, struct pam_places *places, struct complaint *why)
{
    struct replacement files;
    struct secret text OWNED(cognito_secret_free) = {0};
    return find_files(service, &files, &text, why) &&
           find_places(secret_span(&text), service, places, why);
}

/* ---- putting in ---- */

/* The lines of the new file under the names and numbers that they have in the old one. */
static void rename_lines(struct pam_stack *stack, const struct pam_places *places)
{
    for (size_t i = 0; i < stack->count; i++) {
        struct pam_line *line = &stack->lines[i];
        char *suffix = strstr(line->file, NEW_SUFFIX);
        if (line->included || suffix == NULL)
            continue;
        *suffix = '\0';
        line->number = cognito_pamlines_before(places, line->number);
    }
}

/* What check says of the service as it would be. */
static bool rehearse(const struct replacement *files, const char *service,
                     const struct pam_places *places, bool force, struct findings *findings,
                     struct complaint *why)
{
    struct pam_stack stack OWNED(cognito_pamstack_free) = {0};
    if (!cognito_pamstack_read(PAM_FOLDER, files->new_path, &stack, why))
        return false;
    rename_lines(&stack, places);
    cognito_check_modules(&stack, findings);
    const size_t bypassed = cognito_check_stack(&stack, service, findings);
    if (findings->worst == FINDING_FAIL)
        return cognito_complain(why,
                                "%s stays as it is: with our lines in it, check finds the "
                                "above",
                                files->path);
    return bypassed == 0 || force ||
           cognito_complain(why,
                            "%s stays as it is: a token would bypass what is named above; --force "
                            "puts our lines in all the same",
                            files->path);
}

/* A backup of lines that somebody has taken out by hand is of no use any more. */
static bool put_in_place(const struct replacement *files, struct complaint *why)
{
    if (cognito_replacement_keep(files, NULL))
        return cognito_replacement_commit(files, why);
    (void)unlink(files->backup);
    return cognito_replacement_keep(files, why) && cognito_replacement_commit(files, why);
}

static bool has_none_of_ours(const struct replacement *files, struct span text,
                             struct complaint *why)
{
    struct pam_removal removal OWNED(free_removal) = {.count = 0};
    if (!remove_lines(text, &removal, why))
        return false;
    return removal.count == 0 ||
           cognito_complain(why, "%s has lines of setup already; see --undo", files->path);
}

bool cognito_pamedit_apply(const char *service, const char *module, bool force,
                           struct findings *findings, struct complaint *why)
{
    struct replacement files;
    struct pam_places places;
    struct secret old OWNED(cognito_secret_free) = {0};
    struct secret edited OWNED(cognito_secret_free) = {0};
    if (!find_files(service, &files, &old, why) || !is_editable(&files, why) ||
        !has_none_of_ours(&files, secret_span(&old), why) ||
        !find_places(secret_span(&old), service, &places, why))
        return false;
    if (!cognito_pamlines_insert(secret_span(&old), &places, module, &edited))
        return cognito_complain(why, "out of memory");
    if (!cognito_replacement_write(&files, secret_span(&edited), why))
        return false;
    if (rehearse(&files, service, &places, force, findings, why) && put_in_place(&files, why))
        return true;
    (void)cognito_replacement_tidy(&files);
    return false;
}

/* ---- taking out ---- */

static bool is_as_before(const struct replacement *files, struct span text)
{
    struct secret old OWNED(cognito_secret_free) = {0};
    return read_text(files->backup, &old, NULL) && span_equal(secret_span(&old), text);
}

static enum pam_undone put_back(const struct replacement *files, struct span text,
                                struct complaint *why)
{
    if (is_as_before(files, text))
        return cognito_replacement_restore(files, why) ? UNDONE_BACK : UNDONE_NOT;
    if (!cognito_replacement_write(files, text, why) || !cognito_replacement_commit(files, why))
        return UNDONE_NOT;
    (void)unlink(files->backup);
    return UNDONE_LINES;
}

enum pam_undone cognito_pamedit_undo(const char *service, size_t *left, struct complaint *why)
{
    struct replacement files;
    struct secret current OWNED(cognito_secret_free) = {0};
    struct pam_removal removal OWNED(free_removal) = {.count = 0};
    if (!find_files(service, &files, &current, why))
        return UNDONE_NOT;
    const bool tidied = cognito_replacement_tidy(&files);
    if (!remove_lines(secret_span(&current), &removal, why))
        return UNDONE_NOT;
    *left = removal.left;
    if (removal.count > 0)
        return put_back(&files, secret_span(&removal.text), why);
    if (tidied)
        return UNDONE_REMAINS;
    (void)cognito_complain(why, "%s has no lines that setup put in", files.path);
    return UNDONE_NOT;
}

/* ---- all services ---- */

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

enum pam_use cognito_pamedit_use(const char *service)
{
    struct replacement files;
    struct secret text OWNED(cognito_secret_free) = {0};
    struct pam_removal removal OWNED(free_removal) = {.count = 0};
    if (!find_files(service, &files, &text, NULL) ||
        !cognito_pamlines_remove(secret_span(&text), &removal))
        return PAM_USE_NONE;
    if (cognito_pamlines_marked(secret_span(&text)) || is_there(files.backup) ||
        is_there(files.new_path))
        return PAM_USE_SET_UP;
    return removal.count > 0 || removal.left > 0 ? PAM_USE_OTHER : PAM_USE_NONE;
}

/* The names of services have no dot but for backups, which packages and we make. */
static bool is_service(const char *name)
{
    return name[0] != '.' && strlen(name) < PAM_SERVICE_SIZE &&
           strstr(name, PAM_BACKUP_SUFFIX) == NULL && strstr(name, NEW_SUFFIX) == NULL &&
           strstr(name, ".dpkg-") == NULL && strstr(name, ".rpm") == NULL;
}

static bool add_user(struct pam_users *users, const char *name, struct complaint *why)
{
    const enum pam_use use = cognito_pamedit_use(name);
    if (use == PAM_USE_OTHER)
        (void)snprintf(users->other, PAM_SERVICE_SIZE, "%s", name);
    if (use != PAM_USE_SET_UP)
        return true;
    if (users->count == PAM_USERS_MAX)
        return cognito_complain(why, PAM_FOLDER ": too many services");
    (void)snprintf(users->set_up[users->count++], PAM_SERVICE_SIZE, "%s", name);
    return true;
}

static void close_directory(DIR **directory)
{
    if (*directory != NULL)
        (void)closedir(*directory);
}

bool cognito_pamedit_users(struct pam_users *users, struct complaint *why)
{
    DIR *directory OWNED(close_directory) = opendir(PAM_FOLDER);
    *users = (struct pam_users){.count = 0};
    if (directory == NULL)
        return cognito_complain(why, PAM_FOLDER ": %s", strerrordesc_np(errno));
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        if (is_service(entry->d_name) && !add_user(users, entry->d_name, why))
            return false;
    return true;
}
