/* SPDX-License-Identifier: MIT */
/* Check 28. getpwnam_r is the host's own but where a test wants an entry that this host lacks. */
#include "host/account.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/accountname.h"
#include "base/limits.h"
#include "unit.h"

static struct complaint why;
static const char no_root[] = "root, without both allow_root and a line of map_file";
static char pretended_name[] = "alice";
static struct passwd pretended; /* without a name: the host's own */
static size_t needs;            /* bytes; less than that gets ERANGE */
static size_t look_ups;

int __real_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                      struct passwd **found);
int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                      struct passwd **found);

int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                      struct passwd **found)
{
    look_ups++;
    if (size < needs) {
        *found = NULL;
        return ERANGE;
    }
    if (pretended.pw_name == NULL)
        return __real_getpwnam_r(name, entry, buffer, size, found);
    *entry = pretended;
    *found = entry;
    return 0;
}

static int reset(void **state)
{
    (void)state;
    pretended = (struct passwd){0};
    needs = look_ups = 0;
    why.text[0] = '\0';
    return 0;
}

static void expect(const char *name, int64_t uid_min, enum cognito_status status, const char *words)
{
    why.text[0] = '\0';
    const enum cognito_status given =
        cognito_check_account(name, &(struct account_rules){uid_min, false}, &why);
    if (given != status || strcmp(why.text, words) != 0)
        FAIL_ROW("%s: %s (%s)\n", name, cognito_status_row(given)->code, why.text);
}

