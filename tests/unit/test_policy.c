/* SPDX-License-Identifier: MIT */
/*
 * Checks 24 to 26, each red and green, on the claims of a token that was verified.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "token/claims.h"
#include "token/judgement.h"
#include "token/policy.h"

#define NOW INT64_C(1700000000)
#define UUID "3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"
#define ANY cognito_user_from_token

/* One judgement, from its claims on. */
struct row {
    const char *claims; /* JSON */
    const char *user;   /* the account */
    const char *claim;  /* username_claim; NULL: the default */
    const char *map;    /* NULL: none */
    enum cognito_status status;
    const char *words; /* of the complaint, or of the account that was found */
    size_t map_line;   /* that granted */
    int64_t token_age, auth_age, issued, signed_in;
    const char *group[2]; /* require_group */
};

typedef bool check_function(struct judgement *judgement);

static struct judgement judge(const struct row *row, check_function *check, struct policy *policy,
                              struct explanation *explanation)
{
    static char by_default[] = "cognito:username";
    struct json_fault fault;
    *policy = (struct policy){.max_token_age = row->token_age, .max_auth_age = row->auth_age};
    policy->username_claim = row->claim == NULL ? by_default : (char *)(uintptr_t)row->claim;
    policy->has_map = row->map != NULL;
    /* As for a login: of the map what is about the user. */
    struct lines lines = {span_of_string(row->map == NULL ? "" : row->map), 0};
    const char *what;
    assert_true(cognito_map_add(&policy->map, &lines, row->user, &what));
    while (policy->require_group.count < 2 && row->group[policy->require_group.count] != NULL)
        assert_true(cognito_list_append(&policy->require_group,
                                        span_of_string(row->group[policy->require_group.count])));
    struct judgement judgement = {.policy = policy,
                                  .user = row->user,
                                  .now = NOW,
                                  .explanation = explanation,
                                  .status = COGNITO_UNDECIDED};
    judgement.claims =
        cognito_json_parse(span_of_string(row->claims == NULL ? "{}" : row->claims), &fault);
    assert_non_null(judgement.claims);
    judgement.found.claims = judgement.claims;
    judgement.found.issued_at = row->issued;
    judgement.found.signed_in_at = row->signed_in;
    judgement.found.subject = span_of_string("the-sub");
    /* Whether there has to be a user name is check 23's. */
    if (check != cognito_check_mapping || cognito_check_username(&judgement)) {
        const bool passed = check(&judgement);
        assert_int_equal(passed, judgement.status == COGNITO_UNDECIDED);
    }
    return judgement;
}

static void expect(const struct row *row, check_function *check, size_t number)
{
    struct policy policy;
    struct explanation explanation = {0};
    struct judgement judgement = judge(row, check, &policy, &explanation);
    const bool refused = judgement.status != COGNITO_UNDECIDED;
    const enum cognito_status status = refused ? judgement.status : COGNITO_ACCEPTED;
    if (status != row->status)
        fail_msg("row %zu: %s (%s)", number, cognito_status_row(status)->code,
                 explanation.why.text);
    const char *words = refused ? explanation.why.text : judgement.found.account;
    if (row->words != NULL && strcmp(words, row->words) != 0)
        fail_msg("row %zu: '%s'", number, words);
    if (judgement.found.map_line != row->map_line)
        fail_msg("row %zu: line %zu", number, judgement.found.map_line);
    cognito_json_free(judgement.claims);
    cognito_groups_free(&judgement.groups);
    cognito_map_free(&policy.map);
    cognito_list_free(&policy.require_group);
}

static void expect_all(const struct row *rows, size_t count, check_function *check)
{
    for (size_t i = 0; i < count; i++)
        expect(&rows[i], check, i);
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void a_token_may_be_too_old(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.status = COGNITO_ACCEPTED, .issued = NOW - 86400},
        {.status = COGNITO_ACCEPTED, .token_age = 60, .issued = NOW - 60},
        {.status = COGNITO_ACCEPTED, .token_age = 60, .issued = NOW + 5},
        {.status = COGNITO_POLICY_TOKEN_AGE,
         .token_age = 60,
         .issued = NOW - 61,
         .words = "61 s, and max_token_age is 60"},
        {.status = COGNITO_POLICY_TOKEN_AGE, .token_age = 60, .issued = 1},
    };
    expect_all(rows, COUNT(rows), cognito_check_token_age);
}

