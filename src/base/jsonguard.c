/* SPDX-License-Identifier: MIT */
#include "base/jsonguard.h"

#include <limits.h>
#include <stdint.h>

#include "base/jsonscan.h"
#include "base/limits.h"

/*
 * A descent with one function for each rule of RFC 8259. The depth is bounded, and with it the
 * stack. Names of all open objects stand in one stack, so that a nested object costs no more; those
 * of one object are in the order of their characters.
 */
struct guard {
    struct span text;
    size_t at;
    size_t depth;
    size_t names; /* in use */
    struct json_fault fault;
    struct {
        uint32_t start, len; /* the name between its quotes, still escaped */
    } name[JSON_DEPTH_MAX * JSON_MEMBERS_MAX];
};

static bool fail(struct guard *guard, const char *what)
{
    guard->fault = (struct json_fault){what, guard->at};
    return false;
}

/* The byte at the cursor, or -1 at the end. */
static int peek(const struct guard *guard)
{
    return guard->at < guard->text.len ? guard->text.data[guard->at] : -1;
}

static bool take(struct guard *guard, int byte)
{
    if (peek(guard) != byte)
        return false;
    guard->at++;
    return true;
}

static void skip_space(struct guard *guard)
{
    for (;;) {
        const int c = peek(guard);
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return;
        guard->at++;
    }
}

/* One character of two to four bytes, RFC 3629 section 4. */
static bool utf8_sequence(struct guard *guard)
{
    const int lead = peek(guard);
    int low = 0x80;
    int high = 0xbf;
    int more;
    if (lead >= 0xc2 && lead <= 0xdf) {
        more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) { /* equivalent: what is less was taken above */
        more = 2;
        low = lead == 0xe0 ? 0xa0 : 0x80;      /* overlong */
        high = lead == 0xed ? 0x9f : 0xbf;     /* surrogates */
    } else if (lead >= 0xf0 && lead <= 0xf4) { /* equivalent: what is less was taken above */
        more = 3;
        low = lead == 0xf0 ? 0x90 : 0x80;  /* overlong */
        high = lead == 0xf4 ? 0x8f : 0xbf; /* beyond U+10FFFF */
    } else {
        return fail(guard, "not UTF-8");
    }
    guard->at++;
    for (; more > 0; more--) {
        const int c = peek(guard);
        if (c < low || c > high)
            return fail(guard, "not UTF-8");
        guard->at++;
        low = 0x80;
        high = 0xbf;
    }
    return true;
}

static int hex_digit(int c)
{
    /* equivalent: less than '0' becomes less than 0, which is no digit either */
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits of a \u escape. */
static bool hex_unit(struct guard *guard, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        const int digit = hex_digit(peek(guard));
        if (digit < 0)
            return fail(guard, "a \\u escape without four hexadecimal digits");
        *unit = *unit << 4 | (uint32_t)digit;
        guard->at++;
    }
    return true;
}

