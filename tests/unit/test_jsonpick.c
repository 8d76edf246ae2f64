/* SPDX-License-Identifier: MIT */
#include "base/jsonpick.h"

#include "base/jsonguard.h"
#include "unit.h"

static const struct span names[] = {SPAN_LITERAL("a"), SPAN_LITERAL("bc"),
                                    SPAN_LITERAL("sixteen_letters_")};

static void picked_members(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *value[COUNT_OF(names)];
    } rows[] = {
        {"{}", {"", "", ""}},
        {"{\"a\":1}", {"1", "", ""}},
        {"{\"bc\":\"x\",\"a\":null}", {"null", "\"x\"", ""}},
        {"{\"A\":1,\"b\":2,\"bcd\":3,\"\":4}", {"", "", ""}},
        {"{\"d\":{\"a\":1},\"bc\":[{\"a\":2}]}", {"", "[{\"a\":2}]", ""}},
        {"{\"\\u0061\":1,\"b\\u0063\":2}", {"1", "2", ""}},
        {"{\"sixteen_letters_\":1}", {"", "", "1"}},
        {"{\"sixteen_letters_x\":1}", {"", "", ""}},
        {"{\"\\u0073ixteen_letters_\":1}", {"", "", "1"}},
        {"{\"\\u0073ixteen_letters_x\":1,\"a\":2}", {"2", "", ""}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct span text = span_of_string(rows[i].text);
        struct span values[COUNT_OF(names)] = {LITERAL("x"), LITERAL("y"), LITERAL("z")};
        assert_true(cognito_json_guard(text, NULL));
        cognito_json_pick(text, names, COUNT_OF(names), values);
        for (size_t k = 0; k < COUNT_OF(names); k++)
            if (!span_is(values[k], rows[i].value[k]))
                FAIL_ROW("%s: %s\n", rows[i].text, (const char *)names[k].data);
    }
}

/* Not one name and one value more than there are. */
static void no_more_than_asked_for(void **state)
{
    (void)state;
    struct span values[COUNT_OF(names)] = {LITERAL("x"), LITERAL("y"), LITERAL("z")};
    cognito_json_pick(LITERAL("{\"bc\":1,\"a\":2}"), names, 1, values);
    assert_true(span_is(values[0], "2"));
    assert_true(span_is(values[1], "y"));
}

static void strings(void **state)
{
    (void)state;
    static const struct {
        const char *value, *string; /* string NULL: none of at most four bytes */
    } rows[] = {
        {"\"\"", ""},        {"\"a\"", "a"},         {"\"abcd\"", "abcd"},  {"\"abcde\"", NULL},
        {"\"\\/\"", "/"},    {"\"a\\/bc\"", "a/bc"}, {"\"a\\/bcd\"", NULL}, {"", NULL},
        {"1", NULL},         {"12", NULL},           {"null", NULL},        {"[\"a\"]", NULL},
        {"{\"a\":1}", NULL}, {"true", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char room[4];
        struct span string = LITERAL("untouched");
        const bool found =
            cognito_json_pick_string(span_of_string(rows[i].value), room, sizeof room, &string);
        if (found != (rows[i].string != NULL) ||
            !span_is(string, found ? rows[i].string : "untouched"))
            FAIL_ROW("%s\n", rows[i].value);
    }
}

static void words(void **state)
{
    (void)state;
    assert_true(cognito_json_pick_is(LITERAL("\"RSA\""), "RSA"));
    assert_true(cognito_json_pick_is(LITERAL("\"R\\u0053A\""), "RSA"));
    assert_true(cognito_json_pick_is(LITERAL("\"\""), ""));
    assert_true(cognito_json_pick_is(LITERAL("\"sixteen_letters_\""), "sixteen_letters_"));
    assert_false(cognito_json_pick_is(LITERAL("\"RSA1\""), "RSA"));
    assert_false(cognito_json_pick_is(LITERAL("\"RS\""), "RSA"));
    assert_false(cognito_json_pick_is(LITERAL("\"rsa\""), "RSA"));
    assert_false(cognito_json_pick_is(LITERAL("[\"RSA\"]"), "RSA"));
    assert_false(cognito_json_pick_is(LITERAL("null"), "null"));
    assert_false(cognito_json_pick_is(LITERAL(""), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picked_members),
        cmocka_unit_test(no_more_than_asked_for),
        cmocka_unit_test(strings),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