static void a_sign_in_may_be_too_long_ago(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.status = COGNITO_ACCEPTED, .issued = NOW},
        {.status = COGNITO_ACCEPTED, .auth_age = 60, .signed_in = NOW - 60},
        {.status = COGNITO_POLICY_AUTH_AGE,
         .auth_age = 60,
         .signed_in = NOW - 61,
         .issued = NOW,
         .words = "61 s, and max_auth_age is 60"},
        {.status = COGNITO_POLICY_AUTH_AGE,
         .auth_age = 60,
         .issued = NOW,
         .words = "the token has no auth_time"},
    };
    expect_all(rows, COUNT(rows), cognito_check_auth_age);
}

static void one_of_the_groups_is_needed(void **state)
{
    (void)state;
    static const char strange[] = "cognito:groups is not an array of strings";
    static const struct row rows[] = {
        {.status = COGNITO_ACCEPTED, .claims = "{\"cognito:groups\":[\"a\"]}"},
        {.status = COGNITO_ACCEPTED, .claims = "{\"cognito:groups\":7}"}, /* nobody asked */
        {.status = COGNITO_ACCEPTED,
         .group = {"a"},
         .claims = "{\"cognito:groups\":[\"b\",\"a\"]}"},
        {.status = COGNITO_ACCEPTED, .group = {"x", "a"}, .claims = "{\"cognito:groups\":[\"a\"]}"},
        {.status = COGNITO_POLICY_GROUP, .group = {"a"}, .words = ""},
        {.status = COGNITO_POLICY_GROUP, .group = {"a"}, .claims = "{\"cognito:groups\":[]}"},
        {.status = COGNITO_POLICY_GROUP, .group = {"a"}, .claims = "{\"cognito:groups\":[\"A\"]}"},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":[\"aa\",\"\"]}"},
        {.status = COGNITO_POLICY_GROUP, .group = {"a"}, .claims = "{\"groups\":[\"a\"]}"},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":\"a\"}",
         .words = strange},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":[\"a\",7]}",
         .words = strange},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":[[\"a\"]]}",
         .words = strange},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":null}",
         .words = strange},
        {.status = COGNITO_POLICY_GROUP,
         .group = {"a"},
         .claims = "{\"cognito:groups\":{\"a\":\"a\"}}",
         .words = strange},
    };
    expect_all(rows, COUNT(rows), cognito_check_group);
}

#define NAMED(name) "{\"cognito:username\":\"" name "\"}"

