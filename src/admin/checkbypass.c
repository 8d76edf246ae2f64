/* SPDX-License-Identifier: MIT */
/*
 * What a token gets past: lines of access control and second factors that keep people out of the
 * stack without our lines, and that are not called, or not heeded, when a token is accepted.
 */
#include "admin/checks.h"

#include <stdint.h>
#include <stdlib.h>

#include "admin/pammodules.h"
#include "admin/pamwalk.h"

#define ANSWER(name) (UINT32_C(1) << PAM_ANSWER_##name)

/*
 * Whether somebody with a token, and no other proof, gets in although LINE refuses, where without
 * us everything depends on LINE: its success opens, and its refusal does not. The others prove who
 * they are there, so that a line that only those meet who have no password does not count; of two
 * further factors one may do. BYSTANDER is what all other modules answer.
 */
static bool gets_past(const struct pam_stack *stack, const struct pam_line *line, uint32_t refusal,
                      uint32_t bystander, struct pam_way *way)
{
    const bool proves = cognito_pam_kind(line) == PAM_KIND_PROVER;
    const struct pam_question agreed = {.type = PAM_TYPE_AUTH,
                                        .passwords = ANSWER(SUCCESS),
                                        .provers =
                                            ANSWER(SUCCESS) | (proves ? ANSWER(AUTH_ERR) : 0),
                                        .bystanders = bystander,
                                        .ours = ANSWER(SUCCESS),
                                        .without_us = true,
                                        .accused = line,
                                        .accused_answers = ANSWER(SUCCESS)};
    struct pam_question refused = agreed;
    refused.accused_answers = refusal;
    struct pam_question token = refused;
    token.without_us = false;
    token.passwords = token.provers = ANSWER(AUTH_ERR);
    const struct pam_comparison comparison = {{agreed, refused, token}, {true, false, true}, 3};
    return cognito_pamwalk_compare(stack, &comparison, way) != PAM_WALK_NEVER;
}

/* Modules choose which others are called by each of these answers. */
static bool is_passed(const struct pam_stack *stack, const struct pam_line *line,
                      struct pam_way *way)
{
    static const uint32_t answers[] = {ANSWER(SUCCESS), ANSWER(IGNORE), ANSWER(AUTH_ERR)};
    if (line->type != PAM_TYPE_AUTH || line->substack || !cognito_pam_guards(line))
        return false;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (gets_past(stack, line, ANSWER(AUTH_ERR), answers[i], way) ||
            gets_past(stack, line, ANSWER(PERM_DENIED), answers[i], way))
            return true;
    return false;
}

static void report(const struct pam_line *line, struct findings *findings)
{
    const bool proves = cognito_pam_kind(line) == PAM_KIND_PROVER;
    cognito_find(findings, FINDING_WARN, "pam auth",
                 proves ? "check that a token is enough without it" : "put our auth line behind it",
                 "%s:%zu: a token bypasses %s (%s), because our auth line ends the stack before it",
                 line->file, line->number, line->module, line->control_text);
}

/* Whether a line before LINE refuses together with it: they are reported once. */
static bool is_repeated(const struct pam_stack *stack, const struct pam_line *line)
{
    for (const struct pam_line *other = stack->lines; other < line; other++)
        if (other->type == line->type && !other->substack &&
            cognito_pam_refuse_together(other, line))
            return true;
    return false;
}

size_t cognito_check_bypasses(const struct pam_stack *stack, struct findings *findings)
{
    size_t count = 0;
    bool replaces = false; /* the token stands in for the first password */
    struct pam_way *way = calloc(1, sizeof *way);
    for (size_t i = 0; way != NULL && i < stack->count; i++) {
        const struct pam_line *line = &stack->lines[i];
        if (is_repeated(stack, line) || !is_passed(stack, line, way))
            continue;
        if (cognito_pam_checks_password(line) && !replaces) {
            replaces = true;
            continue;
        }
        report(line, findings);
        count++;
    }
    free(way);
    return count;
}
