/* SPDX-License-Identifier: MIT */
/*
 * The dialogue without PAM: the input is a list of answers. How often it asks follows from lengths
 * and acceptance alone, which is worked out here a second time, and for a placeholder as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "host/dialogue.h"
#include "signer.h"

enum { ROUNDS_MAX = 40, MAX_SIZE = 16384 };

/* One dialogue in play. */
struct play {
    struct span input;       /* answers, each as long as its first two bytes say */
    const struct play *like; /* answer as long as there, but with a placeholder */
    size_t accept_at;        /* what is held is accepted when it has so many bytes; 0: never */
    enum cognito_status refusal;
    enum first_pass first_pass;
    struct span earlier;
    size_t len[ROUNDS_MAX];
    size_t prompts, answers, judged, forwarded;
    struct secret held, handed_on;
};

static void add_answer(struct play *play, struct secret *answer)
{
    const unsigned int kind = fuzz_byte(&play->input);
    static const size_t lengths[] = {500, 511, 1020, 1023, 4095, 0,   1,
                                     63,  64,  255,  256,  1019, 1024};
    size_t len = lengths[kind % (sizeof lengths / sizeof lengths[0])];
    const struct span given = fuzz_part(&play->input, '\n');
    if (kind >= 128)
        len = given.len;
    while (answer->len < len)
        signer_add(answer, given.len == 0 ? "eyJ." : "x");
    if (given.len > 0 && answer->len > 0)
        memcpy(answer->data, given.data, given.len < answer->len ? given.len : answer->len);
}

static enum answered ask(void *context, const char *prompt, struct secret *answer)
{
    struct play *play = context;
    char expected[96] = "Password (Cognito ID token): ";
    if (play->held.len > 0)
        (void)snprintf(expected, sizeof expected,
                       "Password (Cognito ID token, continue after character %zu): ",
                       play->held.len);
    AGREE(strcmp(prompt, expected) == 0, "asked %s, not %s", prompt, expected);
    AGREE(answer->len == 0, "an answer that is not empty");
    play->prompts++;
    if (play->answers == ROUNDS_MAX || (play->like == NULL && play->input.len == 0) ||
        (play->like != NULL && play->answers == play->like->answers))
        return ANSWER_MISSING;
    if (play->like == NULL)
        add_answer(play, answer);
    else
        while (answer->len < play->like->len[play->answers])
            signer_add(answer, "\b");
    play->len[play->answers++] = answer->len;
    AGREE(cognito_secret_append(&play->held, secret_span(answer)), "no memory");
    return ANSWER_GIVEN;
}

static bool is_accepted(const struct play *play, struct span held)
{
    return play->accept_at != 0 && held.len == play->accept_at;
}

static enum cognito_status judge(void *context, struct span held, struct complaint *why)
{
    struct play *play = context;
    play->judged++;
    AGREE(span_equal(held, secret_span(&play->held)) ||
              (play->answers == 0 && span_equal(held, play->earlier)),
          "judged something else than what was answered");
    (void)cognito_complain(why, "%s", "");
    return is_accepted(play, held) ? COGNITO_ACCEPTED : play->refusal;
}

static void forward(void *context, struct span answer)
{
    struct play *play = context;
    play->forwarded++;
    AGREE(cognito_secret_append(&play->handed_on, answer), "no memory");
}

static enum cognito_status hold(struct play *play, struct complaint *why)
{
    const struct dialogue dialogue = {.ask = ask,
                                      .judge = judge,
                                      .forward = forward,
                                      .context = play,
                                      .first_pass = play->first_pass,
                                      .earlier = play->earlier,
                                      .max_size = MAX_SIZE};
    return cognito_dialogue_hold(&dialogue, why);
}

static void close_play(struct play *play)
{
    cognito_secret_free(&play->held);
    cognito_secret_free(&play->handed_on);
}

/* ---- what is to be expected ---- */

