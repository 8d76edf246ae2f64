/* SPDX-License-Identifier: MIT */
#include "base/jsonguard.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "edge.h"
#include "unit.h"

/* Whether the guard takes TEXT, from a copy that ends where TEXT does, so that a sanitizer sees a
 * byte too many. What it takes, json-c has to take as well. */
static bool takes(struct span text, struct json_fault *fault)
{
    unsigned char *copy = malloc(text.len + 1);
    assert_non_null(copy);
    if (text.len > 0)
        memcpy(copy + 1, text.data, text.len);
    const struct span exact = span_of(copy + 1, text.len);
    const bool taken = cognito_json_guard(exact, fault);
    assert_int_equal(cognito_json_guard(exact, NULL), taken);
    if (text.len <= EDGE_MAX)
        assert_int_equal(cognito_json_guard(edge_copy(text), NULL), taken);
    struct json_fault parsing;
    struct json *parsed = cognito_json_parse(exact, &parsing);
    if ((parsed != NULL) != taken)
        FAIL_ROW("the guard and json-c disagree: %s, %.*s\n",
                 parsing.what == NULL ? "no memory" : parsing.what, (int)text.len,
                 (const char *)text.data);
    cognito_json_free(parsed);
    free(copy);
    return taken;
}

static void accepted_texts(void **state)
{
    (void)state;
    static const struct span rows[] = {
        LITERAL("{}"),
        LITERAL(" \t\r\n{ \t\r\n} \t\r\n"),
        LITERAL("{\"a\":1}"),
        LITERAL(" { \"a\" : 1 , \"b\" : [ 1 , 2 ] , \"c\" : { } } "),
        LITERAL("{\"\":\"\"}"),
        LITERAL("{\"a\":[]}"),
        LITERAL("{\"a\":[ ]}"),
        LITERAL("{\"a\":[[],{},\"\",0,true,false,null]}"),
        LITERAL("{\"a\":true,\"b\":false,\"c\":null}"),
        LITERAL("{\"a\":0}"),
        LITERAL("{\"a\":-0}"),
        LITERAL("{\"a\":-1}"),
        LITERAL("{\"a\":10}"),
        LITERAL("{\"a\":0.0}"),
        LITERAL("{\"a\":-0.5}"),
        LITERAL("{\"a\":1.50}"),
        LITERAL("{\"a\":1e1}"),
        LITERAL("{\"a\":1E1}"),
        LITERAL("{\"a\":1e+1}"),
        LITERAL("{\"a\":1e-1}"),
        LITERAL("{\"a\":1.5e00}"),
        LITERAL("{\"a\":0e9}"),
        LITERAL("{\"a\":1e400}"),
        LITERAL("{\"a\":99999999999999999999}"),
        LITERAL("{\"a\":-99999999999999999999}"),
        LITERAL("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"),
        LITERAL("{\"a\":\"\\u0001\\u001f\\u00e9\\uABCD\\uabcd\"}"),
        LITERAL("{\"a\":\"\\ud800\\udc00\\udbff\\udfff\"}"),
        LITERAL("{\"a\":\"\\uDBFF\\uDFFF\\uABCD\\uEF01\"}"),
        LITERAL("{\"a\":\"\\ud835\\udfff\\ud838\\udc00\"}"), /* next to what json-c misreads */
        LITERAL("{\"a\":\"\xf0\x9d\xa0\x80\"}"),             /* which may stand as itself */
        LITERAL("{\"a\":\"\\ud7ff\\ue000\\uffff\"}"),
        LITERAL("{\"a\":\"\x7f\"}"),
        LITERAL("{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}"),
        LITERAL("{\"a\":1,\"A\":2,\"a \":3,\" a\":4}"),
        LITERAL("{\"a\":{\"b\":1},\"b\":{\"b\":1,\"a\":1}}"),
        LITERAL("{\"a\\/b\":1,\"a\\\\/b\":1}"),
        LITERAL("{\"\\u00e9\":1,\"e\\u0301\":2}"), /* no normalisation */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct json_fault fault = {NULL, 0};
        if (!takes(rows[i], &fault))
            FAIL_ROW("refused, %s: %.*s\n", fault.what, (int)rows[i].len,
                     (const char *)rows[i].data);
        assert_null(fault.what);
    }
}

