/* SPDX-License-Identifier: MIT */
/* What the person says, and what is said to them. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

/* ---- texts ---- */

/* ${ref} stands for eight hexadecimal digits; the first ones that are seen are the only ones. */
static bool is_reference(const char *text)
{
    return strspn(text, "0123456789abcdef") >= 8;
}

void stage_learn_reference(struct world *world, const char *text)
{
    const char *found = strstr(text, "ref ");
    if (found == NULL)
        found = strstr(text, "ref=");
    char reference[9] = "";
    if (found != NULL && is_reference(found + 4))
        (void)snprintf(reference, sizeof reference, "%.8s", found + 4);
    if (reference[0] != '\0')
        world_let(world, "ref", reference);
}

/* Whether NEEDLE, once expanded, is SEEN as a whole. */
static bool is_text(struct world *world, const char *needle, const char *seen)
{
    struct text wanted = world_expand(world, needle);
    const bool same = strcmp(wanted.data, seen) == 0;
    text_free(&wanted);
    return same;
}

/* ---- answers ---- */

/* NAME, NAME:FROM-TO or NAME:FROM-, in characters of that token. */
static bool add_token(struct world *world, struct text *answer, const char *word)
{
    char name[64];
    const size_t len = strcspn(word, ":");
    (void)snprintf(name, sizeof name, "%.*s", (int)len, word);
    const struct text *token = world_token(world, name);
    if (token == NULL)
        return false;
    size_t from = 0;
    size_t to = token->len;
    if (word[len] == ':') {
        char *end;
        from = strtoul(word + len + 1, &end, 10);
        if (end[0] == '-' && end[1] != '\0')
            to = strtoul(end + 1, NULL, 10);
    }
    if (from > to || to > token->len) {
        world_fail(world, "the token %s has only %zu characters", name, token->len);
        return true;
    }
    text_add(answer, token->data + from, to - from);
    return true;
}

/* `fill N TEXT`: TEXT again and again, cut at N bytes. */
static void add_fill(struct text *answer, size_t len, const struct text *pattern)
{
    while (len > 0) {
        const size_t part = len < pattern->len ? len : pattern->len;
        text_add(answer, pattern->data, part);
        len -= part;
    }
}

/* An answer from the words behind the prompt: tokens, their parts and literals, one after the
 * other. */
static char *compose(struct world *world, const struct words *words, size_t first)
{
    struct text answer = {0};
    text_add(&answer, "", 0);
    for (size_t i = first; i < words->count; i++) {
        const struct word *word = &words->items[i];
        if (word->quoted) {
            text_add(&answer, word->text.data, word->text.len);
        } else if (strcmp(word->text.data, "fill") == 0 && i + 2 < words->count) {
            add_fill(&answer, strtoul(words->items[i + 1].text.data, NULL, 10),
                     &words->items[i + 2].text);
            i += 2;
        } else if (!add_token(world, &answer, word->text.data)) {
            world_fail(world, "there is no token %s", word->text.data);
        }
    }
    return answer.data;
}

/* ---- the conversation ---- */

const struct line *stage_next_expected(struct stage *stage)
{
    while (stage->at < stage->expected_count) {
        const struct line *line = &stage->expected[stage->at++];
        if (strcmp(line->command, "prompt") == 0 || strcmp(line->command, "error") == 0 ||
            strcmp(line->command, "prompt-with-echo") == 0 || strcmp(line->command, "info") == 0)
            return line;
    }
    return NULL;
}

static const char *style_name(int style)
{
    switch (style) {
    case PAM_PROMPT_ECHO_OFF:
        return "prompt";
    case PAM_PROMPT_ECHO_ON:
        return "prompt-with-echo";
    case PAM_ERROR_MSG:
        return "error";
    case PAM_TEXT_INFO:
        return "info";
    default:
        return "?";
    }
}

/* An application may do so at any time, and libpam then frees the name that it had. */
static void rename_user(const struct stage *stage, const char *name)
{
    if (pam_set_item(stage->pamh, PAM_USER, strcmp(name, "null") == 0 ? NULL : name) != PAM_SUCCESS)
        give_up("PAM_USER cannot be set");
}

static int reply(struct stage *stage, int style, const struct words *words,
                 struct pam_response *response)
{
    const char *word = words->count > 1 ? words->items[1].text.data : "";
    const bool plain = words->count >= 2 && !words->items[1].quoted;
    const bool error = plain && strcmp(word, "conversation-error") == 0;
    if (error && words->count == 2)
        return PAM_CONV_ERR;
    if (plain && words->count == 2 && strcmp(word, "null") == 0)
        return PAM_SUCCESS;
    const bool renamed = plain && words->count >= 4 && strcmp(word, "renamed") == 0;
    if (renamed)
        rename_user(stage, words->items[2].text.data);
    response->resp = compose(stage->world, words, renamed ? 3 : error ? 2 : 1);
    capture_watch_answer(response->resp);
    stage->answers += style == PAM_PROMPT_ECHO_OFF && !error;
    return error ? PAM_CONV_ERR : PAM_SUCCESS;
}

static int one_message(struct stage *stage, const struct pam_message *message,
                       struct pam_response *response)
{
    struct world *world = stage->world;
    const struct line *line = stage_next_expected(stage);
    const bool prompt =
        message->msg_style == PAM_PROMPT_ECHO_OFF || message->msg_style == PAM_PROMPT_ECHO_ON;
    text_print(&stage->heard, "%s\n", message->msg);
    stage_learn_reference(world, message->msg);
    stage->prompts += prompt;
    if (line == NULL) {
        world_fail(world, "not expected: %s \"%s\"", style_name(message->msg_style), message->msg);
        return prompt ? PAM_CONV_ERR : PAM_SUCCESS;
    }
    world->line = line;
    struct words words;
    if (!words_split(&words, line->rest) || words.count == 0)
        give_up("%s:%zu: a text in quotation marks was expected", line->path, line->number);
    int result = PAM_SUCCESS;
    if (strcmp(line->command, style_name(message->msg_style)) != 0 ||
        !is_text(world, words.items[0].text.data, message->msg))
        world_fail(world, "expected %s \"%s\", came %s \"%s\"", line->command,
                   words.items[0].text.data, style_name(message->msg_style), message->msg);
    else if (prompt)
        result = reply(stage, message->msg_style, &words, response);
    words_free(&words);
    return result;
}

int stage_converse(int count, const struct pam_message **messages, struct pam_response **responses,
                   void *context)
{
    struct stage *stage = context;
    struct pam_response *given = calloc((size_t)count, sizeof *given);
    if (given == NULL)
        return PAM_BUF_ERR;
    int result = PAM_SUCCESS;
    for (int i = 0; i < count && result == PAM_SUCCESS; i++)
        result = one_message(stage, messages[i], &given[i]);
    bool answered = false;
    for (int i = 0; i < count; i++)
        answered = answered || given[i].resp != NULL;
    if (result == PAM_SUCCESS || answered)
        *responses = given; /* whoever asked has to free them, whatever the result */
    else
        free(given);
    return result;
}
