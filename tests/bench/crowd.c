/* SPDX-License-Identifier: MIT */
/*
 * crowd SERVICE ACCOUNT ANSWER-FILE COUNT: COUNT logins by a PAM service of the host at once, each
 * in a process of its own that has loaded nothing yet. Prints the times from the common start to
 * the end of each, in microseconds, in their order.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contest.h"
#include "login.h"

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        give_up("clock_gettime: %s", strerror(errno));
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static _Noreturn void wait_and_log_in(const int gate[2], char **argv, const char *answer,
                                      double *end)
{
    char byte;
    (void)close(gate[1]);
    if (read(gate[0], &byte, 1) != 0) /* until the gate is closed, which opens it */
        give_up("the gate is broken");
    log_in(NULL, argv[1], argv[2], answer);
    *end = now();
    _exit(0);
}

static void await(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int status;
        if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
            give_up("a login failed");
    }
}

int main(int argc, char **argv)
{
    int gate[2];
    if (argc != 5)
        give_up("usage: crowd SERVICE ACCOUNT ANSWER-FILE COUNT");
    char *answer = read_file(NULL, argv[3]);
    const size_t count = number_of(argv[4]);
    double *ends =
        mmap(NULL, count * sizeof *ends, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ends == MAP_FAILED || pipe(gate) != 0)
        give_up("%s", strerror(errno));
    for (size_t i = 0; i < count; i++) {
        const pid_t child = fork();
        if (child < 0)
            give_up("fork: %s", strerror(errno));
        if (child == 0)
            wait_and_log_in(gate, argv, answer, &ends[i]);
    }
    const double start = now();
    (void)close(gate[1]);
    await(count);
    for (size_t i = 0; i < count; i++)
        (void)printf("%.0f\n", ends[i] - start);
    free(answer);
    return 0;
}
