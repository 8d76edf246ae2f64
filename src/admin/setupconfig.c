/* SPDX-License-Identifier: MIT */
#include "admin/setupconfig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/program.h"
#include "admin/replacement.h"
#include "admin/verbs.h"
#include "base/safefile.h"
#include "host/config.h"
#include "host/lists.h"
#include "refresh/attempt.h"

static const struct replacement files = {CONFIG_DEFAULT_PATH, CONFIG_DEFAULT_PATH ".new",
                                         CONFIG_DEFAULT_PATH CONFIG_BACKUP_SUFFIX};

static int refuse(const char *words)
{
    (void)cognito_verb_complain("setup", "%s", words);
    return EXIT_TROUBLE;
}

static bool read_config(const char *path, struct configs *configs, struct complaint *why)
{
    char argument[PATH_SIZE_MAX];
    const char *const arguments[] = {argument};
    (void)snprintf(argument, sizeof argument, "conf=%s", path);
    if (!cognito_configs_read(NULL, 1, arguments, configs, why))
        return false;
    if (cognito_lists_read(configs, NULL, why))
        return true;
    cognito_configs_free(configs);
    return false;
}

/* ---- the keys ---- */

/* CONFIG is a path, or NULL for the one that cognito-refresh takes by itself. */
static int fetch_keys(const char *config)
{
    char path[PATH_SIZE_MAX];
    const char *const words[] = {path, config, NULL};
    struct complaint why = {{0}};
    int status = 0;
    if (!cognito_program_beside("cognito-refresh", path, &why) ||
        !cognito_program_run(words, NULL, &status, &why))
        return refuse(why.text);
    if (status == EXIT_GOOD)
        return EXIT_GOOD;
    (void)refuse("could not fetch the signing keys; neither the configuration nor PAM was "
                 "changed. Fix the error above and run this command again. If refresh_user is "
                 "missing: useradd --system "
                 "--no-create-home --shell /usr/sbin/nologin pam-cognito");
    return EXIT_REFUSED;
}

static bool has_keys(const struct config *config)
{
    char keys[PATH_SIZE_MAX];
    return cognito_config_cache_path(config, keys) && access(keys, F_OK) == 0;
}

/* The keys of a pool that this host is no longer about, and what cognito-refresh wrote down. */
static void forget_pool(const struct config *config)
{
    char keys[PATH_SIZE_MAX];
    if (cognito_config_cache_path(config, keys))
        (void)unlink(keys);
    cognito_attempt_forget(config);
}

/* ---- a new configuration ---- */

static struct span compose(const char *user_pool, const char *client_id, char text[CONFIG_LINE_MAX])
{
    const int len = snprintf(text, CONFIG_LINE_MAX,
                             "# pam_cognito.conf(5), written by pam-cognito setup\n"
                             "user_pool = %s\nclient_id = %s\n",
                             user_pool, client_id);
    return span_of(text, len < 0 || len >= CONFIG_LINE_MAX ? 0 : (size_t)len);
}

static bool write_new(const struct setup_config *wanted, struct configs *configs,
                      struct complaint *why)
{
    char text[CONFIG_LINE_MAX];
    const struct span all = compose(wanted->user_pool, wanted->client_id, text);
    if (all.len == 0)
        return cognito_complain(why, "--user-pool or --client-id is too long");
    return cognito_replacement_write(&files, all, why) && read_config(files.new_path, configs, why);
}

static bool put_in_place(bool replace, struct complaint *why)
{
    if (replace && !cognito_replacement_keep(&files, why))
        return cognito_complain(why,
                                "%s: an earlier configuration is kept under this name; move it "
                                "away, then run this command again",
                                files.backup);
    if (!replace && access(files.path, F_OK) == 0)
        return cognito_complain(why, "%s: somebody else has just made it", files.path);
    return cognito_replacement_commit(&files, why);
}

