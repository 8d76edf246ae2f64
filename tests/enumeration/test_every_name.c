/* SPDX-License-Identifier: MIT */
/*
 * Every account name of up to three bytes, against the words of accountname.h.
 */
#include "base/accountname.h"

#include "unit.h"

static bool is_forbidden(unsigned int byte)
{
    return byte <= 31 || byte == 127 || byte == '/' || byte == ':';
}

static void every_name_of_up_to_three_bytes(void **state)
{
    (void)state;
    size_t taken = 0;
    assert_false(cognito_account_name(span_of("", 0)));
    for (size_t len = 1; len <= 3; len++) {
        for (uint32_t bits = 0; bits < UINT32_C(1) << 8 * len; bits++) {
            const unsigned char name[3] = {(unsigned char)(bits & 0xff),
                                           (unsigned char)(bits >> 8 & 0xff),
                                           (unsigned char)(bits >> 16)};
            bool good = name[0] != '-';
            for (size_t i = 0; i < len; i++)
                good = good && !is_forbidden(name[i]);
            if (cognito_account_name(span_of(name, len)) != good)
                FAIL_ROW("%zu bytes: %02x %02x %02x\n", len, name[0], name[1], name[2]);
            taken += good;
        }
    }
    /* 221 bytes may stand in a name, 220 of them in front. */
    assert_int_equal(taken, 220 + 220 * 221 + 220 * 221 * 221);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_name_of_up_to_three_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
