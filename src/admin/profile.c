/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito profile: what a laptop's configuration has to say for this host, cognito-login(1).
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/input.h"
#include "admin/verbs.h"
#include "host/config.h"

enum { HOST_NAME_SIZE = 256 };

static bool take_option(void *context, int option)
{
    struct config_arguments *configs = context;
    struct complaint why = {{0}};
    if (option != 'c')
        return false; /* getopt_long has said why */
    if (configs->count > 0)
        return cognito_verb_complain("profile", "one --config at a time");
    return cognito_config_arguments_add(configs, optarg, &why) ||
           cognito_verb_complain("profile", "%s", why.text);
}

static bool read_command_line(struct config_arguments *configs, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    if (!cognito_verb_options(argc, argv, options, take_option, configs))
        return false;
    return optind == argc ||
           cognito_verb_complain("profile", "no further argument was expected: %s", argv[optind]);
}

/* The host of managed login is nothing that a host has to know. */
static void print_domain(const char *user_pool)
{
    const size_t region = strcspn(user_pool, "_");
    (void)printf("# The host of the pool's managed login; without it, cognito-login --password.\n"
                 "#domain = NAME.auth.%.*s.amazoncognito.com\n",
                 (int)region, user_pool);
}

static void print_profile(const struct config *config)
{
    char host[HOST_NAME_SIZE] = "";
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    (void)printf("# For ~/.config/cognito-login/config on laptops, see cognito-login(1).\n"
                 "user_pool = %s\nclient_id = %s\n",
                 config->user_pool, config->policy.client_ids.items[0]);
    print_domain(config->user_pool);
    (void)printf("# The names by which people reach this host; patterns may stand for more.\n"
                 "hosts = %s\n",
                 host);
}

int cognito_verb_profile(int argc, char **argv)
{
    struct config_arguments arguments = {.count = 0};
    struct configs configs OWNED(cognito_configs_free) = {0};
    struct complaint why = {{0}};
    if (!read_command_line(&arguments, argc, argv))
        return EXIT_TROUBLE;
    if (!cognito_configs_read(NULL, arguments.count, arguments.words, &configs, &why)) {
        (void)cognito_verb_complain("profile", "%s", why.text);
        return EXIT_TROUBLE;
    }
    print_profile(&configs.items[0]);
    return EXIT_GOOD;
}
