/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>

#include "scratch.h"

#include "client/profile.h"

#define POOL "user_pool = eu-central-1_AbCdEf123\n"
#define CLIENT "client_id = 1example23456789abcdefghij\n"
#define TWO POOL CLIENT

static void read_good(const char *folder, const char *text, const char *name,
                      struct profile *profile)
{
    struct complaint why = {{0}};
    if (!cognito_profile_read(scratch_text(folder, "config", text), name, profile, &why))
        FAIL_ROW("%s\n", why.text);
}

static void read_bad(const char *folder, const char *text, const char *name, const char *words)
{
    static const struct profile none = {0};
    struct profile profile = {0};
    struct complaint why = {{0}};
    if (cognito_profile_read(scratch_text(folder, "config", text), name, &profile, &why) ||
        strstr(why.text, words) == NULL)
        FAIL_ROW("%s: \"%s\" expected, not \"%s\"\n", text, words, why.text);
    assert_memory_equal(&profile, &none, sizeof profile);
}

static void has_items(const struct list *list, const char *expected)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    for (size_t i = 0; i < list->count; i++)
        assert_true(cognito_secret_append(&text, span_of_string(list->items[i])) &&
                    cognito_secret_append(&text, span_of("|", 1)));
    if (!span_is(secret_span(&text), expected))
        FAIL_ROW("%s expected, not %.*s\n", expected, (int)text.len, (const char *)text.data);
}

static void two_lines_are_enough(void **state)
{
    struct profile profile OWNED(cognito_profile_free) = {0};
    read_good(*state, TWO, NULL, &profile);
    assert_string_equal(profile.name, "default");
    assert_string_equal(profile.user_pool, "eu-central-1_AbCdEf123");
    assert_string_equal(profile.endpoint, "https://cognito-idp.eu-central-1.amazonaws.com/");
    assert_string_equal(profile.jwks_uri, "https://cognito-idp.eu-central-1.amazonaws.com/"
                                          "eu-central-1_AbCdEf123/.well-known/jwks.json");
    has_items(&profile.issuers,
              "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123|"
              "https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123|");
    has_items(&profile.scopes, "openid|");
    has_items(&profile.ports, "28090|28091|28092|");
    has_items(&profile.hosts, "");
    assert_null(profile.domain);
    assert_null(profile.password_flow);
    assert_int_equal(profile.clock_skew, 60);
    assert_int_equal(profile.timeout, 20);
}

static void what_is_set_replaces_the_defaults(void **state)
{
    struct profile profile OWNED(cognito_profile_free) = {0};
    read_good(*state,
              TWO "domain = login.example\nissuer = https://a.example/x https://b.example\n"
                  "ports = 2000 2001\nscopes = openid email\nclock_skew = 2m\ntimeout = 7\n"
                  "hosts = *.example b\npassword_flow = plain\n",
              NULL, &profile);
    assert_string_equal(profile.domain, "https://login.example");
    assert_string_equal(profile.jwks_uri, "https://a.example/x/.well-known/jwks.json");
    has_items(&profile.issuers, "https://a.example/x|https://b.example|");
    has_items(&profile.ports, "2000|2001|");
    has_items(&profile.scopes, "openid|email|");
    assert_int_equal(profile.clock_skew, 120);
    assert_int_equal(profile.timeout, 7);
    assert_string_equal(profile.password_flow, "plain");
    struct secret hosts OWNED(cognito_secret_free) = {0};
    assert_true(cognito_profile_hosts(&profile, &hosts));
    assert_string_equal((const char *)hosts.data, "*.example b");
}

static void a_section_sets_what_it_names(void **state)
{
    static const char text[] = TWO "hosts = a\n[profile work home]\nhosts = b c\n"
                                   "[profile other]\nuser_pool = us-east-1_Zz9\n";
    struct profile first OWNED(cognito_profile_free) = {0};
    struct profile work OWNED(cognito_profile_free) = {0};
    struct profile other OWNED(cognito_profile_free) = {0};
    read_good(*state, text, NULL, &first);
    has_items(&first.hosts, "a|");
    read_good(*state, text, "work", &work);
    assert_string_equal(work.name, "work");
    assert_string_equal(work.user_pool, "eu-central-1_AbCdEf123");
    has_items(&work.hosts, "b|c|");
    read_good(*state, text, "other", &other);
    assert_string_equal(other.endpoint, "https://cognito-idp.us-east-1.amazonaws.com/");
    has_items(&other.hosts, "a|");
}

struct row {
    const char *lines, *words;
};

