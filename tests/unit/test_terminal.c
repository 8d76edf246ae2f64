/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/terminal.h"

static void tamed(const char *text, const char *expected)
{
    unsigned char copy[64];
    const size_t len = strlen(text);
    assert_true(len < sizeof copy);
    memcpy(copy, text, len);
    cognito_terminal_tame(copy, len);
    if (!span_equal(span_of(copy, len), span_of_string(expected)))
        fail_msg("%s became %.*s", expected, (int)len, (const char *)copy);
}

static void what_commands_a_terminal_is_replaced(void **state)
{
    (void)state;
    tamed("\x1b[2J\a\b\r\x7f", "?[2J????");
    tamed("\xc2\x9b"
          "31m\xc2\x80\xc2\x9f",
          "??31m????");
}

static void text_stays(void **state)
{
    (void)state;
    tamed("Enter passphrase\n\tfor 'k\xc3\xb6nig' \xc2\xa0\xe2\x82\xac: ",
          "Enter passphrase\n\tfor 'k\xc3\xb6nig' \xc2\xa0\xe2\x82\xac: ");
    tamed("\xc2", "\xc2");
    tamed("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_commands_a_terminal_is_replaced),
        cmocka_unit_test(text_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
