/* SPDX-License-Identifier: MIT */
#include "client/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/clock.h"
#include "client/descriptor.h"

enum {
    CHUNK = 4096,
    LOOK_AGAIN = 20, /* milliseconds */
};

struct running {
    pid_t pid;
    int output;       /* the reading end of its standard output */
    int64_t deadline; /* milliseconds of the monotonic clock */
};

/* What is left until the deadline, as poll takes it. */
static int time_left(const struct running *running)
{
    const int64_t left = running->deadline - cognito_clock_milliseconds();
    if (left <= 0)
        return 0;
    return left < INT_MAX ? (int)left : INT_MAX;
}

static bool complain_errno(struct complaint *why, const char *what, int error)
{
    return cognito_complain(why, "%s: %s", what, cognito_error_words(error));
}

/* In the child. An ignored SIGPIPE would stay ignored in everything the shell runs. */
static _Noreturn void become(const char *command, int output)
{
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        signal(SIGPIPE, SIG_DFL) != SIG_ERR)
        (void)execl("/bin/sh", "sh", "-c", "--", command, (char *)NULL);
    _exit(127);
}

static bool start(const char *command, int64_t milliseconds, struct running *running,
                  struct complaint *why)
{
    int ends[2];
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || !cognito_descriptor_pipe(ends)) {
        (void)complain_errno(why, "cannot be run", errno);
        return false;
    }
    const pid_t pid = fork();
    if (pid == 0)
        become(command, ends[1]);
    const int error = errno;
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        (void)complain_errno(why, "cannot be run", error);
        return false;
    }
    *running = (struct running){pid, ends[0], cognito_clock_milliseconds() + milliseconds};
    return true;
}

static bool complain_late(struct complaint *why)
{
    return cognito_complain(why, "took too long and was stopped");
}

/* Reads to the end of the output: until the command and all that it started have closed it. */
static bool drain(const struct running *running, size_t max, struct secret *output,
                  struct complaint *why)
{
    unsigned char chunk[CHUNK];
    bool drained = false;
    for (;;) {
        struct pollfd ready = {running->output, POLLIN, 0};
        const int polled = poll(&ready, 1, time_left(running));
        if (polled < 0 && errno == EINTR)
            continue;
        if (polled == 0) {
            (void)complain_late(why);
            break;
        }
        const ssize_t got = polled < 0 ? -1 : read(running->output, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            drained = got == 0 || complain_errno(why, "cannot be read", errno);
            break;
        }
        if (output->len + (size_t)got > max) {
            (void)cognito_complain(why, "gave more than %zu bytes", max);
            break;
        }
        if (!cognito_secret_append(output, span_of(chunk, (size_t)got))) {
            (void)cognito_complain(why, "cannot be read: out of memory");
            break;
        }
    }
    cognito_wipe(chunk, sizeof chunk);
    return drained;
}

static bool judge(int status, struct complaint *why)
{
    if (WIFSIGNALED(status))
        return cognito_complain(why, "was ended by signal %d", WTERMSIG(status));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return cognito_complain(why, "failed with exit status %d", WEXITSTATUS(status));
    return true;
}

/* Nearly always the command has ended when its output has; a look now and then bounds the rest. */
static bool reap(const struct running *running, struct complaint *why)
{
    for (;;) {
        int status;
        const pid_t ended = waitpid(running->pid, &status, WNOHANG);
        if (ended == running->pid)
            return judge(status, why);
        if (ended < 0 && errno != EINTR)
            return complain_errno(why, "cannot be waited for", errno);
        const int left = time_left(running);
        if (left == 0)
            break;
        (void)poll(NULL, 0, left < LOOK_AGAIN ? left : LOOK_AGAIN);
    }
    return complain_late(why);
}

/* After a failure: the child, if it has not been waited for yet, ends now. */
static void stop(const struct running *running, int signal_number)
{
    if (waitpid(running->pid, NULL, WNOHANG) != 0)
        return;
    (void)kill(running->pid, signal_number);
    while (waitpid(running->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

bool cognito_command_output(const char *command, const struct command_bounds *bounds,
                            struct secret *output, struct complaint *why)
{
    struct running running;
    if (!start(command, bounds->milliseconds, &running, why))
        return false;
    const bool drained = drain(&running, bounds->max_size, output, why);
    (void)close(running.output);
    const bool succeeded = drained && reap(&running, why);
    if (!succeeded)
        stop(&running, bounds->gently ? SIGTERM : SIGKILL);
    return succeeded;
}
