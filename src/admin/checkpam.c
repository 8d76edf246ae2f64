/* SPDX-License-Identifier: MIT */
/*
 * Whether the PAM lines of a service let in whom they should: a token alone opens, nothing else
 * does but what proves something, and our line takes nothing away from the others. Judged by
 * walking through the stack, see pamwalk.h.
 */
#include "admin/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/pammodules.h"
#include "admin/pamwalk.h"

#define ANSWER(name) (UINT32_C(1) << PAM_ANSWER_##name)

static const uint32_t success = ANSWER(SUCCESS);
static const uint32_t unproven = ANSWER(AUTH_ERR) | ANSWER(USER_UNKNOWN) | ANSWER(PERM_DENIED) |
                                 ANSWER(AUTHINFO_UNAVAIL) | ANSWER(MAXTRIES) | ANSWER(IGNORE) |
                                 ANSWER(MODULE_UNKNOWN);
static const uint32_t no_password = ANSWER(AUTH_ERR) | ANSWER(USER_UNKNOWN);
static const uint32_t anything = ANSWER(SUCCESS) | ANSWER(IGNORE) | ANSWER(AUTH_ERR) |
                                 ANSWER(PERM_DENIED) | ANSWER(USER_UNKNOWN);
static const uint32_t refusals = ANSWER(PERM_DENIED) | ANSWER(ACCT_EXPIRED);

/* One stack of a service while it is judged. */
struct judged {
    const struct pam_stack *stack;
    const char *service;
    struct findings *findings;
    struct pam_way *way; /* of the last answer that was yes */
};

static const char *place(const struct pam_line *line, char text[192])
{
    (void)snprintf(text, 192, "%s:%zu", line->file, line->number);
    return text;
}

static bool is_ours(const struct pam_line *line)
{
    return !line->substack && cognito_pam_kind(line) == PAM_KIND_OURS;
}

/* Our first line of TYPE, or NULL. */
static const struct pam_line *our_line(const struct pam_stack *stack, enum pam_type type)
{
    for (size_t i = 0; i < stack->count; i++)
        if (stack->lines[i].type == type && is_ours(&stack->lines[i]))
            return &stack->lines[i];
    return NULL;
}

/* A walk that finds no end has shown nothing; it counts as what the caller fears. */
static bool opens(const struct judged *judged, const struct pam_question *question)
{
    return cognito_pamwalk_opens(judged->stack, question, judged->way) != PAM_WALK_NEVER;
}

/* ---- controls ---- */

static bool controls_are_understood(const struct judged *judged)
{
    char where[192];
    for (size_t i = 0; i < judged->stack->count; i++) {
        const struct pam_line *line = &judged->stack->lines[i];
        if (line->substack || line->understood)
            continue;
        cognito_find(judged->findings, FINDING_FAIL, "pam", "see pam.conf(5)",
                     "%s: libpam does not understand the control %s, and takes every answer of %s "
                     "for a failure",
                     place(line, where), line->control_text, line->module);
        return false;
    }
    return true;
}

/* ---- auth ---- */

static const struct {
    enum pam_answer answer;
    const char *when;
} our_failures[] = {
    {PAM_ANSWER_AUTH_ERR, "after a refused token"},
    {PAM_ANSWER_AUTHINFO_UNAVAIL, "when there are no keys (authinfo_unavail)"},
    {PAM_ANSWER_SERVICE_ERR, "when the configuration is refused (service_err)"},
    {PAM_ANSWER_BUF_ERR, "when there is no memory (buf_err)"},
    {PAM_ANSWER_MODULE_UNKNOWN, "when the module is missing (module_unknown)"},
};

enum { OUR_FAILURES = sizeof our_failures / sizeof our_failures[0] };

