/* SPDX-License-Identifier: MIT */
/*
 * The options about who may log in: each in a [service] section, what they exclude, and the files
 * that they name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/config.h"

#define POOL "user_pool = us-east-1_AbCdEf123\nclient_id = 1example23456789abcdefghij\n"

static char folder[64];
static struct complaint why;

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/pam_cognito.XXXXXX");
    return mkdtemp(folder) == NULL;
}

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path_of(name), mode), 0);
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"conf", "conf2", "map", "deny"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlink(path_of(names[i]));
    return rmdir(folder);
}

/* What SERVICE gets of the two lines and TEXT. */
static bool read_for(const char *service, const char *text, struct configs *configs)
{
    char whole[4096];
    char argument[160];
    const char *arguments[] = {argument};
    (void)snprintf(whole, sizeof whole, POOL "%s", text);
    (void)snprintf(argument, sizeof argument, "conf=%s", path_of("conf"));
    write_file("conf", whole, 0644);
    why.text[0] = '\0';
    return cognito_configs_read(service, 1, arguments, configs, &why);
}

static struct configs take(const char *service, const char *text)
{
    struct configs configs = {0};
    if (!read_for(service, text, &configs))
        fail_msg("%s: %s", text, why.text);
    return configs;
}

static void refuse(const char *service, const char *text, const char *words)
{
    struct configs configs = {0};
    if (read_for(service, text, &configs))
        fail_msg("taken: %s", text);
    if (strstr(why.text, words) == NULL)
        fail_msg("%s: %s", text, why.text);
}

/* What an option of a section changes, seen as a number. */
static int64_t value_of(const struct config *config, const char *name)
{
    const struct {
        const char *name;
        int64_t value;
    } values[] = {
        {"uid_min", config->uid_min},
        {"allow_root", config->allow_root},
        {"username_claim", strcmp(config->policy.username_claim, "sub") == 0},
        {"allow_writable_claim", config->allow_writable_claim},
        {"map_file", config->policy.has_map},
        {"require_group", (int64_t)config->policy.require_group.count},
        {"max_token_age", config->policy.max_token_age},
        {"max_auth_age", config->policy.max_auth_age},
        {"single_use", config->single_use},
        {"try_first_pass", config->try_first_pass},
        {"use_first_pass", config->use_first_pass},
        {"forward_pass", config->forward_pass},
        {"user_from_token", config->user_from_token},
        {"export_env", config->export_env},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    fail_msg("%s is not known to this test", name);
    return 0;
}

static const char *text_for(const struct option_row *option)
{
    switch (option->type) {
    case OPTION_BOOLEAN:
        return "yes";
    case OPTION_NUMBER:
    case OPTION_DURATION:
        return "77";
    case OPTION_PATH:
        return path_of("map");
    case OPTION_LIST:
        return "one two";
    case OPTION_WORD:
        break;
    }
    return "sub";
}

static void each_option_of_a_section_holds_for_its_services_alone(void **state)
{
    (void)state;
    size_t count;
    size_t seen = 0;
    const struct option_row *options = cognito_config_options(&count);
    write_file("map", "alice sub:al\n", 0644);
    for (size_t i = 0; i < count; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "[service sudo sudo-i]\n%s = %s\n[service su]\n",
                       options[i].name, text_for(&options[i]));
        if ((options[i].flags & OPTION_IN_SERVICE) == 0) {
            refuse("sudo", text,
                   options[i].flags & OPTION_ARGUMENT_ONLY
                       ? "only an argument can set this"
                       : "cannot be set in a [service] section");
            continue;
        }
        static const char *const inside[] = {"sudo", "sudo-i"};
        static const char *const outside[] = {"sshd", "su", "sud", "sudo-cognito", NULL};
        struct configs plain = take("sshd", "");
        const int64_t before = value_of(&plain.items[0], options[i].name);
        for (size_t k = 0; k < 2; k++) {
            struct configs configs = take(inside[k], text);
            assert_int_not_equal(value_of(&configs.items[0], options[i].name), before);
            assert_int_equal(configs.items[0].section, 3);
            cognito_configs_free(&configs);
        }
        for (size_t k = 0; k < 5; k++) {
            struct configs configs = take(outside[k], text);
            assert_int_equal(value_of(&configs.items[0], options[i].name), before);
            assert_int_equal(configs.items[0].section, k == 1 ? 5 : 0);
            cognito_configs_free(&configs);
        }
        cognito_configs_free(&plain);
        seen++;
    }
    assert_int_equal(seen, 14);
}

static void a_section_wins_over_the_file_and_the_line_over_both(void **state)
{
    (void)state;
    static const char text[] = "max_auth_age = 1h\nrequire_group = people\n"
                               "[service sudo]\nmax_auth_age = 15m\nrequire_group = admins\n";
    struct configs configs = take("sudo", text);
    assert_int_equal(configs.items[0].policy.max_auth_age, 900);
    assert_int_equal(configs.items[0].policy.require_group.count, 1);
    assert_string_equal(configs.items[0].policy.require_group.items[0], "admins");
    cognito_configs_free(&configs);
    char argument[160];
    (void)snprintf(argument, sizeof argument, "conf=%s", path_of("conf"));
    const char *arguments[] = {argument, "max_auth_age=5m", "require_group=operators",
                               "single_use"};
    assert_true(cognito_configs_read("sudo", 4, arguments, &configs, &why));
    assert_int_equal(configs.items[0].policy.max_auth_age, 300);
    assert_string_equal(configs.items[0].policy.require_group.items[0], "operators");
    assert_true(configs.items[0].single_use);
    cognito_configs_free(&configs);
}

