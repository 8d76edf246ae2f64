/* SPDX-License-Identifier: MIT */
/*
 * Every text of up to 7 characters (with ENUMERATE=all, 8) that a number can have, against the
 * grammar of RFC 8259 section 6 and libc's long double, which holds all integers of 64 bits.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/jsonscan.h"
#include "unit.h"

enum { TEXT_MAX = 8 };

/* Two digits beside 0: 5 and 2, the factors of ten. 9 brings about the largest ones. */
static const char characters[] = "-+.eE0259";

static const char *digits(const char *at)
{
    return at + strspn(at, "0123456789");
}

static bool is_number(const char *at)
{
    at += *at == '-';
    const char *end = digits(at);
    if (end == at || (*at == '0' && end > at + 1))
        return false;
    if (*end == '.') {
        at = end + 1;
        end = digits(at);
        if (end == at)
            return false;
    }
    if (*end == 'e' || *end == 'E') {
        at = end + 1 + (end[1] == '-' || end[1] == '+');
        end = digits(at);
        if (end == at)
            return false;
    }
    return *end == '\0';
}

/* What is too small for a long double is no integer, unless it is zero. */
static bool is_zero(const char *text)
{
    return strcspn(text, "123456789") >= strcspn(text, "eE");
}

static bool is_integer(const char *text, int64_t *value)
{
    if (!is_number(text))
        return false;
    const long double number = strtold(text, NULL);
    const long double bound = 9223372036854775807.0L;
    if (number < -bound || number > bound || floorl(number) != number ||
        (number == 0 && !is_zero(text)))
        return false;
    *value = (int64_t)number;
    return true;
}

static size_t compare(const char *text)
{
    int64_t expected = 0;
    int64_t value = 0;
    const bool good = is_integer(text, &expected);
    const bool taken = cognito_json_integer_text(span_of_string(text), &value);
    if (taken != good || value != expected)
        FAIL_ROW("%s: %d, %lld\n", text, taken, (long long)value);
    return taken;
}

static void every_number(void **state)
{
    (void)state;
    const char *wanted = getenv("ENUMERATE");
    const size_t kinds = sizeof characters - 1;
    const size_t longest = wanted != NULL && strcmp(wanted, "all") == 0 ? TEXT_MAX : TEXT_MAX - 1;
    size_t taken = compare("");
    for (size_t len = 1, count = kinds; len <= longest; len++, count *= kinds) {
        for (size_t number = 0; number < count; number++) {
            char text[TEXT_MAX + 1] = "";
            size_t rest = number;
            for (size_t i = 0; i < len; i++, rest /= kinds)
                text[i] = characters[rest % kinds];
            taken += compare(text);
        }
    }
    assert_true(taken > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
