/* SPDX-License-Identifier: MIT */
#include "sys/headers.h"

#include "base/limits.h"
#include "failing.h"
#include "unit.h"

/* Each row is what libcurl would hand over, line by line. */
static const char *take_all(struct headers *headers, const char *text)
{
    const char *fault = NULL;
    struct span left = span_of_string(text);
    while (fault == NULL && left.len > 0) {
        const struct span line = span_first(left, span_position(left, '\n') + 1);
        fault = cognito_headers_take(headers, line);
        left = span_after(left, line.len);
    }
    return fault;
}

#define OK_LINE "HTTP/1.1 200 OK\r\n"

static const struct {
    const char *text;
    const char *etag;
    bool present;
} rows[] = {
    {OK_LINE "ETag: \"a\"\r\n\r\n", "\"a\"", true},
    {OK_LINE "eTAG:\"a\"\r\n\r\n", "\"a\"", true},
    {OK_LINE "ETag: \t \"a b\" \t\r\n\r\n", "\"a b\"", true},
    {OK_LINE "ETag: \"a\"\n\n", "\"a\"", true},
    {OK_LINE "ETag: a:b\r\n\r\n", "a:b", true},
    {"nonsense\r\nETag: \"a\"\r\n\r\n", "\"a\"", true},
    {OK_LINE "ETag:\r\n\r\n", "", true},
    {OK_LINE "ETag\r\n\r\n", "", true},
    {OK_LINE "\r\n", "", false},
    {OK_LINE "ETa: \"a\"\r\nETags: \"b\"\r\nETagx: \"c\"\r\n\r\n", "", false},
    {OK_LINE "X: ETag: \"a\"\r\n\r\n", "", false},
    {OK_LINE " ETag: \"a\"\r\n\r\n", "", false},
    {"ETag: \"a\"\r\n\r\n", "", false}, /* there is a first line */
    /* More than once, in more than one line, or of other characters. */
    {OK_LINE "ETag: \"a\"\r\nETag: \"a\"\r\n\r\n", "", true},
    {OK_LINE "ETag: \"a\"\r\n \"b\"\r\n\r\n", "", true},
    {OK_LINE "ETag: \"a\"\r\n\t\r\n\r\n", "", true},
    {OK_LINE "ETag: \"a\"\r\nX: y\r\n z\r\n\r\n", "\"a\"", true},
    {OK_LINE "ETag: \"a\tb\"\r\n\r\n", "", true},
    {OK_LINE "ETag: \"a\rb\"\r\n\r\n", "", true},
    {OK_LINE "ETag: \"\177\"\r\n\r\n", "", true},
    {OK_LINE "ETag: \"\303\244\"\r\n\r\n", "", true},
    /* Interim answers and trailers. */
    {"HTTP/1.1 103 Early Hints\r\nETag: \"a\"\r\n\r\n" OK_LINE "\r\n", "", false},
    {"HTTP/1.1 103 Early Hints\r\nETag: \"a\"\r\n\r\n" OK_LINE "ETag: \"b\"\r\n\r\n", "\"b\"",
     true},
    {"HTTP/1.1 103 Early Hints\r\nETag: \"a\"\r\n\r\n" OK_LINE " b\r\nETag: \"c\"\r\n\r\n", "\"c\"",
     true},
    {OK_LINE "\r\nETag: \"a\"\r\n", "", false},
    {OK_LINE "ETag: \"a\"\r\n\r\nETag: \"b\"\r\n", "\"a\"", true},
    {OK_LINE "ETag: \"a\"\r\n\r\n b\r\n", "\"a\"", true},
    {OK_LINE "HTTP/1.1: x\r\nETag: \"a\"\r\nHTTP/1.1: y\r\n\r\n", "\"a\"", true},
};

static void values_are_taken_from_the_last_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct headers headers = {0};
        assert_null(take_all(&headers, rows[i].text));
        if (!span_is(cognito_headers_value(&headers, HEADER_ETAG), rows[i].etag) ||
            cognito_headers_have(&headers, HEADER_ETAG) != rows[i].present)
            FAIL_ROW("%s", rows[i].text);
        cognito_headers_free(&headers);
    }
}

static void a_nul_is_no_end(void **state)
{
    (void)state;
    struct headers headers = {0};
    assert_null(take_all(&headers, OK_LINE));
    assert_null(cognito_headers_take(&headers, LITERAL("ETag: \"a\"\0b\r\n")));
    assert_true(cognito_headers_have(&headers, HEADER_ETAG));
    assert_int_equal(cognito_headers_value(&headers, HEADER_ETAG).len, 0);
    cognito_headers_free(&headers);
}

static void each_has_its_name(void **state)
{
    (void)state;
    struct headers headers = {0};
    assert_null(take_all(&headers, OK_LINE "Date: d\r\nLocation: l\r\nContent-Encoding: c\r\n"
                                           "Last-Modified: m\r\nETag: e\r\n\r\n"));
    assert_true(span_is(cognito_headers_value(&headers, HEADER_DATE), "d"));
    assert_true(span_is(cognito_headers_value(&headers, HEADER_LOCATION), "l"));
    assert_true(span_is(cognito_headers_value(&headers, HEADER_CONTENT_ENCODING), "c"));
    assert_true(span_is(cognito_headers_value(&headers, HEADER_LAST_MODIFIED), "m"));
    assert_true(span_is(cognito_headers_value(&headers, HEADER_ETAG), "e"));
    cognito_headers_free(&headers);
}

static void a_copy_is_whole_or_empty(void **state)
{
    (void)state;
    char copy[5] = "full";
    struct headers headers = {0};
    cognito_headers_copy(&headers, HEADER_ETAG, copy, sizeof copy);
    assert_string_equal(copy, "");
    assert_null(take_all(&headers, OK_LINE "ETag: abcd\r\nDate: abcde\r\n\r\n"));
    cognito_headers_copy(&headers, HEADER_ETAG, copy, sizeof copy);
    assert_string_equal(copy, "abcd");
    cognito_headers_copy(&headers, HEADER_DATE, copy, sizeof copy);
    assert_string_equal(copy, "");
    cognito_headers_free(&headers);
}

/* Whatever they are of: interim answers and trailers count as well. */
static void all_lines_together_are_bounded(void **state)
{
    (void)state;
    static const char line[] =
        "X-Long: 0123456789abcdef0123456789abcdef0123456789abcdef01234\r\n\r\n";
    struct headers headers = {0};
    size_t size = 0;
    assert_null(take_all(&headers, OK_LINE));
    for (size = sizeof OK_LINE - 1; size + sizeof line - 1 <= HEADERS_MAX; size += sizeof line - 1)
        assert_null(take_all(&headers, line));
    assert_null(cognito_headers_take(&headers, span_of(line, HEADERS_MAX - size)));
    assert_string_equal(cognito_headers_take(&headers, LITERAL("\n")),
                        "the headers of the answer are too long");
    cognito_headers_free(&headers);
}

static void memory_may_be_short(void **state)
{
    (void)state;
    struct headers headers = {0};
    failing_begin(1);
    const char *fault = take_all(&headers, OK_LINE "ETag: \"a\"\r\n\r\n");
    assert_true(failing_end());
    assert_string_equal(fault, "out of memory");
    cognito_headers_free(&headers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_taken_from_the_last_header),
        cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(each_has_its_name),
        cmocka_unit_test(a_copy_is_whole_or_empty),
        cmocka_unit_test(all_lines_together_are_bounded),
        cmocka_unit_test(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
