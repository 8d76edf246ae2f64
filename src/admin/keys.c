/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito keys: shows the key sets as a login would find them, places one by hand, or has them
 * fetched.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <config.h>

#include "admin/input.h"
#include "admin/program.h"
#include "admin/verbs.h"
#include "base/safefile.h"
#include "host/config.h"
#include "host/keycache.h"
#include "refresh/cachedir.h"
#include "refresh/cachefile.h"
#include "refresh/confinement.h"
#include "refresh/folder.h"
#include "token/jwks.h"

struct command {
    struct config_arguments configs;
    const char *file; /* of import; NULL: none was given */
};

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static int complain(const struct complaint *why, int status)
{
    (void)cognito_verb_complain("keys", "%s", why->text);
    return status;
}

/* ---- the command line ---- */

static bool add_config(struct command *command, const char *name, struct complaint *why)
{
    return name != NULL ? cognito_config_arguments_add(&command->configs, name, why)
                        : cognito_complain(why, "--config takes a file");
}

static bool read_command(int argc, char **argv, struct command *command, struct complaint *why)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0) {
            if (!add_config(command, argv[++i], why))
                return false;
        } else if (argv[i][0] == '-') {
            return cognito_complain(why, "%s: no such option",
                                    cognito_escape(span_of_string(argv[i])).text);
        } else if (command->file != NULL) {
            return cognito_complain(why, "more than one file");
        } else {
            command->file = argv[i];
        }
    }
    return true;
}

/* ---- show ---- */

static void print_duration(int64_t seconds)
{
    if (seconds < 120)
        (void)printf("%" PRId64 " s", seconds);
    else if (seconds < 7200)
        (void)printf("%" PRId64 " min", seconds / 60);
    else if (seconds < 172800)
        (void)printf("%" PRId64 " h", seconds / 3600);
    else
        (void)printf("%" PRId64 " days", seconds / 86400);
}

static unsigned int bits_of(struct span modulus)
{
    unsigned int bits = (unsigned int)modulus.len * 8;
    for (unsigned int top = modulus.data[0]; (top & 0x80) == 0 && bits > 0; top <<= 1)
        bits--;
    return bits;
}

/* A kid is whatever the server wrote. */
static void print_kid(struct span kid)
{
    for (size_t i = 0; i < kid.len; i++) {
        if (kid.data[i] > ' ' && kid.data[i] < 0x7f && kid.data[i] != '\\')
            (void)putchar(kid.data[i]);
        else
            (void)printf("\\x%02x", (unsigned int)kid.data[i]);
    }
}

static void print_keys(const struct jwks *keys)
{
    for (size_t i = 0; i < cognito_jwks_count(keys); i++) {
        const struct jwk *key = cognito_jwks_at(keys, i);
        (void)printf("  %u bits, kid ", bits_of(key->modulus));
        print_kid(key->kid);
        (void)putchar('\n');
    }
}

/* Of a set that is in the cache: how old it is, and what comes next. */
static void print_times(const struct config *config, int64_t mtime)
{
    const int64_t age = (int64_t)time(NULL) - mtime;
    (void)fputs("  fetched ", stdout);
    if (age < 0) {
        (void)fputs("in the future, by the clock of this host; due for a refresh now\n", stdout);
        return;
    }
    print_duration(age);
    (void)fputs(" ago; the next refresh is due ", stdout);
    if (age < config->refresh_interval) {
        (void)fputs("within ", stdout);
        print_duration(config->refresh_interval - age);
    } else {
        (void)fputs("since ", stdout);
        print_duration(age - config->refresh_interval);
    }
    if (age <= config->max_stale) {
        (void)fputs("; refused after ", stdout);
        print_duration(config->max_stale - age);
    }
    (void)putchar('\n');
}

static bool show_pool(const struct config *config)
{
    struct jwks *keys OWNED(free_keys) = NULL;
    struct complaint why = {{0}};
    struct stat file;
    char cached[PATH_SIZE_MAX];
    bool fresh;
    const bool placed = config->jwks_file != NULL;
    const char *path = placed ? config->jwks_file : cached;
    if (!cognito_config_cache_path(config, cached))
        cached[0] = '\0';
    const enum cognito_status status =
        cognito_keycache_read(config, (int64_t)time(NULL), &keys, &fresh, &why);
    const struct status_row *row = cognito_status_row(status);
    if (status == COGNITO_ACCEPTED)
        (void)printf("%s: %zu usable keys\n", config->user_pool, cognito_jwks_count(keys));
    else
        (void)printf("%s: %s: %s (%s); %s\n", config->user_pool, row->code, row->text, why.text,
                     row->remedy);
    (void)printf("  %s%s\n", path, placed ? ", placed by jwks_file: no age, no refresh" : "");
    if (!placed)
        (void)printf("  from %s\n", config->jwks_uri);
    if (!placed && lstat(path, &file) == 0)
        print_times(config, (int64_t)file.st_mtime);
    if (status == COGNITO_ACCEPTED)
        print_keys(keys);
    return status == COGNITO_ACCEPTED;
}

