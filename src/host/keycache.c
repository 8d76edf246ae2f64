/* SPDX-License-Identifier: MIT */
#include "host/keycache.h"

#include "host/account.h"

enum cognito_status cognito_keycache_owner(const struct config *config,
                                           struct safefile_owner *owner, struct complaint *why)
{
    uid_t uid;
    const enum cognito_status status = cognito_account_uid(config->refresh_user, &uid, NULL);
    *owner = (struct safefile_owner){cognito_escape(span_of_string(config->refresh_user)),
                                     status == COGNITO_ACCEPTED ? (int64_t)uid : -1};
    if (status != COGNITO_SYSTEM_MEMORY)
        return COGNITO_ACCEPTED;
    (void)cognito_complain(why, "refresh_user %s: out of memory", owner->name.text);
    return COGNITO_SYSTEM_MEMORY;
}

static enum cognito_status read_file(const char *path, const struct safefile_rules *rules,
                                     struct safefile *file, struct complaint *why)
{
    switch (cognito_safefile_read(path, rules, file, why)) {
    case SAFEFILE_READ:
        return COGNITO_ACCEPTED;
    case SAFEFILE_NO_MEMORY:
        return COGNITO_SYSTEM_MEMORY;
    case SAFEFILE_MISSING:
    case SAFEFILE_REFUSED:
        break;
    }
    return COGNITO_KEY_NONE;
}

/* A set that the administrator placed is root's; the cache is the refresher's. */
static enum cognito_status read_set(const struct config *config, const char *path,
                                    struct safefile *file, struct complaint *why)
{
    struct safefile_owner owner;
    struct safefile_rules rules = {.max_size = JWKS_SIZE_MAX};
    if (config->jwks_file == NULL) {
        const enum cognito_status status = cognito_keycache_owner(config, &owner, why);
        if (status != COGNITO_ACCEPTED)
            return status;
        rules.owner = &owner;
    }
    return read_file(path, &rules, file, why);
}

/* How far MTIME is from NOW: a file from the future is as wrong as one from the past, since the
 * clock was set either way. One from before the epoch, which a file system may well say, counts as
 * from 1970. */
static int64_t age_of(int64_t mtime, int64_t now)
{
    const int64_t fetched = mtime < 0 ? 0 : mtime;
    return now > fetched ? now - fetched : fetched - now;
}

static enum cognito_status parse_set(const char *path, struct span text, struct jwks **keys,
                                     struct complaint *why)
{
    struct complaint detail = {{0}};
    const enum cognito_status status = cognito_jwks_parse(text, keys, &detail);
    if (status != COGNITO_ACCEPTED)
        (void)cognito_complain(why, "%s: %s", path, detail.text);
    return status;
}

enum cognito_status cognito_keycache_read(const struct config *config, int64_t now,
                                          struct jwks **keys, bool *fresh, struct complaint *why)
{
    const bool placed = config->jwks_file != NULL;
    char cached[PATH_SIZE_MAX];
    if (!cognito_config_cache_path(config, cached)) {
        (void)cognito_complain(why, "cache_dir: too long");
        return COGNITO_KEY_NONE;
    }
    const char *path = placed ? config->jwks_file : cached;
    struct safefile file = {0};
    enum cognito_status status = read_set(config, path, &file, why);
    if (status != COGNITO_ACCEPTED)
        return status;
    const int64_t age = placed ? 0 : age_of(file.mtime, now);
    if (age > config->max_stale) {
        (void)cognito_complain(why, "%s: %lld s old, and max_stale is %lld", path, (long long)age,
                               (long long)config->max_stale);
        status = COGNITO_KEY_STALE;
    } else {
        *fresh = placed || (age < config->refresh_interval && file.mtime <= now);
        status = parse_set(path, secret_span(&file.content), keys, why);
    }
    cognito_secret_free(&file.content);
    return status;
}