static int make_config(struct setup_config *wanted, bool replace)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    struct complaint why = {{0}};
    int status = write_new(wanted, &configs, &why) ? EXIT_GOOD : refuse(why.text);
    const bool had_keys = configs.count == 0 || has_keys(&configs.items[0]);
    if (status == EXIT_GOOD)
        status = fetch_keys(files.new_path);
    if (status == EXIT_GOOD && !put_in_place(replace, &why))
        status = refuse(why.text);
    if (status != EXIT_GOOD && !had_keys)
        forget_pool(&configs.items[0]);
    (void)cognito_replacement_tidy(&files);
    if (status != EXIT_GOOD)
        return status;
    wanted->written = true;
    (void)printf("%s: written\n", files.path);
    if (replace)
        (void)printf("%s: what was there before\n", files.backup);
    return EXIT_GOOD;
}

/* ---- the one that is there ---- */

static bool is_about_pool(const struct config *config, const struct setup_config *wanted,
                          struct complaint *why)
{
    return wanted->user_pool == NULL || strcmp(config->user_pool, wanted->user_pool) == 0 ||
           cognito_complain(why,
                            "%s is about the user pool %s, not about %s: leave --user-pool and "
                            "--client-id out to go on with it, or replace it with --force",
                            files.path, config->user_pool, wanted->user_pool);
}

/* A client_id that is not in the file would be refused at every login. */
static bool is_about_client(const struct config *config, const struct setup_config *wanted,
                            struct complaint *why)
{
    const struct list *known = &config->policy.client_ids;
    return wanted->client_id == NULL ||
           cognito_list_has(known, span_of_string(wanted->client_id)) ||
           cognito_complain(why,
                            "%s is about the client %s%s, not about %s: add %s to its client_id "
                            "to accept both, or replace it with --force",
                            files.path, known->items[0], known->count > 1 ? " and others" : "",
                            wanted->client_id, wanted->client_id);
}

static int take_config(struct setup_config *wanted)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    struct complaint why = {{0}};
    if (!read_config(files.path, &configs, &why))
        return refuse(why.text);
    if (is_about_pool(&configs.items[0], wanted, &why) &&
        is_about_client(&configs.items[0], wanted, &why)) {
        (void)printf("%s is there already, and stays as it is\n", files.path);
        return fetch_keys(NULL);
    }
    if (!wanted->force)
        return refuse(why.text);
    if (wanted->user_pool == NULL || wanted->client_id == NULL)
        return refuse("to replace the configuration, --user-pool and --client-id are both needed");
    return make_config(wanted, true);
}

int cognito_setup_configure(struct setup_config *wanted)
{
    (void)cognito_replacement_tidy(&files);
    if (access(files.path, F_OK) == 0)
        return take_config(wanted);
    if (wanted->user_pool == NULL || wanted->client_id == NULL)
        return refuse("there is no " CONFIG_DEFAULT_PATH
                      " yet: --user-pool and --client-id are needed");
    return make_config(wanted, false);
}

/* ---- taking it back ---- */

static void free_file(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

/* Byte for byte what setup writes about this pool and client. */
static bool is_as_written(const struct config *config)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file OWNED(free_file) = {0};
    char text[CONFIG_LINE_MAX];
    const struct span all = compose(config->user_pool, config->policy.client_ids.items[0], text);
    return cognito_safefile_read(files.path, &rules, &file, NULL) == SAFEFILE_READ &&
           span_equal(secret_span(&file.content), all);
}

enum config_undone cognito_setup_unconfigure(struct complaint *why)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    (void)cognito_replacement_tidy(&files);
    if (access(files.path, F_OK) != 0)
        return CONFIG_NONE;
    if (!read_config(files.path, &configs, NULL) || !is_as_written(&configs.items[0]))
        return CONFIG_KEPT;
    if (access(files.backup, F_OK) == 0)
        return cognito_replacement_restore(&files, why) ? CONFIG_BACK : CONFIG_FAILED;
    if (unlink(files.path) != 0) {
        (void)cognito_complain(why, "%s: %s", files.path, strerrordesc_np(errno));
        return CONFIG_FAILED;
    }
    forget_pool(&configs.items[0]);
    return CONFIG_GONE;
}
