/* SPDX-License-Identifier: MIT */
#include "base/jsonscan.h"

#include "base/jsonguard.h"
#include "edge.h"
#include "unit.h"

static void members_of_the_outermost_object(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *value; /* value NULL: not there */
    } rows[] = {
        {"{}", "a", NULL},
        {" { } ", "a", NULL},
        {"{\"a\":1}", "a", "1"},
        {"{\"a\":1}", "b", NULL},
        {"{\"a\":1}", "", NULL},
        {"{\"\":1}", "", "1"},
        {"{ \"a\" : 1 , \"b\" : 2 }", "a", "1"},
        {"{ \"a\" : 1 , \"b\" : 2 }", "b", "2"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "b", "\"c\""},
        {"{\"a\":{\"b\":1},\"b\":2}", "b", "2"},
        {"{\"a\":{\"b\":1}}", "b", NULL},
        {"{\"a\":{\"b\":1}}", "a", "{\"b\":1}"},
        {"{\"a\":[{\"b\":1},2],\"b\":3}", "b", "3"},
        {"{\"a\":[{\"b\":1},2],\"b\":3}", "a", "[{\"b\":1},2]"},
        {"{\"a\":{},\"b\":[]}", "a", "{}"},
        {"{\"a\":{},\"b\":[]}", "b", "[]"},
        {"{\"a\":\"}],{\\\"b\\\":1\",\"b\":2}", "b", "2"},
        {"{\"a\":[\"]\",\"}\"],\"b\":2}", "b", "2"},
        {"{\"a\":\"\\\\\",\"b\":2}", "b", "2"},
        {"{\"a\":\"\\\"\",\"b\":2}", "a", "\"\\\"\""},
        {"{\"a\\\"b\":1,\"b\":2}", "b", "2"},
        {"{\"\\u0061\":1}", "a", "1"},
        {"{\"cognito:\\u0075sername\":\"x\"}", "cognito:username", "\"x\""},
        {"{\"a\":true,\"b\":false,\"c\":null}", "c", "null"},
        {"{\"a\":true\n}", "a", "true"},
        {"{\"a\":true\r}", "a", "true"},
        {"{\"a\":true\t}", "a", "true"},
        {"{\"a\":-1.5e3\t,\"b\":0}", "a", "-1.5e3"},
        {"{\"a\"\r\n:\t 1}", "a", "1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span text = span_of_string(rows[i].text);
        struct span value = LITERAL("untouched");
        assert_true(cognito_json_guard(text, NULL));
        const bool found = cognito_json_member(text, rows[i].name, &value);
        if (found != (rows[i].value != NULL))
            FAIL_ROW("%s: %s\n", rows[i].text, found ? "found" : "not found");
        if (!span_is(value, found ? rows[i].value : "untouched"))
            FAIL_ROW("%s: %.*s\n", rows[i].text, (int)value.len, (const char *)value.data);
    }
}

