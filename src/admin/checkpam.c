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
#define PROVERS(set) .passwords = (set), .provers = (set)

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
    struct pam_way *way;    /* of the last answer that was yes */
    struct pam_way *no_way; /* of answers whose way is of no interest */
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

/* Whether STEP was for letting the person in. */
static bool speaks_for(const struct pam_way *way, size_t step)
{
    const int action = way->steps[step].line->control.action[way->steps[step].answer];
    return action == PAM_ACTION_OK || action == PAM_ACTION_DONE;
}

/* The last line on the way that let the person in and without which nobody would get in, or the
 * last one at all where others would do as well. */
static const struct pam_line *opener(const struct judged *judged,
                                     const struct pam_question *question)
{
    const struct pam_way *way = judged->way;
    const struct pam_line *last = NULL;
    for (size_t i = way->count; i > 0; i--) {
        struct pam_question refused = *question;
        if (!speaks_for(way, i - 1))
            continue;
        refused.accused = way->steps[i - 1].line;
        refused.accused_answers = ANSWER(AUTH_ERR);
        if (cognito_pamwalk_opens(judged->stack, &refused, judged->no_way) == PAM_WALK_NEVER)
            return refused.accused;
        last = last == NULL ? refused.accused : last;
    }
    return last != NULL ? last : way->steps[0].line;
}

/* Whether a module other than ours asks for a proof. Where none does, ours alone keeps people out,
 * and the stack without it says nothing. */
static bool others_ask(const struct pam_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++)
        if (stack->lines[i].type == PAM_TYPE_AUTH && !stack->lines[i].substack &&
            cognito_pam_kind(&stack->lines[i]) == PAM_KIND_PROVER &&
            !cognito_pam_is_silent(&stack->lines[i]))
            return true;
    return false;
}

/* Whether somebody gets in whom the stack without our lines would keep out. */
static bool is_of_our_making(const struct judged *judged, const struct pam_question *question)
{
    struct pam_comparison both = {{*question, *question}, {true, false}, 2};
    both.questions[1].without_us = true;
    return !others_ask(judged->stack) ||
           cognito_pamwalk_compare(judged->stack, &both, judged->way) != PAM_WALK_NEVER;
}

enum hole { HOLE_NONE, HOLE_BEFORE_US, HOLE_OURS };

static enum hole report_hole(const struct judged *judged, const struct pam_question *question,
                             const char *when)
{
    char where[192];
    if (is_of_our_making(judged, question)) {
        const struct pam_line *line = opener(judged, question);
        cognito_find(judged->findings, FINDING_FAIL, "pam auth",
                     "make our line required, or end with `auth required pam_deny.so' what is "
                     "reached without a proof",
                     "%s: anybody gets in %s, because %s is enough", place(line, where), when,
                     line->module);
        return HOLE_OURS;
    }
    (void)opens(judged, question); /* for the way, which the comparison has lost */
    const struct pam_line *line = opener(judged, question);
    cognito_find(judged->findings, FINDING_WARN, "pam auth", "check that this is intended",
                 "%s: open already without pam_cognito: %s lets people in without a proof",
                 place(line, where), line->module);
    return HOLE_BEFORE_US;
}

/* Nobody proves anything, and the stack ends well all the same. */
static enum hole find_hole(const struct judged *judged)
{
    enum hole found = HOLE_NONE;
    for (size_t i = 0; i < OUR_FAILURES && found != HOLE_OURS; i++) {
        const struct pam_question question = {.type = PAM_TYPE_AUTH,
                                              .ours = pam_answer_set(our_failures[i].answer),
                                              PROVERS(unproven),
                                              .bystanders = anything};
        switch (cognito_pamwalk_opens(judged->stack, &question, judged->way)) {
        case PAM_WALK_NEVER:
            break;
        case PAM_WALK_TOO_MUCH:
            cognito_find(judged->findings, FINDING_WARN, "pam auth", "make it simpler",
                         "%s: there are too many ways through this stack to judge them",
                         judged->service);
            return HOLE_OURS;
        case PAM_WALK_POSSIBLE:
            if (found == HOLE_NONE || is_of_our_making(judged, &question))
                found = report_hole(judged, &question, our_failures[i].when);
        }
    }
    return found;
}

