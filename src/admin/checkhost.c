/* SPDX-License-Identifier: MIT */
#include "admin/checks.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/safefile.h"
#include "base/status.h"
#include "host/account.h"
#include "host/config.h"
#include "host/keycache.h"
#include "host/ledger.h"
#include "host/nudge.h"
#include "host/pools.h"
#include "token/map.h"

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
    if (fresh)
        cognito_find(findings, FINDING_OK, "keys", "", "%s: %zu usable keys", config->user_pool,
                     cognito_jwks_count(keys));
    else
        cognito_find(findings, FINDING_WARN, "keys", "run cognito-refresh, and see why it did not",
                     "%s: %zu usable keys, older than refresh_interval", config->user_pool,
                     cognito_jwks_count(keys));
    cognito_jwks_free(keys);
}

static void check_clock_and_pools(const struct configs *configs, struct findings *findings)
{
    struct pools pools = {.count = 0};
    struct complaint why = {{0}};
    const enum cognito_status status = cognito_pools_open(configs, clock_now(), &pools, &why);
    if (status == COGNITO_SYSTEM_CLOCK)
        cognito_find(findings, FINDING_FAIL, "clock", "set the clock",
                     "it is before the day pam_cognito was built: %s", why.text);
    else
        cognito_find(findings, FINDING_OK, "clock", "", "it is after the build");
    if (status == COGNITO_JWKS_INVALID && configs->count > 1)
        cognito_find(findings, FINDING_FAIL, "pools", "configure each pool once", "%s", why.text);
    if (status == COGNITO_ACCEPTED)
        cognito_pools_free(&pools);
}

/* ---- folders and the refresher ---- */

static void check_cache_folder(const struct config *config, struct findings *findings)
{
    struct complaint why = {{0}};
    struct stat status;
    const struct passwd *user = getpwnam(config->refresh_user);
    if (user == NULL) {
        cognito_find(findings, FINDING_FAIL, "refresher",
                     "make it: useradd --system --shell /usr/sbin/nologin, or install the package",
                     "there is no user %s (refresh_user)", config->refresh_user);
        return;
    }
    if (stat(config->cache_dir, &status) != 0) {
        cognito_find(findings, FINDING_FAIL, "cache_dir", "run cognito-refresh as root once",
                     "%s: %s", config->cache_dir, strerrordesc_np(errno));
        return;
    }
    if (status.st_uid != user->pw_uid || (status.st_mode & S_IWUSR) == 0)
        cognito_find(findings, FINDING_FAIL, "cache_dir", "chown it", "%s does not belong to %s",
                     config->cache_dir, config->refresh_user);
    else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        cognito_find(findings, FINDING_FAIL, "cache_dir", "chmod 755",
                     "%s can be written to by others", config->cache_dir);
    else
        cognito_find(findings, FINDING_OK, "cache_dir", "", "%s%s", config->cache_dir, why.text);
}

/* Connecting a datagram socket says whether anybody listens, and sends nothing. */
static void check_refresher(struct findings *findings)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = NUDGE_SOCKET};
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool heard = descriptor >= 0 &&
                       connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    if (descriptor >= 0)
        (void)close(descriptor);
    if (heard)
        cognito_find(findings, FINDING_OK, "refresher", "", "cognito-refresh --watch is listening");
    else
        cognito_find(findings, FINDING_WARN, "refresher",
                     "start it, or have cognito-refresh run every hour",
                     "nobody listens at %s: cognito-refresh --watch does not run", NUDGE_SOCKET);
}

static void check_ledger(const struct config *config, struct findings *findings)
{
    struct stat status;
    if (!config->single_use)
        return;
    if (stat(LEDGER_FOLDER, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == 0 &&
        (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        cognito_find(findings, FINDING_OK, "ledger", "", "%s", LEDGER_FOLDER);
    else
        cognito_find(findings, FINDING_FAIL, "ledger", "make it: install -d -m 700 " LEDGER_FOLDER,
                     "%s is not a folder of root's with mode 0700, and single_use is set",
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
    struct lines lines = {config->policy.map, 0};
    struct map_line line;
    const char *fault;
    const size_t before = findings->count;
    while (cognito_map_next(&lines, &line, &fault) == LINE_READ)
        check_account_of(config, line.account, findings, lines.number);
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
            "%s: neither require_group nor map_file is set; in a pool with self-sign-up "
            "anybody can register the name of an account",
            config->user_pool);
    else
        cognito_find(findings, FINDING_OK, "policy", "", "%s: require_group is set",
                     config->user_pool);
}

void cognito_check_configuration(const struct check_request *request, struct findings *findings)
{
    struct configs configs = {0};
    struct complaint why = {{0}};
    if (!cognito_configs_read(request->service, request->config_count, request->configs, &configs,
                              &why)) {
        cognito_find(findings, FINDING_FAIL, "configuration", "mend it; nobody gets in before that",
                     "%s", why.text);
        return;
    }
    cognito_find(findings, FINDING_OK, "configuration", "", "read for the service %s",
                 request->service);
    check_clock_and_pools(&configs, findings);
    for (size_t i = 0; i < configs.count; i++) {
        const struct config *config = &configs.items[i];
        check_keys(config, findings);
        if (config->jwks_file == NULL)
            check_cache_folder(config, findings);
        check_ledger(config, findings);
        check_openness(config, findings);
    }
    check_refresher(findings);
    cognito_configs_free(&configs);
}
