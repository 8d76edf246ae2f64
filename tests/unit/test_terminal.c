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
    struct secret found OWNED(cognito_secret_free) = {0};
    assert_true(cognito_terminal_tame(span_of_string(text), &found));
    if (!span_is(secret_span(&found), expected))
        fail_msg("%s became %.*s", expected, (int)found.len, (const char *)found.data);
}

static void what_commands_a_terminal_is_escaped(void **state)
{
    (void)state;
    tamed("\x1b[2J\a\b\r\x7f", "\\x1b[2J\\x07\\x08\\x0d\\x7f");
    tamed("\xc2\x9b"
          "31m\xc2\x80\xc2\x9f",
          "\\xc2\\x9b31m\\xc2\\x80\\xc2\\x9f");
}

/* As a terminal takes them that does not read UTF-8, or gives up on what is malformed. */
static void control_characters_as_bytes_are_escaped(void **state)
{
    (void)state;
    tamed("\x9b"
          "31m\x80\x9f.",
          "\\x9b31m\\x80\\x9f.");
    tamed("\xc3\x9b", "\xc3\x9b");                  /* a letter */
    tamed("\xe2\x82\x9b\x9b", "\xe2\x82\x9b\\x9b"); /* a character, and a byte behind it */
    tamed("\xe2\x9b[", "\xe2\\x9b[");               /* cut */
    tamed("\xe2\x9b", "\xe2\\x9b");
    tamed("\xc1\x9b", "\xc1\\x9b"); /* overlong */
    tamed("\xe0\x82\x9b", "\xe0\\x82\\x9b");
    tamed("\xf0\x82\x80\xae", "\xf0\\x82\\x80\xae");
    tamed("\xf8\x88\x80\x80\x80", "\xf8\\x88\\x80\\x80\\x80");
}

static void what_turns_the_text_or_is_invisible_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"a\u202eb", "a\\xe2\\x80\\xaeb"},      {"\u202a", "\\xe2\\x80\\xaa"},
        {"\u202d", "\\xe2\\x80\\xad"},          {"\u200b", "\\xe2\\x80\\x8b"},
        {"\u200e", "\\xe2\\x80\\x8e"},          {"\u200f", "\\xe2\\x80\\x8f"},
        {"\u2066", "\\xe2\\x81\\xa6"},          {"\u2069", "\\xe2\\x81\\xa9"},
        {"\ufeff", "\\xef\\xbb\\xbf"},          {"\u061c", "\\xd8\\x9c"},
        {"\u2028", "\\xe2\\x80\\xa8"},          {"\u2060", "\\xe2\\x81\\xa0"},
        {"\U000e0041", "\\xf3\\xa0\\x81\\x81"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tamed(rows[i].text, rows[i].expected);
}

static void text_stays(void **state)
{
    (void)state;
    tamed("Enter passphrase\n\tfor 'k\xc3\xb6nig' \xc2\xa0\xe2\x82\xac: ",
          "Enter passphrase\n\tfor 'k\xc3\xb6nig' \xc2\xa0\xe2\x82\xac: ");
    tamed("\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\uff00\U0001f511",
          "\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\uff00\U0001f511");
    tamed("\xc2", "\xc2");
    tamed("\xf6 \xa0\xff", "\xf6 \xa0\xff"); /* of another character set */
    tamed("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_commands_a_terminal_is_escaped),
        cmocka_unit_test(control_characters_as_bytes_are_escaped),
        cmocka_unit_test(what_turns_the_text_or_is_invisible_is_escaped),
        cmocka_unit_test(text_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
