/* SPDX-License-Identifier: MIT */
/*
 * Every base64url group: all of two and of three bytes, and all of four that are made of the
 * alphabet and its neighbours, against the arithmetic of RFC 4648 section 4. With ENUMERATE=all,
 * all of four bytes whatever.
 */
#include <stdlib.h>

#include "base/base64url.h"
#include "unit.h"

/* RFC 4648 section 5, by the order of ASCII and without a table. */
static int value_of(unsigned int c)
{
    if (c >= 'A' && c <= 'Z')
        return (int)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (int)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (int)(c - '0') + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* The number that LEN characters make, or -1 if they are no group: the bits that are left over
 * beyond whole bytes have to be zero. */
static int64_t number_of(const unsigned char *text, size_t len)
{
    int64_t number = 0;
    for (size_t i = 0; i < len; i++) {
        const int value = value_of(text[i]);
        if (value < 0)
            return -1;
        number = number * 64 + value;
    }
    const int spare = len == 2 ? 16 : len == 3 ? 4 : 1;
    return number % spare == 0 ? number / spare : -1;
}

static void compare(const unsigned char *text, size_t len, int64_t number)
{
    unsigned char out[4] = {0xee, 0xee, 0xee, 0xee};
    const bool taken = cognito_base64url_decode(span_of(text, len), out);
    bool good = taken == (number >= 0) && taken == cognito_base64url_valid(span_of(text, len));
    for (size_t i = 0; good && taken && i < len - 1; i++, number /= 256)
        good = out[len - 2 - i] == number % 256;
    /* Nothing behind the bytes of the group is touched, whatever becomes of it. */
    for (size_t i = len - 1; i < sizeof out; i++)
        good = good && out[i] == 0xee;
    if (!good)
        FAIL_ROW("%zu characters: %02x %02x %02x %02x\n", len, text[0], text[1],
                 len > 2 ? text[2] : 0, len > 3 ? text[3] : 0);
}

static void every_group_of_two_or_three(void **state)
{
    (void)state;
    size_t taken = 0;
    for (size_t len = 2; len <= 3; len++) {
        for (uint32_t bits = 0; bits < UINT32_C(1) << 8 * len; bits++) {
            const unsigned char text[3] = {(unsigned char)(bits & 0xff),
                                           (unsigned char)(bits >> 8 & 0xff),
                                           (unsigned char)(bits >> 16)};
            const int64_t number = number_of(text, len);
            compare(text, len, number);
            taken += number >= 0;
        }
    }
    assert_int_equal(taken, 256 + 65536); /* each byte string has one text */
}

/* The bytes that groups of four are made of: the alphabet, what stands next to it, what other forms
 * of base64 have, and the ends of the range. */
static size_t bytes_to_try(unsigned char bytes[256])
{
    const bool all = getenv("ENUMERATE") != NULL && strcmp(getenv("ENUMERATE"), "all") == 0;
    size_t count = 0;
    for (unsigned int c = 0; c < 256; c++)
        if (all || value_of(c) >= 0 || strchr("@[`{/:,.+=^", (int)c) != NULL || c == 0xff)
            bytes[count++] = (unsigned char)c;
    return count;
}

static void every_group_of_four(void **state)
{
    (void)state;
    unsigned char bytes[256];
    const size_t count = bytes_to_try(bytes);
    uint64_t taken = 0;
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++)
            for (size_t c = 0; c < count; c++)
                for (size_t d = 0; d < count; d++) {
                    const unsigned char text[4] = {bytes[a], bytes[b], bytes[c], bytes[d]};
                    const int64_t number = number_of(text, 4);
                    compare(text, 4, number);
                    taken += number >= 0;
                }
    assert_int_equal(taken, UINT64_C(1) << 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_group_of_two_or_three),
                                       cmocka_unit_test(every_group_of_four)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