static void elements_of_an_array(void **state)
{
    (void)state;
    static const struct {
        const char *text, *elements; /* each with a semicolon behind it */
    } rows[] = {
        {"[]", ""},
        {"[ ]", ""},
        {"[\n\t\r ]", ""},
        {"[1]", "1;"},
        {"[ 1 ]", "1;"},
        {"[1,2]", "1;2;"},
        {"[\t1 ,\r\n2 ]", "1;2;"},
        {"[\"a\"]", "\"a\";"},
        {"[\"a]\",\"\\\"]\"]", "\"a]\";\"\\\"]\";"},
        {"[[],[1,2],{}]", "[];[1,2];{};"},
        {"[{\"a\":[1,2]},{\"b\":\"}\"}]", "{\"a\":[1,2]};{\"b\":\"}\"};"},
        {"[true,false,null,-1e5]", "true;false;null;-1e5;"},
        {"[\"\\\\\",\"\"]", "\"\\\\\";\"\";"},
        {"[\"a!b\",\"c#d\"]", "\"a!b\";\"c#d\";"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span text = span_of_string(rows[i].text);
        char seen[64] = "";
        size_t len = 0;
        struct span value = LITERAL("untouched");
        for (size_t at = 0; cognito_json_next_element(text, &at, &value); len += value.len + 1) {
            assert_true(len + value.len + 2 <= sizeof seen);
            memcpy(seen + len, value.data, value.len);
            memcpy(seen + len + value.len, ";", sizeof ";");
        }
        if (strcmp(seen, rows[i].elements) != 0)
            FAIL_ROW("%s: %s\n", rows[i].text, seen);
        if (len == 0)
            assert_true(span_is(value, "untouched"));
    }
}

static void unescaped(void **state)
{
    (void)state;
    static const struct {
        const char *content, *string;
    } rows[] = {
        {"", ""},
        {"abc", "abc"},
        {"\\/", "/"},
        {"a\\/b", "a/b"},
        {"\\/\\/", "//"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"a\\u0062c", "abc"},
        {"\\u00e9x", "\xc3\xa9x"},
        {"\\ud83d\\ude00!", "\xf0\x9f\x98\x80!"},
        {"x\\\\u0061", "x\\u0061"},
        {"\\u007f\\u0080", "\x7f\xc2\x80"},
        {"\\u07ff\\u0800", "\xdf\xbf\xe0\xa0\x80"},
        {"\\ud7ff\\u0041", "\xed\x9f\xbf"
                           "A"},
        {"\\ue000\\u0041", "\xee\x80\x80"
                           "A"},
        {"\\uffff", "\xef\xbf\xbf"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span content = span_of_string(rows[i].content);
        const size_t needed = strlen(rows[i].string);
        unsigned char room[32];
        struct span string;
        memset(room, 0xee, sizeof room);
        if (!cognito_json_unescape(content, room, needed, &string) ||
            !span_is(string, rows[i].string))
            FAIL_ROW("%s\n", rows[i].content);
        assert_int_equal(room[needed], 0xee);
        assert_int_equal(string.data == content.data,
                         memchr(content.data, '\\', content.len) == NULL);
        string = LITERAL("untouched");
        for (size_t less = 0; less < needed; less++)
            if (cognito_json_unescape(content, room, less, &string))
                FAIL_ROW("%s in %zu bytes\n", rows[i].content, less);
        assert_true(span_is(string, "untouched"));
    }
}

static void same_strings(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"", "", true},
        {"a", "a", true},
        {"a", "b", false},
        {"a", "ab", false},
        {"a", "", false},
        {"\\u0061", "a", true},
        {"\\u0061", "b", false},
        {"\\u0061", "", false},
        {"\\u0061b", "a", false},
        {"\\u0061", "\\u0061\\u0061", false},
        {"\\u00e9", "\xc3\xa9", true},
        {"\\u0100", "\xc4\x80", true},
        {"\\u00bf", "\xc2\xbf", true},
        {"\\u07ff", "\xdf\xbf", true},
        {"\\u00E9", "\\u00e9", true},
        {"\\u00e9", "\xc3\xa8", false},
        {"\\u20ac", "\xe2\x82\xac", true},
        {"\\uffff", "\xef\xbf\xbf", true},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80", true},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x81", false},
        {"\\uD83D\\uDE00", "\\ud83d\\ude00", true},
        {"\\udbff\\udfff", "\xf4\x8f\xbf\xbf", true},
        {"\\ud800\\udc00", "\xf0\x90\x80\x80", true},
        {"\\u0800", "\xe0\xa0\x80", true},
        {"\\u07ff", "\xdf\xbf", true},
        {"\\u007f", "\x7f", true},
        {"\\n", "\\u000a", true},
        {"\\b\\f\\n\\r\\t", "\\u0008\\u000c\\u000A\\u000d\\u0009", true},
        {"\\\"\\\\\\/", "\\u0022\\u005c/", true},
        {"\\/", "/", true},
        {"n", "\\n", false},
        {"\\\\u0061", "\\\\u0061", true},
        {"\\\\u0061", "a", false},
        {"a\\/b", "a/b", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span a = span_of_string(rows[i].a);
        const struct span b = span_of_string(rows[i].b);
        if (cognito_json_same_string(a, b) != rows[i].same ||
            cognito_json_same_string(b, a) != rows[i].same)
            FAIL_ROW("%s and %s\n", rows[i].a, rows[i].b);
    }
}

/* Each comes before those below it, by the bytes that it means. */
static void order_of_strings(void **state)
{
    (void)state;
    static const char *const rows[] = {"",           "\\b",
                                       "\\n\\n",     "\\\"",
                                       "/",          "A",
                                       "\\u0061",    "\\u0061\\u0061",
                                       "aab",        "a\\u0062",
                                       "abc",        "\\u0061\\u0062\\u00e9",
                                       "ab\\u00e9a", "b",
                                       "\\u00bf",    "\xc3\xa9",
                                       "\\uffff",    "\\ud83d\\ude00"};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t k = 0; k < COUNT_OF(rows); k++) {
            const int order =
                cognito_json_compare(span_of_string(rows[i]), span_of_string(rows[k]));
            if ((order > 0) - (order < 0) != (i > k) - (i < k))
                FAIL_ROW("%s and %s: %d\n", rows[i], rows[k], order);
        }
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"1", 1},
        {"-1", -1},
        {"1700000000", 1700000000},
        {"1700000000.0", 1700000000},
        {"1.7e9", 1700000000},
        {"1.7E+9", 1700000000},
        {"17e8", 1700000000},
        {"17000000000e-1", 1700000000},
        {"1.70000000000000000000000000000000000000000000e9", 1700000000},
        {"0.0000017e15", 1700000000},
        {"0e99999999999999999999", 0},
        {"0.000e-5", 0},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
        {"9223372036854775807.000", INT64_MAX},
        {"1e18", 1000000000000000000},
        {"1e0", 1},
        {"1e-0", 1},
        {"18446744073709551610e-1", INT64_C(1844674407370955161)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = -77;
        if (!cognito_json_integer_text(edge_copy(span_of_string(rows[i].text)), &value) ||
            value != rows[i].value)
            FAIL_ROW("%s: %lld\n", rows[i].text, (long long)value);
    }
}