static void names(void **state)
{
    (void)state;
    char longest[ACCOUNT_NAME_MAX + 2];
    static const char *const good[] = {"alice", "a",     "alice@example.com", "DOMAIN\\bob",
                                       "a b",   "_x",    "\xc3\xa9",          "a-",
                                       ".x",    "alice$"};
    static const char *const bad[] = {"",  "-",    "-alice", "a/b",   "/",    "../x", "a:b",
                                      ":", "a\nb", "\n",     "a\x7f", "\x1f", "a\tb"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(cognito_account_name(span_of_string(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(cognito_account_name(span_of_string(bad[i])));
        expect(bad[i], 0, COGNITO_POLICY_ACCOUNT, "not a name that an account can have");
    }
    memset(longest, 'x', sizeof longest);
    longest[ACCOUNT_NAME_MAX] = '\0';
    assert_true(cognito_account_name(span_of_string(longest)));
    longest[ACCOUNT_NAME_MAX] = 'x';
    longest[ACCOUNT_NAME_MAX + 1] = '\0';
    assert_false(cognito_account_name(span_of_string(longest)));
    assert_int_equal(look_ups, 0);
}

static void accounts_of_this_host(void **state)
{
    (void)state;
    const struct account_rules rules = {1000, false};
    expect("no-such-account-here", 0, COGNITO_POLICY_ACCOUNT, "there is no such account");
    expect("root", 0, COGNITO_POLICY_ACCOUNT, no_root);
    expect("ROOT", 0, COGNITO_POLICY_ACCOUNT, "there is no such account");
    const struct passwd *nobody = getpwnam("nobody");
    if (nobody == NULL || nobody->pw_uid != 65534)
        SKIP_BECAUSE("there is no nobody with the uid 65534");
    expect("nobody", 0, COGNITO_POLICY_ACCOUNT, "uid 65534, which is never opened");
    assert_int_equal(cognito_check_account("nobody", &rules, NULL), COGNITO_POLICY_ACCOUNT);
    assert_int_equal(cognito_check_account("root", &rules, NULL), COGNITO_POLICY_ACCOUNT);
}

static void uids(void **state)
{
    (void)state;
    pretended = (struct passwd){.pw_name = pretended_name, .pw_uid = 1000};
    expect("alice", 1000, COGNITO_ACCEPTED, "");
    expect("alice", 1001, COGNITO_POLICY_ACCOUNT, "uid 1000, and uid_min is 1001");
    pretended.pw_uid = 999;
    expect("alice", 1000, COGNITO_POLICY_ACCOUNT, "uid 999, and uid_min is 1000");
    expect("alice", 0, COGNITO_ACCEPTED, "");
    pretended.pw_uid = 0; /* root by another name */
    expect("alice", 0, COGNITO_POLICY_ACCOUNT, no_root);
    pretended.pw_uid = 4294967294U;
    expect("alice", 4294967294, COGNITO_ACCEPTED, "");
    pretended.pw_uid = 65533;
    expect("alice", 1000, COGNITO_ACCEPTED, "");
    pretended.pw_uid = 65536;
    expect("alice", 1000, COGNITO_ACCEPTED, "");
    /* Where root is allowed, uid_min is not asked. */
    const struct account_rules with_root = {1000, true};
    pretended.pw_uid = 0;
    assert_int_equal(cognito_check_account("alice", &with_root, &why), COGNITO_ACCEPTED);
    pretended.pw_uid = 999;
    assert_int_equal(cognito_check_account("alice", &with_root, &why), COGNITO_POLICY_ACCOUNT);
}

/* nobody's, and what -1 is in 16 and in 32 bits: whatever uid_min is. */
static void uids_that_are_nobodys(void **state)
{
    (void)state;
    static const uid_t uids[] = {65534, 65535, (uid_t)-1};
    for (size_t i = 0; i < COUNT_OF(uids); i++) {
        char words[64];
        pretended = (struct passwd){.pw_name = pretended_name, .pw_uid = uids[i]};
        (void)snprintf(words, sizeof words, "uid %u, which is never opened", (unsigned)uids[i]);
        expect("alice", 0, COGNITO_POLICY_ACCOUNT, words);
        expect("alice", 1000, COGNITO_POLICY_ACCOUNT, words);
        const struct account_rules with_root = {0, true};
        assert_int_equal(cognito_check_account("alice", &with_root, &why), COGNITO_POLICY_ACCOUNT);
    }
}

/* For a user who is trusted with something, and opened by nobody. */
static void the_uid_of_a_name(void **state)
{
    (void)state;
    uid_t uid = 7;
    assert_int_equal(cognito_account_uid("no-such-account-here", &uid, NULL),
                     COGNITO_POLICY_ACCOUNT);
    assert_int_equal(uid, 7);
    assert_int_equal(cognito_account_uid("root", &uid, NULL), COGNITO_ACCEPTED);
    assert_int_equal(uid, 0);
    pretended = (struct passwd){.pw_name = pretended_name, .pw_uid = 65534};
    assert_int_equal(cognito_account_uid("Alice", &uid, &why), COGNITO_POLICY_ACCOUNT);
    assert_string_equal(why.text, "the account has another name");
    assert_int_equal(uid, 0);
    assert_int_equal(cognito_account_uid("alice", &uid, NULL), COGNITO_ACCEPTED);
    assert_int_equal(uid, 65534);
}

/* A directory that looks names up without regard to case, or by an alias. */
static void another_name(void **state)
{
    (void)state;
    pretended = (struct passwd){.pw_name = pretended_name, .pw_uid = 1000};
    static const char *const asked[] = {"Alice", "alic", "alice@example.com", "alicee"};
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        expect(asked[i], 1000, COGNITO_POLICY_ACCOUNT, "the account has another name");
}

static void long_entries(void **state)
{
    (void)state;
    pretended = (struct passwd){.pw_name = pretended_name, .pw_uid = 1000};
    needs = PASSWD_BUFFER_MAX;
    expect("alice", 1000, COGNITO_ACCEPTED, "");
    assert_int_equal(look_ups, 5);
    needs = PASSWD_BUFFER_MAX + 1;
    expect("alice", 1000, COGNITO_POLICY_ACCOUNT, "the entry of the account is too long");
    assert_int_equal(look_ups, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names, reset),
        cmocka_unit_test_setup(uids, reset),
        cmocka_unit_test_setup(uids_that_are_nobodys, reset),
        cmocka_unit_test_setup(the_uid_of_a_name, reset),
        cmocka_unit_test_setup(another_name, reset),
        cmocka_unit_test_setup(long_entries, reset),
        cmocka_unit_test_setup(accounts_of_this_host, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
