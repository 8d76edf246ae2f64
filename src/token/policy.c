/* SPDX-License-Identifier: MIT */
#include "token/policy.h"

#include "base/accountname.h"
#include "token/judgement.h"

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

/* Check 25. */
bool cognito_check_group(struct judgement *j)
{
    const struct list *wanted = &j->policy->require_group;
    if (wanted->count == 0)
        return cognito_pass(j, "not asked for");
    if (!cognito_groups_read(&j->groups, &j->found))
        return REFUSE(j, COGNITO_SYSTEM_MEMORY, "%s", "");
    if (j->groups.strange)
        return REFUSE(j, COGNITO_POLICY_GROUP, "cognito:groups is not an array of strings");
    for (size_t i = 0; i < wanted->count; i++)
        if (cognito_groups_have(&j->groups, span_of_string(wanted->items[i])))
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
        /* equivalent: this only chooses the words of a refusal */
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

/* What people can be reached at. Anybody can enter another's; Cognito sets the flag once it was
 * proven. */
static const struct address {
    const char *claim;
    const char *flag;
    enum cognito_status unproven;
} addresses[] = {
    {"email", "email_verified", COGNITO_POLICY_EMAIL},
    {"phone_number", "phone_number_verified", COGNITO_POLICY_PHONE},
};

/* Whether CLAIM may name somebody: COGNITO_ACCEPTED, or why not. */
static enum cognito_status check_proven(const struct judgement *j, const char *claim)
{
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        bool proven = false;
        if (strcmp(claim, addresses[i].claim) == 0 &&
            (cognito_json_boolean(j->claims, addresses[i].flag, &proven) != JSON_FOUND || !proven))
            return addresses[i].unproven;
    }
    return COGNITO_ACCEPTED;
}

/* Takes NAME as the account. */
static bool grant(struct judgement *j, struct span name)
{
    if (!cognito_account_name(name))
        return REFUSE(j, COGNITO_POLICY_ACCOUNT, "not a name that an account can have");
    memcpy(j->found.account, name.data, name.len);
    j->found.account[name.len] = '\0'; /* equivalent: it was zero before, or the same name */
    return true;
}

/* Without a map the name in the token is the account's, byte by byte: names that only look alike
 * are different people. */
static bool check_identity(struct judgement *j)
{
    const struct span name = j->found.username;
    const enum cognito_status proven = check_proven(j, j->policy->username_claim);
    if (proven != COGNITO_ACCEPTED)
        return REFUSE(j, proven, "%s", "");
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

/* What the lines of a map are compared with. No line has an empty value. */
struct person {
    struct span subject, username, email; /* empty where the token has none */
    enum cognito_status username_proven,
        email_proven; /* COGNITO_ACCEPTED, or why they do not count */
    const struct groups *groups;
};

/* COGNITO_ACCEPTED: LINE is about PERSON; COGNITO_POLICY_USER: it is not; anything else: it would
 * be, had the address been proven. */
static enum cognito_status fits(const struct person *person, const struct map_line *line)
{
    switch (line->kind) { /* unreachable: any other; the map has these */
    case MAP_SUBJECT:
        return span_equal(line->value, person->subject) ? COGNITO_ACCEPTED : COGNITO_POLICY_USER;
    case MAP_USER:
        return span_equal(line->value, person->username) ? person->username_proven
                                                         : COGNITO_POLICY_USER;
    case MAP_EMAIL:
        return span_equal(line->value, person->email) ? person->email_proven : COGNITO_POLICY_USER;
    case MAP_GROUP:
        return cognito_groups_have(person->groups, line->value) ? COGNITO_ACCEPTED
                                                                : COGNITO_POLICY_USER;
    }
    return COGNITO_POLICY_USER; /* unreachable: as above */
}

/* What the map says of a person and an account, or of a person alone. */
struct search {
    struct span account;        /* granted so far; empty: none */
    size_t line;                /* that did */
    bool several;               /* different accounts, and no name to choose by */
    enum cognito_status reason; /* why none is granted, if none is */
};

static void consider(const struct map_line *line, enum cognito_status fit, struct search *search)
{
    if (fit != COGNITO_ACCEPTED) {
        if (search->reason == COGNITO_POLICY_USER)
            search->reason = fit;
    } else if (search->account.len == 0) {
        search->account = line->account;
        search->line = line->number;
    } else if (!span_equal(search->account, line->account)) {
        search->several = true;
    }
}

static struct search search_map(struct judgement *j, const struct person *person)
{
    const bool any = j->user == cognito_user_from_token;
    const struct span account = span_of_string(any ? "" : j->user);
    struct search search = {.reason = COGNITO_POLICY_USER};
    struct map_line line;
    for (size_t at = 0; cognito_map_next(&j->policy->map, &at, &line);)
        if (any || span_equal(line.account, account))
            consider(&line, fits(person, &line), &search);
    j->searched = true;
    return search;
}

static bool check_map(struct judgement *j)
{
    struct person person = {.subject = j->found.subject,
                            .username = j->found.username,
                            .username_proven = check_proven(j, j->policy->username_claim),
                            .email_proven = check_proven(j, "email"),
                            .groups = &j->groups};
    if (cognito_json_string(j->claims, "email", &person.email) != JSON_FOUND)
        person.email = span_of(NULL, 0);
    if (!cognito_groups_read(&j->groups, &j->found))
        return REFUSE(j, COGNITO_SYSTEM_MEMORY, "%s", "");
    const struct search search = search_map(j, &person);
    if (search.account.len == 0)
        return REFUSE(j, search.reason, "%s",
                      search.reason == COGNITO_POLICY_USER ? "no line of map_file grants it" : "");
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

/* Nobody looks like a usual person, but no line can match: no value in a file holds a newline. The
 * result is used, so that the compiler keeps the search. */
void cognito_map_dummy(struct judgement *j)
{
    static const char uuid[] = "00000000-0000-0000-0000-00000000000\n";
    struct span names[] = {SPAN_LITERAL("\n"), SPAN_LITERAL("a\n")};
    const struct groups groups = {.names = names, .count = sizeof names / sizeof names[0]};
    const struct person nobody = {.subject = span_of_string(uuid),
                                  .username = span_of_string(uuid),
                                  .username_proven = COGNITO_ACCEPTED,
                                  .email = span_of_string("nobody@example.com\n"),
                                  .email_proven = COGNITO_ACCEPTED,
                                  .groups = &groups};
    /* unreachable: another length; no line names nobody */
    if (j->user != NULL && search_map(j, &nobody).account.len != 0)
        j->found.map_line = 0; /* unreachable: as above */
}