static void claims_that_people_write_need_a_second_option(void **state)
{
    (void)state;
    static const char *const writable[] = {"email",        "preferred_username",
                                           "custom:unix",  "nickname",
                                           "phone_number", "name",
                                           "profile",      "custom:",
                                           "nonce"};
    static const char *const signed_by_pool[] = {"sub", "cognito:username"};
    char text[128];
    struct configs configs;
    for (size_t i = 0; i < sizeof writable / sizeof writable[0]; i++) {
        (void)snprintf(text, sizeof text, "username_claim = %s\n", writable[i]);
        refuse("sshd", text, "people can write this claim themselves");
        (void)snprintf(text, sizeof text, "username_claim = %s\nallow_writable_claim = no\n",
                       writable[i]);
        refuse("sshd", text, "people can write this claim themselves");
        (void)snprintf(text, sizeof text, "username_claim = %s\nallow_writable_claim\n",
                       writable[i]);
        configs = take("sshd", text);
        cognito_configs_free(&configs);
    }
    for (size_t i = 0; i < sizeof signed_by_pool / sizeof signed_by_pool[0]; i++) {
        (void)snprintf(text, sizeof text, "username_claim = %s\n", signed_by_pool[i]);
        configs = take("sshd", text);
        cognito_configs_free(&configs);
    }
}

/* Who judges nobody may not be able to read them. */
static void files_that_it_names_are_not_read(void **state)
{
    (void)state;
    char text[256];
    (void)snprintf(text, sizeof text, "map_file = %s\ndeny_file = %s\n", path_of("map"),
                   path_of("deny"));
    struct configs configs = take("sshd", text);
    assert_true(configs.items[0].policy.has_map);
    cognito_configs_free(&configs);
    refuse("sshd", "map_file = map\n", "an absolute path was expected");
}

static void pools_share_one_conversation(void **state)
{
    (void)state;
    static const char *const options[] = {"try_first_pass", "use_first_pass", "forward_pass",
                                          "user_from_token"};
    char first[160];
    char second[160];
    const char *arguments[] = {first, second};
    (void)snprintf(first, sizeof first, "conf=%s", path_of("conf"));
    (void)snprintf(second, sizeof second, "conf=%s", path_of("conf2"));
    write_file("conf", POOL, 0644);
    for (size_t i = 0; i < 4; i++) {
        struct configs configs = {0};
        char text[256];
        (void)snprintf(text, sizeof text, POOL "[service login]\n%s\n", options[i]);
        write_file("conf2", text, 0644);
        assert_false(cognito_configs_read("login", 2, arguments, &configs, &why));
        assert_non_null(strstr(why.text, "conf2"));
        assert_true(cognito_configs_read("sshd", 2, arguments, &configs, &why));
        cognito_configs_free(&configs);
    }
}

/* These say something about the service or the conversation; any other is about one pool. */
static bool may_be_an_argument_for_several_pools(const char *name)
{
    static const char *const names[] = {"debug",           "uid_min",        "allow_root",
                                        "max_token_age",   "max_auth_age",   "single_use",
                                        "try_first_pass",  "use_first_pass", "forward_pass",
                                        "user_from_token", "export_env"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* A value that the option takes. */
static const char *good_value(const struct option_row *option)
{
    static const char *const values[][2] = {{"user_pool", "us-east-1_AbCdEf123"},
                                            {"issuer", "https://example.com"},
                                            {"max_stale", "7d"},
                                            {"jwks_uri", "https://example.com/keys"},
                                            {"proxy", "http://example.com:3128"}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(values[i][0], option->name) == 0)
            return values[i][1];
    return text_for(option);
}

static void what_is_about_a_pool_is_no_argument_for_several(void **state)
{
    (void)state;
    static const char said[] =
        "belongs to one pool, and there are several conf: set it in the pool's file";
    char first[160];
    char second[160];
    char third[256];
    const char *const arguments[] = {first, third, second};
    size_t count;
    const struct option_row *options = cognito_config_options(&count);
    (void)snprintf(first, sizeof first, "conf=%s", path_of("conf"));
    (void)snprintf(second, sizeof second, "conf=%s", path_of("conf2"));
    write_file("conf", POOL, 0644);
    write_file("conf2", POOL, 0644);
    write_file("map", "alice sub:al\n", 0644);
    for (size_t i = 0; i < count; i++) {
        struct configs configs = {0};
        char words[192];
        if (strcmp(options[i].name, "conf") == 0)
            continue;
        (void)snprintf(third, sizeof third, "%s=%s", options[i].name, good_value(&options[i]));
        (void)snprintf(words, sizeof words, "argument %s: %s", options[i].name, said);
        if (may_be_an_argument_for_several_pools(options[i].name)) {
            if (!cognito_configs_read("sshd", 3, arguments, &configs, &why))
                fail_msg("%s: %s", third, why.text);
            assert_int_equal(configs.count, 2);
            cognito_configs_free(&configs);
            continue;
        }
        assert_false(cognito_configs_read("sshd", 3, arguments, &configs, &why));
        assert_string_equal(why.text, words);
        /* For one pool it may be. */
        if (!cognito_configs_read("sshd", 2, arguments, &configs, &why))
            fail_msg("%s: %s", third, why.text);
        cognito_configs_free(&configs);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(each_option_of_a_section_holds_for_its_services_alone),
        IN_FOLDER(a_section_wins_over_the_file_and_the_line_over_both),
        IN_FOLDER(claims_that_people_write_need_a_second_option),
        IN_FOLDER(files_that_it_names_are_not_read),
        IN_FOLDER(pools_share_one_conversation),
        IN_FOLDER(what_is_about_a_pool_is_no_argument_for_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
