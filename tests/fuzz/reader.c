/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { LEVELS_MAX = 8, MEMBERS_MAX = 256 };

struct cursor {
    struct tree *tree;
    const unsigned char *at, *end;
    int level;
};

static void *own(struct tree *tree, void *memory)
{
    if (tree->count == tree->capacity) {
        tree->capacity = tree->capacity * 2 + 16;
        tree->owned = realloc(tree->owned, tree->capacity * sizeof *tree->owned);
        if (tree->owned == NULL)
            fuzz_fail("the harness is out of memory");
    }
    return tree->owned[tree->count++] = memory;
}

static bool wrong(struct cursor *cursor, const char *what)
{
    if (cursor->tree->fault == NULL)
        cursor->tree->fault = what;
    return false;
}

static bool ends(const struct cursor *cursor)
{
    return cursor->at == cursor->end;
}

static void pass_space(struct cursor *cursor)
{
    while (!ends(cursor) && *cursor->at != '\0' && strchr(" \t\r\n", *cursor->at) != NULL)
        cursor->at++;
}

static bool pass(struct cursor *cursor, const char *text)
{
    const size_t len = strlen(text);
    if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, text, len) != 0)
        return false;
    cursor->at += len;
    return true;
}

/* ---- characters ---- */

static size_t encode(uint32_t code, unsigned char out[4])
{
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    const size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; code >>= 6)
        out[i] = (unsigned char)(0x80 + code % 64);
    out[0] = (unsigned char)(code + (len == 1 ? 0 : marks[len]));
    return len;
}

/* The code point at the cursor, whatever it is; 0 if it is none, or not in its only form. */
static uint32_t decode(const struct cursor *cursor, size_t *len)
{
    unsigned char again[4];
    const unsigned char lead = *cursor->at;
    *len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if ((size_t)(cursor->end - cursor->at) < *len)
        return 0;
    uint32_t code = *len == 1 ? lead : lead % (64U >> (*len - 1));
    for (size_t i = 1; i < *len; i++)
        code = code * 64 + cursor->at[i] % 64;
    if (code > 0x10ffff || code / 2048 == 27 || encode(code, again) != *len ||
        memcmp(again, cursor->at, *len) != 0)
        return 0;
    return code;
}

static bool four_digits(struct cursor *cursor, uint32_t *unit)
{
    static const char digits[] = "00112233445566778899aAbBcCdDeEfF";
    *unit = 0;
    for (int i = 0; i < 4; i++, cursor->at++) {
        const char *digit = ends(cursor) || *cursor->at == 0 ? NULL : strchr(digits, *cursor->at);
        if (digit == NULL)
            return wrong(cursor, "four digits");
        *unit = *unit * 16 + (uint32_t)(digit - digits) / 2;
    }
    return true;
}