static void no_integers(void **state)
{
    (void)state;
    static const struct span rows[] = {
        LITERAL(""),
        LITERAL("-"),
        LITERAL("+1"),
        LITERAL(" 1"),
        LITERAL("1 "),
        LITERAL("1\0"),
        LITERAL("01"),
        LITERAL("-01"),
        LITERAL("1."),
        LITERAL(".1"),
        LITERAL("1.e1"),
        LITERAL("1e"),
        LITERAL("1e+"),
        LITERAL("1e1.0"),
        LITERAL("1.5"),
        LITERAL("1e-1"),
        LITERAL("1.55e1"),
        LITERAL("0x10"),
        LITERAL("1_0"),
        LITERAL("true"),
        LITERAL("\"1\""),
        LITERAL("1,0"),
        LITERAL("NaN"),
        LITERAL("Infinity"),
        LITERAL("1.2.3"),
        LITERAL("--1"),
        LITERAL("1-"),
        LITERAL("9223372036854775808"),
        LITERAL("-9223372036854775809"),
        LITERAL("18446744073709551616"),
        LITERAL("99999999999999999999"),
        LITERAL("1e19"),
        LITERAL("1e400"),
        LITERAL("1e-400"),
        LITERAL("1e99999999999999999999"),
        LITERAL("1e-99999999999999999999"),
        LITERAL("0.99999999999999999999999"),
        LITERAL("1700000000.00000000000000000000000001"),
        LITERAL("/"),
        LITERAL("1/"),
        LITERAL(":"),
        LITERAL("1:"),
        LITERAL("10e/"),
        LITERAL("1e:"),
        LITERAL("1e4294967297"),
        LITERAL("10e-4294967297"),
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = -77;
        if (cognito_json_integer_text(edge_copy(rows[i]), &value))
            FAIL_ROW("%.*s: %lld\n", (int)rows[i].len, (const char *)rows[i].data,
                     (long long)value);
        assert_int_equal(value, -77);
    }
}

/* A fraction of thousands of digits ends, and says no. */
static void long_fractions(void **state)
{
    (void)state;
    char text[3000];
    int64_t value;
    memset(text, '0', sizeof text);
    text[1] = '.';
    assert_true(cognito_json_integer_text(span_of(text, sizeof text), &value));
    assert_int_equal(value, 0);
    text[sizeof text - 1] = '1';
    assert_false(cognito_json_integer_text(span_of(text, sizeof text), &value));
}

/* Text that the guard has not accepted makes no sense of anything, but nothing outside of it is
 * looked at, and the walk ends. */
static void walk(struct span text)
{
    const struct span exact = edge_copy(text);
    const unsigned char *copy = exact.data;
    struct span name = LITERAL("untouched");
    struct span value = LITERAL("untouched");
    size_t steps = 0;
    for (size_t at = 0; cognito_json_next_member(exact, &at, &name, &value);) {
        assert_true(++steps <= text.len);
        assert_true(name.data >= copy && name.data + name.len <= copy + text.len);
        assert_true(value.data >= copy && value.data + value.len <= copy + text.len);
        (void)cognito_json_same_string(name, value);
        (void)cognito_json_same_string(value, LITERAL("\\u"));
    }
    steps = 0;
    for (size_t at = 0; cognito_json_next_element(exact, &at, &value);) {
        assert_true(++steps <= text.len);
        assert_true(value.data >= copy && value.data + value.len <= copy + text.len);
    }
    (void)cognito_json_same_string(exact, exact);
    (void)cognito_json_same_string(exact, LITERAL("\\"));
}

static void unaccepted_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"a\":{\"b\":[1,2,{}]},\"c\\\"\":\"d\\\\\", \"e\" : true , \"f\":[\"]\"]\n}",
        "{\"\\u0061\\ud83d\\ude00\":\"\\x\\u12\",\"a\":1}",
        "\"a\" \"b\" \"c",
        "{{{{\"a\":]]]]",
        "\"a\":\"b\\",
        "\"\\",
        "\"a\":[",
        "\"a\"",
        "[1,\"a\\",
        "[  ",
        "[{},[",
        "\"a\":  ",
        " ",
        "\\u",
        "\\",
        "\\ud83d\\",
        "\"a\":1 ]",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (size_t len = 0; len <= strlen(texts[i]); len++)
            walk(span_first(span_of_string(texts[i]), len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_the_outermost_object),
        cmocka_unit_test(elements_of_an_array),
        cmocka_unit_test(unescaped),
        cmocka_unit_test(same_strings),
        cmocka_unit_test(order_of_strings),
        cmocka_unit_test(integers),
        cmocka_unit_test(no_integers),
        cmocka_unit_test(long_fractions),
        cmocka_unit_test(unaccepted_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
