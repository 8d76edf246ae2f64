/* SPDX-License-Identifier: MIT */
/*
 * cognito-refresh: fetches the key sets of the configured pools into their caches. The only program
 * of the host that reaches a network; a login never does.
 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "host/config.h"
#include "refresh/cachedir.h"
#include "refresh/confinement.h"
#include "refresh/fetch.h"
#include "refresh/report.h"
#include "token/jwks.h"

enum exit_status {
    EXIT_CURRENT = 0,
    EXIT_POOL_FAILED = 1,
    EXIT_REFUSED = 2, /* usage, configuration, the host itself */
};

enum { AUTHORITIES_SIZE_MAX = 1048576 }; /* bytes of ca_file; a system's whole bundle has 220,000 */

static const char usage[] = "usage: cognito-refresh [--watch] [--json] [CONF...]\n";

/* What the command line asks for. */
struct order {
    bool help;
    bool version;
    bool json;
    size_t count;
    char *arguments[CONFIG_FILES_MAX]; /* owned; conf=PATH */
};

static void free_order(struct order *order)
{
    for (size_t i = 0; i < order->count; i++)
        free(order->arguments[i]);
}

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

/* ---- what is asked for ---- */

static bool read_option(const char *option, struct order *order, struct complaint *why)
{
    if (strcmp(option, "--json") == 0)
        return order->json = true;
    if (strcmp(option, "--help") == 0)
        return order->help = true;
    if (strcmp(option, "--version") == 0)
        return order->version = true;
    if (strcmp(option, "--watch") == 0)
        return cognito_complain(why, "--watch: not yet supported");
    return cognito_complain(why, "%s: no such option", cognito_escape(span_of_string(option)).text);
}

static bool read_path(const char *path, struct order *order, struct complaint *why)
{
    if (path[0] != '/')
        return cognito_complain(why, "%s: not an absolute path",
                                cognito_escape(span_of_string(path)).text);
    if (order->count == CONFIG_FILES_MAX)
        return cognito_complain(why, "more than %d configuration files", CONFIG_FILES_MAX);
    char *argument;
    if (asprintf(&argument, "conf=%s", path) < 0)
        return cognito_complain(why, "out of memory");
    order->arguments[order->count++] = argument;
    return true;
}

static bool read_command_line(int count, char **words, struct order *order, struct complaint *why)
{
    for (int i = 1; i < count; i++)
        if (!(words[i][0] == '-' ? read_option(words[i], order, why)
                                 : read_path(words[i], order, why)))
            return false;
    return true;
}

/* Two files of one pool would write one cache in turn, and one process is one user. */
static bool fit_together(const struct configs *configs, struct complaint *why)
{
    for (size_t i = 0; i < configs->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(configs->items[i].user_pool, configs->items[j].user_pool) == 0)
                return cognito_complain(why, "user_pool %s: in two of the configuration files",
                                        configs->items[i].user_pool);
    for (size_t i = 1; i < configs->count; i++)
        if (strcmp(configs->items[i].refresh_user, configs->items[0].refresh_user) != 0)
            return cognito_complain(why, "refresh_user: not the same in all configuration files");
    return true;
}

static bool read_configs(const struct order *order, struct configs *configs, struct complaint *why)
{
    const char *arguments[CONFIG_FILES_MAX];
    for (size_t i = 0; i < order->count; i++)
        arguments[i] = order->arguments[i];
    return cognito_configs_read_bare(NULL, order->count, arguments, configs, why) &&
           fit_together(configs, why);
}

/* ---- root, while it lasts ---- */

static bool must_fetch(const struct config *config)
{
    return config->jwks_file == NULL;
}

static bool any_must_fetch(const struct configs *configs)
{
    for (size_t i = 0; i < configs->count; i++)
        if (must_fetch(&configs->items[i]))
            return true;
    return false;
}

static bool leave_root(const struct configs *configs, struct complaint *why)
{
    struct refresher refresher;
    if (!cognito_refresher_find(configs->items[0].refresh_user, &refresher, why))
        return false;
    for (size_t i = 0; i < configs->count; i++)
        if (must_fetch(&configs->items[i]) &&
            !cognito_cachedir_make(configs->items[i].cache_dir, &refresher, why))
            return false;
    return cognito_refresher_become(&refresher, why);
}

/* ---- one pool ---- */

static bool read_authorities(const struct config *config, struct safefile *file,
                             struct complaint *why)
{
    const struct safefile_rules rules = {.max_size = AUTHORITIES_SIZE_MAX};
    if (config->ca_file == NULL)
        return true;
    if (cognito_safefile_read(config->ca_file, &rules, file, why) != SAFEFILE_READ)
        return false;
    /* No certificates would mean the system's. */
    return file->content.len > 0 || cognito_complain(why, "%s: empty", config->ca_file);
}