static const struct {
    struct span text;
    const char *what;
    size_t at;
} refused[] = {
    /* One complete object and nothing after it. */
    {LITERAL(""), "an object was expected", 0},
    {LITERAL("  "), "an object was expected", 2},
    {LITERAL("[]"), "an object was expected", 0},
    {LITERAL("\"a\""), "an object was expected", 0},
    {LITERAL("1"), "an object was expected", 0},
    {LITERAL("null"), "an object was expected", 0},
    {LITERAL("\xef\xbb\xbf{}"), "an object was expected", 0},
    {LITERAL("{}{}"), "something after the object", 2},
    {LITERAL("{},"), "something after the object", 2},
    {LITERAL("{} x"), "something after the object", 3},
    {LITERAL("{}\0"), "something after the object", 2},
    {LITERAL("{}\v"), "something after the object", 2},
    {LITERAL("{}\f"), "something after the object", 2},
    {LITERAL("{}\xc2\xa0"), "something after the object", 2},
    {LITERAL("{} //"), "something after the object", 3},
    {LITERAL("\0{}"), "an object was expected", 0},
    {LITERAL("{"), "a string was expected", 1},
    {LITERAL("{\"a\""), "a colon was expected", 4},
    {LITERAL("{\"a\":"), "a value was expected", 5},
    {LITERAL("{\"a\":1"), "a comma or the end of an object was expected", 6},
    {LITERAL("{\"a\":1,"), "a string was expected", 7},
    {LITERAL("{\"a\":1,}"), "a string was expected", 7},
    {LITERAL("{,}"), "a string was expected", 1},
    {LITERAL("{\"a\":1,,\"b\":1}"), "a string was expected", 7},
    {LITERAL("{\"a\" 1}"), "a colon was expected", 5},
    {LITERAL("{\"a\"::1}"), "a value was expected", 5},
    {LITERAL("{\"a\":1 \"b\":2}"), "a comma or the end of an object was expected", 7},
    {LITERAL("{\"a\":1]"), "a comma or the end of an object was expected", 6},
    {LITERAL("{a:1}"), "a string was expected", 1},
    {LITERAL("{'a':1}"), "a string was expected", 1},
    {LITERAL("{1:1}"), "a string was expected", 1},
    {LITERAL("{null:1}"), "a string was expected", 1},
    {LITERAL("{\"a\":'b'}"), "a value was expected", 5},
    {LITERAL("{/**/}"), "a string was expected", 1},
    {LITERAL("{\"a\":1/**/}"), "a comma or the end of an object was expected", 6},
    /* Arrays. */
    {LITERAL("{\"a\":[}"), "a value was expected", 6},
    {LITERAL("{\"a\":[1"), "a comma or the end of an array was expected", 7},
    {LITERAL("{\"a\":[1,]}"), "a value was expected", 8},
    {LITERAL("{\"a\":[,1]}"), "a value was expected", 6},
    {LITERAL("{\"a\":[1 2]}"), "a comma or the end of an array was expected", 8},
    {LITERAL("{\"a\":[1}}"), "a comma or the end of an array was expected", 7},
    /* Words, as json-c takes them. */
    {LITERAL("{\"a\":NaN}"), "a value was expected", 5},
    {LITERAL("{\"a\":Infinity}"), "a value was expected", 5},
    {LITERAL("{\"a\":-Infinity}"), "a malformed number", 6},
    {LITERAL("{\"a\":True}"), "a value was expected", 5},
    {LITERAL("{\"a\":TRUE}"), "a value was expected", 5},
    {LITERAL("{\"a\":nULL}"), "a value was expected", 6},
    {LITERAL("{\"a\":tru}"), "a value was expected", 8},
    {LITERAL("{\"a\":truee}"), "a comma or the end of an object was expected", 9},
    {LITERAL("{\"a\":undefined}"), "a value was expected", 5},
    /* Numbers. */
    {LITERAL("{\"a\":01}"), "a comma or the end of an object was expected", 6},
    {LITERAL("{\"a\":-01}"), "a comma or the end of an object was expected", 7},
    {LITERAL("{\"a\":00}"), "a comma or the end of an object was expected", 6},
    {LITERAL("{\"a\":+1}"), "a value was expected", 5},
    {LITERAL("{\"a\":.5}"), "a value was expected", 5},
    {LITERAL("{\"a\":-.5}"), "a malformed number", 6},
    {LITERAL("{\"a\":1.}"), "a malformed number", 7},
    {LITERAL("{\"a\":1.e1}"), "a malformed number", 7},
    {LITERAL("{\"a\":1e}"), "a malformed number", 7},
    {LITERAL("{\"a\":1e+}"), "a malformed number", 8},
    {LITERAL("{\"a\":1e+-1}"), "a malformed number", 8},
    {LITERAL("{\"a\":1e1.5}"), "a comma or the end of an object was expected", 8},
    {LITERAL("{\"a\":-}"), "a malformed number", 6},
    {LITERAL("{\"a\":--1}"), "a malformed number", 6},
    {LITERAL("{\"a\":0x10}"), "a comma or the end of an object was expected", 6},
    {LITERAL("{\"a\":1,0}"), "a string was expected", 7},
    {LITERAL("{\"a\":1_0}"), "a comma or the end of an object was expected", 6},
    /* Strings. */
    {LITERAL("{\"a"), "a string without an end", 3},
    {LITERAL("{\"a\":\"b"), "a string without an end", 7},
    {LITERAL("{\"a\":\"\n\"}"), "a control character in a string", 6},
    {LITERAL("{\"a\":\"\t\"}"), "a control character in a string", 6},
    {LITERAL("{\"a\":\"\x1f\"}"), "a control character in a string", 6},
    {LITERAL("{\"a\":\"\0\"}"), "a control character in a string", 6},
    {LITERAL("{\"a\0\":1}"), "a control character in a string", 3},
    {LITERAL("{\"a\":\"\\"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\\""), "a string without an end", 8},
    {LITERAL("{\"a\":\"\\x41\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\'\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\0\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\\0\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\\n\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\U0041\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\a\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\\xc3\xa9\"}"), "an unknown escape in a string", 7},
    {LITERAL("{\"a\":\"\\u004\"}"), "a \\u escape without four hexadecimal digits", 11},
    {LITERAL("{\"a\":\"\\u004g\"}"), "a \\u escape without four hexadecimal digits", 11},
    {LITERAL("{\"a\":\"\\u 041\"}"), "a \\u escape without four hexadecimal digits", 8},
    {LITERAL("{\"a\":\"\\u+041\"}"), "a \\u escape without four hexadecimal digits", 8},
    {LITERAL("{\"a\":\"\\u00"), "a \\u escape without four hexadecimal digits", 10},
    {LITERAL("{\"a\":\"alice\\u0000root\"}"), "U+0000 in a string", 17},
    {LITERAL("{\"iss\\u0000x\":1}"), "U+0000 in a string", 11},
    {LITERAL("{\"a\":\"\\ud800\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\udbffx\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\udc00\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\udfff\\udc00\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\udc00\\udc00\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":/}"), "a value was expected", 5},
    {LITERAL("{\"a\"::}"), "a value was expected", 5},
    {LITERAL("{\"a\":\"\\ud800\\n\"}"), "a lone surrogate", 13},
    {LITERAL("{\"a\":\"\\ud800\\u0041\"}"), "a lone surrogate", 18},
    {LITERAL("{\"a\":\"\\ud800\\ud800\"}"), "a lone surrogate", 18},
    {LITERAL("{\"a\":\"\\ud800\\udbff\"}"), "a lone surrogate", 18},
    {LITERAL("{\"a\":\"\\ud800\\ue000\"}"), "a lone surrogate", 18},
    {LITERAL("{\"a\":\"\\uD800\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\uDBFF\\uD800\"}"), "a lone surrogate", 18},
    {LITERAL("{\"a\":\"\\uDFFF\"}"), "a lone surrogate", 12},
    {LITERAL("{\"a\":\"\\ud836\\udc00\"}"), "an escaped character that json-c misreads", 18},
    {LITERAL("{\"a\":\"\\uD837\\uDFFF\"}"), "an escaped character that json-c misreads", 18},
    {LITERAL("{\"a\":\"\\udbf6\\udc00\"}"), "an escaped character that json-c misreads", 18},
    {LITERAL("{\"\\udbf7\\udfff\":1}"), "an escaped character that json-c misreads", 14},
    {LITERAL("{\"a\":\"\xe1\x7f\x80\"}"), "not UTF-8", 7},
    {LITERAL("{\"a\":\"\xf1\x7f\x80\x80\"}"), "not UTF-8", 7},
    {LITERAL("{\"a\":\"\x80\x80\x80\x80\"}"), "not UTF-8", 6},
    {LITERAL("{\"a\":\"\xc1\x80\x80\x80\"}"), "not UTF-8", 6},
    {LITERAL("{\"a\":\"\\ud800\\u12\"}"), "a \\u escape without four hexadecimal digits", 16},
    /* The last of two equal names must not win, nor the first. */
    {LITERAL("{\"a\":1,\"a\":2}"), "a member name twice in one object", 10},
    {LITERAL("{\"a\":1,\"\\u0061\":2}"), "a member name twice in one object", 15},
    {LITERAL("{\"\\u0061\":1,\"a\":2}"), "a member name twice in one object", 15},
    {LITERAL("{\"\\u00e9\":1,\"\xc3\xa9\":2}"), "a member name twice in one object", 16},
    {LITERAL("{\"\\u00E9\":1,\"\\u00e9\":2}"), "a member name twice in one object", 20},
    {LITERAL("{\"\\u20ac\":1,\"\xe2\x82\xac\":2}"), "a member name twice in one object", 17},
    {LITERAL("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"), "a member name twice in one object",
     24},
    {LITERAL("{\"a/b\":1,\"a\\/b\":2}"), "a member name twice in one object", 15},
    {LITERAL("{\"\\n\":1,\"\\u000a\":2}"), "a member name twice in one object", 16},
    {LITERAL("{\"\\\"\":1,\"\\u0022\":2}"), "a member name twice in one object", 16},
    {LITERAL("{\"\":1,\"\":2}"), "a member name twice in one object", 8},
    {LITERAL("{\"a\":1,\"b\":{\"a\":1},\"a\":2}"), "a member name twice in one object", 22},
    {LITERAL("{\"x\":{\"a\":1,\"b\":2,\"a\":3}}"), "a member name twice in one object", 21},
    {LITERAL("{\"x\":[{\"a\":1,\"a\":3}]}"), "a member name twice in one object", 16},
};

static void refused_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct json_fault fault = {NULL, 0};
        if (takes(refused[i].text, &fault))
            FAIL_ROW("row %zu was taken: %.*s\n", i, (int)refused[i].text.len,
                     (const char *)refused[i].text.data);
        if (strcmp(fault.what, refused[i].what) != 0)
            FAIL_ROW("%.*s: %s, not %s\n", (int)refused[i].text.len,
                     (const char *)refused[i].text.data, fault.what, refused[i].what);
        if (fault.at != refused[i].at)
            FAIL_ROW("%.*s: at %zu, not %zu\n", (int)refused[i].text.len,
                     (const char *)refused[i].text.data, fault.at, refused[i].at);
    }
}