static void without_a_map_the_name_is_the_account(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {NAMED("alice"), "alice", .status = COGNITO_ACCEPTED, .words = "alice"},
        {NAMED("alice"), "bob", .status = COGNITO_POLICY_USER, .words = ""},
        {NAMED("alice"), "Alice", .status = COGNITO_POLICY_USER},
        {NAMED("Alice"), "alice", .status = COGNITO_POLICY_USER},
        {NAMED("alice"), "alic", .status = COGNITO_POLICY_USER},
        {NAMED("alice"), "alicee", .status = COGNITO_POLICY_USER},
        {NAMED("alice"), "", .status = COGNITO_POLICY_USER},
        {NAMED("alice "), "alice", .status = COGNITO_POLICY_USER},
        /* One letter in two forms, and two letters that look alike. */
        {NAMED("zo\xc3\xab"), "zo\xc3\xab", .status = COGNITO_ACCEPTED},
        {NAMED("zo\xc3\xab"), "zoe\xcc\x88", .status = COGNITO_POLICY_USER},
        {NAMED("zo\\u00eb"), "zo\xc3\xab", .status = COGNITO_ACCEPTED},
        {NAMED("\xd0\xb0lice"), "alice", .status = COGNITO_POLICY_USER},
        {NAMED("adfs_EXAMPLE\\\\bob"), "adfs_EXAMPLE\\bob", .status = COGNITO_ACCEPTED},
        {NAMED("Google_123"), "Google_123", .status = COGNITO_ACCEPTED},
        {NAMED(UUID), "alice", .status = COGNITO_POLICY_USER,
         .words = "the pool's user names are UUIDs, so a map_file is needed"},
        {NAMED("3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6g"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("3f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6`"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("@f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("Gf9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("/f9d2c1e-8b7a-4a52-9c0d-1e2f3a4b5c6:"), "alice", .status = COGNITO_POLICY_USER,
         .words = ""},
        {NAMED("AF9D2C1E-8B7A-4A52-9C0D-1E2F3A4B5C09"), "alice", .status = COGNITO_POLICY_USER,
         .words = "the pool's user names are UUIDs, so a map_file is needed"},
        {NAMED("../alice"), "../alice", .status = COGNITO_POLICY_ACCOUNT,
         .words = "not a name that an account can have"},
        {"{}", "alice", .status = COGNITO_CLAIM_USERNAME},
        /* From the token. */
        {NAMED("alice"), ANY, .status = COGNITO_ACCEPTED, .words = "alice"},
        {NAMED("-alice"), ANY, .status = COGNITO_POLICY_ACCOUNT},
        {NAMED("(from the token)"), "(from the token)", .status = COGNITO_ACCEPTED},
        {NAMED("alice"), "(from the token)", .status = COGNITO_POLICY_USER},
        /* No account was named. */
        {NAMED("alice"), NULL, .status = COGNITO_ACCEPTED, .words = ""},
        /* Another claim. */
        {"{\"cognito:username\":\"x\",\"sub\":\"alice\"}", "alice", "sub",
         .status = COGNITO_ACCEPTED},
        {"{\"cognito:username\":\"x\",\"custom:unix\":\"alice\"}", "alice", "custom:unix",
         .status = COGNITO_ACCEPTED},
        {"{\"cognito:username\":\"x\",\"custom:unix\":\"alice\"}", "x", "custom:unix",
         .status = COGNITO_POLICY_USER},
        {"{\"cognito:username\":\"x\",\"custom:unix\":7}", "x", "custom:unix",
         .status = COGNITO_CLAIM_USERNAME},
    };
    expect_all(rows, COUNT(rows), cognito_check_mapping);
}

#define ADDRESSED(flag) "{\"email\":\"a@b.example\"" flag "}"

static void an_address_counts_only_when_it_was_verified(void **state)
{
    (void)state;
    static const char *const maps[] = {NULL, "a@b.example user:a@b.example",
                                       "a@b.example email:a@b.example"};
    static const struct {
        const char *claims;
        bool verified;
    } people[] = {
        {ADDRESSED(",\"email_verified\":true"), true},
        {ADDRESSED(""), false},
        {ADDRESSED(",\"email_verified\":false"), false},
        {ADDRESSED(",\"email_verified\":\"true\""), false},
        {ADDRESSED(",\"email_verified\":1"), false},
        {ADDRESSED(",\"email_verified\":null"), false},
        {ADDRESSED(",\"email_verified\":[true]"), false},
    };
    static const char *const users[] = {"a@b.example", ANY};
    for (size_t i = 0; i < COUNT(people) * COUNT(maps) * COUNT(users); i++) {
        const size_t person = i % COUNT(people);
        const size_t which = i / COUNT(people) % COUNT(maps);
        const bool verified = people[person].verified;
        const struct row row = {
            .claims = people[person].claims,
            .user = users[i / COUNT(people) / COUNT(maps)],
            .claim = "email",
            .map = maps[which],
            .status = verified ? COGNITO_ACCEPTED : COGNITO_POLICY_EMAIL,
            .words = verified ? "a@b.example" : "",
            .map_line = verified && which != 0 ? 1 : 0,
        };
        expect(&row, cognito_check_mapping, i);
    }
}

/* As for an e-mail address. */
static void a_phone_number_counts_only_when_it_was_verified(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"{\"phone_number\":\"+15550100\",\"phone_number_verified\":true}", "+15550100",
         "phone_number", .status = COGNITO_ACCEPTED, .words = "+15550100"},
        {"{\"phone_number\":\"+15550100\"}", "+15550100", "phone_number",
         .status = COGNITO_POLICY_PHONE, .words = ""},
        {"{\"phone_number\":\"+15550100\",\"phone_number_verified\":\"true\"}", "+15550100",
         "phone_number", .status = COGNITO_POLICY_PHONE},
        /* The flag of the other kind proves nothing. */
        {"{\"phone_number\":\"+15550100\",\"email_verified\":true}", ANY, "phone_number",
         .status = COGNITO_POLICY_PHONE},
        {"{\"email\":\"a@b.example\",\"phone_number_verified\":true}", "a@b.example", "email",
         .status = COGNITO_POLICY_EMAIL},
        {"{\"phone_number\":\"+15550100\",\"phone_number_verified\":true}", "alice", "phone_number",
         .map = "alice user:+15550100\n", .status = COGNITO_ACCEPTED, .map_line = 1},
        {"{\"phone_number\":\"+15550100\",\"phone_number_verified\":false}", "alice",
         "phone_number", .map = "alice user:+15550100\nalice user:x\n",
         .status = COGNITO_POLICY_PHONE, .words = ""},
        /* The first of two reasons. */
        {"{\"phone_number\":\"+15550100\",\"email\":\"a@b.example\"}", "alice", "phone_number",
         .map = "alice user:+15550100\nalice email:a@b.example\n", .status = COGNITO_POLICY_PHONE},
        {"{\"phone_number\":\"+15550100\",\"email\":\"a@b.example\"}", "alice", "phone_number",
         .map = "alice email:a@b.example\nalice user:+15550100\n", .status = COGNITO_POLICY_EMAIL},
    };
    expect_all(rows, COUNT(rows), cognito_check_mapping);
}