static void bad_values_are_refused_by_line(void **state)
{
    static const struct row rows[] = {
        {"client_id = a-b\n", ":2: client_id: the id of an app client"},
        {"domain = https://x/path\n", ":2: domain: a host was expected"},
        {"domain = a.example?x\n", ":2: domain: must name a host"},
        {"domain = me@a.example\n", ":2: domain: must not contain a user name"},
        {"domain = http://127.0.0.1:1\n", ":2: domain: must begin with https://"},
        {"endpoint = http://127.0.0.1:1/\n", ":2: endpoint: must begin with https://"},
        {"endpoint = https://user@x/\n", ":2: endpoint: must not contain a user name"},
        {"endpoint = https://x/?y\n", ":2: endpoint: must not contain '?' or '#'"},
        {"issuer = https://x http://127.0.0.1/p\n", ":2: issuer: must begin with https://"},
        {"issuer = https://x/?y\n", ":2: issuer: must not contain '?' or '#'"},
        {"jwks_uri = http://[::1]/\n", ":2: jwks_uri: must begin with https://"},
        {"ports = 80\n", ":2: ports: ports from 1024"},
        {"ports = 65536\n", ":2: ports: ports from 1024"},
        {"ports = 02000\n", ":2: ports: ports from 1024"},
        {"ports = 2000 x\n", ":2: ports: numbers of ports"},
        {"hosts = !a\n", ":2: hosts: patterns of hosts"},
        {"hosts = a,b\n", ":2: hosts: patterns of hosts"},
        {"password_flow = any\n", ":2: password_flow: srp or plain was expected"},
        {"password_flow = SRP\n", ":2: password_flow: srp or plain was expected"},
        {"ca_file = relative\n", ":2: ca_file:"},
        {"proxy = ftp://x\n", ":2: proxy: must begin with http://, https:// or socks5h://"},
        {"proxy = http://\n", ":2: proxy: must name a host"},
        {"clock_skew = 301\n", ":2: clock_skew:"},
        {"timeout = 0\n", ":2: timeout:"},
        {"unknown = 1\n", ":2: unknown:"},
        {"map_file = /etc/passwd\n", ":2: map_file:"},
        {"[profile]\n", ":2: [profile]"},
        {"[service sudo]\n", ":2: [...]"},
        {"[profile x]\nhosts = !\n", ":3: hosts:"},
        {"[profile x]\n[profile x]\n", ":3: x: a second section"},
        {"[profile ..%2f]\n", ":2:"},
        {"[profile a/b]\n", ":2: a/b: not a name"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct secret text OWNED(cognito_secret_free) = {0};
        assert_true(
            cognito_secret_append(&text, span_of_string(POOL)) &&
            cognito_secret_append(&text, span_of(rows[i].lines, strlen(rows[i].lines) + 1)));
        read_bad(*state, (const char *)text.data, NULL, rows[i].words);
    }
}

/* The pool becomes a part of host names. */
static void a_pool_is_a_region_and_an_id(void **state)
{
    static const char *const pools[] = {"x",     "_x",    "x_",    "-a_b",
                                        "a.b_c", "a/b_c", "a_b-c", "a_b_c"};
    for (size_t i = 0; i < COUNT_OF(pools); i++) {
        char text[128];
        assert_true(snprintf(text, sizeof text, "user_pool = %s\n" CLIENT, pools[i]) > 0);
        read_bad(*state, text, NULL, ":1: user_pool: <region>_<id> was expected");
    }
}

static void what_is_missing_is_named(void **state)
{
    read_bad(*state, "", NULL, "user_pool is missing");
    read_bad(*state, POOL, NULL, "client_id is missing");
    read_bad(*state, TWO "scopes = email\n", NULL, "scopes need openid");
    read_bad(*state, TWO "[profile work]\n", "home", "there is no section [profile home]");
    read_bad(*state, TWO "[profile .hidden]\n", ".hidden", "there is no section");
    read_bad(*state, TWO "[profile x]\n", "../x", "there is no section [profile ../x]");
    read_bad(*state, "# user_pool\n[profile work]\n" TWO, NULL, "user_pool is missing");
}

static void no_file_and_one_that_others_write_are_refused(void **state)
{
    struct profile profile = {0};
    struct complaint why = {{0}};
    assert_false(cognito_profile_read(scratch_path(*state, "none"), NULL, &profile, &why));
    assert_non_null(strstr(why.text, "it needs at least user_pool, client_id"));
    const char *path = scratch_write(*state, "open", LITERAL(TWO), 0666);
    assert_false(cognito_profile_read(path, NULL, &profile, &why));
    assert_non_null(strstr(why.text, "open"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_lines_are_enough, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(what_is_set_replaces_the_defaults, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(a_section_sets_what_it_names, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(bad_values_are_refused_by_line, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(a_pool_is_a_region_and_an_id, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(no_file_and_one_that_others_write_are_refused, scratch_make,
                                        scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