/* OPEN and CLOSE, so many times, inside {"a":...}. */
static bool takes_nested(const char *open, const char *inside, const char *close, size_t times,
                         struct json_fault *fault)
{
    char *text;
    size_t len;
    FILE *stream = open_memstream(&text, &len);
    assert_non_null(stream);
    (void)fputs("{\"a\":", stream);
    for (size_t i = 0; i < times; i++)
        (void)fputs(open, stream);
    (void)fputs(inside, stream);
    for (size_t i = 0; i < times; i++)
        (void)fputs(close, stream);
    (void)fputs("}", stream);
    assert_int_equal(fclose(stream), 0);
    const bool taken = takes(span_of(text, len), fault);
    free(text);
    return taken;
}

static void depth(void **state)
{
    (void)state;
    struct json_fault fault = {NULL, 0};
    assert_true(takes_nested("[", "1", "]", JSON_DEPTH_MAX - 1, &fault));
    assert_true(takes_nested("[", "", "]", JSON_DEPTH_MAX - 1, &fault));
    assert_true(takes_nested("{\"b\":", "\"c\"", "}", JSON_DEPTH_MAX - 1, &fault));
    assert_false(takes_nested("[", "1", "]", JSON_DEPTH_MAX, &fault));
    assert_string_equal(fault.what, "objects and arrays nested too deep");
    assert_false(takes_nested("{\"b\":", "{}", "}", JSON_DEPTH_MAX - 1, &fault));
    assert_string_equal(fault.what, "objects and arrays nested too deep");
    assert_false(takes_nested("[", "", "", 200000, &fault));
    assert_string_equal(fault.what, "objects and arrays nested too deep");
    /* The depth goes down again: many side by side are not deep. */
    assert_true(takes(LITERAL("{\"a\":[[[[[[[]]]]]]],\"b\":[[[[[[[]]]]]]],\"c\":{}}"), &fault));
}

