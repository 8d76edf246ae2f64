/* SPDX-License-Identifier: MIT */
#include "host/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/safefile.h"
#include "base/url.h"
#include "base/userpool.h"

#define DAY INT64_C(86400)

/* ---- values ---- */

static const char *path_fault(struct span value)
{
    return value.data[0] == '/' ? NULL : "an absolute path was expected";
}

/* ---- the table ---- */

#define FIELD(member) offsetof(struct config, member)
#define IN_SERVICE OPTION_IN_SERVICE
#define OF_POOL (OPTION_IN_SERVICE | OPTION_OF_POOL)
#define AGE_MAX (3650 * DAY)

/* clang-format off */
static const struct option_row table[] = {
    {"conf", OPTION_LIST, FIELD(paths), 0, 0, OPTION_ARGUMENT_ONLY, path_fault},
    {"debug", OPTION_BOOLEAN, FIELD(debug), 0, 0, OPTION_ARGUMENT_ONLY, NULL},
    {"user_pool", OPTION_WORD, FIELD(user_pool), 0, 0, 0, cognito_userpool_fault},
    {"client_id", OPTION_LIST, FIELD(policy.client_ids), 0, 0, 0, NULL},
    {"issuer", OPTION_LIST, FIELD(policy.issuers), 0, 0, 0, NULL},
    {"jwks_uri", OPTION_WORD, FIELD(jwks_uri), 0, 0, 0, cognito_url_fault},
    {"jwks_file", OPTION_PATH, FIELD(jwks_file), 0, 0, 0, NULL},
    {"cache_dir", OPTION_PATH, FIELD(cache_dir), 0, 0, 0, NULL},
    {"ca_file", OPTION_PATH, FIELD(ca_file), 0, 0, 0, NULL},
    {"proxy", OPTION_WORD, FIELD(proxy), 0, 0, 0, cognito_url_proxy_fault},
    {"refresh_user", OPTION_WORD, FIELD(refresh_user), 0, 0, 0, NULL},
    {"refresh_interval", OPTION_DURATION, FIELD(refresh_interval), 60, 30 * DAY, 0, NULL},
    {"max_stale", OPTION_DURATION, FIELD(max_stale), 60, 365 * DAY, 0, NULL},
    {"clock_skew", OPTION_DURATION, FIELD(policy.clock_skew), 0, 300, 0, NULL},
    {"max_token_size", OPTION_NUMBER, FIELD(policy.max_token_size), 1, TOKEN_SIZE_MAX, 0, NULL},
    {"uid_min", OPTION_NUMBER, FIELD(uid_min), 0, 4294967294, IN_SERVICE, NULL},
    {"allow_root", OPTION_BOOLEAN, FIELD(allow_root), 0, 0, IN_SERVICE, NULL},
    {"username_claim", OPTION_WORD, FIELD(policy.username_claim), 0, 0, OF_POOL, NULL},
    {"allow_writable_claim", OPTION_BOOLEAN, FIELD(allow_writable_claim), 0, 0, OF_POOL, NULL},
    {"map_file", OPTION_PATH, FIELD(map_file), 0, 0, OF_POOL, NULL},
    {"require_group", OPTION_LIST, FIELD(policy.require_group), 0, 0, OF_POOL, NULL},
    {"max_token_age", OPTION_DURATION, FIELD(policy.max_token_age), 1, AGE_MAX, IN_SERVICE, NULL},
    {"max_auth_age", OPTION_DURATION, FIELD(policy.max_auth_age), 1, AGE_MAX, IN_SERVICE, NULL},
    {"single_use", OPTION_BOOLEAN, FIELD(single_use), 0, 0, IN_SERVICE, NULL},
    {"deny_file", OPTION_PATH, FIELD(deny_file), 0, 0, 0, NULL},
    {"try_first_pass", OPTION_BOOLEAN, FIELD(try_first_pass), 0, 0, IN_SERVICE, NULL},
    {"use_first_pass", OPTION_BOOLEAN, FIELD(use_first_pass), 0, 0, IN_SERVICE, NULL},
    {"forward_pass", OPTION_BOOLEAN, FIELD(forward_pass), 0, 0, IN_SERVICE, NULL},
    {"user_from_token", OPTION_BOOLEAN, FIELD(user_from_token), 0, 0, IN_SERVICE, NULL},
    {"export_env", OPTION_BOOLEAN, FIELD(export_env), 0, 0, IN_SERVICE, NULL},
};
/* clang-format on */

