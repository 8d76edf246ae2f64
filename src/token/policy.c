/* SPDX-License-Identifier: MIT */
#include "token/policy.h"

#include "base/accountname.h"
#include "token/judgement.h"
#include "token/map.h"

const char cognito_user_from_token[] = "(from the token)";

/* ---- freshness and groups ---- */

/* Check 24. */
bool cognito_check_token_age(struct judgement *j)
{
    const int64_t age = j->now - j->found.issued_at;
    if (j->policy->max_token_age != 0 && age > j->policy->max_token_age)
        return REFUSE(j, COGNITO_POLICY_TOKEN_AGE, "%lld s, and max_token_age is %lld",
                      (long long)age, (long long)j->policy->max_token_age);
    return cognito_pass(j, "%lld s", (long long)age);
}

/* Check 24. A refresh keeps auth_time, so only a new sign-in makes it young. */
bool cognito_check_auth_age(struct judgement *j)
{
    if (j->policy->max_auth_age == 0)
        return cognito_pass(j, "not asked for");
    if (j->found.signed_in_at == 0)
        return REFUSE(j, COGNITO_POLICY_AUTH_AGE, "the token has no auth_time");
    const int64_t age = j->now - j->found.signed_in_at;
    if (age > j->policy->max_auth_age)
        return REFUSE(j, COGNITO_POLICY_AUTH_AGE, "%lld s, and max_auth_age is %lld",
                      (long long)age, (long long)j->policy->max_auth_age);
    return cognito_pass(j, "%lld s", (long long)age);
}

static bool is_in_group(const struct json *groups, struct span name)
{
    for (size_t i = 0; groups != NULL && i < cognito_json_length(groups); i++) {
        struct span group;
        /* unreachable: another type; cognito_identity_groups has seen that all are strings */
        if (!cognito_json_string_at(groups, i, &group))
            return false; /* unreachable: as above */
        if (span_equal(group, name))
            return true;
    }
    return false;
}

/* Check 25. */
bool cognito_check_group(struct judgement *j)
{
    const struct list *wanted = &j->policy->require_group;
    const struct json *groups;
    if (wanted->count == 0)
        return cognito_pass(j, "not asked for");
    if (!cognito_identity_groups(&j->found, &groups))
        return REFUSE(j, COGNITO_POLICY_GROUP, "cognito:groups is not an array of strings");
    for (size_t i = 0; i < wanted->count; i++)
        if (is_in_group(groups, span_of_string(wanted->items[i])))
            return cognito_pass(j, "in %s", wanted->items[i]);
    return REFUSE(j, COGNITO_POLICY_GROUP, "%s", "");
}

/* ---- mapping: check 26 ---- */