/* An object of COUNT members, named by numbers, and what follows the last one. */
static char *object_of(size_t count, const char *more, size_t *len)
{
    char *text;
    FILE *stream = open_memstream(&text, len);
    assert_non_null(stream);
    (void)fputs("{", stream);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(stream, "%s\"%zu\":0", i == 0 ? "" : ",", i);
    (void)fprintf(stream, "%s}", more);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void members(void **state)
{
    (void)state;
    struct json_fault fault = {NULL, 0};
    size_t len;
    char *most = object_of(JSON_MEMBERS_MAX, "", &len);
    assert_true(takes(span_of(most, len), &fault));
    /* The bound is of one object: a full one at each level, and several beside each other. */
    assert_true(takes_nested("[", most, "]", JSON_DEPTH_MAX - 2, &fault));
    char *two;
    assert_true(asprintf(&two, "{\"a\":%s,\"b\":%s,\"c\":1}", most, most) > 0);
    assert_true(takes(span_of_string(two), &fault));
    free(two);
    free(most);
    char *many = object_of(JSON_MEMBERS_MAX + 1, "", &len);
    assert_false(takes(span_of(many, len), &fault));
    assert_string_equal(fault.what, "an object with too many members");
    free(many);
    /* The last of the allowed is compared as well. */
    char *twice = object_of(JSON_MEMBERS_MAX - 1, ",\"0\":1", &len);
    assert_false(takes(span_of(twice, len), &fault));
    assert_string_equal(fault.what, "a member name twice in one object");
    free(twice);
}

/* ---- what it costs ---- */

static size_t comparisons;

int __real_cognito_json_compare(struct span a, struct span b);
int __wrap_cognito_json_compare(struct span a, struct span b);

int __wrap_cognito_json_compare(struct span a, struct span b)
{
    comparisons++;
    return __real_cognito_json_compare(a, b);
}

/* An object of COUNT names of LEN bytes that all begin with an escape and differ at their ends, in
 * the order of their numbers, in the opposite one, or mixed. */
static char *object_of_escaped(size_t count, int len, int order, size_t *text_len)
{
    char *text;
    FILE *stream = open_memstream(&text, text_len);
    assert_non_null(stream);
    (void)fputs("{", stream);
    for (size_t i = 0; i < count; i++) {
        const size_t number = order == 0 ? i : order == 1 ? count - i : i * 97 % count;
        (void)fprintf(stream, "%s\"\\u0061%0*zu\":0", i == 0 ? "" : ",", len - 6, number);
    }
    (void)fputs("}", stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

/* Each name is compared with few others, so that the cost grows with the text and not with its
 * square: 2^8 names, and nine looks at most. */
static void escaped_names_are_compared_a_few_times_each(void **state)
{
    (void)state;
    enum { NAMES = 250, LEN = 960 };
    struct json_fault fault = {NULL, 0};
    for (int order = 0; order < 3; order++) {
        size_t len;
        char *text = object_of_escaped(NAMES, LEN, order, &len);
        comparisons = 0;
        assert_true(cognito_json_guard(span_of(text, len), &fault));
        if (comparisons > (size_t)NAMES * 9)
            FAIL_ROW("order %d: %zu comparisons of %d names\n", order, comparisons, NAMES);
        free(text);
    }
}

/* Whatever the order of the names before it, and however it is spelled. */
static void a_twin_is_found_in_any_order(void **state)
{
    (void)state;
    enum { NAMES = 64 };
    for (int order = 0; order < 3; order++)
        for (size_t twin = order == 1 ? 1 : 0; twin < NAMES; twin++) {
            struct json_fault fault = {NULL, 0};
            size_t len;
            char *names = object_of_escaped(NAMES, 20, order, &len);
            char *text;
            assert_true(asprintf(&text, "%.*s,\"a%014zu\":1}", (int)len - 1, names, twin) > 0);
            assert_false(takes(span_of_string(text), &fault));
            assert_string_equal(fault.what, "a member name twice in one object");
            free(text);
            free(names);
        }
}

static void full_at_every_level(void **state)
{
    (void)state;
    /* 8 levels of 256 members: the table of names is full to its last row. */
    char *text = NULL;
    size_t len = 0;
    for (int level = 0; level < JSON_DEPTH_MAX; level++) {
        char *more = NULL;
        assert_true(asprintf(&more, ",\"x\":%s", text == NULL ? "0" : text) > 0);
        free(text);
        text = object_of(JSON_MEMBERS_MAX - 1, more, &len);
        free(more);
    }
    struct json_fault fault = {NULL, 0};
    assert_true(takes(span_of(text, len), &fault));
    free(text);
}

/* ---- UTF-8 ---- */

/* Table 3-7 of the Unicode standard, by what the bytes decode to: not how the guard does it. */
static bool is_character(const unsigned char *b, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    static const unsigned char lead_mask[] = {0, 0, 0xe0, 0xf0, 0xf8};
    if (len < 2 || len > 4 || (b[0] & lead_mask[len]) != lead[len])
        return false;
    uint32_t code = b[0] & (unsigned char)~lead_mask[len];
    for (size_t i = 1; i < len; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return false;
        code = code << 6 | (b[i] & 0x3f);
    }
    return code >= least[len] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Whether B is characters one after another; ASCII but for the three that mean something here. */
static bool is_text(const unsigned char *b, size_t len)
{
    while (len > 0) {
        size_t used = 0;
        if (b[0] >= 0x20 && b[0] < 0x80 && b[0] != '"' && b[0] != '\\')
            used = 1;
        for (size_t n = 2; used == 0 && n <= 4 && n <= len; n++)
            if (is_character(b, n))
                used = n;
        if (used == 0)
            return false;
        b += used;
        len -= used;
    }
    return true;
}

static bool guard_takes_bytes(const unsigned char *bytes, size_t len)
{
    unsigned char text[16] = "{\"a\":\"";
    memcpy(text + 6, bytes, len);
    memcpy(text + 6 + len, "\"}", 2);
    return cognito_json_guard(span_of(text, len + 8), NULL);
}

static void compare(const unsigned char *bytes, size_t len)
{
    if (guard_takes_bytes(bytes, len) != is_text(bytes, len))
        FAIL_ROW("%zu bytes: %02x %02x %02x %02x\n", len, bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* All of one and two bytes, and all of three and four with the leads that allow so many; at the
 * later places those bytes stand for the others that a rule can tell apart. */
static void utf8_by_enumeration(void **state)
{
    (void)state;
    static const unsigned char telling[] = {0x00, 0x22, 0x41, 0x5c, 0x7f, 0x80, 0x81, 0x8f, 0x90,
                                            0x9f, 0xa0, 0xa1, 0xbf, 0xc0, 0xc2, 0xe0, 0xf0, 0xff};
    for (unsigned int a = 0; a < 256; a++) {
        compare((const unsigned char[4]){(unsigned char)a}, 1);
        for (unsigned int b = 0; b < 256; b++) {
            /* Two that are one escape are not this test's. */
            if (a == '\\')
                continue;
            const unsigned char x = (unsigned char)a;
            const unsigned char y = (unsigned char)b;
            compare((const unsigned char[4]){x, y}, 2);
            for (unsigned int c = 0; a >= 0xc0 && b >= 0x80 && c < 256; c++)
                compare((const unsigned char[4]){x, y, (unsigned char)c}, 3);
            for (size_t c = 0; a >= 0xe0 && b >= 0x80 && c < COUNT_OF(telling); c++)
                for (size_t d = 0; telling[c] != '\\' && d < COUNT_OF(telling); d++)
                    compare((const unsigned char[4]){x, y, telling[c], telling[d]}, 4);
        }
    }
}

/* Each code point there is, as itself and, but for what json-c misreads, as an escape; json-c takes
 * every one of them too. */
static void every_character(void **state)
{
    (void)state;
    enum { PER_TEXT = 8192 };
    for (uint32_t first = 0; first < 0x110000; first += PER_TEXT) {
        char *text;
        size_t len;
        FILE *stream = open_memstream(&text, &len);
        assert_non_null(stream);
        (void)fputs("{\"a\":\"", stream);
        for (uint32_t code = first; code < first + PER_TEXT; code++) {
            if (code < 0x80 || (code >= 0xd800 && code <= 0xdfff))
                continue;
            if (code < 0x800)
                (void)fprintf(stream, "%c%c\\u%04x", 0xc0 | code >> 6, 0x80 | (code & 63), code);
            else if (code < 0x10000)
                (void)fprintf(stream, "%c%c%c\\u%04x", 0xe0 | code >> 12, 0x80 | (code >> 6 & 63),
                              0x80 | (code & 63), code);
            else
                (void)fprintf(stream, "%c%c%c%c", 0xf0 | code >> 18, 0x80 | (code >> 12 & 63),
                              0x80 | (code >> 6 & 63), 0x80 | (code & 63));
            if (code >= 0x10000 && (code & 0xf800) != 0xd800)
                (void)fprintf(stream, "\\u%04x\\u%04x", 0xd800 | (code - 0x10000) >> 10,
                              0xdc00 | ((code - 0x10000) & 0x3ff));
        }
        (void)fputs("\"}", stream);
        assert_int_equal(fclose(stream), 0);
        struct json_fault fault = {NULL, 0};
        if (!takes(span_of(text, len), &fault))
            FAIL_ROW("from U+%04X on: %s at %zu\n", first, fault.what, fault.at);
        free(text);
    }
}

/* What is cut anywhere is no object; what has one byte changed never makes the two disagree. */
static void cut_and_changed(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"kid\":\"a+b/=\",\"n\":[1,-2.5e3,true,null,{\"\\u00e9\\/\":\"\xc3\xa9\"}],\"x\":{}}";
    struct json_fault fault;
    assert_true(takes(LITERAL(whole), &fault));
    for (size_t len = 0; len < sizeof whole - 1; len++)
        assert_false(takes(span_of(whole, len), &fault));
    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (unsigned int byte = 0; byte < 256; byte++) {
            char changed[sizeof whole];
            memcpy(changed, whole, sizeof whole);
            changed[at] = (char)byte;
            (void)takes(span_of(changed, sizeof whole - 1), &fault);
        }
}

/* Longer than what its positions can say; nothing of that is read. */
static void too_long(void **state)
{
    (void)state;
    struct json_fault fault;
    assert_false(cognito_json_guard(span_of("{", (size_t)INT32_MAX + 1), &fault));
    assert_string_equal(fault.what, "too long");
    assert_false(cognito_json_guard(span_of("{", SIZE_MAX), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_texts),
        cmocka_unit_test(refused_texts),
        cmocka_unit_test(depth),
        cmocka_unit_test(members),
        cmocka_unit_test(escaped_names_are_compared_a_few_times_each),
        cmocka_unit_test(a_twin_is_found_in_any_order),
        cmocka_unit_test(full_at_every_level),
        cmocka_unit_test(utf8_by_enumeration),
        cmocka_unit_test(every_character),
        cmocka_unit_test(cut_and_changed),
        cmocka_unit_test(too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
