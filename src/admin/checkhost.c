/* SPDX-License-Identifier: MIT */
#include "admin/checks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#include "admin/keyage.h"
#include "base/status.h"
#include "host/account.h"
#include "host/config.h"
#include "host/keycache.h"
#include "host/ledger.h"
#include "host/lists.h"
#include "host/pools.h"

#define SELINUX_CACHE_TYPE "pam_cognito_cache_t"

/* ---- keys and clock ---- */

static int64_t clock_now(void)
{
    struct timespec time;
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? (int64_t)time.tv_sec : 0;
}

static void check_keys(const struct config *config, struct findings *findings)
{
    struct jwks *keys = NULL;
    bool fresh = false;
    struct complaint why = {{0}};
    const enum cognito_status status =
        cognito_keycache_read(config, clock_now(), &keys, &fresh, &why);
    const struct status_row *row = cognito_status_row(status);
    if (status != COGNITO_ACCEPTED) {
        cognito_find(findings, FINDING_FAIL, "keys", row->remedy, "%s: %s: %s", config->user_pool,
                     row->text, why.text);
        return;
    }
    const int64_t age = clock_now() - cognito_keys_written(config);
    if (fresh)
        cognito_find(findings, FINDING_OK, "keys", "", "%s: %zu usable keys, written %lld s ago",
                     config->user_pool, cognito_jwks_count(keys), (long long)age);
    else if (age < 0)
        cognito_find(findings, FINDING_WARN, "keys", "set the clock, and run cognito-refresh",
                     "%s: the key set is from the future: its time is %lld s ahead",
                     config->user_pool, (long long)-age);
    else
        cognito_find(findings, FINDING_WARN, "keys", "run cognito-refresh, and see why it did not",
                     "%s: %zu usable keys, written %lld s ago, longer than refresh_interval (%lld)",
                     config->user_pool, cognito_jwks_count(keys), (long long)age,
                     (long long)config->refresh_interval);
    cognito_jwks_free(keys);
}

/* Tokens with a kid that two pools have are refused; the first one that there is is named. */
static void check_shared_kids(const struct pools *pools, struct findings *findings)
{
    for (size_t i = 0; i < pools->count; i++)
        for (size_t k = 0; k < cognito_jwks_count(pools->items[i].keys); k++) {
            const struct jwk *key = cognito_jwks_at(pools->items[i].keys, k);
            if (key->rival == NULL)
                continue;
            cognito_find(findings, FINDING_FAIL, "pools", "configure each pool once",
                         "%s and %s have a kid in common, %s: its tokens are refused",
                         pools->items[i].config->user_pool, key->rival,
                         cognito_escape(key->kid).text);
            return;
        }
}

/* False if the clock is so wrong that no age can be told. */
static bool check_clock_and_pools(const struct configs *configs, struct findings *findings)
{
    struct pools pools = {.count = 0};
    struct complaint why = {{0}};
    const enum cognito_status status = cognito_pools_open(configs, clock_now(), &pools, &why);
    if (status == COGNITO_SYSTEM_CLOCK)
        cognito_find(findings, FINDING_FAIL, "clock", "set the clock",
                     "it is before the day pam_cognito was built: %s", why.text);
    else
        cognito_find(findings, FINDING_OK, "clock", "", "it is after the build");
    if (status == COGNITO_ACCEPTED) {
        check_shared_kids(&pools, findings);
        cognito_pools_free(&pools);
    }
    return status != COGNITO_SYSTEM_CLOCK;
}