enum { OPTION_COUNT = sizeof table / sizeof table[0] };

const struct option_row *cognito_config_options(size_t *count)
{
    *count = OPTION_COUNT;
    return table;
}

static struct options options_of(struct config *config, const char *service)
{
    return (struct options){table, OPTION_COUNT, config, service};
}

/* ---- one pool ---- */

static struct config numbers_by_default(void)
{
    return (struct config){
        .policy = {.clock_skew = 10, .max_token_size = TOKEN_SIZE_DEFAULT},
        .refresh_interval = 3600,
        .max_stale = 7 * DAY,
        .uid_min = 1000,
    };
}

static void free_config(struct config *config)
{
    const struct options options = options_of(config, NULL);
    cognito_options_free(&options);
    cognito_map_free(&config->policy.map);
    *config = (struct config){0};
}

static bool set_default(char **string, const char *value)
{
    if (*string == NULL)
        *string = strdup(value);
    return *string != NULL;
}

static bool default_uri(struct config *config, const char *path, struct complaint *why)
{
    char uri[USERPOOL_URI_SIZE];
    if (!cognito_userpool_keys(config->policy.issuers.items[0], uri))
        return cognito_complain(why, "%s: issuer: too long for a URL", path);
    const char *fault = cognito_url_fault(span_of_string(uri));
    /* Where the administrator places the set, nothing is fetched and no URL is needed. */
    if (fault != NULL && config->jwks_file == NULL)
        return cognito_complain(why, "%s: jwks_uri, by default made from the first issuer, %s",
                                path, fault);
    return fault != NULL || set_default(&config->jwks_uri, uri) ||
           cognito_complain(why, "%s: out of memory", path);
}

/* Claims that people can write themselves, in their profile or with a request to sign in: whoever
 * may enter another's name there would be let in as them. All of OpenID Connect Core 5.1 but sub,
 * what a pool adds, and the nonce of 3.1.2.1. */
static bool is_writable_claim(const char *claim)
{
    static const char *const names[] = {
        "name",    "given_name", "family_name", "middle_name", "nickname",           "profile",
        "picture", "website",    "gender",      "birthdate",   "zoneinfo",           "phone_number",
        "locale",  "address",    "updated_at",  "email",       "preferred_username", "nonce"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(claim, names[i]) == 0)
            return true;
    return strncmp(claim, "custom:", strlen("custom:")) == 0;
}

/* What has to be there, and what follows from it. */
static bool complete(struct config *config, const char *path, struct complaint *why)
{
    if (config->user_pool == NULL)
        return cognito_complain(why, "%s: user_pool is missing", path);
    if (config->policy.client_ids.count == 0)
        return cognito_complain(why, "%s: client_id is missing", path);
    if (!set_default(&config->cache_dir, "/var/cache/pam_cognito") ||
        !set_default(&config->refresh_user, "pam-cognito") ||
        !set_default(&config->policy.username_claim, "cognito:username"))
        return cognito_complain(why, "%s: out of memory", path);
    if (config->policy.issuers.count == 0 &&
        !cognito_userpool_issuers(config->user_pool, &config->policy.issuers))
        return cognito_complain(why, "%s: out of memory", path);
    if (is_writable_claim(config->policy.username_claim) && !config->allow_writable_claim)
        return cognito_complain(why,
                                "%s: username_claim: people can write this claim themselves; set "
                                "allow_writable_claim = yes if nobody can in this pool",
                                path);
    config->policy.has_map = config->map_file != NULL;
    if (config->refresh_interval > config->max_stale)
        return cognito_complain(why, "%s: refresh_interval is longer than max_stale", path);
    return config->jwks_uri != NULL || default_uri(config, path, why);
}

/* What is to be read, and for whom. */
struct order {
    const char *service;
    size_t count;
    const char *const *arguments;
};

static bool read_config(const char *path, const struct order *order, struct config *config,
                        struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    *config = numbers_by_default();
    const struct options options = options_of(config, order->service);
    const bool good = cognito_options_file(&options, secret_span(&file.content), path, why) &&
                      cognito_options_arguments(&options, order->count, order->arguments, why) &&
                      complete(config, path, why);
    if (good)
        config->section = cognito_options_section(secret_span(&file.content), order->service);
    cognito_secret_free(&file.content);
    if (!good)
        free_config(config);
    return good;
}

