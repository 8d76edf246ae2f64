/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

static FILE *to, *from;
static char *answer;
static size_t answer_size;

/* FUZZ_REFERENCE is the program. */
static void start(void)
{
    int down[2];
    int up[2];
    const char *program = getenv("FUZZ_REFERENCE");
    if (program == NULL || pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
        fuzz_fail("FUZZ_REFERENCE is not set, or there is no pipe");
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(down[0], STDIN_FILENO);
        (void)dup2(up[1], STDOUT_FILENO);
        (void)execl(program, program, (char *)NULL);
        _exit(127);
    }
    (void)close(down[0]);
    (void)close(up[1]);
    to = fdopen(down[1], "w");
    from = fdopen(up[0], "r");
    if (child < 0 || to == NULL || from == NULL)
        fuzz_fail("no reference: %m");
}

/* libFuzzer's alarm, which comes now and then, would end a read early. */
static void hold_alarm(int how)
{
    sigset_t alarm;
    if (sigemptyset(&alarm) != 0 || sigaddset(&alarm, SIGALRM) != 0 ||
        sigprocmask(how, &alarm, NULL) != 0)
        fuzz_fail("signals cannot be held: %m");
}

const char *reference_read(struct span text)
{
    if (to == NULL)
        start();
    hold_alarm(SIG_BLOCK);
    if (fprintf(to, "%zu\n", text.len) < 0 || fwrite(text.data, 1, text.len, to) != text.len ||
        fflush(to) != 0 || getdelim(&answer, &answer_size, '\0', from) < 0)
        fuzz_fail("the reference has ended: %m");
    hold_alarm(SIG_UNBLOCK);
    return answer;
}
