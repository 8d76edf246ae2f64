/* SPDX-License-Identifier: MIT */
#include "host/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "unit.h"

#define TWO_LINES "user_pool = us-east-1_AbCdEf123\nclient_id = 1example23456789abcdefghij\n"

static struct complaint why;

static bool read_configs(const char *service, size_t count, const char *const *arguments,
                         struct configs *configs)
{
    static struct config elsewhere;
    const struct configs untouched = {&elsewhere, 77};
    *configs = untouched;
    why.text[0] = '\0';
    const bool good = cognito_configs_read(service, count, arguments, configs, &why);
    if (!good)
        assert_memory_equal(configs, &untouched, sizeof untouched);
    assert_int_equal(good, why.text[0] == '\0');
    return good;
}

static const char *conf_argument(const char *path)
{
    static char arguments[4][PATH_SIZE_MAX];
    static size_t next;
    char *argument = arguments[next++ % COUNT_OF(arguments)];
    (void)snprintf(argument, PATH_SIZE_MAX, "conf=%s", path);
    return argument;
}

/* The one pool of a file with this text. */
static struct configs take(void **state, const char *text, const char *service)
{
    struct configs configs;
    const char *argument = conf_argument(scratch_text(*state, "conf", text));
    if (!read_configs(service, 1, &argument, &configs))
        FAIL_ROW("%s: %s\n", text, why.text);
    assert_int_equal(configs.count, 1);
    return configs;
}

/* WORDS follow the file's path, or are all if they do not begin with ':'. */
static void expect_refused(void **state, const char *text, const char *words)
{
    struct configs configs;
    const char *path = scratch_text(*state, "conf", text);
    const char *argument = conf_argument(path);
    char wanted[COMPLAINT_MAX];
    (void)snprintf(wanted, sizeof wanted, "%s%s", path, words);
    if (read_configs("sudo", 1, &argument, &configs))
        FAIL_ROW("taken: %s\n", text);
    if (strcmp(why.text, wanted) != 0)
        FAIL_ROW("%s: %s, not %s\n", text, why.text, wanted);
}

