/* SPDX-License-Identifier: MIT */
/*
 * Every code point, and every sequence of one to three bytes, in a JSON string, against a decoder
 * that only knows how to encode; and every escape, against json-c as well. Of four bytes: all first
 * two, of which the first is no ASCII, with the bounds of every range behind them. With
 * ENUMERATE=all, all of four bytes whatever.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/jsonguard.h"
#include "unit.h"

enum { PREFIX = 5, ROOM = 16 };

/* RFC 3629 section 3, by the table: what CODE looks like. Returns the number of bytes. */
static size_t encode(uint32_t code, unsigned char *bytes)
{
    const size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        bytes[i] = (unsigned char)(0x80 + code % 64);
    bytes[0] = (unsigned char)(marks[len] + code);
    return len;
}

/* What a JSON string may have as it stands: no control character, quote, backslash or surrogate. */
static bool may_stand(uint32_t code)
{
    return code >= 0x20 && code != '"' && code != '\\' && (code < 0xd800 || code > 0xdfff) &&
           code <= 0x10ffff;
}

/* Whether TEXT begins with the encoding of a character that may stand in a string, and how long it
 * is: the code point is made without a look at what is allowed, and only what is made of it again
 * has to be the same bytes. */
static size_t character(const unsigned char *text, size_t len)
{
    static const struct {
        size_t len;
        uint32_t bits;
    } rows[] = {{1, 0x7f}, {2, 0x1f}, {3, 0x0f}, {4, 0x07}};
    for (size_t row = 0; row < COUNT_OF(rows) && rows[row].len <= len; row++) {
        unsigned char again[4];
        uint32_t code = text[0] & rows[row].bits;
        for (size_t i = 1; i < rows[row].len; i++)
            code = code * 64 + text[i] % 64;
        if (may_stand(code) && encode(code, again) == rows[row].len &&
            memcmp(again, text, rows[row].len) == 0)
            return rows[row].len;
    }
    return 0;
}

static bool is_made_of_characters(const unsigned char *text, size_t len)
{
    for (size_t at = 0, step; at < len; at += step) {
        step = character(text + at, len - at);
        if (step == 0)
            return false;
    }
    return true;
}

/* An escape of two bytes is not what this is about, and is right (RFC 8259, 7). */
static bool is_made_of_characters_and_escapes(const unsigned char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (text[i] == '\\' && text[i + 1] != '\0' && strchr("\"\\/bfnrt", text[i + 1]) != NULL)
            return is_made_of_characters(text, i) &&
                   is_made_of_characters_and_escapes(text + i + 2, len - i - 2);
    return is_made_of_characters(text, len);
}

static bool guard_takes(const unsigned char *text, size_t len)
{
    unsigned char object[ROOM] = "{\"\":\"";
    memcpy(object + PREFIX, text, len);
    object[PREFIX + len] = '"';
    object[PREFIX + len + 1] = '}';
    return cognito_json_guard(span_of(object, PREFIX + len + 2), NULL);
}

static void compare(const unsigned char *text, size_t len)
{
    if (guard_takes(text, len) != is_made_of_characters_and_escapes(text, len))
        FAIL_ROW("%zu bytes: %02x %02x %02x %02x\n", len, text[0], text[1], text[2], text[3]);
}

static void every_code_point(void **state)
{
    (void)state;
    size_t taken = 0;
    for (uint32_t code = 0; code <= 0x1fffff; code++) {
        unsigned char text[4] = {0, 0, 0, 0};
        const size_t len = encode(code, text);
        const bool good = guard_takes(text, len);
        if (good != may_stand(code))
            FAIL_ROW("U+%04X\n", (unsigned int)code);
        taken += good;
    }
    assert_int_equal(taken, 0x110000 - 0x800 - 0x20 - 2);
}

static void every_sequence_of_up_to_three(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 3; len++)
        for (uint32_t bits = 0; bits < UINT32_C(1) << 8 * len; bits++) {
            const unsigned char text[4] = {(unsigned char)(bits & 0xff),
                                           (unsigned char)(bits >> 8 & 0xff),
                                           (unsigned char)(bits >> 16), 0};
            compare(text, len);
        }
}

/* Both sides of each bound in RFC 3629 section 4, and one byte of each kind of ASCII. */
static size_t bytes_to_try(unsigned char bytes[256])
{
    static const unsigned char bounds[] = {0x00, 0x1f, 0x20, '"',  'a',  '\\', 0x7f, 0x80, 0x81,
                                           0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
                                           0xe0, 0xed, 0xee, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff};
    const bool all = getenv("ENUMERATE") != NULL && strcmp(getenv("ENUMERATE"), "all") == 0;
    for (size_t i = 0; i < 256; i++)
        bytes[i] = all ? (unsigned char)i : bounds[i % sizeof bounds];
    return all ? 256 : sizeof bounds;
}

static void sequences_of_four(void **state)
{
    (void)state;
    unsigned char bytes[256];
    const size_t count = bytes_to_try(bytes);
    for (unsigned int a = count == 256 ? 0 : 0x80; a < 256; a++)
        for (unsigned int b = 0; b < 256; b++)
            for (size_t c = 0; c < count; c++)
                for (size_t d = 0; d < count; d++) {
                    const unsigned char text[4] = {(unsigned char)a, (unsigned char)b, bytes[c],
                                                   bytes[d]};
                    compare(text, 4);
                }
}

/* Every code point as an escape, in one unit or two: what the guard takes, json-c has to take for
 * the same character. */
static void every_escape(void **state)
{
    (void)state;
    size_t taken = 0;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char text[32];
        unsigned char character[4];
        const uint32_t high = 0xd800 + (code - 0x10000) / 1024;
        const uint32_t low = 0xdc00 + code % 1024;
        const int len = code < 0x10000
                            ? snprintf(text, sizeof text, "{\"a\":\"\\u%04X\"}", (unsigned int)code)
                            : snprintf(text, sizeof text, "{\"a\":\"\\u%04x\\u%04x\"}",
                                       (unsigned int)high, (unsigned int)low);
        struct span string = {NULL, 0};
        struct json_fault fault;
        struct json *object = cognito_json_parse(span_of(text, (size_t)len), &fault);
        const bool good = code != 0 && code % 0x10000 / 0x800 != 27; /* 27: 0xd800 to 0xdfff */
        if ((object != NULL) != good)
            FAIL_ROW("%s: %d\n", text, object != NULL);
        if (good && (cognito_json_string(object, "a", &string) != JSON_FOUND ||
                     !span_equal(string, span_of(character, encode(code, character)))))
            FAIL_ROW("%s is another character\n", text);
        cognito_json_free(object);
        taken += good;
    }
    assert_int_equal(taken, 0x110000 - 1 - 17 * 0x800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_point),
                                       cmocka_unit_test(every_escape),
                                       cmocka_unit_test(every_sequence_of_up_to_three),
                                       cmocka_unit_test(sequences_of_four)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