/* The line that spoke first for letting the person in, and was not made to forget it. */
static const struct pam_line *opener(const struct pam_way *way)
{
    const struct pam_line *first = NULL;
    for (size_t i = 0; i < way->count; i++) {
        const struct pam_line *line = way->steps[i].line;
        const int action = line->control.action[way->steps[i].answer];
        if (action == PAM_ACTION_RESET)
            first = NULL;
        else if (first == NULL && (action == PAM_ACTION_OK || action == PAM_ACTION_DONE))
            first = line;
    }
    return first != NULL ? first : way->steps[0].line;
}

/* Nobody proves anything, and the stack ends well all the same. */
static bool has_hole(const struct judged *judged)
{
    char where[192];
    for (size_t i = 0; i < OUR_FAILURES; i++) {
        const struct pam_question question = {.type = PAM_TYPE_AUTH,
                                              .ours = pam_answer_set(our_failures[i].answer),
                                              .provers = unproven,
                                              .bystanders = anything};
        switch (cognito_pamwalk_opens(judged->stack, &question, judged->way)) {
        case PAM_WALK_NEVER:
            continue;
        case PAM_WALK_TOO_MUCH:
            cognito_find(judged->findings, FINDING_WARN, "pam auth", "make it simpler",
                         "%s: there are too many ways through this stack to judge them",
                         judged->service);
            return true;
        case PAM_WALK_POSSIBLE:
            break;
        }
        const struct pam_line *line = opener(judged->way);
        cognito_find(judged->findings, FINDING_FAIL, "pam auth",
                     "make our line required, or end with `auth required pam_deny.so' what is "
                     "reached without a proof",
                     "%s: anybody gets in %s, because %s is enough", place(line, where),
                     our_failures[i].when, line->module);
        return true;
    }
    return false;
}

static bool is_reached(const struct judged *judged, const struct pam_line *ours)
{
    char where[192];
    const struct pam_question question = {.type = PAM_TYPE_AUTH,
                                          .ours = success,
                                          .provers = success | unproven,
                                          .bystanders = anything};
    if (cognito_pamwalk_reaches_us(judged->stack, &question, judged->way) != PAM_WALK_NEVER)
        return true;
    cognito_find(judged->findings, FINDING_FAIL, "pam auth", "put our line first",
                 "%s: our line is never reached", place(ours, where));
    return false;
}

/* Another module has to agree, or ours counts for nothing. */
static void explain_closed(const struct judged *judged, const struct pam_line *ours)
{
    char where[192];
    const struct pam_question both = {
        .type = PAM_TYPE_AUTH, .ours = success, .provers = success, .bystanders = success};
    struct pam_question without = both;
    without.ours = pam_answer_set(PAM_ANSWER_AUTH_ERR);
    (void)place(ours, where);
    if (!opens(judged, &both))
        cognito_find(judged->findings, FINDING_FAIL, "pam auth", "see what refuses behind our line",
                     "%s: an accepted token does not open the service %s", where, judged->service);
    else if (opens(judged, &without))
        cognito_find(judged->findings, FINDING_FAIL, "pam auth",
                     "make our line required or sufficient",
                     "%s: our line decides nothing: with it or without it another module has to "
                     "let the person in",
                     where);
    else
        cognito_find(judged->findings, FINDING_WARN, "pam auth",
                     "if one is to be enough, make our line sufficient",
                     "%s: a token alone does not open, another module has to agree", where);
}

/* The module that takes the token for a password before we are asked, on the way of a token. */
static bool is_asked_before_us(const struct judged *judged)
{
    char where[192];
    for (size_t i = 0; i < judged->way->count; i++) {
        const struct pam_line *line = judged->way->steps[i].line;
        if (is_ours(line))
            return false;
        if (!cognito_pam_asks(line))
            continue;
        cognito_find(judged->findings, FINDING_WARN, "pam auth",
                     "put our line before it, with forward_pass",
                     "%s: %s asks for a password before our line, and a token does not fit into "
                     "its answer",
                     place(line, where), line->module);
        return true;
    }
    return false;
}

