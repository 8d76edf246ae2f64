/* SPDX-License-Identifier: MIT */
#include "base/jsonscan.h"

#include <string.h>

/* The next UTF-8 byte or bytes of a string's content, unescaped; advances CONTENT past them. */
struct letter {
    unsigned char byte[4];
    size_t len; /* 0 at the end */
};

static uint32_t hex_unit(struct span digits)
{
    uint32_t unit = 0;
    for (size_t i = 0; i < 4 && i < digits.len; i++) {
        const unsigned char c = digits.data[i];
        /* equivalent: no accepted escape has a colon */
        const uint32_t digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        unit = unit << 4 | (digit & 15);
    }
    return unit;
}

static struct letter utf8(uint32_t code)
{
    if (code < 0x80)
        return (struct letter){{(unsigned char)code}, 1};
    if (code < 0x800)
        return (struct letter){
            {(unsigned char)(0xc0 | code >> 6), (unsigned char)(0x80 | (code & 0x3f))}, 2};
    if (code < 0x10000)
        return (struct letter){{(unsigned char)(0xe0 | code >> 12),
                                (unsigned char)(0x80 | (code >> 6 & 0x3f)),
                                (unsigned char)(0x80 | (code & 0x3f))},
                               3};
    return (struct letter){
        {(unsigned char)(0xf0 | code >> 18), (unsigned char)(0x80 | (code >> 12 & 0x3f)),
         (unsigned char)(0x80 | (code >> 6 & 0x3f)), (unsigned char)(0x80 | (code & 0x3f))},
        4};
}

static struct letter unescape(struct span *content)
{
    static const char names[] = "\"\\/bfnrt";
    static const char means[] = "\"\\/\b\f\n\r\t";
    const unsigned char c = content->data[1];
    if (c != 'u') {
        /* equivalent: no accepted escape has a NUL */
        const char *name = memchr(names, c, sizeof names - 1);
        *content = span_after(*content, 2);
        /* equivalent: every accepted escape has a name */
        return utf8(name == NULL ? 0 : (unsigned char)means[name - names]);
    }
    uint32_t code = hex_unit(span_after(*content, 2));
    *content = span_after(*content, 6);
    if (code >= 0xd800 && code <= 0xdbff) { /* equivalent: no accepted text has a lone surrogate */
        code = 0x10000 + ((code & 0x3ff) << 10) + (hex_unit(span_after(*content, 2)) & 0x3ff);
        *content = span_after(*content, 6);
    }
    return utf8(code);
}

static struct letter next_letter(struct span *content)
{
    if (content->len == 0)
        return (struct letter){.len = 0};
    if (content->data[0] == '\\' && content->len > 1)
        return unescape(content);
    const struct letter plain = {{content->data[0]}, 1};
    *content = span_after(*content, 1);
    return plain;
}

/* How many bytes at their beginnings are the same, and no escape. */
static size_t same_plain(struct span a, struct span b)
{
    const size_t least = a.len < b.len ? a.len : b.len;
    size_t same = 0;
    while (same < least && a.data[same] == b.data[same] && a.data[same] != '\\')
        same++;
    return same;
}

/* Byte by byte, since one side may spell in one escape what the other has as several bytes. */
static int compare_letters(struct span a, struct span b)
{
    struct letter left = {.len = 0};
    struct letter right = {.len = 0};
    size_t i = 0;
    size_t k = 0;
    for (;;) {
        if (i == left.len && k == right.len) {
            const size_t same = same_plain(a, b);
            a = span_after(a, same);
            b = span_after(b, same);
        }
        if (i == left.len) {
            left = next_letter(&a);
            i = 0;
        }
        if (k == right.len) {
            right = next_letter(&b);
            k = 0;
        }
        /* equivalent: what has ended shows a NUL, which no accepted string has */
        if (left.len == 0 || right.len == 0)
            return (left.len > 0) - (right.len > 0);
        if (left.byte[i] != right.byte[k])
            return left.byte[i] - right.byte[k];
        i++;
        k++;
    }
}

