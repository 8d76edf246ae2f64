/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/sandbox.h"

#include "refresh/landlock.h"

static const char *const readable[] = {
    /* certificates, and the settings of OpenSSL */
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    /* the look-up of names, and the libraries that nsswitch.conf(5) names */
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/ld.so.cache",
    "/run/nscd",
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    /* both */
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
};

enum {
    READABLE_COUNT = sizeof readable / sizeof readable[0],
    RULES_MAX = READABLE_COUNT + 2 * CONFIG_FILES_MAX + 2,
};

struct rules {
    struct landlock_rule items[RULES_MAX];
    size_t count;
};

static void add(struct rules *rules, const char *path, bool write)
{
    rules->items[rules->count++] = (struct landlock_rule){path, write};
}

static void add_caches(struct rules *rules, const struct config *configs, size_t count)
{
    for (size_t i = 0; i < count && i < CONFIG_FILES_MAX; i++)
        if (configs[i].jwks_file == NULL)
            add(rules, configs[i].cache_dir, true);
}

bool cognito_sandbox_fetcher(const struct config *configs, size_t count, struct complaint *why)
{
    struct rules rules = {.count = 0};
    for (size_t i = 0; i < READABLE_COUNT; i++)
        add(&rules, readable[i], false);
    add_caches(&rules, configs, count);
    for (size_t i = 0; i < count && i < CONFIG_FILES_MAX; i++)
        if (configs[i].ca_file != NULL)
            add(&rules, configs[i].ca_file, false);
    return cognito_landlock_enforce(rules.items, rules.count, why);
}

bool cognito_sandbox_watcher(const struct configs *configs, const char *folder,
                             struct complaint *why)
{
    struct rules rules = {.count = 0};
    add(&rules, "/", false);
    add(&rules, folder, true);
    add_caches(&rules, configs->items, configs->count);
    return cognito_landlock_enforce(rules.items, rules.count, why);
}