static void check_auth(const struct judged *judged)
{
    char where[192];
    const struct pam_line *ours = our_line(judged->stack, PAM_TYPE_AUTH);
    const struct pam_question token_alone = {
        .type = PAM_TYPE_AUTH, .ours = success, .provers = no_password, .bystanders = anything};
    if (ours == NULL) {
        cognito_find(judged->findings, FINDING_FAIL, "pam auth",
                     "see pam-cognito setup, and the examples for " PAM_FOLDER,
                     "the service %s has no auth line of pam_cognito", judged->service);
        return;
    }
    if (has_hole(judged) || !is_reached(judged, ours))
        return;
    if (!opens(judged, &token_alone))
        explain_closed(judged, ours);
    else if (!is_asked_before_us(judged))
        cognito_find(judged->findings, FINDING_OK, "pam auth", "",
                     "%s: a token opens %s, and no way leads in without a proof",
                     place(ours, where), judged->service);
}

/* ---- account ---- */

static struct pam_question account_question(uint32_t ours)
{
    return (struct pam_question){
        .type = PAM_TYPE_ACCOUNT, .ours = ours, .provers = success, .bystanders = success};
}

/* Whether our success opens what LINE refuses, and would keep closed without us. */
static bool overrules(const struct judged *judged, const struct pam_line *line)
{
    struct pam_question with = account_question(success);
    struct pam_question without = account_question(pam_answer_set(PAM_ANSWER_IGNORE));
    with.accused = without.accused = line;
    with.accused_answers = without.accused_answers = refusals;
    return !opens(judged, &without) && opens(judged, &with);
}

static bool overrules_any(const struct judged *judged, const struct pam_line *ours)
{
    char where[192];
    for (size_t i = 0; i < judged->stack->count; i++) {
        const struct pam_line *line = &judged->stack->lines[i];
        if (line->type != PAM_TYPE_ACCOUNT || line->substack || is_ours(line) ||
            cognito_pam_kind(line) == PAM_KIND_FIXED || !overrules(judged, line))
            continue;
        cognito_find(judged->findings, FINDING_FAIL, "pam account", "make our line required",
                     "%s: our line lets in whom %s refuses, such as an expired account",
                     place(ours, where), line->module);
        return true;
    }
    return false;
}

static void check_account(const struct judged *judged)
{
    const struct pam_line *ours = our_line(judged->stack, PAM_TYPE_ACCOUNT);
    const struct pam_question by_token = account_question(success);
    const struct pam_question by_others = account_question(pam_answer_set(PAM_ANSWER_IGNORE));
    struct pam_question denied = account_question(refusals);
    struct findings *findings = judged->findings;
    denied.through_us = true;
    if (!opens(judged, &by_others))
        cognito_find(findings, FINDING_FAIL, "pam account", "add `account required pam_unix.so'",
                     "%s: a login that is not ours, by a key for instance, is refused: no other "
                     "module lets it in",
                     judged->service);
    else if (ours == NULL)
        cognito_find(findings, FINDING_WARN, "pam account", "add `account required pam_cognito.so'",
                     "%s: expiry and deny list are not judged again", judged->service);
    else if (!opens(judged, &by_token))
        cognito_find(findings, FINDING_FAIL, "pam account", "see what refuses",
                     "%s: an account that nobody objects to is refused", judged->service);
    else if (overrules_any(judged, ours))
        return;
    else if (opens(judged, &denied))
        cognito_find(findings, FINDING_WARN, "pam account",
                     "make our line required, and put it first",
                     "%s: what our line refuses is let in all the same", judged->service);
    else
        cognito_find(findings, FINDING_OK, "pam account", "", "%s: ours and others agree",
                     judged->service);
}

void cognito_check_stack(const struct pam_stack *stack, const char *service,
                         struct findings *findings)
{
    struct pam_way *way = calloc(1, sizeof *way);
    const struct judged judged = {stack, service, findings, way};
    if (way == NULL)
        cognito_find(findings, FINDING_FAIL, "pam", "see the memory of this host", "out of memory");
    else if (controls_are_understood(&judged)) {
        check_auth(&judged);
        check_account(&judged);
    }
    free(way);
}