/* 8-4-4-4-12 hexadecimal digits: what Cognito takes as user name where people sign in by e-mail. */
static bool is_uuid(struct span text)
{
    if (text.len != 36)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

/* Anybody can enter another's address; Cognito sets the flag once it was proven. */
static bool has_verified_email(const struct judgement *j)
{
    bool verified = false;
    return cognito_json_boolean(j->claims, "email_verified", &verified) == JSON_FOUND && verified;
}

/* Whether people are named by an address, which then has to be a verified one. */
static bool is_named_by_email(const struct judgement *j)
{
    return span_is(span_of_string(j->policy->username_claim), "email");
}

/* Takes NAME as the account. */
static bool grant(struct judgement *j, struct span name)
{
    if (!cognito_account_name(name))
        return REFUSE(j, COGNITO_POLICY_ACCOUNT, "not a name that an account can have");
    memcpy(j->found.account, name.data, name.len);
    j->found.account[name.len] = '\0';
    return true;
}

/* Without a map the name in the token is the account's, byte by byte: names that only look alike
 * are different people. */
static bool check_identity(struct judgement *j)
{
    const struct span name = j->found.username;
    if (is_named_by_email(j) && !has_verified_email(j))
        return REFUSE(j, COGNITO_POLICY_EMAIL, "%s", "");
    if (j->user != cognito_user_from_token && !span_is(name, j->user)) {
        if (is_uuid(name))
            return REFUSE(j, COGNITO_POLICY_USER,
                          "the pool's user names are UUIDs, so a map_file is needed");
        return REFUSE(j, COGNITO_POLICY_USER, "%s", "");
    }
    if (!grant(j, name))
        return false;
    return cognito_pass_value(j, "the user name is the account's:", name);
}

enum fit { NO_FIT, UNVERIFIED, FIT };

static enum fit fits(const struct judgement *j, const struct selector *selector)
{
    struct span email;
    const struct json *groups = NULL;
    switch ((enum map_selector)selector->kind) { /* unreachable: any other; the map has these */
    case MAP_SUBJECT:
        return cognito_selector_is(selector, j->found.subject) ? FIT : NO_FIT;
    case MAP_USER:
        if (!cognito_selector_is(selector, j->found.username))
            return NO_FIT;
        return is_named_by_email(j) && !has_verified_email(j) ? UNVERIFIED : FIT;
    case MAP_EMAIL:
        if (cognito_json_string(j->claims, "email", &email) != JSON_FOUND ||
            !cognito_selector_is(selector, email))
            return NO_FIT;
        return has_verified_email(j) ? FIT : UNVERIFIED;
    case MAP_GROUP:
        if (!cognito_identity_groups(&j->found, &groups) || groups == NULL)
            return NO_FIT;
        for (size_t i = 0; i < cognito_json_length(groups); i++) {
            struct span group;
            /* unreachable: another type; cognito_identity_groups has seen that all are strings */
            if (!cognito_json_string_at(groups, i, &group))
                return NO_FIT; /* unreachable: as above */
            if (cognito_selector_is(selector, group))
                return FIT;
        }
        return NO_FIT;
    }
    return NO_FIT; /* unreachable: as above */
}

/* What the map says of a person and an account, or of a person alone. */
struct search {
    struct span account; /* granted so far; empty: none */
    size_t line;         /* that did */
    bool several;        /* different accounts, and no name to choose by */
    bool unverified;     /* a line would have granted, had the address been verified */
};

static void consider(const struct judgement *j, const struct map_line *line, size_t number,
                     struct search *search)
{
    const enum fit fit = fits(j, &line->selector);
    search->unverified = search->unverified || fit == UNVERIFIED;
    if (fit != FIT)
        return;
    if (search->account.len == 0) {
        search->account = line->account;
        search->line = number;
    } else if (!span_equal(search->account, line->account)) {
        search->several = true;
    }
}

/* The map was found well-formed when it was read; should a line not be, the search ends there. */
static struct search search_map(const struct judgement *j)
{
    const bool any = j->user == cognito_user_from_token;
    const struct span account = span_of_string(any ? "" : j->user);
    struct search search = {.line = 0};
    struct lines lines = {j->policy->map, 0};
    struct map_line line;
    const char *fault;
    while ((any ? cognito_map_next(&lines, &line, &fault)
                : cognito_map_next_of(&lines, account, &line, &fault)) == LINE_READ)
        consider(j, &line, lines.number, &search);
    return search;
}

static bool check_map(struct judgement *j)
{
    const struct search search = search_map(j);
    if (search.account.len == 0 && search.unverified)
        return REFUSE(j, COGNITO_POLICY_EMAIL, "%s", "");
    if (search.account.len == 0)
        return REFUSE(j, COGNITO_POLICY_USER, "no line of map_file grants it");
    if (search.several)
        return REFUSE(j, COGNITO_POLICY_USER,
                      "map_file grants several accounts, so a user name has to be given");
    j->found.map_line = search.line;
    if (!grant(j, search.account)) /* unreachable: false; the map is read by the same rule */
        return false;              /* unreachable: as above */
    return cognito_pass(j, "line %zu of map_file", search.line);
}

bool cognito_check_mapping(struct judgement *j)
{
    if (j->user == NULL)
        return cognito_pass(j, "skipped: no account was named");
    return j->policy->has_map ? check_map(j) : check_identity(j);
}