/* An array of COUNT groups: g0, g00, g000 and so on, shuffled; a name that is found is one of them,
 * whatever their order, and what only looks like one is none. */
static void many_groups_are_found_each(void **state)
{
    (void)state;
    enum { GROUPS = 300 };
    char *claims;
    size_t len;
    FILE *stream = open_memstream(&claims, &len);
    assert_non_null(stream);
    (void)fputs("{\"cognito:groups\":[\"\",\"\"", stream);
    for (size_t i = 0; i < GROUPS; i++)
        (void)fprintf(stream, ",\"group-%zu\"", i * 97 % GROUPS * 2);
    (void)fputs("]}", stream);
    assert_int_equal(fclose(stream), 0);
    for (size_t i = 0; i < (size_t)GROUPS * 2; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "# all\nkiosk group:group-%zu\n", i);
        const struct row row = {.claims = claims,
                                .user = "kiosk",
                                .map = line,
                                .status = i % 2 == 0 ? COGNITO_ACCEPTED : COGNITO_POLICY_USER,
                                .map_line = i % 2 == 0 ? 2 : 0};
        expect(&row, cognito_check_mapping, i);
    }
    free(claims);
}

static size_t looks;

bool __real_cognito_json_string_at(const struct json *array, size_t index, struct span *string);
bool __wrap_cognito_json_string_at(const struct json *array, size_t index, struct span *string);

bool __wrap_cognito_json_string_at(const struct json *array, size_t index, struct span *string)
{
    looks++;
    return __real_cognito_json_string_at(array, index, string);
}

/* Whoever is in a thousand groups must not make a host compare each with each line of its map: the
 * groups are read once, however many lines there are. */
