/* SPDX-License-Identifier: MIT */
#include "pamtalk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing.h"
#include "fuzz.h"
#include "signer.h"

enum plan {
    WHOLE,
    PARTS_OF_1020,
    PARTS_OF_500,
    PARTS_OF_1023,
    SAME_AGAIN,
    REPLACED,
    RAW_LINES,
    NO_REPLY,
    FAILS,
    NO_CONVERSATION,
    PARTS_OF_511,
    PARTS_OF_4095,
    CUT_THEN_NOTHING,
    LINE_END_BEHIND,
    ENDLESS,
    NO_RESPONSES,
    PLANS
};

static const size_t cut_sizes[] = {500, 511, 1020, 1023, 4095};

static enum plan plan_of(const struct talk *talk)
{
    return (enum plan)(talk->world->choice[PLAN] % PLANS);
}

/* ---- wiping ---- */

static struct given {
    char *text;
    size_t len;
} given[ROUNDS_MAX * 2];

void __real_free(void *memory);
void __wrap_free(void *memory);

void __wrap_free(void *memory)
{
    for (size_t i = 0; memory != NULL && i < ROUNDS_MAX * 2; i++) {
        if (given[i].text != memory)
            continue;
        for (size_t k = 0; k < given[i].len; k++)
            AGREE(given[i].text[k] == '\0', "an answer was not wiped");
        given[i].text = NULL;
    }
    __real_free(memory);
}

static char *give(struct span answer)
{
    for (size_t i = 0; i < ROUNDS_MAX * 2; i++) {
        if (given[i].text != NULL)
            continue;
        given[i].text = fuzz_string(answer);
        given[i].len = strlen(given[i].text);
        return given[i].text;
    }
    fuzz_fail("too many answers");
}

void talk_close(struct talk *talk)
{
    for (size_t i = 0; i < ROUNDS_MAX * 2; i++)
        AGREE(given[i].text == NULL, "an answer was not given back");
    cognito_secret_free(&talk->held);
}

/* ---- answers ---- */

static void repeat(struct secret *answer, const char *words, size_t len)
{
    while (answer->len < len)
        signer_add(answer, words);
    answer->len = len;
}

static void add_line(const struct talk *talk, struct secret *answer)
{
    struct span rest = talk->world->raw;
    struct span line = {NULL, 0};
    for (size_t i = 0; i <= talk->prompts; i++)
        line = fuzz_part(&rest, '\n');
    (void)!cognito_secret_append(answer, line);
}

static void add_part(const struct talk *talk, struct secret *answer, size_t size)
{
    const struct span token = secret_span(&talk->world->token);
    (void)!cognito_secret_append(answer, span_first(span_after(token, talk->held.len), size));
}

static void compose(const struct talk *talk, struct secret *answer)
{
    const unsigned char at = talk->world->choice[PLAN_AT];
    const size_t size = cut_sizes[at % 5];
    switch (plan_of(talk)) {
    case PARTS_OF_500:
        return add_part(talk, answer, 500);
    case PARTS_OF_511:
        return add_part(talk, answer, 511);
    case PARTS_OF_1023:
        return add_part(talk, answer, 1023);
    case PARTS_OF_4095:
        return add_part(talk, answer, 4095);
    case SAME_AGAIN:
        (void)!cognito_secret_append(answer, span_first(secret_span(&talk->world->token), size));
        return;
    case REPLACED:
        return repeat(answer, "\b\n\r\177INCORRECT", at < 128 ? size : at);
    case ENDLESS:
        return repeat(answer, "AAAAAAAA.", size);
    case RAW_LINES:
        return add_line(talk, answer);
    case CUT_THEN_NOTHING:
        return talk->prompts == 0 ? add_part(talk, answer, size) : (void)0;
    case LINE_END_BEHIND:
        add_part(talk, answer, 1020);
        return answer->len < 1020 ? signer_add(answer, "\n") : (void)0;
    case WHOLE:
        return add_part(talk, answer, SIZE_MAX);
    default:
        return add_part(talk, answer, 1020);
    }
}

/* Whether this prompt gets no answer. */
static bool is_refused(const struct talk *talk)
{
    const bool now = talk->prompts == talk->world->choice[PLAN_AT] % 4U;
    const enum plan plan = plan_of(talk);
    return talk->prompts >= ROUNDS_MAX - 1 ||
           (now && (plan == NO_REPLY || plan == FAILS || plan == NO_RESPONSES));
}

static int refuse(struct talk *talk, struct pam_response **responses)
{
    talk->prompts++;
    talk->broken = true;
    *responses = NULL;
    if (plan_of(talk) == NO_REPLY)
        *responses = fuzz_memory(sizeof **responses); /* and resp is NULL */
    return plan_of(talk) == FAILS ? PAM_CONV_ERR : PAM_SUCCESS;
}

static void check_prompt(const struct talk *talk, const char *prompt)
{
    char expected[128];
    if (talk->held.len == 0)
        (void)snprintf(expected, sizeof expected, "Password (Cognito ID token): ");
    else
        (void)snprintf(expected, sizeof expected,
                       "Password (Cognito ID token, continue after character %zu): ",
                       talk->held.len);
    AGREE(strcmp(prompt, expected) == 0, "asked %s, not %s", prompt, expected);
}

static int answer(struct talk *talk, const char *prompt, struct pam_response **responses)
{
    struct secret text = {0};
    check_prompt(talk, prompt);
    if (talk->like == NULL ? is_refused(talk) : talk->prompts >= talk->like->answers)
        return refuse(talk, responses);
    if (talk->like != NULL)
        repeat(&text, "\b\n\r\177INCORRECT", talk->like->answer_len[talk->prompts]);
    else
        compose(talk, &text);
    *responses = fuzz_memory(sizeof **responses);
    (*responses)->resp = give(secret_span(&text));
    talk->answer_len[talk->answers++] = strlen((*responses)->resp);
    signer_add(&talk->held, (*responses)->resp);
    talk->prompts++;
    if (talk->renames != NULL) {
        fakepam_set(talk->renames, PAM_USER, TALK_NEW_NAME);
        talk->renamed = true;
    }
    cognito_secret_free(&text);
    return PAM_SUCCESS;
}

int talk_converse(int count, const struct pam_message **messages, struct pam_response **responses,
                  void *context)
{
    struct talk *talk = context;
    int result = PAM_SUCCESS;
    failing_hold(true);
    AGREE(count == 1, "%d messages at once", count);
    if (messages[0]->msg_style == PAM_PROMPT_ECHO_OFF) {
        result = answer(talk, messages[0]->msg, responses);
    } else {
        AGREE(messages[0]->msg_style == PAM_ERROR_MSG, "style %d", messages[0]->msg_style);
        (void)snprintf(talk->message, sizeof talk->message, "%s", messages[0]->msg);
        talk->messages++;
        *responses = NULL;
    }
    failing_hold(false);
    return result;
}
