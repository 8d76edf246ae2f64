/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/command.h"

static const struct command_bounds usual = {1000, 60000, false};

static bool run(const char *command, const struct command_bounds *bounds, const char *expected,
                struct complaint *why)
{
    struct secret output = {0};
    const bool ran = cognito_command_output(command, bounds, &output, why);
    if (ran)
        assert_true(span_is(secret_span(&output), expected));
    cognito_secret_free(&output);
    return ran;
}

static int64_t seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec;
}

static void the_output_is_read(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_true(run("printf 'a\\nb'; printf 'noise\\n' >&2", &usual, "a\nb", &why));
    assert_true(run(":", &usual, "", &why));
    assert_true(run("-x 2>/dev/null; echo dash", &usual, "dash\n", &why));
}

static void input_is_nothing(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_true(run("cat; readlink /proc/self/fd/0", &usual, "/dev/null\n", &why));
}

static void a_failure_is_none(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_false(run("echo token; exit 3", &usual, "", &why));
    assert_string_equal(why.text, "failed with exit status 3");
    assert_false(run("echo token; kill -9 $$", &usual, "", &why));
    assert_string_equal(why.text, "was ended by signal 9");
}

static void the_size_is_bounded(void **state)
{
    (void)state;
    const struct command_bounds four = {4, 60000, false};
    struct complaint why = {{0}};
    assert_true(run("printf 1234", &four, "1234", &why));
    assert_false(run("printf 12345", &four, "", &why));
    assert_string_equal(why.text, "gave more than 4 bytes");
    assert_false(run("exec yes", &usual, "", &why)); /* for ever */
    assert_string_equal(why.text, "gave more than 1000 bytes");
}

/* Three ways to last: silent, with its output closed, and with a child that keeps it open. */
static void the_time_is_bounded(void **state)
{
    (void)state;
    static const char *const commands[] = {"exec sleep 600", "exec >/dev/null; exec sleep 600",
                                           "sleep 5 & echo token"};
    const struct command_bounds soon = {1000, 300, false};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct complaint why = {{0}};
        const int64_t start = seconds();
        assert_false(run(commands[i], &soon, "", &why));
        assert_string_equal(why.text, "took too long and was stopped");
        assert_true(seconds() - start < 5);
    }
}

/* What has to be finished first is, however long that takes. */
static void a_command_that_is_stopped_gently_may_finish(void **state)
{
    (void)state;
    const struct command_bounds soon = {1000, 300, true};
    struct complaint why = {{0}};
    char path[] = "/tmp/test_command.XXXXXX";
    char command[256];
    const int made = mkstemp(path);
    assert_true(made >= 0);
    assert_int_equal(close(made), 0);
    assert_true(snprintf(command, sizeof command,
                         "trap 'sleep 0.5; rm %s; exit 0' TERM; while :; do sleep 0.1; done",
                         path) > 0);
    assert_false(run(command, &soon, "", &why));
    assert_string_equal(why.text, "took too long and was stopped");
    assert_int_equal(access(path, F_OK), -1);
}

/* ssh and sudo may hand down anything. */
static void inherited_dispositions_do_no_harm(void **state)
{
    (void)state;
    struct complaint why = {{0}};
    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    assert_false(run("kill -s PIPE $$; echo alive", &usual, "", &why));
    assert_string_equal(why.text, "was ended by signal 13");
    assert_true(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_output_is_read),
        cmocka_unit_test(input_is_nothing),
        cmocka_unit_test(a_failure_is_none),
        cmocka_unit_test(the_size_is_bounded),
        cmocka_unit_test(the_time_is_bounded),
        cmocka_unit_test(a_command_that_is_stopped_gently_may_finish),
        cmocka_unit_test(inherited_dispositions_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