static bool is_reached(const struct judged *judged, const struct pam_line *ours)
{
    char where[192];
    const struct pam_question question = {.type = PAM_TYPE_AUTH,
                                          .ours = success,
                                          PROVERS(success | unproven),
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
        .type = PAM_TYPE_AUTH, .ours = success, PROVERS(success), .bystanders = success};
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

/* How many lines a token gets past. */
static size_t check_auth(const struct judged *judged)
{
    char where[192];
    const struct pam_line *ours = our_line(judged->stack, PAM_TYPE_AUTH);
    const struct pam_question token_alone = {
        .type = PAM_TYPE_AUTH, .ours = success, PROVERS(no_password), .bystanders = anything};
    if (ours == NULL) {
        cognito_find(judged->findings, FINDING_FAIL, "pam auth",
                     "see pam-cognito setup, and the examples for " PAM_FOLDER,
                     "the service %s has no auth line of pam_cognito", judged->service);
        return 0;
    }
    const enum hole hole = find_hole(judged);
    if (hole == HOLE_OURS || !is_reached(judged, ours))
        return 0;
    if (!opens(judged, &token_alone)) {
        explain_closed(judged, ours);
        return 0;
    }
    const bool too_late = is_asked_before_us(judged);
    const size_t bypassed = cognito_check_bypasses(judged->stack, judged->findings);
    if (hole == HOLE_NONE && !too_late && bypassed == 0)
        cognito_find(judged->findings, FINDING_OK, "pam auth", "",
                     "%s: a token opens %s, and no way leads in without a proof",
                     place(ours, where), judged->service);
    return bypassed;
}

/* ---- account ---- */

static struct pam_question account_question(uint32_t ours)
{
    return (struct pam_question){
        .type = PAM_TYPE_ACCOUNT, .ours = ours, PROVERS(success), .bystanders = success};
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

/* ---- options ---- */

enum { LINE_WORDS_MAX = 64 };

/* The module reads what it was configured with on the auth line; elsewhere an option would be
 * taken for one that holds. */
static void check_options(const struct judged *judged, const struct pam_line *line)
{
    char where[192];
    char text[sizeof line->arguments];
    const char *words[LINE_WORDS_MAX];
    size_t count = 0;
    char *next = NULL;
    struct complaint why = {{0}};
    memcpy(text, line->arguments, sizeof text);
    for (char *word = strtok_r(text, " \t", &next); word != NULL && count < LINE_WORDS_MAX;
         word = strtok_r(NULL, " \t", &next))
        words[count++] = word;
    if (!cognito_config_account_arguments(count, words, &why))
        cognito_find(judged->findings, FINDING_FAIL, "pam", "put it on our auth line",
                     "%s: %s: only conf and debug may be on an %s line", place(line, where),
                     why.text, line->type == PAM_TYPE_ACCOUNT ? "account" : "session");
}

static void check_all_options(const struct judged *judged)
{
    for (size_t i = 0; i < judged->stack->count; i++)
        if (judged->stack->lines[i].type != PAM_TYPE_AUTH && is_ours(&judged->stack->lines[i]))
            check_options(judged, &judged->stack->lines[i]);
}

size_t cognito_check_stack(const struct pam_stack *stack, const char *service,
                           struct findings *findings)
{
    struct pam_way *ways = calloc(2, sizeof *ways);
    size_t bypassed = 0;
    if (ways == NULL) {
        cognito_find(findings, FINDING_FAIL, "pam", "see the memory of this host", "out of memory");
        return 0;
    }
    const struct judged judged = {stack, service, findings, &ways[0], &ways[1]};
    if (controls_are_understood(&judged)) {
        bypassed = check_auth(&judged);
        check_account(&judged);
        check_all_options(&judged);
    }
    free(ways);
    return bypassed;
}
