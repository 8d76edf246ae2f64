/* SPDX-License-Identifier: MIT */
#include "host/dialogue.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/prompt.h"
#include "host/diagnosis.h"

enum { PROMPT_SIZE = sizeof PROMPT_NEXT_BEFORE + 20 + sizeof PROMPT_NEXT_AFTER };

static bool ask(const struct dialogue *dialogue, size_t held, struct secret *answer)
{
    char prompt[PROMPT_SIZE];
    if (held == 0)
        return dialogue->ask(dialogue->context, PROMPT_FIRST, answer);
    const int len =
        snprintf(prompt, sizeof prompt, PROMPT_NEXT_BEFORE "%zu" PROMPT_NEXT_AFTER, held);
    return len > 0 && (size_t)len < sizeof prompt &&
           dialogue->ask(dialogue->context, prompt, answer);
}

/* Takes ANSWER into what is held, and notes what a diagnosis will need. */
static bool take(struct secret *held, struct span answer, struct presentation *presentation)
{
    /* An answer beyond every limit is refused by its length; no more of it has to be held. */
    const struct span kept = span_first(answer, TOKEN_SIZE_MAX + 3);
    const bool first = presentation->answers == 0;
    const bool as_before = first || (answer.len == presentation->last_answer &&
                                     span_equal(answer, span_first(secret_span(held), answer.len)));
    presentation->all_the_same = (first || presentation->all_the_same) && as_before;
    presentation->last_answer = answer.len;
    presentation->answers++;
    return cognito_secret_append(held, kept);
}

static enum cognito_status hold(const struct dialogue *dialogue, struct secret *held,
                                struct presentation *presentation, struct complaint *why)
{
    for (;;) {
        struct secret answer OWNED(cognito_secret_free) = {0};
        if (!ask(dialogue, held->len, &answer))
            return COGNITO_HOST_CONVERSATION;
        if (!take(held, secret_span(&answer), presentation))
            return COGNITO_SYSTEM_MEMORY;
        const enum cognito_status status =
            dialogue->judge(dialogue->context, secret_span(held), why);
        if (status == COGNITO_ACCEPTED || !cognito_is_cut_size(answer.len) ||
            held->len >= dialogue->max_size)
            return status;
    }
}

enum cognito_status cognito_dialogue_hold(const struct dialogue *dialogue, struct complaint *why)
{
    struct secret held OWNED(cognito_secret_free) = {0};
    struct presentation presentation = {0};
    const enum cognito_status status = hold(dialogue, &held, &presentation, why);
    presentation.token = secret_span(&held);
    return cognito_diagnose(&presentation, status, why);
}
