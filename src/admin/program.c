/* SPDX-License-Identifier: MIT */
#include "admin/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_RUN = 127 };

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

bool cognito_program_beside(const char *name, char path[PATH_SIZE_MAX], struct complaint *why)
{
    const size_t size = strlen(name) + 1;
    const ssize_t len = readlink("/proc/self/exe", path, PATH_SIZE_MAX - size);
    if (len <= 0)
        return cognito_complain(why, "/proc/self/exe: %s", strerrordesc_np(errno));
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return cognito_complain(why, "/proc/self/exe: no path");
    memcpy(slash + 1, name, size);
    return true;
}

/* execv(3) changes none of the words; that its type does not say so is for old programs. */
static void become(const char *const *words, int output)
{
    if (output < 0 || (dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0))
        (void)execv(words[0], (char *const *)(uintptr_t)words);
    _exit(NOT_RUN);
}

static void read_answer(int pipe, struct answer *answer)
{
    char rest[512];
    answer->len = 0;
    for (;;) {
        const bool room = answer->len < ANSWER_SIZE;
        const ssize_t got = room ? read(pipe, answer->text + answer->len, ANSWER_SIZE - answer->len)
                                 : read(pipe, rest, sizeof rest);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        answer->len += room ? (size_t)got : 0;
    }
    answer->text[answer->len] = '\0';
}

static bool await(pid_t child, const char *path, int *status, struct complaint *why)
{
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return cognito_complain(why, "%s could not be waited for", path);
    if (!WIFEXITED(ended))
        return cognito_complain(why, "%s was ended by a signal", path);
    if (WEXITSTATUS(ended) == NOT_RUN)
        return cognito_complain(why, "%s could not be run", path);
    *status = WEXITSTATUS(ended);
    return true;
}

bool cognito_program_run(const char *const *words, struct answer *answer, int *status,
                         struct complaint *why)
{
    int ends[2] = {-1, -1};
    if (access(words[0], X_OK) != 0)
        return cognito_complain(why, "%s: %s", words[0], strerrordesc_np(errno));
    if (answer != NULL && pipe2(ends, O_CLOEXEC) != 0)
        return cognito_complain(why, "no pipe: %s", strerrordesc_np(errno));
    const int from OWNED(close_descriptor) = ends[0];
    (void)fflush(stdout); /* what was printed comes before what it prints */
    const pid_t child = fork();
    if (child == 0)
        become(words, ends[1]);
    if (ends[1] >= 0)
        (void)close(ends[1]);
    if (child < 0)
        return cognito_complain(why, "no process: %s", strerrordesc_np(errno));
    if (answer != NULL)
        read_answer(from, answer);
    return await(child, words[0], status, why);
}