static void groups_are_read_once_for_all_lines(void **state)
{
    (void)state;
    enum { GROUPS = 300, LINES = 200 };
    char *claims;
    char *lines;
    size_t len;
    FILE *stream = open_memstream(&claims, &len);
    assert_non_null(stream);
    (void)fputs("{\"cognito:groups\":[\"first\"", stream);
    for (int i = 0; i < GROUPS; i++)
        (void)fprintf(stream, ",\"group-%d\"", i);
    (void)fputs("]}", stream);
    assert_int_equal(fclose(stream), 0);
    stream = open_memstream(&lines, &len);
    assert_non_null(stream);
    for (int i = 0; i < LINES; i++)
        (void)fprintf(stream, "kiosk group:other-%d\n", i);
    assert_int_equal(fclose(stream), 0);
    const struct row row = {
        .claims = claims, .user = "kiosk", .map = lines, .status = COGNITO_POLICY_USER};
    looks = 0;
    expect(&row, cognito_check_mapping, 0);
    if (looks > (size_t)GROUPS * 3)
        fail_msg("%zu looks at %d groups", looks, GROUPS);
    free(claims);
    free(lines);
}

static const char map[] = "# line 1\n"
                          "alice   sub:the-sub\n"
                          "deploy  sub:the-sub\n"
                          "bob     user:bob\n"
                          "carol   user:\"Google_Carol Example\"\n"
                          "dave    email:d@b.example\n"
                          "kiosk   group:front-desk\n"
                          "kiosk   group:reception\n"
                          "root    user:boss\n"
                          "bob     user:adfs_EXAMPLE\\bob\n"
                          "zo\xc3\xab user:zo\xc3\xab\n";

static void with_a_map_only_its_lines_grant(void **state)
{
    (void)state;
    static const char none[] = "no line of map_file grants it";
    static const struct row rows[] = {
        /* Several accounts for a person, whatever his name. */
        {NAMED("x"), "alice", .map = map, .status = COGNITO_ACCEPTED, .words = "alice",
         .map_line = 2},
        {NAMED("x"), "deploy", .map = map, .status = COGNITO_ACCEPTED, .words = "deploy",
         .map_line = 3},
        {"{}", "alice", .map = map, .status = COGNITO_ACCEPTED, .map_line = 2},
        /* Several persons for an account. */
        {NAMED("bob"), "bob", .map = map, .status = COGNITO_ACCEPTED, .map_line = 4},
        {NAMED("adfs_EXAMPLE\\\\bob"), "bob", .map = map, .status = COGNITO_ACCEPTED,
         .map_line = 10},
        {NAMED("Google_Carol Example"), "carol", .map = map, .status = COGNITO_ACCEPTED,
         .map_line = 5},
        {NAMED("boss"), "root", .map = map, .status = COGNITO_ACCEPTED, .map_line = 9},
        /* No line, whatever the name. */
        {NAMED("eve"), "eve", .map = map, .status = COGNITO_POLICY_USER, .words = none},
        {NAMED("root"), "root", .map = map, .status = COGNITO_POLICY_USER, .words = none},
        {NAMED("BOB"), "bob", .map = map, .status = COGNITO_POLICY_USER, .words = none},
        {NAMED("bob"), "Bob", .map = map, .status = COGNITO_POLICY_USER, .words = none},
        {NAMED("adfs_example\\\\bob"), "bob", .map = map, .status = COGNITO_POLICY_USER},
        {NAMED("zo\xc3\xab"), "zo\xc3\xab", .map = map, .status = COGNITO_ACCEPTED, .map_line = 11},
        {NAMED("zoe\xcc\x88"), "zo\xc3\xab", .map = map, .status = COGNITO_POLICY_USER},
        {NAMED("zo\xc3\xab"), "zoe\xcc\x88", .map = map, .status = COGNITO_POLICY_USER},
        {NAMED("bob"), "", .map = map, .status = COGNITO_POLICY_USER},
        {NAMED("bob"), "#", .map = map, .status = COGNITO_POLICY_USER},
        {NAMED("bob"), "bob", .map = "bob sub:the-su\nbob sub:the-sub2\nbob sub:bob\n",
         .status = COGNITO_POLICY_USER, .words = none},
        {NAMED("bob"), "bob", .map = "", .status = COGNITO_POLICY_USER},
        {NAMED("bob"), NULL, .map = map, .status = COGNITO_ACCEPTED, .words = ""},
        /* Groups. */
        {"{\"cognito:groups\":[\"x\",\"reception\"]}", "kiosk", .map = map,
         .status = COGNITO_ACCEPTED, .map_line = 8},
        {"{\"cognito:groups\":[\"Reception\"]}", "kiosk", .map = map,
         .status = COGNITO_POLICY_USER},
        {"{\"cognito:groups\":\"reception\"}", "kiosk", .map = map, .status = COGNITO_POLICY_USER},
        {"{\"cognito:groups\":[\"reception\",7]}", "kiosk", .map = map,
         .status = COGNITO_POLICY_USER},
        {"{\"groups\":[\"reception\"]}", "kiosk", .map = map, .status = COGNITO_POLICY_USER},
        /* Addresses. */
        {"{\"email\":\"d@b.example\",\"email_verified\":true}", "dave", .map = map,
         .status = COGNITO_ACCEPTED, .map_line = 6},
        {"{\"email\":\"D@b.example\",\"email_verified\":true}", "dave", .map = map,
         .status = COGNITO_POLICY_USER},
        {"{\"email\":\"d@b.example\",\"email_verified\":\"true\"}", "dave", .map = map,
         .status = COGNITO_POLICY_EMAIL},
        {"{\"email\":\"d@b.example\"}", "dave", .map = map, .status = COGNITO_POLICY_EMAIL},
        {"{\"email\":7,\"email_verified\":true}", "dave", .map = map,
         .status = COGNITO_POLICY_USER},
    };
    expect_all(rows, COUNT(rows), cognito_check_mapping);
}