static void two_lines_are_enough(void **state)
{
    struct configs configs = take(state, TWO_LINES, "sshd");
    const struct config *config = &configs.items[0];
    assert_string_equal(config->user_pool, "us-east-1_AbCdEf123");
    assert_int_equal(config->policy.client_ids.count, 1);
    assert_string_equal(config->policy.client_ids.items[0], "1example23456789abcdefghij");
    assert_int_equal(config->policy.issuers.count, 2);
    assert_string_equal(config->policy.issuers.items[0],
                        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123");
    assert_string_equal(config->policy.issuers.items[1],
                        "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123");
    assert_string_equal(config->jwks_uri, "https://cognito-idp.us-east-1.amazonaws.com/"
                                          "us-east-1_AbCdEf123/.well-known/jwks.json");
    assert_string_equal(config->policy.username_claim, "cognito:username");
    assert_int_equal(config->policy.clock_skew, 10);
    assert_int_equal(config->policy.max_token_size, 16384);
    assert_string_equal(config->cache_dir, "/var/cache/pam_cognito");
    assert_string_equal(config->refresh_user, "pam-cognito");
    assert_int_equal(config->refresh_interval, 3600);
    assert_int_equal(config->max_stale, 604800);
    assert_int_equal(config->uid_min, 1000);
    assert_null(config->jwks_file);
    assert_null(config->ca_file);
    assert_null(config->proxy);
    assert_false(config->debug);
    char path[PATH_SIZE_MAX];
    assert_true(cognito_config_cache_path(config, path));
    assert_string_equal(path, "/var/cache/pam_cognito/us-east-1_AbCdEf123.jwks");
    cognito_configs_free(&configs);
    assert_null(configs.items);
    cognito_configs_free(&configs);
}

static void everything_set(void **state)
{
    struct configs configs = take(state,
                                  TWO_LINES "client_id = second third\n"
                                            "issuer = https://auth.example/p\n"
                                            "jwks_uri = https://auth.example:8443/keys?x=1\n"
                                            "jwks_file = /etc/keys.jwks\n"
                                            "cache_dir = /var/cache/elsewhere\n"
                                            "ca_file = /etc/ca.pem\n"
                                            "proxy = http://proxy:3128\n"
                                            "refresh_user = nobody\n"
                                            "refresh_interval = 30m\n"
                                            "max_stale = 2d\n"
                                            "clock_skew = 5m\n"
                                            "max_token_size = 262144\n"
                                            "uid_min = 500\n",
                                  NULL);
    const struct config *config = &configs.items[0];
    assert_int_equal(config->policy.client_ids.count, 3);
    assert_int_equal(config->policy.issuers.count, 1);
    assert_string_equal(config->policy.issuers.items[0], "https://auth.example/p");
    assert_string_equal(config->jwks_uri, "https://auth.example:8443/keys?x=1");
    assert_string_equal(config->jwks_file, "/etc/keys.jwks");
    assert_string_equal(config->cache_dir, "/var/cache/elsewhere");
    assert_string_equal(config->ca_file, "/etc/ca.pem");
    assert_string_equal(config->proxy, "http://proxy:3128");
    assert_string_equal(config->refresh_user, "nobody");
    assert_int_equal(config->refresh_interval, 1800);
    assert_int_equal(config->max_stale, 172800);
    assert_int_equal(config->policy.clock_skew, 300);
    assert_int_equal(config->policy.max_token_size, 262144);
    assert_int_equal(config->uid_min, 500);
    cognito_configs_free(&configs);
}

static void what_has_to_be_there(void **state)
{
    expect_refused(state, "", ": user_pool is missing");
    expect_refused(state, "client_id = x\n", ": user_pool is missing");
    expect_refused(state, "user_pool = us-east-1_AbCdEf123\n", ": client_id is missing");
    expect_refused(state, TWO_LINES "user_pool = us-east-1_AbCdEf123\n",
                   ":3: user_pool: set twice");
    expect_refused(state, TWO_LINES "refresh_interval = 2h\nmax_stale = 1h\n",
                   ": refresh_interval is longer than max_stale");
    expect_refused(state, TWO_LINES "issuer = pool\n",
                   ": jwks_uri, by default made from the first issuer, must begin with https://");
    expect_refused(state, TWO_LINES "conf = /etc/other.conf\n",
                   ":3: conf: only an argument can set this");
    expect_refused(state, TWO_LINES "debug\n", ":3: debug: only an argument can set this");
    struct configs configs =
        take(state, TWO_LINES "issuer = pool\njwks_file = /etc/keys.jwks\n", NULL);
    cognito_configs_free(&configs);
}

static void bounds(void **state)
{
    static const struct {
        const char *name, *least, *most, *below, *above, *words;
    } rows[] = {
        {"refresh_interval", "60", "30d", "59", "2592001", "not from 60 to 2592000"},
        {"max_stale", "60", "365d", "59", "366d", "not from 60 to 31536000"},
        {"clock_skew", "0", "300", NULL, "301", "not from 0 to 300"},
        {"max_token_size", "1", "262144", "0", "262145", "not from 1 to 262144"},
        {"uid_min", "0", "4294967294", NULL, "4294967295", "not from 0 to 4294967294"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const good[] = {rows[i].least, rows[i].most};
        const char *const bad[] = {rows[i].below, rows[i].above};
        for (size_t k = 0; k < 2; k++) {
            char text[512];
            char words[128];
            /* The two that depend on each other do not meet here. */
            const char *other = i == 0   ? "max_stale = 365d\n"
                                : i == 1 ? "refresh_interval = 60\n"
                                         : "#\n";
            (void)snprintf(text, sizeof text, TWO_LINES "%s%s = %s\n", other, rows[i].name,
                           good[k]);
            struct configs configs = take(state, text, NULL);
            cognito_configs_free(&configs);
            if (bad[k] == NULL)
                continue;
            (void)snprintf(text, sizeof text, TWO_LINES "%s%s = %s\n", other, rows[i].name, bad[k]);
            (void)snprintf(words, sizeof words, ":4: %s: %s", rows[i].name, rows[i].words);
            expect_refused(state, text, words);
        }
    }
}

/* ---- values ---- */

static void expect_setting(void **state, const char *before, const char *name, const char *value,
                           const char *fault)
{
    char text[CONFIG_LINE_MAX];
    char words[512];
    (void)snprintf(text, sizeof text, "%s%s = %s\n", before, name, value);
    (void)snprintf(words, sizeof words, ":%d: %s: %s", before[0] == 'c' ? 2 : 3, name, fault);
    if (fault[0] != '\0') {
        expect_refused(state, text, words);
    } else {
        struct configs configs = take(state, text, NULL);
        cognito_configs_free(&configs);
    }
}

static void user_pools(void **state)
{
    static const char fault[] = "<region>_<id> was expected, such as us-east-1_AbCdEf123";
    static const char *const good[] = {"us-east-1_AbCdEf123", "eu-central-1_a", "us-gov-west-1_X9",
                                       "local_0", "a_b"};
    static const char *const bad[] = {
        "us-east-1",     "_AbC",
        "us-east-1_",    "us-east-1_a_b",
        "us-east-1_a-b", "us/east_a",
        "../x_a",        "us.east_a",
        "-us_a",         "us-east-1_a/b",
        "us-east-1_a.",  "us east_a",
        "us-east-1:a",   "us-east-1_AbCdEf123AbCdEf123AbCdEf123AbCdEf123AbCdEf123A"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect_setting(state, "client_id = x\n", "user_pool", good[i], "");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_setting(state, "client_id = x\n", "user_pool", bad[i],
                       strchr(bad[i], ' ') != NULL
                           ? "one value was expected, printable, without spaces"
                           : fault);
    expect_setting(state, "client_id = x\n", "user_pool",
                   "us-east-1_AbCdEf123AbCdEf123AbCdEf123AbCdEf123AbCdEf123", "");
}

/* Which URLs there are is for test_url.c. */
static void key_set_urls(void **state)
{
    static const char https[] = "must begin with https://";
    static const char uri[] = "jwks_uri";
    expect_setting(state, TWO_LINES, uri, "https://example.com:8443/keys?x=1", "");
    expect_setting(state, TWO_LINES, uri, "https://127.0.0.1/keys", "");
    expect_setting(state, TWO_LINES, uri, "http://example.com/keys", https);
    expect_setting(state, TWO_LINES, uri, "http://127.0.0.1:18080/jwks.json", https);
    expect_setting(state, TWO_LINES, uri, "http://[::1]/keys", https);
    expect_setting(state, TWO_LINES, uri, "http://localhost/keys", https);
    expect_setting(state, TWO_LINES, uri, "https://me:pw@example.com/",
                   "must not contain a user name or password");
    expect_setting(state, TWO_LINES, uri, "https://example.com:0/",
                   "must have a number from 1 to 65535 as its port");
}

static void proxies(void **state)
{
    static const char fault[] = "must begin with http://, https:// or socks5h://";
    expect_setting(state, TWO_LINES, "proxy", "http://p:1", "");
    expect_setting(state, TWO_LINES, "proxy", "https://p:1", "");
    expect_setting(state, TWO_LINES, "proxy", "socks5h://p:1", "");
    expect_setting(state, TWO_LINES, "proxy", "socks5://p:1", fault);
    expect_setting(state, TWO_LINES, "proxy", "p:1", fault);
    expect_setting(state, TWO_LINES, "proxy", "http://:1",
                   "must name a host: letters, digits, '-' and '.', or an IPv6 address in "
                   "brackets");
}

/* A comment behind a value is no comment: its words would become values of a list. */
static void no_comment_behind_a_value(void **state)
{
    static const char words[] = "a comment stands on a line of its own";
    expect_setting(state, TWO_LINES, "client_id", "abc # the web client", words);
    expect_setting(state, TWO_LINES, "issuer", "https://a.example #b", words);
}

/* ---- sections ---- */

static void sections(void **state)
{
    static const char text[] = TWO_LINES "uid_min = 2000\n[service sudo sudo-i]\nuid_min = 3000\n";
    static const struct {
        const char *service;
        int64_t uid_min;
    } rows[] = {{"sudo", 3000}, {"sudo-i", 3000}, {"sshd", 2000}, {NULL, 2000}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct configs configs = take(state, text, rows[i].service);
        assert_int_equal(configs.items[0].uid_min, rows[i].uid_min);
        cognito_configs_free(&configs);
    }
    expect_refused(state, TWO_LINES "[service other]\nuid_min = many\n",
                   ":4: uid_min: a number was expected");
    static const char *const others[] = {"user_pool",  "client_id", "issuer",
                                         "jwks_uri",   "jwks_file", "cache_dir",
                                         "clock_skew", "max_stale", "max_token_size"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char wrong[256];
        char words[128];
        (void)snprintf(wrong, sizeof wrong, TWO_LINES "[service x]\n%s = 1\n", others[i]);
        (void)snprintf(words, sizeof words, ":4: %s: cannot be set in a [service] section",
                       others[i]);
        expect_refused(state, wrong, words);
    }
}

/* ---- arguments, and several pools ---- */

static void arguments_win(void **state)
{
    const char *path =
        scratch_text(*state, "conf", TWO_LINES "clock_skew = 20\n[service sudo]\nuid_min = 3000\n");
    const char *const arguments[] = {"debug",      conf_argument(path), "clock_skew=0",
                                     "uid_min=77", "client_id=a",       "client_id=b"};
    struct configs configs;
    assert_true(read_configs("sudo", COUNT_OF(arguments), arguments, &configs));
    const struct config *config = &configs.items[0];
    assert_true(config->debug);
    assert_int_equal(config->policy.clock_skew, 0);
    assert_int_equal(config->uid_min, 77);
    assert_int_equal(config->policy.client_ids.count, 2);
    assert_string_equal(config->policy.client_ids.items[0], "a");
    cognito_configs_free(&configs);
}

static void several_pools(void **state)
{
    const char *const arguments[] = {
        conf_argument(scratch_text(*state, "one", TWO_LINES "clock_skew = 1\n")), "uid_min=1234",
        conf_argument(scratch_text(*state, "two", "user_pool = eu-west-1_B\nclient_id = b\n"))};
    struct configs configs;
    assert_true(read_configs(NULL, COUNT_OF(arguments), arguments, &configs));
    assert_int_equal(configs.count, 2);
    assert_string_equal(configs.items[0].user_pool, "us-east-1_AbCdEf123");
    assert_string_equal(configs.items[1].user_pool, "eu-west-1_B");
    assert_int_equal(configs.items[0].policy.clock_skew, 1);
    assert_int_equal(configs.items[1].policy.clock_skew, 10);
    assert_int_equal(configs.items[1].policy.client_ids.count, 1);
    assert_int_equal(configs.items[0].uid_min, 1234);
    assert_int_equal(configs.items[1].uid_min, 1234);
    cognito_configs_free(&configs);
    /* One bad file among them refuses all. */
    char words[COMPLAINT_MAX];
    const char *bad = scratch_text(*state, "bad", "user_pool = x\n");
    (void)snprintf(words, sizeof words,
                   "%s:1: user_pool: <region>_<id> was expected, such as us-east-1_AbCdEf123", bad);
    const char *const with_bad[] = {arguments[0], conf_argument(bad)};
    assert_false(read_configs(NULL, COUNT_OF(with_bad), with_bad, &configs));
    assert_string_equal(why.text, words);
}

static void too_many_pools(void **state)
{
    const char *argument = conf_argument(scratch_text(*state, "conf", TWO_LINES));
    const char *arguments[CONFIG_FILES_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(arguments); i++)
        arguments[i] = argument;
    struct configs configs;
    assert_true(read_configs(NULL, CONFIG_FILES_MAX, arguments, &configs));
    assert_int_equal(configs.count, CONFIG_FILES_MAX);
    cognito_configs_free(&configs);
    assert_false(read_configs(NULL, CONFIG_FILES_MAX + 1, arguments, &configs));
    assert_string_equal(why.text, "argument conf: more than 16 files");
}

static void faulty_arguments(void **state)
{
    static const struct {
        const char *argument, *words;
    } rows[] = {
        {"nosuch", "argument nosuch: no such option"},
        {"no_warn", "argument no_warn: no such option"},
        {"conf", "argument conf: a value was expected"},
        {"conf=", "argument conf: at least one value was expected"},
        {"conf=relative", "argument conf: an absolute path was expected"},
        {"user_pool=x",
         "argument user_pool: <region>_<id> was expected, such as us-east-1_AbCdEf123"},
        {"clock_skew=1y",
         "argument clock_skew: a duration was expected, such as 90, 15m, 1h or 7d"},
    };
    const char *good = conf_argument(scratch_text(*state, "conf", TWO_LINES));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct configs configs;
        const char *const arguments[] = {good, rows[i].argument};
        assert_false(read_configs(NULL, 2, arguments, &configs));
        if (strcmp(why.text, rows[i].words) != 0)
            FAIL_ROW("%s: %s\n", rows[i].argument, why.text);
    }
}

/* Beside conf and debug nothing would count on an account line. */
static void account_arguments(void **state)
{
    (void)state;
    size_t count;
    const struct option_row *options = cognito_config_options(&count);
    for (size_t i = 0; i < count; i++) {
        char argument[64];
        char words[96];
        const bool conf = strcmp(options[i].name, "conf") == 0;
        const char *const arguments[] = {"conf=/nonexistent", "debug", argument};
        (void)snprintf(argument, sizeof argument, "%s=no such value", options[i].name);
        (void)snprintf(words, sizeof words, "argument %s: belongs on the auth line",
                       options[i].name);
        assert_false(cognito_config_account_arguments(3, arguments, &why));
        if (conf || strcmp(options[i].name, "debug") == 0)
            assert_null(strstr(why.text, "belongs"));
        else
            assert_string_equal(why.text, words);
    }
    assert_true(cognito_config_account_arguments(
        3, (const char *const[]){"conf=/nonexistent", "debug", "conf=/another"}, &why));
    assert_true(cognito_config_account_arguments(1, (const char *const[]){"debug=no"}, &why));
    assert_true(cognito_config_account_arguments(0, NULL, &why));
    static const struct {
        const char *argument, *words;
    } rows[] = {
        {"nosuch", "argument nosuch: no such option"},
        {"use_first_pas", "argument use_first_pas: no such option"},
        {"=", "argument : no such option"},
        {"single_use", "argument single_use: belongs on the auth line"},
        {"conf=relative", "argument conf: an absolute path was expected"},
        {"debug=often", "argument debug: yes or no was expected"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(cognito_config_account_arguments(1, &rows[i].argument, &why));
        assert_string_equal(why.text, rows[i].words);
    }
}

/* ---- the file itself ---- */

static void files_that_are_not_trusted(void **state)
{
    struct configs configs;
    const char *path = scratch_text(*state, "conf", TWO_LINES);
    const char *argument = conf_argument(path);
    char words[COMPLAINT_MAX];
    assert_int_equal(chmod(path, 0664), 0);
    assert_false(read_configs(NULL, 1, &argument, &configs));
    (void)snprintf(words, sizeof words, "%s: this file can be written to by its group or by others",
                   path);
    assert_string_equal(why.text, words);
    assert_int_equal(unlink(path), 0);
    assert_false(read_configs(NULL, 1, &argument, &configs));
    (void)snprintf(words, sizeof words, "%s: No such file or directory", path);
    assert_string_equal(why.text, words);
    char *large = malloc(CONFIG_SIZE_MAX + 1);
    assert_non_null(large);
    memset(large, '\n', CONFIG_SIZE_MAX + 1);
    (void)scratch_write(*state, "conf", span_of(large, CONFIG_SIZE_MAX + 1), 0644);
    free(large);
    assert_false(read_configs(NULL, 1, &argument, &configs));
    (void)snprintf(words, sizeof words, "%s: larger than 262144 bytes", path);
    assert_string_equal(why.text, words);
}

static void the_table(void **state)
{
    (void)state;
    size_t count;
    const struct option_row *table = cognito_config_options(&count);
    assert_int_equal(count, 30);
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(table[i].name, table[k].name);
}

static void cache_path_that_is_too_long(void **state)
{
    (void)state;
    char folder[PATH_SIZE_MAX];
    char pool[] = "a_b";
    char path[PATH_SIZE_MAX];
    memset(folder, 'x', sizeof folder);
    folder[0] = '/';
    const size_t fits = PATH_SIZE_MAX - 1 - strlen("/a_b.jwks");
    folder[fits] = '\0';
    const struct config config = {.cache_dir = folder, .user_pool = pool};
    assert_true(cognito_config_cache_path(&config, path));
    assert_int_equal(strlen(path), PATH_SIZE_MAX - 1);
    folder[fits] = 'x';
    folder[fits + 1] = '\0';
    assert_false(cognito_config_cache_path(&config, path));
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(two_lines_are_enough),
        IN_SCRATCH(everything_set),
        IN_SCRATCH(what_has_to_be_there),
        IN_SCRATCH(bounds),
        IN_SCRATCH(user_pools),
        IN_SCRATCH(key_set_urls),
        IN_SCRATCH(proxies),
        IN_SCRATCH(no_comment_behind_a_value),
        IN_SCRATCH(sections),
        IN_SCRATCH(arguments_win),
        IN_SCRATCH(several_pools),
        IN_SCRATCH(too_many_pools),
        IN_SCRATCH(faulty_arguments),
        cmocka_unit_test(account_arguments),
        IN_SCRATCH(files_that_are_not_trusted),
        cmocka_unit_test(the_table),
        cmocka_unit_test(cache_path_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
