/* SPDX-License-Identifier: MIT */
/*
 * The configuration of the module: the first line of the input is the PAM service, the second one
 * arguments, the rest the file. What is taken is read a second time; what is refused says where.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "fuzz.h"
#include "host/config.h"
#include "host/lists.h"
#include "settings.h"

enum { ARGUMENTS_MAX = 8 };

static const char *const defaults[] = {"user_pool", "client_id"};

/* As libcurl sees it, which will fetch it: by https, and without a user name. */
static void check_uri(const char *text)
{
    CURLU *url = curl_url();
    char *scheme = NULL;
    char *user = NULL;
    if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        (void)curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
        AGREE(curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER, "a user in %s", text);
        AGREE(strcmp(scheme, "https") == 0, "libcurl would use %s", scheme);
    }
    curl_free(scheme);
    curl_free(user);
    curl_url_cleanup(url);
}

static void check_pool(const char *pool)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const size_t region = strspn(pool, letters);
    const size_t id = pool[region] == '_' ? strspn(pool + region + 1, letters) : 0;
    AGREE(region > 0 && id > 0 && pool[region + 1 + id] == '\0' && pool[0] != '-' &&
              strchr(pool + region, '-') == NULL && strlen(pool) <= 55,
          "the pool %s", pool);
}

static void check_issuers(const struct config *config)
{
    char expected[256];
    const struct list *issuers = &config->policy.issuers;
    const int region = (int)strcspn(config->user_pool, "_");
    AGREE(issuers->count == 2, "%zu issuers", issuers->count);
    (void)snprintf(expected, sizeof expected, "https://cognito-idp.%.*s.amazonaws.com/%s", region,
                   config->user_pool, config->user_pool);
    AGREE(strcmp(issuers->items[0], expected) == 0, "the issuer %s", issuers->items[0]);
}

static void check_claim(const struct config *config)
{
    static const char *const writable[] = {"email", "preferred_username", "name", "nickname",
                                           "custom:x"};
    const char *claim = config->policy.username_claim;
    for (size_t i = 0; i < sizeof writable / sizeof writable[0]; i++)
        AGREE(strcmp(claim, writable[i]) != 0 || config->allow_writable_claim, "the claim %s",
              claim);
    AGREE(strncmp(claim, "custom:", 7) != 0 || config->allow_writable_claim, "the claim %s", claim);
}

static void check_config(const struct config *config, const struct settings *settings)
{
    size_t count;
    const struct option_row *table = cognito_config_options(&count);
    char path[PATH_SIZE_MAX];
    settings_compare(settings, table, count, config);
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        AGREE(settings_have(settings, defaults[i]), "%s is missing", defaults[i]);
    check_pool(config->user_pool);
    check_claim(config);
    if (!settings_have(settings, "issuer"))
        check_issuers(config);
    AGREE(config->policy.issuers.count > 0 && config->policy.client_ids.count > 0, "no issuer");
    AGREE(config->jwks_uri != NULL || config->jwks_file != NULL, "no keys");
    if (config->jwks_uri != NULL)
        check_uri(config->jwks_uri);
    AGREE(config->refresh_interval <= config->max_stale, "refreshed after it is stale");
    AGREE(settings_have(settings, "clock_skew") || config->policy.clock_skew == 10, "skew");
    AGREE(settings_have(settings, "uid_min") || config->uid_min == 1000, "uid_min");
    AGREE(settings_have(settings, "max_stale") || config->max_stale == 604800, "max_stale");
    AGREE(settings_have(settings, "allow_root") || !config->allow_root, "allow_root");
    AGREE(settings_have(settings, "require_group") || config->policy.require_group.count == 0,
          "groups out of nothing");
    AGREE(config->policy.has_map == (config->map_file != NULL), "a map without a file");
    AGREE(config->section == settings_section(settings), "the section of line %zu",
          config->section);
    (void)cognito_config_cache_path(config, path);
}

static void check_complaint(const char *why, const char *path)
{
    AGREE(why[0] != '\0', "refused without a word");
    AGREE(strncmp(why, path, strlen(path)) == 0 || strncmp(why, "argument ", 9) == 0 ||
              why[0] == '/',
          "neither file nor argument: %s", why);
    for (; *why != '\0'; why++)
        AGREE(*why >= ' ' && *why <= '~', "the byte %02x", (unsigned char)*why);
}

/* The arguments of the PAM line: our file, and the words of LINE. */
static size_t split(char *line, const char **arguments, const char *conf)
{
    size_t count = 0;
    char *place = NULL;
    arguments[count++] = conf;
    for (char *word = strtok_r(line, " ", &place); word != NULL && count < ARGUMENTS_MAX;
         word = strtok_r(NULL, " ", &place))
        if (strncmp(word, "conf=/", 6) != 0) /* other files are not ours to read */
            arguments[count++] = word;
    return count;
}

static bool only_conf_and_debug(size_t count, const char *const *arguments)
{
    for (size_t i = 0; i < count; i++) {
        const size_t len = strcspn(arguments[i], "=");
        if ((len != 4 || strncmp(arguments[i], "conf", 4) != 0) &&
            (len != 5 || strncmp(arguments[i], "debug", 5) != 0))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    char *service = fuzz_string(fuzz_part(&input, '\n'));
    char *line = fuzz_string(fuzz_part(&input, '\n'));
    const char *path = fuzz_path("conf");
    char conf[4200];
    const char *arguments[ARGUMENTS_MAX];
    struct configs configs = {0};
    struct complaint why = {{0}};
    (void)snprintf(conf, sizeof conf, "conf=%s", path);
    const size_t count = split(line, arguments, conf);
    const char *name = service[0] == '\0' ? NULL : service;
    fuzz_write(path, input);
    fuzz_write(fuzz_path("map"), span_of_string("alice user:bob\n"));
    if (cognito_configs_read(name, count, arguments, &configs, &why)) {
        const struct settings settings = {"service", name, input, arguments, count};
        AGREE(configs.count == 1 && why.text[0] == '\0', "%zu pools, %s", configs.count, why.text);
        AGREE(cognito_config_account_arguments(count, arguments, NULL) ==
                  only_conf_and_debug(count, arguments),
              "an account line");
        check_config(&configs.items[0], &settings);
        if (!cognito_lists_read(&configs, "alice", &why))
            check_complaint(why.text, path);
        cognito_configs_free(&configs);
    } else {
        AGREE(configs.items == NULL, "refused, and something is in it");
        check_complaint(why.text, path);
    }
    free(service);
    free(line);
    return 0;
}