static uint32_t escaped(struct cursor *cursor)
{
    static const char pairs[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    uint32_t code;
    uint32_t low;
    if (ends(cursor))
        return 0;
    const unsigned char letter = *cursor->at++;
    for (size_t i = 0; i + 1 < sizeof pairs; i += 2)
        if (pairs[i] == (char)letter)
            return (uint32_t)pairs[i + 1];
    if (letter != 'u' || !four_digits(cursor, &code))
        return 0;
    if (code / 1024 == 54) {
        if (!pass(cursor, "\\u") || !four_digits(cursor, &low) || low / 1024 != 55)
            return 0;
        code = 0x10000 + code % 1024 * 1024 + low % 1024;
        return code % 0x10000 / 0x800 == 27 ? 0 : code; /* as the guard */
    }
    return code / 1024 == 55 ? 0 : code;
}

static bool read_string(struct cursor *cursor, struct span *content)
{
    if (!pass(cursor, "\""))
        return wrong(cursor, "a string");
    unsigned char *out = own(cursor->tree, fuzz_memory((size_t)(cursor->end - cursor->at) + 1));
    size_t used = 0;
    while (!ends(cursor) && *cursor->at != '"') {
        size_t len;
        uint32_t code;
        if (*cursor->at == '\\') {
            cursor->at++;
            code = escaped(cursor);
        } else {
            code = decode(cursor, &len);
            if (code < 0x20)
                code = 0;
            else
                cursor->at += len;
        }
        if (code == 0)
            return wrong(cursor, "a character");
        used += encode(code, out + used);
    }
    *content = span_of(out, used);
    return pass(cursor, "\"") || wrong(cursor, "the end of a string");
}

/* ---- values ---- */

static size_t count_digits(struct cursor *cursor)
{
    const unsigned char *start = cursor->at;
    while (!ends(cursor) && *cursor->at >= '0' && *cursor->at <= '9')
        cursor->at++;
    return (size_t)(cursor->at - start);
}

static bool read_number(struct cursor *cursor, struct value *value)
{
    const unsigned char *start = cursor->at;
    (void)pass(cursor, "-");
    const unsigned char *whole = cursor->at;
    const size_t digits = count_digits(cursor);
    if (digits == 0 || (digits > 1 && *whole == '0') ||
        (pass(cursor, ".") && count_digits(cursor) == 0))
        return wrong(cursor, "a number");
    if (pass(cursor, "e") || pass(cursor, "E")) {
        if (!pass(cursor, "+"))
            (void)pass(cursor, "-");
        if (count_digits(cursor) == 0)
            return wrong(cursor, "an exponent");
    }
    value->kind = IS_NUMBER;
    value->text = span_of(start, (size_t)(cursor->at - start));
    return true;
}

static bool read_value(struct cursor *cursor, struct value *value);

static bool is_new(const struct value *object, struct span name)
{
    for (const struct value *other = object->first; other != NULL; other = other->next)
        if (span_equal(other->name, name))
            return false;
    return true;
}

static bool read_items(struct cursor *cursor, struct value *value, const char *close)
{
    struct value **place = &value->first;
    pass_space(cursor);
    if (pass(cursor, close))
        return true;
    do {
        struct value *item = own(cursor->tree, fuzz_memory(sizeof *item));
        if (value->kind == IS_OBJECT) {
            pass_space(cursor);
            if (!read_string(cursor, &item->name))
                return false;
            pass_space(cursor);
            if (!pass(cursor, ":"))
                return wrong(cursor, "a colon");
            if (value->count == MEMBERS_MAX || !is_new(value, item->name))
                return wrong(cursor, "a new name");
        }
        if (!read_value(cursor, item))
            return false;
        *place = item;
        place = &item->next;
        value->count++;
    } while (pass(cursor, ","));
    return pass(cursor, close) || wrong(cursor, "the end of a list");
}

static bool read_list(struct cursor *cursor, struct value *value, enum kind kind, const char *close)
{
    value->kind = kind;
    if (++cursor->level > LEVELS_MAX)
        return wrong(cursor, "fewer levels");
    const bool good = read_items(cursor, value, close);
    cursor->level--;
    return good;
}

static bool read_bare(struct cursor *cursor, struct value *value)
{
    if (pass(cursor, "{"))
        return read_list(cursor, value, IS_OBJECT, "}");
    if (pass(cursor, "["))
        return read_list(cursor, value, IS_ARRAY, "]");
    if (!ends(cursor) && *cursor->at == '"') {
        value->kind = IS_STRING;
        return read_string(cursor, &value->text);
    }
    value->kind = IS_NULL;
    if (pass(cursor, "null"))
        return true;
    value->kind = IS_TRUE;
    if (pass(cursor, "true"))
        return true;
    value->kind = IS_FALSE;
    return pass(cursor, "false") || read_number(cursor, value);
}

static bool read_value(struct cursor *cursor, struct value *value)
{
    pass_space(cursor);
    const unsigned char *start = cursor->at;
    if (!read_bare(cursor, value))
        return false;
    value->source = span_of(start, (size_t)(cursor->at - start));
    pass_space(cursor);
    return true;
}

void reader_open(struct tree *tree, struct span text)
{
    *tree = (struct tree){0};
    if (text.data == NULL)
        text = span_of("", 0);
    struct cursor cursor = {tree, text.data, text.data + text.len, 0};
    tree->root = own(tree, fuzz_memory(sizeof *tree->root));
    if (text.len == 0 || !read_value(&cursor, tree->root))
        (void)wrong(&cursor, "something");
    else if (tree->root->kind != IS_OBJECT)
        (void)wrong(&cursor, "an object");
    else if (!ends(&cursor))
        (void)wrong(&cursor, "the end");
}

void reader_own(struct tree *tree, void *memory)
{
    (void)own(tree, memory);
}

void reader_close(struct tree *tree)
{
    while (tree->count > 0)
        free(tree->owned[--tree->count]);
    free(tree->owned);
    *tree = (struct tree){0};
}

/* ---- looking ---- */

const struct value *reader_member(const struct value *object, const char *name)
{
    const struct value *item = object == NULL || object->kind != IS_OBJECT ? NULL : object->first;
    while (item != NULL && !span_is(item->name, name))
        item = item->next;
    return item;
}

bool reader_is_string(const struct value *value)
{
    return value != NULL && value->kind == IS_STRING;
}

/* The digits of the mantissa in one row, and where its point is once the exponent has moved it. */
bool reader_seconds(const struct value *value, int64_t *seconds)
{
    char row[64];
    size_t used = 0;
    long point = -1;
    if (value == NULL || value->kind != IS_NUMBER || value->text.data[0] == '-')
        return false;
    size_t i = 0;
    for (; i < value->text.len && value->text.data[i] != 'e' && value->text.data[i] != 'E'; i++) {
        if (value->text.data[i] == '.')
            point = (long)used;
        else if (used < sizeof row - 1 && (used > 0 || point >= 0 || value->text.data[i] != '0'))
            row[used++] = (char)value->text.data[i];
        else if (used == sizeof row - 1 && value->text.data[i] != '0')
            return false; /* more digits than any time has */
        else if (used == sizeof row - 1 && point < 0)
            return false;
    }
    point = point < 0 ? (long)used : point;
    if (i < value->text.len) {
        char exponent[24] = "";
        const struct span rest = span_after(value->text, i + 1);
        memcpy(exponent, rest.data, rest.len < sizeof exponent ? rest.len : sizeof exponent - 1);
        const long power = strtol(exponent, NULL, 10);
        point += power > 100000 ? 100000 : power < -100000 ? -100000 : power;
    }
    int64_t sum = 0;
    for (long k = 0; k < point || k < (long)used; k++) {
        const int digit = k < (long)used ? row[k] - '0' : 0;
        if (k >= point && digit != 0)
            return false;
        if (k < point)
            sum = sum * 10 + digit;
        if (sum >= INT64_C(1) << 41)
            return false;
    }
    *seconds = sum;
    return sum > 0;
}