int cognito_json_compare(struct span a, struct span b)
{
    /* Mostly they are told apart before the first escape. */
    const size_t same = same_plain(a, b);
    if (same == a.len || same == b.len)
        return (a.len > same) - (b.len > same);
    if (a.data[same] != '\\' && b.data[same] != '\\')
        return a.data[same] - b.data[same];
    return compare_letters(span_after(a, same), span_after(b, same));
}

bool cognito_json_same_string(struct span a, struct span b)
{
    return cognito_json_compare(a, b) == 0;
}

bool cognito_json_unescape(struct span content, unsigned char *room, size_t size,
                           struct span *string)
{
    size_t plain = span_position(content, '\\');
    if (plain == content.len) {
        if (plain <= size)
            *string = content;
        return plain <= size;
    }
    size_t len = 0;
    for (; content.len > 0; plain = span_position(content, '\\')) {
        if (plain > size - len)
            return false;
        memcpy(room + len, content.data, plain);
        len += plain;
        content = span_after(content, plain);
        const struct letter letter = next_letter(&content);
        if (letter.len > size - len)
            return false;
        memcpy(room + len, letter.byte, letter.len);
        len += letter.len;
    }
    *string = span_of(room, len);
    return true;
}

static bool is_one_of(const char *characters, unsigned char c)
{
    const struct span set = span_of_string(characters);
    return span_position(set, c) < set.len;
}

/* The position after the string whose first quote is at AT. */
static size_t after_string(struct span text, size_t at)
{
    at++;
    /* Mostly there is no escape, and the next quote is the end. */
    const size_t quote = at + span_position(span_after(text, at), '"');
    /* equivalent: the slower way below finds the same end */
    if (quote < text.len && text.data[quote - 1] != '\\')
        return quote + 1;
    while (at < text.len && text.data[at] != '"')
        at += text.data[at] == '\\' ? 2 : 1;
    return at + 1;
}

