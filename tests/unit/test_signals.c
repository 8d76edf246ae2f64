/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/signals.h"

/* A pipe with nothing in it, or one byte. */
static int input(const char *bytes, size_t len, int ends[2])
{
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, len), (ssize_t)len);
    return ends[0];
}

static void close_both(const int ends[2])
{
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void a_signal_is_received_and_not_delivered(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM};
    int ends[2];
    const int quiet = input("", 0, ends);
    struct signals signals;
    assert_true(cognito_signals_hold(&signals));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int number = 0;
        assert_int_equal(kill(getpid(), numbers[i]), 0);
        assert_int_equal(cognito_signals_wait(&signals, quiet, &number), SIGNALS_ONE);
        assert_int_equal(number, numbers[i]);
    }
    cognito_signals_release(&signals);
    close_both(ends);
}

static void input_is_told(void **state)
{
    (void)state;
    int ends[2];
    int number = 0;
    const int ready = input("x", 1, ends);
    struct signals signals;
    assert_true(cognito_signals_hold(&signals));
    assert_int_equal(cognito_signals_wait(&signals, ready, &number), SIGNALS_INPUT);
    assert_int_equal(number, 0);
    cognito_signals_release(&signals);
    close_both(ends);
}

/* Else the input, which comes second, would be told. */
static void a_signal_comes_before_input_and_an_ignored_one_does_not_count(void **state)
{
    (void)state;
    int ends[2];
    int number = 0;
    const int ready = input("x", 1, ends);
    struct signals signals;
    assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR);
    assert_true(cognito_signals_hold(&signals));
    assert_int_equal(kill(getpid(), SIGHUP), 0);
    assert_int_equal(cognito_signals_wait(&signals, ready, &number), SIGNALS_INPUT);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    assert_int_equal(cognito_signals_wait(&signals, ready, &number), SIGNALS_ONE);
    assert_int_equal(number, SIGTERM);
    cognito_signals_release(&signals);
    assert_true(signal(SIGHUP, SIG_DFL) != SIG_ERR);
    close_both(ends);
}

/* How a child ends that runs LAST with a pending SIGTERM. */
static int ends_by(void (*last)(struct signals *signals))
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct signals signals;
        if (cognito_signals_hold(&signals) && kill(getpid(), SIGTERM) == 0)
            last(&signals);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void release(struct signals *signals)
{
    cognito_signals_release(signals);
}

static void receive_and_let_through(struct signals *signals)
{
    int number = 0;
    if (cognito_signals_wait(signals, STDIN_FILENO, &number) == SIGNALS_ONE)
        cognito_signals_let_through(number);
}

static void receive_only(struct signals *signals)
{
    int number = 0;
    if (cognito_signals_wait(signals, STDIN_FILENO, &number) == SIGNALS_ONE)
        cognito_signals_release(signals);
}

static void what_was_held_back_does_its_work_afterwards(void **state)
{
    (void)state;
    assert_int_equal(ends_by(release), SIGTERM);
    assert_int_equal(ends_by(receive_and_let_through), SIGTERM);
    assert_int_equal(ends_by(receive_only), 0);
}

static void those_that_end_a_program_can_be_held_alone(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int status = 0;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct signals signals;
            if (!cognito_signals_hold_ends(&signals) || cognito_signals_pending(&signals) ||
                kill(getpid(), numbers[i]) != 0 || !cognito_signals_pending(&signals))
                _exit(1);
            cognito_signals_release(&signals);
            _exit(2);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == numbers[i]);
    }
    struct signals signals;
    sigset_t blocked;
    assert_true(cognito_signals_hold_ends(&signals));
    assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &blocked), 0);
    assert_int_equal(sigismember(&blocked, SIGTSTP), 0);
    cognito_signals_release(&signals);
}

int main(void)
{
    /* Who runs the tests in the background passes on that these are ignored. */
    static const int passed_on[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_that_end_a_program_can_be_held_alone),
        cmocka_unit_test(a_signal_is_received_and_not_delivered),
        cmocka_unit_test(input_is_told),
        cmocka_unit_test(a_signal_comes_before_input_and_an_ignored_one_does_not_count),
        cmocka_unit_test(what_was_held_back_does_its_work_afterwards),
    };
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        if (signal(passed_on[i], SIG_DFL) == SIG_ERR)
            return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