/* What follows a backslash and u. */
static bool unicode_escape(struct guard *guard)
{
    uint32_t unit;
    if (!hex_unit(guard, &unit))
        return false;
    if (unit == 0)
        return fail(guard, "U+0000 in a string");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    uint32_t low;
    if (unit > 0xdbff || !take(guard, '\\') || !take(guard, 'u'))
        return fail(guard, "a lone surrogate");
    if (!hex_unit(guard, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff)
        return fail(guard, "a lone surrogate");
    /* What looks like a surrogate in its lower 16 bits, U+1D800 to U+1DFFF and the same in the
     * planes above, json-c reads as U+FFFD (its pull request 893): two names would be one. */
    if (((unit << 10 | (low & 0x3ff)) & 0xf800) == 0xd800)
        return fail(guard, "an escaped character that json-c misreads");
    return true;
}

static bool escape(struct guard *guard)
{
    const int c = peek(guard);
    if (c == 'u') {
        guard->at++;
        return unicode_escape(guard);
    }
    /* equivalent: strchr takes -1 for a byte that is not there */
    if (c == -1 || c == 0 || strchr("\"\\/bfnrt", c) == NULL)
        return fail(guard, "an unknown escape in a string");
    guard->at++;
    return true;
}

/* What a string is mostly made of: ASCII but for controls, the quote and the backslash. */
static const bool is_plain[256] = {[0x20 ... '"' - 1] = true,
                                   ['"' + 1 ... '\\' - 1] = true,
                                   ['\\' + 1 ... 0x7f] = true};

static void skip_plain(struct guard *guard)
{
    const struct span text = guard->text;
    size_t at = guard->at;
    while (at < text.len && is_plain[text.data[at]])
        at++;
    guard->at = at;
}

/* A string with both quotes. CONTENT is what stands between them. */
static bool string(struct guard *guard, struct span *content)
{
    if (!take(guard, '"'))
        return fail(guard, "a string was expected");
    const size_t start = guard->at;
    for (;;) {
        skip_plain(guard);
        const int c = peek(guard);
        if (c == '"')
            break;
        if (c == -1)
            return fail(guard, "a string without an end");
        if (c < 0x20) /* equivalent: a space was skipped as plain */
            return fail(guard, "a control character in a string");
        if (c == '\\') {
            guard->at++;
            if (!escape(guard))
                return false;
        } else if (!utf8_sequence(guard)) {
            return false;
        }
    }
    *content = span_of(guard->text.data + start, guard->at - start);
    guard->at++;
    return true;
}

static bool digits(struct guard *guard)
{
    const size_t start = guard->at;
    while (peek(guard) >= '0' && peek(guard) <= '9')
        guard->at++;
    if (guard->at == start)
        return fail(guard, "a malformed number");
    return true;
}

static bool number(struct guard *guard)
{
    (void)take(guard, '-');
    if (!take(guard, '0') && !digits(guard))
        return false;
    if (take(guard, '.') && !digits(guard))
        return false;
    if (take(guard, 'e') || take(guard, 'E')) {
        if (!take(guard, '+'))
            (void)take(guard, '-');
        return digits(guard);
    }
    return true;
}

static bool word(struct guard *guard, const char *text)
{
    for (; *text != '\0'; text++)
        if (!take(guard, *text))
            return fail(guard, "a value was expected");
    return true;
}

static bool value(struct guard *guard);

static struct span name_at(const struct guard *guard, size_t index)
{
    return span_of(guard->text.data + guard->name[index].start, guard->name[index].len);
}

/* Notes a name of the object whose first name has the index FIRST. Its names are kept in their
 * order, so that each is compared with a few only, however many there are and however they are
 * spelled. */
static bool note_name(struct guard *guard, size_t first, struct span name)
{
    if (guard->names - first >= JSON_MEMBERS_MAX)
        return fail(guard, "an object with too many members");
    size_t low = first;
    for (size_t high = guard->names; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = cognito_json_compare(name, name_at(guard, middle));
        if (order == 0)
            return fail(guard, "a member name twice in one object");
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    memmove(&guard->name[low + 1], &guard->name[low], (guard->names - low) * sizeof guard->name[0]);
    guard->name[low].start = (uint32_t)(name.data - guard->text.data);
    guard->name[low].len = (uint32_t)name.len;
    guard->names++;
    return true;
}

static bool member(struct guard *guard, size_t first)
{
    struct span name;
    skip_space(guard);
    if (!string(guard, &name) || !note_name(guard, first, name))
        return false;
    skip_space(guard);
    if (!take(guard, ':'))
        return fail(guard, "a colon was expected");
    return value(guard);
}

static bool members(struct guard *guard)
{
    const size_t first = guard->names;
    skip_space(guard);
    if (take(guard, '}'))
        return true;
    do {
        if (!member(guard, first))
            return false;
    } while (take(guard, ','));
    guard->names = first;
    if (!take(guard, '}'))
        return fail(guard, "a comma or the end of an object was expected");
    return true;
}

static bool elements(struct guard *guard)
{
    skip_space(guard);
    if (take(guard, ']'))
        return true;
    do {
        if (!value(guard))
            return false;
    } while (take(guard, ','));
    if (!take(guard, ']'))
        return fail(guard, "a comma or the end of an array was expected");
    return true;
}

static bool nested(struct guard *guard, bool (*inside)(struct guard *))
{
    if (guard->depth == JSON_DEPTH_MAX)
        return fail(guard, "objects and arrays nested too deep");
    guard->at++;
    guard->depth++;
    if (!inside(guard))
        return false;
    guard->depth--;
    return true;
}

static bool scalar(struct guard *guard)
{
    struct span content;
    switch (peek(guard)) {
    case '"':
        return string(guard, &content);
    case 't':
        return word(guard, "true");
    case 'f':
        return word(guard, "false");
    case 'n':
        return word(guard, "null");
    case '-':
    case '0' ... '9':
        return number(guard);
    default:
        return fail(guard, "a value was expected");
    }
}

/* A value and the white space around it. */
static bool value(struct guard *guard)
{
    skip_space(guard);
    bool good;
    if (peek(guard) == '{')
        good = nested(guard, members);
    else if (peek(guard) == '[')
        good = nested(guard, elements);
    else
        good = scalar(guard);
    skip_space(guard);
    return good;
}

/* The object that is the whole text. */
static bool whole(struct guard *guard)
{
    /* equivalent: only a text of 2^31 - 1 bytes could tell */
    if (guard->text.len > INT_MAX) /* which json-c counts with */
        return fail(guard, "too long");
    skip_space(guard);
    if (peek(guard) != '{')
        return fail(guard, "an object was expected");
    if (!value(guard))
        return false;
    if (guard->at < guard->text.len)
        return fail(guard, "something after the object");
    return true;
}

bool cognito_json_guard(struct span text, struct json_fault *fault)
{
    struct guard guard; /* its table of names needs no initial value */
    guard.text = text;
    guard.at = guard.depth = guard.names = 0;
    guard.fault = (struct json_fault){.what = ""};
    const bool good = whole(&guard);
    if (!good && fault != NULL)
        *fault = guard.fault;
    return good;
}