static int show(const struct command *command, struct complaint *why)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    if (command->file != NULL) {
        (void)cognito_complain(why, "show takes no file; a configuration comes after --config");
        return complain(why, EXIT_TROUBLE);
    }
    if (!cognito_configs_read(NULL, command->configs.count, command->configs.words, &configs, why))
        return complain(why, EXIT_TROUBLE);
    int status = EXIT_GOOD;
    for (size_t i = 0; i < configs.count; i++)
        if (!show_pool(&configs.items[i]))
            status = EXIT_REFUSED;
    return status;
}

/* ---- import ---- */

static bool read_set(const char *name, struct safefile *file, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = JWKS_SIZE_MAX};
    char path[PATH_SIZE_MAX];
    if (!cognito_absolute_path(name, path))
        return cognito_complain(why, "%s: too long a path", name);
    return cognito_safefile_read(path, &rules, file, why) == SAFEFILE_READ;
}

/* The set has to be the refresher's, who replaces it one day. */
static bool become_refresher(const struct config *config, struct complaint *why)
{
    struct refresher refresher;
    return !cognito_confinement_needed() ||
           (cognito_refresher_find(config->refresh_user, &refresher, why) &&
            cognito_folder_make(config->cache_dir, &refresher, why) &&
            cognito_refresher_become(&refresher, why));
}

static bool place(const struct config *config, struct span set, struct complaint *why)
{
    struct cachedir dir OWNED(cognito_cachedir_close) = {-1, NULL};
    bool waited;
    if (!cognito_confinement_begin(why) || !become_refresher(config, why) ||
        !cognito_cachedir_open(config->cache_dir, &dir, why))
        return false;
    const int lock OWNED(close_descriptor) =
        cognito_cachedir_lock(&dir, config->user_pool, &waited, why);
    return lock >= 0 && cognito_cachefile_replace(&dir, config->user_pool, set, why);
}

static bool read_one_config(const struct command *command, struct configs *configs,
                            struct complaint *why)
{
    if (command->file == NULL || command->configs.count > 1)
        return cognito_complain(why, "import takes one key set and at most one --config");
    if (!cognito_configs_read(NULL, command->configs.count, command->configs.words, configs, why))
        return false;
    return configs->items[0].jwks_file == NULL ||
           cognito_complain(why, "this pool has jwks_file: replace %s itself",
                            configs->items[0].jwks_file);
}

static int import(const struct command *command, struct complaint *why)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    struct safefile file OWNED(free_safefile) = {0};
    struct jwks *keys OWNED(free_keys) = NULL;
    struct complaint more = {{0}};
    if (!read_one_config(command, &configs, why) || !read_set(command->file, &file, why))
        return complain(why, EXIT_TROUBLE);
    const struct config *config = &configs.items[0];
    const struct span set = secret_span(&file.content);
    const enum cognito_status status = cognito_jwks_parse(set, &keys, &more);
    if (status != COGNITO_ACCEPTED) {
        const struct status_row *row = cognito_status_row(status);
        (void)cognito_complain(why, "%s: %s: %s (%s); nothing was placed", command->file, row->code,
                               row->text, more.text);
        return complain(why, EXIT_REFUSED);
    }
    if (!place(config, set, why))
        return complain(why, EXIT_TROUBLE);
    (void)printf("%s: %zu usable keys placed in %s\n", config->user_pool, cognito_jwks_count(keys),
                 config->cache_dir);
    return EXIT_GOOD;
}

/* ---- refresh ---- */

static int refresh(const struct command *command, struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    static const char name[] = "cognito-refresh";
    const char *words[CONFIG_FILES_MAX + 2] = {name};
    if (command->file != NULL) {
        (void)cognito_complain(why, "refresh takes no file; a configuration comes after --config");
        return complain(why, EXIT_TROUBLE);
    }
    if (!cognito_program_beside(name, path, why))
        return complain(why, EXIT_TROUBLE);
    for (size_t i = 0; i < command->configs.count; i++)
        words[i + 1] = command->configs.words[i] + strlen("conf=");
    /* execv(3) changes none of them; that its type does not say so is for old programs. */
    (void)execv(path, (char *const *)(uintptr_t)words);
    (void)cognito_complain(why, "%s: %s", path, strerrordesc_np(errno));
    return complain(why, EXIT_TROUBLE);
}

/* ---- which of them ---- */

static const struct {
    const char *name;
    int (*run)(const struct command *command, struct complaint *why);
} actions[] = {{"show", show}, {"import", import}, {"refresh", refresh}};

int cognito_verb_keys(int argc, char **argv)
{
    struct command command = {.file = NULL};
    struct complaint why = {{0}};
    for (size_t i = 0; argc > 1 && i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        if (!read_command(argc, argv, &command, &why))
            return complain(&why, EXIT_TROUBLE);
        return actions[i].run(&command, &why);
    }
    (void)cognito_complain(&why, "show, import or refresh was expected");
    return complain(&why, EXIT_TROUBLE);
}