/* The position after the value that starts at AT: its comma, bracket or white space. */
static size_t after_value(struct span text, size_t at)
{
    size_t depth = 0;
    while (at < text.len) {
        const unsigned char c = text.data[at];
        if (c == '"') {
            at = after_string(text, at);
            if (depth == 0) /* equivalent: what follows a string ends it as well */
                return at;
            continue;
        }
        if (depth == 0 && is_one_of(" \t\n\r,}]", c))
            return at;
        at++;
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return at;
}

static size_t after_separators(struct span text, size_t at)
{
    while (at < text.len && is_one_of(" \t\n\r,:{", text.data[at]))
        at++;
    return at;
}

bool cognito_json_next_member(struct span text, size_t *at, struct span *name, struct span *value)
{
    const size_t quote = after_separators(text, *at);
    /* equivalent: accepted text has a quote or its last brace there */
    if (quote >= text.len || text.data[quote] != '"')
        return false;
    const size_t name_end = after_string(text, quote);
    /* Not after_separators: the value may begin with a brace. */
    size_t start = name_end;
    while (start < text.len && is_one_of(" \t\n\r:", text.data[start]))
        start++;
    const size_t end = after_value(text, start);
    /* equivalent: accepted text goes on behind each name and each value */
    if (name_end > text.len || end > text.len)
        return false;
    *name = span_of(text.data + quote + 1, name_end - quote - 2);
    *value = span_of(text.data + start, end - start);
    *at = end;
    return true;
}

bool cognito_json_next_element(struct span text, size_t *at, struct span *value)
{
    size_t start = *at == 0 ? 1 : *at; /* after the bracket */
    while (start < text.len && is_one_of(" \t\n\r,", text.data[start]))
        start++;
    const size_t end = after_value(text, start);
    /* equivalent: in accepted text the bracket stands behind each element */
    if (end > text.len || end == start) /* nothing stands between the last one and the bracket */
        return false;
    *value = span_of(text.data + start, end - start);
    *at = end;
    return true;
}

bool cognito_json_member(struct span text, const char *name, struct span *value)
{
    const struct span wanted = span_of_string(name);
    struct span found_name;
    struct span found;
    /* equivalent: the first byte is white space or the brace */
    for (size_t at = 0; cognito_json_next_member(text, &at, &found_name, &found);) {
        if (cognito_json_same_string(found_name, wanted)) {
            *value = found;
            return true;
        }
    }
    return false;
}

/* A number in parts: its digits are the mantissa's without the point, EXPONENT the power of ten. */
struct decimal {
    bool negative;
    uint64_t digits;
    int exponent;
};

enum { EXPONENT_LIMIT = 1000 }; /* equivalent: far beyond what any digits could make up for */

static bool add_digit(struct decimal *decimal, unsigned char c)
{
    const uint64_t digit = (uint64_t)(c - '0');
    if (decimal->digits > (UINT64_MAX - digit) / 10)
        return false;
    decimal->digits = decimal->digits * 10 + digit;
    return true;
}

static bool is_digit(struct span text, size_t at)
{
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

static bool read_exponent(struct span text, struct decimal *decimal)
{
    /* equivalent: what is empty shows a NUL, and a sign alone is no exponent */
    const bool signed_ = text.len > 0 && (text.data[0] == '-' || text.data[0] == '+');
    /* equivalent: what begins with '-' is signed */
    const bool negative = signed_ && text.data[0] == '-';
    size_t at = signed_ ? 1 : 0;
    int exponent = 0;
    if (!is_digit(text, at))
        return false;
    for (; is_digit(text, at); at++)
        /* equivalent: far beyond what any digits could make up for */
        if (exponent < EXPONENT_LIMIT)
            exponent = exponent * 10 + (text.data[at] - '0');
    decimal->exponent += negative ? -exponent : exponent;
    return at == text.len;
}

/* RFC 8259 section 6: [ minus ] int [ frac ] [ exp ]. Trailing zeros of a fraction add nothing. */
static bool read_decimal(struct span text, struct decimal *decimal)
{
    size_t at = 0;
    *decimal = (struct decimal){false, 0, 0};
    if (text.len > 0 && text.data[0] == '-') { /* equivalent: a sign alone is no number */
        decimal->negative = true;
        at = 1;
    }
    if (!is_digit(text, at) || (text.data[at] == '0' && is_digit(text, at + 1)))
        return false;
    for (; is_digit(text, at); at++)
        if (!add_digit(decimal, text.data[at]))
            return false;
    if (at < text.len && text.data[at] == '.') {
        size_t end = at + 1;
        while (is_digit(text, end))
            end++;
        if (end == at + 1)
            return false;
        size_t last = end;
        while (text.data[last - 1] == '0')
            last--;
        for (at++; at < last; at++, decimal->exponent--)
            /* equivalent: a fraction as long whose last digit is not 0 is no integer */
            if (decimal->exponent < -EXPONENT_LIMIT || !add_digit(decimal, text.data[at]))
                return false;
        at = end;
    }
    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E'))
        return read_exponent(span_after(text, at + 1), decimal);
    return at == text.len;
}

bool cognito_json_integer_text(struct span text, int64_t *value)
{
    struct decimal decimal;
    if (!read_decimal(text, &decimal))
        return false;
    /* equivalent: zero only takes longer */
    for (; decimal.digits != 0 && decimal.exponent > 0; decimal.exponent--)
        if (!add_digit(&decimal, '0'))
            return false;
    /* equivalent: zero only takes longer */
    for (; decimal.digits != 0 && decimal.exponent < 0; decimal.exponent++) {
        if (decimal.digits % 10 != 0)
            return false;
        decimal.digits /= 10;
    }
    if (decimal.digits > INT64_MAX)
        return false;
    *value = decimal.negative ? -(int64_t)decimal.digits : (int64_t)decimal.digits;
    return true;
}