static void without_a_name_the_map_has_to_know_one_account(void **state)
{
    (void)state;
    static const char several[] =
        "map_file grants several accounts, so a user name has to be given";
    static const struct row rows[] = {
        {NAMED("x"), ANY, .map = map, .status = COGNITO_POLICY_USER, .words = several},
        {NAMED("x"), ANY, .map = "a group:g\nb user:y\n", .status = COGNITO_POLICY_USER,
         .words = "no line of map_file grants it"},
        {NAMED("x"), ANY, .map = "a group:g\nb user:x\n", .status = COGNITO_ACCEPTED, .words = "b",
         .map_line = 2},
        {NAMED("x"), ANY, .map = "b sub:the-sub\nb user:x\n", .status = COGNITO_ACCEPTED,
         .words = "b", .map_line = 1},
        {NAMED("x"), ANY, .map = "root user:x\n", .status = COGNITO_ACCEPTED, .words = "root",
         .map_line = 1},
        {"{\"email\":\"d@b.example\"}", ANY, .map = "d email:d@b.example\n",
         .status = COGNITO_POLICY_EMAIL},
        {"{\"email\":\"d@b.example\"}", ANY,
         .map = "d email:d@b.example\ne email:d@b.example\nf email:x\n",
         .status = COGNITO_POLICY_EMAIL},
        {"{\"email\":\"d@b.example\"}", ANY, .map = "d email:d@b.example\nf sub:the-sub\n",
         .status = COGNITO_ACCEPTED, .words = "f", .map_line = 2},
    };
    expect_all(rows, COUNT(rows), cognito_check_mapping);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_may_be_too_old),
        cmocka_unit_test(a_sign_in_may_be_too_long_ago),
        cmocka_unit_test(one_of_the_groups_is_needed),
        cmocka_unit_test(without_a_map_the_name_is_the_account),
        cmocka_unit_test(an_address_counts_only_when_it_was_verified),
        cmocka_unit_test(a_phone_number_counts_only_when_it_was_verified),
        cmocka_unit_test(many_groups_are_found_each),
        cmocka_unit_test(groups_are_read_once_for_all_lines),
        cmocka_unit_test(with_a_map_only_its_lines_grant),
        cmocka_unit_test(without_a_name_the_map_has_to_know_one_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