static bool parse(struct span set, struct report *report)
{
    struct complaint more = {{0}};
    struct jwks *keys OWNED(free_keys) = NULL;
    const enum cognito_status status = cognito_jwks_parse(set, &keys, &more);
    if (status == COGNITO_ACCEPTED) {
        report->keys = cognito_jwks_count(keys);
        return true;
    }
    const struct status_row *row = cognito_status_row(status);
    return cognito_complain(&report->why, "%s from %s: %s%s%s", row->code, report->uri, row->text,
                            more.text[0] == '\0' ? "" : ": ", more.text);
}

static bool fetch_and_replace(const struct config *config, struct span authorities,
                              const struct cachedir *dir, struct report *report)
{
    const struct fetch_request request = {.url = config->jwks_uri,
                                          .proxy = config->proxy,
                                          .authorities = authorities,
                                          .max_size = JWKS_SIZE_MAX};
    struct secret body OWNED(cognito_secret_free) = {0};
    return cognito_fetch(&request, &body, &report->why) && parse(secret_span(&body), report) &&
           cognito_cachedir_replace(dir, config->user_pool, secret_span(&body), &report->why);
}

static enum outcome refresh(const struct config *config, struct report *report)
{
    struct cachedir dir OWNED(cognito_cachedir_close) = {-1, NULL};
    struct safefile authorities OWNED(free_safefile) = {0};
    if (!cognito_cachedir_open(config->cache_dir, &dir, &report->why) ||
        !read_authorities(config, &authorities, &report->why))
        return OUTCOME_HOST_FAILED;
    if (fetch_and_replace(config, secret_span(&authorities.content), &dir, report))
        return OUTCOME_CURRENT;
    int64_t fetched_at;
    report->keys = 0;
    report->has_old = cognito_cachedir_fetched_at(&dir, config->user_pool, &fetched_at);
    if (report->has_old)
        report->old_age = (int64_t)time(NULL) - fetched_at;
    return OUTCOME_POOL_FAILED;
}

static struct report refresh_pool(const struct config *config)
{
    struct report report = {.pool = config->user_pool, .outcome = OUTCOME_POOL_FAILED};
    if (must_fetch(config)) {
        report.uri = config->jwks_uri;
        report.outcome = refresh(config, &report);
    } else {
        report.uri = config->jwks_file;
        report.outcome = OUTCOME_PLACED;
    }
    return report;
}

/* ---- all of them ---- */

static enum exit_status exit_status_of(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_CURRENT:
    case OUTCOME_PLACED:
        return EXIT_CURRENT;
    case OUTCOME_HOST_FAILED:
        return EXIT_REFUSED;
    case OUTCOME_POOL_FAILED:
        break;
    }
    return EXIT_POOL_FAILED;
}

/* A pool that cannot be refreshed keeps no other from being so; the worst of them is the status. */
static enum exit_status refresh_all(const struct configs *configs, bool json)
{
    static_assert(CONFIG_FILES_MAX <= 16, "reports are on the stack");
    struct report reports[CONFIG_FILES_MAX];
    enum exit_status worst = EXIT_CURRENT;
    size_t count = 0;
    for (; count < configs->count && count < CONFIG_FILES_MAX; count++) {
        reports[count] = refresh_pool(&configs->items[count]);
        const enum exit_status status = exit_status_of(reports[count].outcome);
        worst = status > worst ? status : worst;
        if (!json || status != EXIT_CURRENT)
            cognito_report_line(&reports[count]);
    }
    if (json)
        cognito_report_json(reports, count);
    return worst;
}

static enum exit_status refuse(const struct complaint *why)
{
    (void)fprintf(stderr, "cognito-refresh: %s\n", why->text);
    return EXIT_REFUSED;
}

static enum exit_status run(const struct order *order, struct complaint *why)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    if (!read_configs(order, &configs, why))
        return refuse(why);
    if (!any_must_fetch(&configs))
        return refresh_all(&configs, order->json);
    if (cognito_confinement_needed() && !leave_root(&configs, why))
        return refuse(why);
    if (!cognito_fetch_begin()) {
        (void)cognito_complain(why, "libcurl could not begin");
        return refuse(why);
    }
    const enum exit_status status = refresh_all(&configs, order->json);
    cognito_fetch_end();
    return status;
}

static enum exit_status obey(int count, char **words, struct complaint *why)
{
    struct order order OWNED(free_order) = {0};
    if (!read_command_line(count, words, &order, why)) {
        const enum exit_status status = refuse(why);
        (void)fputs(usage, stderr);
        return status;
    }
    if (order.help)
        (void)fputs(usage, stdout);
    else if (order.version)
        (void)puts("cognito-refresh " PACKAGE_VERSION);
    else
        return run(&order, why);
    return EXIT_CURRENT;
}

int main(int count, char **words)
{
    struct complaint why = {{0}};
    if (!cognito_confinement_begin(&why))
        return (int)refuse(&why);
    const enum exit_status status = obey(count, words, &why);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)cognito_complain(&why, "standard output cannot be written");
        return (int)refuse(&why);
    }
    return (int)status;
}