/* ---- arguments ---- */

/* Whose tokens are good, by which keys, and for whom: what no section may set, and what its flag
 * says. As an argument it would hold for every pool, and one could speak for another. */
static bool is_of_pool(const struct option_row *option)
{
    return (option->flags & (OPTION_IN_SERVICE | OPTION_ARGUMENT_ONLY)) == 0 ||
           (option->flags & OPTION_OF_POOL) != 0;
}

static bool is_for_auth_line(const struct option_row *option)
{
    return (option->flags & OPTION_ARGUMENT_ONLY) == 0;
}

/* Refuses the first argument that sets an option of the unwanted ones. What is no option is refused
 * where it is read. */
static bool refuse_any(size_t count, const char *const *arguments,
                       bool (*is_unwanted)(const struct option_row *option), const char *what,
                       struct complaint *why)
{
    const struct options options = options_of(NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct option_row *option = cognito_options_of_argument(&options, arguments[i]);
        if (option != NULL && is_unwanted(option))
            return cognito_complain(why, "argument %s: %s", option->name, what);
    }
    return true;
}

bool cognito_config_account_arguments(size_t count, const char *const *arguments,
                                      struct complaint *why)
{
    struct config scratch = {0};
    const struct options options = options_of(&scratch, NULL);
    const bool good =
        refuse_any(count, arguments, is_for_auth_line, "belongs on the auth line", why) &&
        cognito_options_arguments(&options, count, arguments, why);
    free_config(&scratch);
    return good;
}

/* ---- all pools ---- */

void cognito_configs_free(struct configs *configs)
{
    for (size_t i = 0; i < configs->count; i++)
        free_config(&configs->items[i]);
    free(configs->items);
    *configs = (struct configs){0};
}

/* Which pool a token is of shows only after the conversation. */
static bool same_conversation(const struct config *a, const struct config *b)
{
    return a->try_first_pass == b->try_first_pass && a->use_first_pass == b->use_first_pass &&
           a->forward_pass == b->forward_pass && a->user_from_token == b->user_from_token;
}

static bool read_all(const struct list *paths, const struct order *order, struct configs *configs,
                     struct complaint *why)
{
    static const char *const by_default[] = {CONFIG_DEFAULT_PATH};
    const size_t count = paths->count == 0 ? 1 : paths->count;
    const char *const *path = paths->count == 0 ? by_default : (const char *const *)paths->items;
    if (count > CONFIG_FILES_MAX)
        return cognito_complain(why, "argument conf: more than %d files", CONFIG_FILES_MAX);
    configs->items = calloc(count, sizeof *configs->items);
    if (configs->items == NULL)
        return cognito_complain(why, "out of memory");
    for (size_t i = 0; i < count; i++) {
        if (!read_config(path[i], order, &configs->items[i], why))
            return false;
        configs->count++;
        if (!same_conversation(&configs->items[0], &configs->items[i]))
            return cognito_complain(why,
                                    "%s: try_first_pass, use_first_pass, forward_pass and "
                                    "user_from_token have to be as in the first conf",
                                    path[i]);
    }
    return true;
}

bool cognito_configs_read(const char *service, size_t count, const char *const *arguments,
                          struct configs *configs, struct complaint *why)
{
    const struct order order = {service, count, arguments};
    /* A first reading finds the paths. */
    struct config scratch = {0};
    const struct options options = options_of(&scratch, service);
    struct configs found = {0};
    const bool good = cognito_options_arguments(&options, count, arguments, why) &&
                      (scratch.paths.count < 2 ||
                       refuse_any(count, arguments, is_of_pool,
                                  "belongs to one pool, and there are several conf: set it in the "
                                  "pool's file",
                                  why)) &&
                      read_all(&scratch.paths, &order, &found, why);
    free_config(&scratch);
    if (good)
        *configs = found;
    else
        cognito_configs_free(&found);
    return good;
}

bool cognito_config_cache_path(const struct config *config, char path[PATH_SIZE_MAX])
{
    const int len =
        snprintf(path, PATH_SIZE_MAX, "%s/%s.jwks", config->cache_dir, config->user_pool);
    return len > 0 && len < PATH_SIZE_MAX;
}