static bool is_cut(size_t len)
{
    return len == 500 || len == 511 || len == 1020 || len == 1023 || len == 4095;
}

static bool ends_with_earlier(const struct play *play)
{
    if (play->first_pass == FIRST_PASS_IGNORED ||
        (play->first_pass == FIRST_PASS_TRIED && play->earlier.len == 0))
        return false;
    return play->first_pass == FIRST_PASS_ONLY || is_accepted(play, play->earlier);
}

static void check_rounds(const struct play *play, enum cognito_status status)
{
    size_t held = 0;
    bool done = ends_with_earlier(play);
    size_t prompts = 0;
    for (size_t i = 0; !done && i < play->answers; i++) {
        prompts++;
        held += play->len[i];
        done = (play->accept_at != 0 && held == play->accept_at) || !is_cut(play->len[i]) ||
               held >= MAX_SIZE;
        AGREE(done || play->prompts > prompts, "not asked on after %zu bytes", play->len[i]);
    }
    prompts += done ? 0 : 1;
    AGREE(play->prompts == prompts, "%zu prompts, not %zu", play->prompts, prompts);
    const bool accepted = is_accepted(play, secret_span(&play->held)) ||
                          (play->prompts == 0 && is_accepted(play, play->earlier));
    AGREE((status == COGNITO_ACCEPTED) == (accepted && done), "status %d", status);
    if (!done)
        AGREE(status == COGNITO_HOST_CONVERSATION, "no answer, and status %d", status);
}

static void check_forwarding(const struct play *play, enum cognito_status status)
{
    const struct span held = secret_span(&play->held);
    char *text = fuzz_string(held); /* up to a NUL byte, which no token has */
    const bool like_a_token =
        held.len >= 64 && strncmp(text, "eyJ", 3) == 0 &&
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
            held.len;
    free(text);
    const bool expected = status != COGNITO_ACCEPTED && !ends_with_earlier(play) &&
                          play->answers == 1 && held.len < 256;
    AGREE(play->forwarded == expected, "handed on %zu times", play->forwarded);
    if (expected)
        AGREE(span_equal(secret_span(&play->handed_on),
                         like_a_token ? span_of_string("\b\n\r\177INCORRECT") : held),
              "something else was handed on");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum cognito_status refusals[] = {COGNITO_TOKEN_MALFORMED, COGNITO_TOKEN_TOO_LONG,
                                                   COGNITO_SYSTEM_LEDGER, COGNITO_CLAIM_EXPIRED};
    struct span input = span_of(data, size);
    struct complaint why = {{0}};
    struct play play = {.accept_at = fuzz_byte(&input) * 16U};
    const unsigned int how = fuzz_byte(&input);
    play.refusal = refusals[how & 3];
    play.first_pass = (enum first_pass)((how >> 2) % 3);
    play.earlier = fuzz_part(&input, '\n');
    play.input = input;
    if ((how & 128) != 0 && play.accept_at != 0)
        play.accept_at += 4; /* no multiple of 16: 500, 1020 and sums of them */
    const enum cognito_status status = hold(&play, &why);
    check_rounds(&play, status);
    check_forwarding(&play, status);
    AGREE(play.judged ==
              play.answers + (play.first_pass == FIRST_PASS_ONLY ||
                              (play.first_pass == FIRST_PASS_TRIED && play.earlier.len > 0)),
          "%zu judgements of %zu answers", play.judged, play.answers);
    if (status != COGNITO_ACCEPTED && play.first_pass == FIRST_PASS_IGNORED) {
        struct play other = {.like = &play, .refusal = COGNITO_TOKEN_MALFORMED};
        const enum cognito_status otherwise = hold(&other, &why);
        AGREE(otherwise != COGNITO_ACCEPTED && other.prompts == play.prompts &&
                  other.forwarded == play.forwarded,
              "%zu prompts, and %zu for a placeholder", play.prompts, other.prompts);
        close_play(&other);
    }
    close_play(&play);
    return 0;
}
