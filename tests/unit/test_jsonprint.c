/* SPDX-License-Identifier: MIT */
#include "base/jsonprint.h"

#include <stdlib.h>

#include "edge.h"
#include "unit.h"

static void expect_printed(struct span string, struct span wanted)
{
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    assert_non_null(stream);
    cognito_json_print(stream, string.data == NULL ? string : edge_copy(string));
    assert_int_equal(fclose(stream), 0);
    if (!span_equal(span_of(text, len), wanted))
        FAIL_ROW("%.*s is printed as %s\n", (int)string.len, (const char *)string.data, text);
    free(text);
}

/* RFC 8259, 7: what has to be escaped is, and no more of ASCII but DEL. */
static void ascii(void **state)
{
    (void)state;
    expect_printed(LITERAL(""), LITERAL("\"\""));
    expect_printed(span_of(NULL, 0), LITERAL("\"\""));
    expect_printed(LITERAL("a b/'~"), LITERAL("\"a b/'~\""));
    for (unsigned int byte = 0; byte < 0x80; byte++) {
        const unsigned char string[] = {'a', (unsigned char)byte, 'b'};
        char wanted[16];
        const bool control = byte < 0x20 || byte == 0x7f;
        const char *form = control ? "\"a\\u%04xb\"" : "\"a%cb\"";
        if (byte == '"' || byte == '\\')
            form = "\"a\\%cb\"";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        const int len = snprintf(wanted, sizeof wanted, form, byte);
#pragma GCC diagnostic pop
        expect_printed(span_of(string, 3), span_of(wanted, (size_t)len));
    }
}

/* However much of it there is. */
static void no_utf8(void **state)
{
    (void)state;
    unsigned char string[100];
    char wanted[sizeof string + 2];
    memset(string, 0xff, sizeof string);
    memset(wanted, '?', sizeof wanted);
    wanted[0] = wanted[sizeof wanted - 1] = '"';
    expect_printed(span_of(string, sizeof string), span_of(wanted, sizeof wanted));
}

/* Characters of two to four bytes stand as they are; what is none becomes a '?' for each byte. */
static void utf8(void **state)
{
    (void)state;
    static const struct {
        struct span string, wanted;
    } rows[] = {
        {LITERAL("\xc3\xa9"), LITERAL("\"\xc3\xa9\"")},
        {LITERAL("\xe2\x82\xac"), LITERAL("\"\xe2\x82\xac\"")},
        {LITERAL("\xf0\x9f\x98\x80"), LITERAL("\"\xf0\x9f\x98\x80\"")},
        {LITERAL("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"),
         LITERAL("\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z\"")},
        {LITERAL("\xc3"), LITERAL("\"?\"")},
        {LITERAL("\xe2\x82"), LITERAL("\"??\"")},
        {LITERAL("\xf0\x9f\x98"), LITERAL("\"???\"")},
        {LITERAL("\xe2\x82z"), LITERAL("\"??z\"")},
        {LITERAL("\xc3\xc3\xa9"), LITERAL("\"?\xc3\xa9\"")},
        {LITERAL("\x80z"), LITERAL("\"?z\"")},
        {LITERAL("\xff\xfe"), LITERAL("\"??\"")},
        {LITERAL("\xc0\x80"), LITERAL("\"??\"")},
        {LITERAL("\xed\xa0\x80"), LITERAL("\"???\"")},
        {LITERAL("\xf4\x90\x80\x80"), LITERAL("\"????\"")},
        /* Nothing that would end the string that the guard is asked about. */
        {LITERAL("\xc3\"}"), LITERAL("\"?\\\"}\"")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_printed(rows[i].string, rows[i].wanted);
}

static void members(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    size_t count = 0;
    FILE *stream = open_memstream(&text, &len);
    assert_non_null(stream);
    cognito_json_print_member(stream, &count, "a", LITERAL("x"));
    cognito_json_print_member(stream, &count, "b\"", LITERAL("\n"));
    cognito_json_print_member(stream, &count, "c", LITERAL(""));
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, "\"a\": \"x\", \"b\\\"\": \"\\u000a\", \"c\": \"\"");
    assert_int_equal(count, 3);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii),
        cmocka_unit_test(utf8),
        cmocka_unit_test(no_utf8),
        cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