/* Only root may look into it, and the first login makes it, if the folder above it is there. */
static void check_ledger(const struct config *config, struct findings *findings)
{
    struct stat status;
    if (!config->single_use)
        return;
    const bool made = stat(LEDGER_FOLDER, &status) == 0;
    if (made && S_ISDIR(status.st_mode) && status.st_uid == 0 &&
        (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        cognito_find(findings, FINDING_OK, "ledger", "", "%s", LEDGER_FOLDER);
    else if (!made && stat(LEDGER_PARENT, &status) == 0 && status.st_uid == 0 &&
             (status.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        cognito_find(findings, FINDING_OK, "ledger", "", "the first login makes %s", LEDGER_FOLDER);
    else
        cognito_find(findings, FINDING_FAIL, "ledger", "install -d -m 700 " LEDGER_FOLDER,
                     "%s is no folder of root's with mode 0700, and single_use is set",
                     LEDGER_FOLDER);
}

/* ---- who may log in ---- */

static void check_account_of(const struct config *config, struct span account,
                             struct findings *findings, size_t line)
{
    char name[ACCOUNT_NAME_MAX + 1];
    struct complaint why = {{0}};
    const struct account_rules rules = {config->uid_min, config->allow_root};
    memcpy(name, account.data, account.len);
    name[account.len] = '\0';
    if (cognito_check_account(name, &rules, &why) != COGNITO_ACCEPTED)
        cognito_find(findings, FINDING_WARN, "map", "make the account, or remove the line",
                     "%s:%zu: account %s: %s", config->map_file, line, name, why.text);
}

static void check_map(const struct config *config, struct findings *findings)
{
    struct map_line line;
    const size_t before = findings->count;
    for (size_t at = 0; cognito_map_next(&config->policy.map, &at, &line);)
        check_account_of(config, line.account, findings, line.number);
    if (findings->count == before)
        cognito_find(findings, FINDING_OK, "map", "", "%s: every account exists", config->map_file);
}

/* Whoever can register a name of their choice can register the name of an account. */
static void check_openness(const struct config *config, struct findings *findings)
{
    if (config->policy.has_map)
        check_map(config, findings);
    else if (config->policy.require_group.count == 0)
        cognito_find(
            findings, FINDING_WARN, "policy",
            "set require_group or map_file, or see that people cannot sign up by themselves",
            "%s: neither require_group nor map_file is set: in a pool with self-sign-up "
            "anybody can register the name of an account",
            config->user_pool);
    else
        cognito_find(findings, FINDING_OK, "policy", "", "%s: require_group is set",
                     config->user_pool);
}

static bool map_names(const struct config *config, const char *account)
{
    struct map_line line;
    for (size_t at = 0; cognito_map_next(&config->policy.map, &at, &line);)
        if (span_is(line.account, account))
            return true;
    return false;
}

/* What the configuration says of one account, whatever the token. */
static void check_account_rules(const struct config *config, const char *account,
                                struct findings *findings)
{
    struct complaint why = {{0}};
    const struct account_rules rules = {config->uid_min, config->allow_root};
    if (cognito_check_account(account, &rules, &why) != COGNITO_ACCEPTED)
        cognito_find(findings, FINDING_FAIL, "account", "make the account, or set what is named",
                     "%s: %s: %s", config->user_pool, account, why.text);
    else if (config->policy.has_map && !map_names(config, account))
        cognito_find(findings, FINDING_FAIL, "account", "add a line to it",
                     "%s: no line of %s is about the account %s", config->user_pool,
                     config->map_file, account);
}

static bool selinux_is_enforcing(void)
{
    FILE *mode = fopen("/sys/fs/selinux/enforce", "re");
    const int value = mode == NULL ? EOF : fgetc(mode);
    if (mode != NULL)
        (void)fclose(mode);
    return value == '1';
}

/* Whether the folder has the type that conf/selinux gives it, user:role:type:level. */
static bool has_our_type(const char *folder)
{
    char label[256];
    const ssize_t len = getxattr(folder, "security.selinux", label, sizeof label - 1);
    label[len > 0 ? len : 0] = '\0';
    return strstr(label, ":" SELINUX_CACHE_TYPE ":") != NULL;
}

static void check_selinux(const struct configs *configs, struct findings *findings)
{
    if (!selinux_is_enforcing()) {
        cognito_find(findings, FINDING_OK, "SELinux", "", "not enforcing");
        return;
    }
    for (size_t i = 0; i < configs->count; i++) {
        const struct config *config = &configs->items[i];
        if (config->jwks_file == NULL && !has_our_type(config->cache_dir)) {
            cognito_find(findings, FINDING_WARN, "SELinux",
                         "load the module of conf/selinux, and restorecon -R it; what is denied is "
                         "in the audit log (ausearch -m avc)",
                         "enforcing, and %s is not " SELINUX_CACHE_TYPE
                         ": the caller's domain may not read the keys",
                         config->cache_dir);
            return;
        }
    }
    cognito_find(findings, FINDING_OK, "SELinux", "", "enforcing, and the cache has our type");
}

static void check_pool(const struct config *config, bool good_clock, struct findings *findings)
{
    if (good_clock)
        check_keys(config, findings);
    if (config->jwks_file == NULL)
        cognito_check_fetching(config, findings);
    check_ledger(config, findings);
    check_openness(config, findings);
}

void cognito_check_configuration(const struct check_request *request, struct findings *findings,
                                 bool *allow_root)
{
    struct configs configs = {0};
    struct complaint why = {{0}};
    bool fetched = false;
    if (!cognito_configs_read(request->service, request->argument_count, request->arguments,
                              &configs, &why) ||
        !cognito_lists_read(&configs, cognito_user_from_token, &why)) {
        cognito_find(findings, FINDING_FAIL, "configuration", "mend it; nobody gets in before that",
                     "%s", why.text);
        cognito_configs_free(&configs);
        return;
    }
    cognito_find(findings, FINDING_OK, "configuration", "", "read for the service %s",
                 request->service);
    check_selinux(&configs, findings);
    const bool good_clock = check_clock_and_pools(&configs, findings);
    for (size_t i = 0; i < configs.count; i++) {
        check_pool(&configs.items[i], good_clock, findings);
        if (request->user != NULL)
            check_account_rules(&configs.items[i], request->user, findings);
        fetched = fetched || configs.items[i].jwks_file == NULL;
        *allow_root = *allow_root || configs.items[i].allow_root;
    }
    if (fetched)
        cognito_check_watcher(findings);
    if (request->online)
        cognito_check_clock_online(request, findings);
    cognito_configs_free(&configs);
}
