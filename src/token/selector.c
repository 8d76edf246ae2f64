/* SPDX-License-Identifier: MIT */
#include "token/selector.h"

/* Takes the kind and its colon off the front of TEXT. */
static bool take_kind(struct span *text, const char *const *kinds, size_t count, size_t *kind)
{
    const size_t colon = span_position(*text, ':');
    for (size_t i = 0; colon < text->len && i < count; i++) {
        if (span_is(span_first(*text, colon), kinds[i])) {
            *kind = i;
            *text = span_after(*text, colon + 1);
            return true;
        }
    }
    return false;
}

/* The position of the quote that ends TEXT, which begins with one; quotes in between are doubled.
 */
static size_t closing_quote(struct span text)
{
    size_t at = 1;
    while (at < text.len) {
        if (text.data[at] != '"')
            at++;
        else if (at + 1 < text.len && text.data[at + 1] == '"')
            at += 2;
        else
            break;
    }
    return at;
}

static const char *read_quoted(struct span text, struct selector *selector)
{
    const size_t end = closing_quote(text);
    if (end >= text.len)
        return "a quoted value without its end";
    if (end + 1 < text.len)
        return "something after the quoted value";
    selector->quoted = true;
    selector->value = span_of(text.data + 1, end - 1);
    return NULL;
}

static const char *read_bare(struct span text, struct selector *selector)
{
    if (span_position(text, ' ') < text.len || span_position(text, '\t') < text.len)
        return "a space in the value; put quotes around it, and one selector on a line";
    if (span_position(text, '"') < text.len)
        return "a quote in the value; put quotes around it and double this one";
    /* equivalent: a bare value has no quotes, so both ways of reading it agree */
    selector->quoted = false;
    selector->value = text;
    return NULL;
}

const char *cognito_selector_read(struct span text, const char *const *kinds, size_t count,
                                  struct selector *selector)
{
    if (!take_kind(&text, kinds, count, &selector->kind))
        return "an unknown selector";
    /* equivalent: what is empty shows a NUL */
    const bool quoted = text.len > 0 && text.data[0] == '"';
    const char *fault = quoted ? read_quoted(text, selector) : read_bare(text, selector);
    if (fault == NULL && selector->value.len == 0)
        return "a selector without a value";
    return fault;
}

bool cognito_selector_is(const struct selector *selector, struct span value)
{
    /* equivalent: a bare value has no quotes, so both ways of reading it agree */
    if (!selector->quoted)
        return span_equal(selector->value, value);
    size_t k = 0;
    for (size_t i = 0; i < selector->value.len; i++, k++) {
        if (k >= value.len || selector->value.data[i] != value.data[k])
            return false;
        if (selector->value.data[i] == '"')
            i++; /* the second of two */
    }
    return k == value.len;
}

struct span cognito_selector_value(const struct selector *selector, unsigned char *room)
{
    size_t len = 0;
    /* equivalent: a bare value has no quotes, so both ways of reading it agree */
    if (!selector->quoted)
        return selector->value;
    for (size_t i = 0; i < selector->value.len; i++) {
        room[len++] = selector->value.data[i];
        if (selector->value.data[i] == '"')
            i++; /* the second of two */
    }
    return span_of(room, len);
}
