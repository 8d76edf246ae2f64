/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <json-c/json.h>

#include "failing.h"
#include "unit.h"

static struct json *parse(const char *text)
{
    struct json_fault fault = {"untouched", 7};
    struct json *object = cognito_json_parse(span_of_string(text), &fault);
    if (object == NULL)
        FAIL_ROW("%s: %s\n", text, fault.what);
    assert_null(fault.what);
    return object;
}

static void refused_with_the_fault(void **state)
{
    (void)state;
    struct json_fault fault;
    assert_null(cognito_json_parse(LITERAL("{\"a\":NaN}"), &fault));
    assert_string_equal(fault.what, "a value was expected");
    assert_int_equal(fault.at, 5);
    assert_null(cognito_json_parse(span_of(NULL, 0), &fault));
    assert_string_equal(fault.what, "an object was expected");
    cognito_json_free(NULL);
}

static void strings(void **state)
{
    (void)state;
    struct json *object =
        parse("{\"s\":\"a\\/\\u00e9\\\"\",\"e\":\"\",\"n\":1,\"z\":null,\"t\":true,"
              "\"a\":[],\"o\":{},\"d\":1.5}");
    struct span value = LITERAL("untouched");
    assert_int_equal(cognito_json_string(object, "absent", &value), JSON_ABSENT);
    static const char *const others[] = {"n", "z", "t", "a", "o", "d"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_int_equal(cognito_json_string(object, others[i], &value), JSON_MISTYPED);
    assert_true(span_is(value, "untouched"));
    assert_int_equal(cognito_json_string(object, "s", &value), JSON_FOUND);
    assert_true(span_is(value, "a/\xc3\xa9\""));
    assert_int_equal(cognito_json_string(object, "e", &value), JSON_FOUND);
    assert_int_equal(value.len, 0);
    assert_true(cognito_json_has(object, "z"));
    assert_false(cognito_json_has(object, "S"));
    assert_false(cognito_json_has(object, ""));
    cognito_json_free(object);
}

/* Names and values are unescaped before they are compared and given out. */
static void escaped_names(void **state)
{
    (void)state;
    struct json *object = parse("{\"\\u0069ss\":\"https:\\/\\/x\"}");
    struct span value;
    assert_int_equal(cognito_json_string(object, "iss", &value), JSON_FOUND);
    assert_true(span_is(value, "https://x"));
    cognito_json_free(object);
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum json_found found;
        int64_t value;
    } rows[] = {
        {"{\"x\":1700000000}", JSON_FOUND, 1700000000},
        {"{\"x\":1700000000.0}", JSON_FOUND, 1700000000},
        {"{\"x\":1.7e9}", JSON_FOUND, 1700000000},
        {"{\"x\":-1}", JSON_FOUND, -1},
        {"{\"x\":-0}", JSON_FOUND, 0},
        {"{\"x\":9223372036854775806}", JSON_FOUND, INT64_MAX - 1},
        {"{\"x\":9223372036854775807}", JSON_FOUND, INT64_MAX},
        {"{\"x\":-9223372036854775807}", JSON_FOUND, -INT64_MAX},
        {"{\"x\":-9223372036854775808}", JSON_MISTYPED, 0},
        {"{}", JSON_ABSENT, 0},
        {"{\"x\":\"1700000000\"}", JSON_MISTYPED, 0},
        {"{\"x\":true}", JSON_MISTYPED, 0},
        {"{\"x\":false}", JSON_MISTYPED, 0},
        {"{\"x\":null}", JSON_MISTYPED, 0},
        {"{\"x\":[1]}", JSON_MISTYPED, 0},
        {"{\"x\":{\"x\":1}}", JSON_MISTYPED, 0},
        {"{\"x\":1.5}", JSON_MISTYPED, 0},
        {"{\"x\":1e400}", JSON_MISTYPED, 0},
        {"{\"x\":-1e400}", JSON_MISTYPED, 0},
        {"{\"x\":9223372036854775808}", JSON_MISTYPED, 0},
        {"{\"x\":18446744073709551615}", JSON_MISTYPED, 0},
        {"{\"x\":99999999999999999999}", JSON_MISTYPED, 0},
        {"{\"x\":-99999999999999999999}", JSON_MISTYPED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct json *object = parse(rows[i].text);
        int64_t value = -77;
        const enum json_found found = cognito_json_integer(object, "x", &value);
        if (found != rows[i].found || value != (found == JSON_FOUND ? rows[i].value : -77))
            FAIL_ROW("%s: %d, %lld\n", rows[i].text, found, (long long)value);
        cognito_json_free(object);
    }
}

static void booleans(void **state)
{
    (void)state;
    struct json *object =
        parse("{\"t\":true,\"f\":false,\"s\":\"true\",\"n\":1,\"z\":null,\"a\":[true]}");
    bool value = false;
    assert_int_equal(cognito_json_boolean(object, "t", &value), JSON_FOUND);
    assert_true(value);
    assert_int_equal(cognito_json_boolean(object, "f", &value), JSON_FOUND);
    assert_false(value);
    static const char *const others[] = {"s", "n", "z", "a"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(cognito_json_boolean(object, others[i], &value), JSON_MISTYPED);
        assert_false(value);
    }
    assert_int_equal(cognito_json_boolean(object, "absent", &value), JSON_ABSENT);
    assert_false(value);
    cognito_json_free(object);
}

static void arrays(void **state)
{
    (void)state;
    struct json *object = parse("{\"a\":[\"x\",1,{\"y\":2},null,[\"z\"],true],\"e\":[],\"o\":{},"
                                "\"s\":\"[]\"}");
    const struct json *array = NULL;
    struct span value = LITERAL("untouched");
    assert_int_equal(cognito_json_array(object, "o", &array), JSON_MISTYPED);
    assert_int_equal(cognito_json_array(object, "s", &array), JSON_MISTYPED);
    assert_null(array);
    assert_int_equal(cognito_json_array(object, "absent", &array), JSON_ABSENT);
    assert_null(array);
    assert_int_equal(cognito_json_array(object, "e", &array), JSON_FOUND);
    assert_int_equal(cognito_json_length(array), 0);
    assert_int_equal(cognito_json_array(object, "a", &array), JSON_FOUND);
    assert_int_equal(cognito_json_length(array), 6);
    for (size_t i = 1; i < 8; i++)
        assert_false(cognito_json_string_at(array, i, &value));
    assert_true(span_is(value, "untouched"));
    assert_true(cognito_json_string_at(array, 0, &value));
    assert_true(span_is(value, "x"));
    cognito_json_free(object);
}

/* ---- json-c that fails ---- */

enum broken { WORKS, REFUSES, LACKS_MEMORY, GIVES_A_STRING };

static enum broken parser;
static bool no_text;

struct json_object *__real_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);
struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);
const char *__real_json_object_get_string(struct json_object *object);
const char *__wrap_json_object_get_string(struct json_object *object);

struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len)
{
    switch (parser) {
    case WORKS:
        break;
    case REFUSES:
        return __real_json_tokener_parse_ex(tokener, "  ]", 3);
    case LACKS_MEMORY:
        return NULL;
    case GIVES_A_STRING:
        return json_object_new_string("a string");
    }
    return __real_json_tokener_parse_ex(tokener, text, len);
}

const char *__wrap_json_object_get_string(struct json_object *object)
{
    return no_text ? NULL : __real_json_object_get_string(object);
}

static void without_memory(void **state)
{
    (void)state;
    struct json_fault fault = {"untouched", 7};
    failing_begin(1);
    assert_null(cognito_json_parse(LITERAL("{}"), &fault));
    assert_true(failing_end());
    assert_null(fault.what);
    static const enum broken ways[] = {LACKS_MEMORY, GIVES_A_STRING};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        fault = (struct json_fault){"untouched", 7};
        parser = ways[i];
        struct json *object = cognito_json_parse(LITERAL("{}"), &fault);
        parser = WORKS;
        assert_null(object);
        assert_null(fault.what);
        assert_int_equal(fault.at, 0);
    }
}

/* Should it ever see something that the guard does not. */
static void refused_by_json_c(void **state)
{
    (void)state;
    struct json_fault fault;
    parser = REFUSES;
    struct json *object = cognito_json_parse(LITERAL("{}"), &fault);
    parser = WORKS;
    assert_null(object);
    assert_string_equal(fault.what, "json-c does not take it");
    assert_int_equal(fault.at, 2);
}

/* json-c writes a number anew where it is asked for its text. */
static void without_memory_for_a_number(void **state)
{
    (void)state;
    struct json *object = parse("{\"x\":1.5,\"y\":9223372036854775807,\"z\":7}");
    int64_t value = -77;
    no_text = true;
    const enum json_found x = cognito_json_integer(object, "x", &value);
    const enum json_found y = cognito_json_integer(object, "y", &value);
    no_text = false;
    assert_int_equal(x, JSON_MISTYPED);
    assert_int_equal(y, JSON_MISTYPED);
    assert_int_equal(value, -77);
    cognito_json_free(object);
}

static void objects(void **state)
{
    (void)state;
    struct json *object =
        parse("{\"o\":{\"x\":{\"y\":1}},\"e\":{},\"a\":[{}],\"s\":\"{}\",\"z\":null}");
    const struct json *inner = NULL;
    static const char *const others[] = {"z", "a", "s"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_int_equal(cognito_json_object(object, others[i], &inner), JSON_MISTYPED);
    assert_null(inner);
    assert_int_equal(cognito_json_object(object, "absent", &inner), JSON_ABSENT);
    assert_null(inner);
    assert_int_equal(cognito_json_object(object, "e", &inner), JSON_FOUND);
    assert_false(cognito_json_has(inner, "x"));
    assert_int_equal(cognito_json_object(object, "o", &inner), JSON_FOUND);
    assert_int_equal(cognito_json_object(inner, "x", &inner), JSON_FOUND);
    int64_t number;
    assert_int_equal(cognito_json_integer(inner, "y", &number), JSON_FOUND);
    assert_int_equal(number, 1);
    cognito_json_free(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_with_the_fault),
        cmocka_unit_test(strings),
        cmocka_unit_test(escaped_names),
        cmocka_unit_test(integers),
        cmocka_unit_test(booleans),
        cmocka_unit_test(arrays),
        cmocka_unit_test(objects),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(refused_by_json_c),
        cmocka_unit_test(without_memory_for_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
