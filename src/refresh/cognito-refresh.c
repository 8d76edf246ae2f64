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

#include "base/limits.h"
#include "host/config.h"
#include "host/nudge.h"
#include "refresh/attempt.h"
#include "refresh/bell.h"
#include "refresh/clock.h"
#include "refresh/confinement.h"
#include "refresh/fetch.h"
#include "refresh/folder.h"
#include "refresh/report.h"
#include "refresh/sandbox.h"
#include "refresh/update.h"
#include "refresh/watch.h"

enum exit_status {
    EXIT_CURRENT = 0,
    EXIT_POOL_FAILED = 1,
    EXIT_REFUSED = 2, /* usage, configuration, the host itself */
    EXIT_CLOCK = 3,   /* --clock: it differs */
};

static const char usage[] = "usage: cognito-refresh [--watch | --json | --clock] [CONF...]\n";

/* What the command line asks for. */
struct order {
    bool help;
    bool version;
    bool json;
    bool watch;
    bool clock;
    size_t count;
    char *arguments[CONFIG_FILES_MAX]; /* owned; conf=PATH */
};

static void free_order(struct order *order)
{
    for (size_t i = 0; i < order->count; i++)
        free(order->arguments[i]);
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
        return order->watch = true;
    if (strcmp(option, "--clock") == 0)
        return order->clock = true;
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
    if (order->watch && order->json)
        return cognito_complain(why, "--json: not with --watch, which never comes to an end");
    if (order->clock && (order->watch || order->json))
        return cognito_complain(why, "--clock: not with --watch or --json, it fetches no keys");
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
    return cognito_configs_read(NULL, order->count, arguments, configs, why) &&
           fit_together(configs, why);
}

/* ---- root, while it lasts ---- */

static bool any_must_fetch(const struct configs *configs)
{
    for (size_t i = 0; i < configs->count; i++)
        if (update_needed(&configs->items[i]))
            return true;
    return false;
}

static bool make_folders(const struct configs *configs, bool watch,
                         const struct refresher *refresher, struct complaint *why)
{
    for (size_t i = 0; i < configs->count; i++)
        if (update_needed(&configs->items[i]) &&
            !cognito_folder_make(configs->items[i].cache_dir, refresher, why))
            return false;
    return !watch || cognito_folder_make(NUDGE_FOLDER, refresher, why);
}

static bool leave_root(const struct configs *configs, const struct order *order,
                       struct complaint *why)
{
    struct refresher refresher;
    return cognito_refresher_find(configs->items[0].refresh_user, &refresher, why) &&
           (order->clock || make_folders(configs, order->watch, &refresher, why)) &&
           cognito_refresher_become(&refresher, why);
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
        struct memory memory = {.any = false};
        reports[count] = cognito_update(&configs->items[count], &memory);
        if (reports[count].outcome != OUTCOME_PLACED)
            cognito_attempt_keep(&configs->items[count], reports[count].outcome == OUTCOME_CURRENT,
                                 &reports[count].why);
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

static enum exit_status compare_clocks(const struct configs *configs)
{
    switch (cognito_clocks_compare(configs)) {
    case CLOCK_AGREES:
        return EXIT_CURRENT;
    case CLOCK_DIFFERS:
        return EXIT_CLOCK;
    case CLOCK_UNKNOWN:
        break;
    }
    return EXIT_POOL_FAILED;
}

static enum exit_status reach_out(const struct configs *configs, const struct order *order,
                                  struct complaint *why)
{
    if (!cognito_sandbox_fetcher(configs->items, configs->count, why))
        return refuse(why);
    if (!cognito_fetch_begin()) {
        (void)cognito_complain(why, "libcurl could not begin");
        return refuse(why);
    }
    const enum exit_status status =
        order->clock ? compare_clocks(configs) : refresh_all(configs, order->json);
    cognito_fetch_end();
    return status;
}

static enum exit_status stay(const struct configs *configs, struct complaint *why)
{
    struct bell bell OWNED(cognito_bell_close) = {.path = NULL};
    if (!cognito_watch_block(why) || !cognito_bell_open(NUDGE_SOCKET, &bell, why) ||
        !cognito_sandbox_watcher(configs, NUDGE_FOLDER, why) || !cognito_watch(configs, &bell, why))
        return refuse(why);
    return EXIT_CURRENT;
}

static enum exit_status run(const struct order *order, struct complaint *why)
{
    struct configs configs OWNED(cognito_configs_free) = {0};
    if (!read_configs(order, &configs, why))
        return refuse(why);
    if (!order->clock && !any_must_fetch(&configs))
        return refresh_all(&configs, order->json);
    if (cognito_confinement_needed() && !leave_root(&configs, order, why))
        return refuse(why);
    if (!cognito_confinement_seal(why))
        return refuse(why);
    return order->watch ? stay(&configs, why) : reach_out(&configs, order, why);
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
