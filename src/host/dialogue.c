/* SPDX-License-Identifier: MIT */
#include "host/dialogue.h"

#include <stdio.h>

#include "base/base64url.h"
#include "base/limits.h"
#include "base/prompt.h"
#include "host/diagnosis.h"

enum { PROMPT_SIZE = sizeof PROMPT_NEXT_BEFORE + 20 + sizeof PROMPT_NEXT_AFTER };

static enum answered ask(const struct dialogue *dialogue, size_t held, struct secret *answer)
{
    char prompt[PROMPT_SIZE];
    if (held == 0)
        return dialogue->ask(dialogue->context, PROMPT_FIRST, answer);
    const int len =
        snprintf(prompt, sizeof prompt, PROMPT_NEXT_BEFORE "%zu" PROMPT_NEXT_AFTER, held);
    if (len < 0 || (size_t)len >= sizeof prompt)
        return ANSWER_MISSING;
    return dialogue->ask(dialogue->context, prompt, answer);
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
    /* Who has pasted a token that was cut presses Enter at the next prompt. */
    if (answer.len > 0)
        presentation->last_answer = answer.len;
    presentation->answers++;
    return cognito_secret_append(held, kept);
}

static enum cognito_status hold(const struct dialogue *dialogue, struct secret *held,
                                struct presentation *presentation, struct complaint *why)
{
    for (;;) {
        struct secret answer OWNED(cognito_secret_free) = {0};
        const enum answered answered = ask(dialogue, held->len, &answer);
        if (answered == ANSWER_NO_MEMORY)
            return COGNITO_SYSTEM_MEMORY;
        if (answered != ANSWER_GIVEN) {
            if (held->len > 0) /* in place of what was wrong with the parts so far */
                (void)cognito_complain(why, "after %zu bytes", held->len);
            return COGNITO_HOST_CONVERSATION;
        }
        if (!take(held, secret_span(&answer), presentation))
            return COGNITO_SYSTEM_MEMORY;
        const enum cognito_status status =
            dialogue->judge(dialogue->context, secret_span(held), why);
        if (status == COGNITO_ACCEPTED || !cognito_is_cut_size(answer.len) ||
            held->len >= dialogue->max_size)
            return status;
    }
}

/* Whether ANSWER may be the first piece of a token. A whole one is longer than what is handed on,
 * and in base64url every JSON object that Cognito writes begins so. */
static bool is_like_a_token(struct span answer)
{
    if (answer.len < TOKEN_PIECE_MIN || !span_is(span_first(answer, 3), "eyJ"))
        return false;
    for (size_t i = 0; i < answer.len; i++)
        if (answer.data[i] != '.' && !cognito_base64url_character(answer.data[i]))
            return false;
    return true;
}

/* No piece of a token is handed on: other modules store and log what they are given. In its place
 * goes what sshd would put there for an unknown account, so that whether the modules after us ask
 * again depends on the length of the answer alone. */
static void forward(const struct dialogue *dialogue, const struct presentation *presentation)
{
    const struct span answer = presentation->token;
    if (dialogue->forward == NULL || presentation->answers != 1 || answer.len >= FORWARD_MAX)
        return;
    dialogue->forward(dialogue->context, is_like_a_token(answer) ? cognito_placeholder() : answer);
}

/* Judges the password that was asked for earlier. True if that is all. */
static bool try_earlier(const struct dialogue *dialogue, enum cognito_status *status,
                        struct complaint *why)
{
    if (dialogue->first_pass == FIRST_PASS_IGNORED ||
        (dialogue->first_pass == FIRST_PASS_TRIED && dialogue->earlier.len == 0))
        return false;
    const struct presentation presentation = {dialogue->earlier, 1, dialogue->earlier.len, true};
    *status = cognito_diagnose(&presentation,
                               dialogue->judge(dialogue->context, dialogue->earlier, why), why);
    return *status == COGNITO_ACCEPTED || dialogue->first_pass == FIRST_PASS_ONLY;
}

enum cognito_status cognito_dialogue_hold(const struct dialogue *dialogue, struct complaint *why)
{
    struct secret held OWNED(cognito_secret_free) = {0};
    struct presentation presentation = {0};
    enum cognito_status status = COGNITO_UNDECIDED;
    if (try_earlier(dialogue, &status, why))
        return status;
    status = hold(dialogue, &held, &presentation, why);
    presentation.token = secret_span(&held);
    status = cognito_diagnose(&presentation, status, why);
    if (status != COGNITO_ACCEPTED)
        forward(dialogue, &presentation);
    return status;
}
