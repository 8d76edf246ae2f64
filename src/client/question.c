/* SPDX-License-Identifier: MIT */
#include "client/question.h"

#include <stdint.h>
#include <string.h>

#include "base/prompt.h"

static bool begins_with(struct span text, struct span with)
{
    return text.len >= with.len && span_equal(span_first(text, with.len), with);
}

static bool ends_with(struct span text, struct span with)
{
    return text.len >= with.len && span_equal(span_after(text, text.len - with.len), with);
}

/* A name as the ssh client shows it, without what could make one prompt look like another. */
static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = name.data[i];
        if (c <= ' ' || c == 0x7f || c == '(' || c == ')')
            return false;
    }
    return name.len > 0;
}

static bool split_asker(struct question *question)
{
    size_t at = question->asker.len;
    while (at > 0 && question->asker.data[at - 1] != '@')
        at--;
    if (at == 0)
        return false;
    question->user = span_first(question->asker, at - 1);
    question->host = span_after(question->asker, at);
    return is_name(question->user) && is_name(question->host);
}

/* Takes "(USER@HOST) " off the front of REST, if something in parentheses is there. */
static bool read_asker(struct span *rest, struct question *question)
{
    question->bare = rest->len == 0 || rest->data[0] != '(';
    if (question->bare)
        return true;
    const size_t close = span_position(*rest, ')');
    if (close == rest->len)
        return false;
    question->asker = span_of(rest->data + 1, close - 1);
    *rest = span_after(*rest, close + 1);
    if (rest->len == 0 || rest->data[0] != ' ')
        return false;
    *rest = span_after(*rest, 1);
    return split_asker(question);
}

/* The one way to write a number from 1 on: digits, and no zero before them. */
static bool read_canonical(struct span digits, size_t *number)
{
    if (digits.len == 0 || digits.data[0] == '0')
        return false;
    size_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        const unsigned char c = digits.data[i];
        if (c < '0' || c > '9' || value > (SIZE_MAX - 9) / 10)
            return false;
        value = value * 10 + (size_t)(c - '0');
    }
    *number = value;
    return true;
}

static enum question_kind read_kind(struct span text, size_t *after)
{
    const struct span before = span_of_string(PROMPT_NEXT_BEFORE);
    const struct span behind = span_of_string(PROMPT_NEXT_AFTER);
    if (span_is(text, PROMPT_FIRST))
        return QUESTION_FIRST;
    if (!begins_with(text, before))
        return QUESTION_OTHER;
    const struct span rest = span_after(text, before.len);
    if (!ends_with(rest, behind))
        return QUESTION_OTHER;
    return read_canonical(span_first(rest, rest.len - behind.len), after) ? QUESTION_NEXT
                                                                          : QUESTION_OTHER;
}

struct question cognito_question_read(struct span prompt)
{
    const struct question other = {.kind = QUESTION_OTHER};
    struct question question = other;
    if (!read_asker(&prompt, &question))
        return other;
    question.kind = read_kind(prompt, &question.after);
    return question.kind == QUESTION_OTHER ? other : question;
}

bool cognito_question_has_echo(struct span prompt)
{
    return memmem(prompt.data, prompt.len, "(yes/no", strlen("(yes/no")) != NULL ||
           span_is(prompt, "Username: ") ||
           (begins_with(prompt, span_of_string("Username for '")) &&
            ends_with(prompt, span_of_string("': ")));
}
