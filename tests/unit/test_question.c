/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/question.h"

#define FIRST "Password (Cognito ID token): "
#define NEXT(n) "Password (Cognito ID token, continue after character " n "): "

static struct question ask(const char *prompt)
{
    return cognito_question_read(span_of_string(prompt));
}

static void the_first_prompt_is_known(void **state)
{
    (void)state;
    const struct question question = ask("(alice@bastion.example) " FIRST);
    assert_int_equal(question.kind, QUESTION_FIRST);
    assert_false(question.bare);
    assert_int_equal(question.after, 0);
    assert_true(span_is(question.asker, "alice@bastion.example"));
    assert_true(span_is(question.user, "alice"));
    assert_true(span_is(question.host, "bastion.example"));
}

static void a_continuation_is_known(void **state)
{
    (void)state;
    const struct question question = ask("(alice@b) " NEXT("1020"));
    assert_int_equal(question.kind, QUESTION_NEXT);
    assert_int_equal(question.after, 1020);
    assert_int_equal(ask("(alice@b) " NEXT("1")).after, 1);
}

static void the_bare_form_is_known(void **state)
{
    (void)state;
    const struct question first = ask(FIRST);
    assert_int_equal(first.kind, QUESTION_FIRST);
    assert_true(first.bare);
    assert_int_equal(first.asker.len, 0);
    const struct question next = ask(NEXT("500"));
    assert_int_equal(next.kind, QUESTION_NEXT);
    assert_true(next.bare);
    assert_int_equal(next.after, 500);
}

static void user_and_host_are_split_at_the_last_at(void **state)
{
    (void)state;
    const struct question question = ask("(a@b@c) " FIRST);
    assert_int_equal(question.kind, QUESTION_FIRST);
    assert_true(span_is(question.user, "a@b"));
    assert_true(span_is(question.host, "c"));
}

/* Whatever is not, whole, one of the prompts, is somebody else's; and then nothing is set. */
static void everything_else_is_other(void **state)
{
    (void)state;
    static const char *const prompts[] = {
        "",
        "(",
        "()",
        "() ",
        "(a@b)",
        "(a@b) ",
        "Password: ",
        "(a@b) Password: ",
        "(a@b) Password (Cognito ID token):",
        "(a@b) Password (Cognito ID token):  ",
        "(a@b) " FIRST "\n",
        "(a@b) password (Cognito ID token): ",
        " (a@b) " FIRST,
        "(a@b)" FIRST,
        "(a@b)  " FIRST,
        "x(a@b) " FIRST,
        "(a@b) (a@b) " FIRST,
        "(a@b) x " FIRST,
        "(a@b) " FIRST FIRST,
        "(ab) " FIRST,
        "(@b) " FIRST,
        "(a@) " FIRST,
        "(@) " FIRST,
        "(a b@c) " FIRST,
        "(a@b c) " FIRST,
        "(a@b\t) " FIRST,
        "(a@b\n) " FIRST,
        "(a\x7f@b) " FIRST,
        "((a@b) " FIRST,
        "(a@(b) " FIRST,
        "(a(x@b) " FIRST,
        "(a@b)) " FIRST,
        "(a@b)x) " FIRST,
        " " FIRST,
        "x" FIRST,
        "(a@b) " NEXT(""),
        "(a@b) " NEXT("0"),
        "(a@b) " NEXT("01"),
        "(a@b) " NEXT("+1"),
        "(a@b) " NEXT("-1"),
        "(a@b) " NEXT(" 1"),
        "(a@b) " NEXT("1 "),
        "(a@b) " NEXT("1x"),
        "(a@b) " NEXT("0x10"),
        "(a@b) " NEXT("1.0"),
        "(a@b) " NEXT("18446744073709551616"),
        "(a@b) " NEXT("99999999999999999999999999"),
        "(a@b) " NEXT("1") "x",
        "(a@b) " NEXT("1") NEXT("1"),
        "(a@b) Password (Cognito ID token, continue after character 1):",
        "(a@b) Password (Cognito ID token, continue after character 1",
        "(a@b) Password (Cognito ID token, continue after character ",
        "(a@b) Password (Cognito ID token, continue after character): ",
    };
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
        const struct question question = ask(prompts[i]);
        if (question.kind != QUESTION_OTHER)
            fail_msg("taken for ours: \"%s\"", prompts[i]);
        assert_int_equal(question.asker.len, 0);
        assert_int_equal(question.host.len, 0);
        assert_int_equal(question.after, 0);
    }
}

/* Each beginning of a prompt, and each with one byte changed, in memory of exactly its size. */
static void a_changed_prompt_is_other(void **state)
{
    (void)state;
    static const char prompt[] = "(a@b) " NEXT("1020");
    const size_t len = sizeof prompt - 1;
    for (size_t i = 0; i < len; i++) {
        unsigned char *part = malloc(len);
        assert_non_null(part);
        memcpy(part, prompt, len);
        const bool is_name = i == 1 || i == 3; /* another user or host, but still a question */
        part[i] = '#';
        if (!is_name)
            assert_int_equal(cognito_question_read(span_of(part, len)).kind, QUESTION_OTHER);
        free(part);
        unsigned char *beginning = malloc(i + 1);
        assert_non_null(beginning);
        memcpy(beginning, prompt, i);
        assert_int_equal(cognito_question_read(span_of(beginning, i)).kind, QUESTION_OTHER);
        free(beginning);
    }
}

static void a_nul_is_no_end(void **state)
{
    (void)state;
    static const char prompt[] = "(a@b) " FIRST "\0x";
    assert_int_equal(cognito_question_read(span_of(prompt, sizeof prompt - 1)).kind,
                     QUESTION_OTHER);
}

static bool has_echo(const char *prompt)
{
    return cognito_question_has_echo(span_of_string(prompt));
}

static void a_user_name_and_yes_or_no_are_no_secrets(void **state)
{
    (void)state;
    assert_true(has_echo("Username for 'https://git.example': "));
    assert_true(has_echo("Username: "));
    assert_true(has_echo("Are you sure you want to continue connecting (yes/no/[fingerprint])? "));
    assert_true(has_echo("Please type (yes/no"));
}

/* ssh writes (USER@HOST) before whatever a server asks. */
static void every_other_answer_is_a_secret(void **state)
{
    (void)state;
    static const char *const prompts[] = {
        "",
        "Password for 'https://alice@git.example': ",
        "Password: ",
        "alice@bastion.example's password: ",
        "Enter passphrase for key 'Username for ': ",
        "(alice@bastion.example) Username for 'https://git.example': ",
        "(alice@bastion.example) Username: ",
        "Username for 'https://git.example' and password: ",
        "Username for 'https://git.example'",
        "Username for ",
        "Username for 'x': and password",
        "Username:",
        "Username: x",
        "username: ",
        " Username: ",
        "(yes/n",
    };
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++)
        if (has_echo(prompts[i]))
            fail_msg("with echo: \"%s\"", prompts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_prompt_is_known),
        cmocka_unit_test(a_continuation_is_known),
        cmocka_unit_test(the_bare_form_is_known),
        cmocka_unit_test(user_and_host_are_split_at_the_last_at),
        cmocka_unit_test(everything_else_is_other),
        cmocka_unit_test(a_changed_prompt_is_other),
        cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(a_user_name_and_yes_or_no_are_no_secrets),
        cmocka_unit_test(every_other_answer_is_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
