/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/fetcher.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "refresh/sandbox.h"

enum {
    PIPE_END = 3,     /* the child's only descriptor beyond the standard ones */
    CPU_SECONDS = 20, /* of a child, which needs a hundredth of one */
    LATE_MS = 500,    /* for a child that was killed, which needs a thousandth of that */
    LATE_STEP_MS = 5,
};

/* What goes through the pipe, in one write. */
struct parcel {
    struct report report;
    struct memory memory;
};

static_assert(sizeof(struct parcel) <= PIPE_BUF, "a parcel arrives whole or not at all");

/* ---- the child ---- */

/* It dies with its parent, of any signal that would end a program, and of too much work. */
static bool settle(pid_t parent, int pipe_end)
{
    static const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};
    sigset_t none;
    return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
           prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) == 0 &&
           getppid() == parent && setrlimit(RLIMIT_CPU, &cpu) == 0 &&
           (pipe_end == PIPE_END || dup2(pipe_end, PIPE_END) == PIPE_END) &&
           (close_range(PIPE_END + 1, ~0U, 0) == 0 || errno == ENOSYS);
}

static void fetch(const struct config *config, struct parcel *parcel)
{
    struct complaint why = {{0}};
    if (!cognito_sandbox_fetcher(config, 1, &why)) {
        parcel->report.why = why;
        parcel->report.outcome = OUTCOME_HOST_FAILED;
    } else if (!cognito_fetch_begin()) {
        (void)cognito_complain(&parcel->report.why, "libcurl could not begin");
    } else {
        parcel->report = cognito_update(config, &parcel->memory);
        cognito_fetch_end();
    }
}

static void run_child(const struct config *config, const struct memory *memory, pid_t parent,
                      int pipe_end)
{
    struct parcel parcel;
    memset(&parcel, 0, sizeof parcel);
    parcel.memory = *memory;
    if (!settle(parent, pipe_end))
        _exit(1);
    fetch(config, &parcel);
    const ssize_t written = write(PIPE_END, &parcel, sizeof parcel);
    _exit(written == (ssize_t)sizeof parcel ? 0 : 1);
}

/* ---- the parent ---- */

/* Whether the child PID, which was killed, has ended. One that the kernel holds up may never do. */
static bool has_ended(pid_t pid)
{
    static const struct timespec step = {0, LATE_STEP_MS * 1000000L};
    for (int left = LATE_MS / LATE_STEP_MS;; left--) {
        const pid_t ended = waitpid(pid, NULL, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR))
            return true;
        if (left == 0)
            return false;
        (void)nanosleep(&step, NULL);
    }
}

bool cognito_fetcher_start(const struct config *config, const struct memory *memory,
                           struct fetcher *fetcher, struct complaint *why)
{
    int ends[2];
    if (fetcher->late > 0 && !has_ended(fetcher->late))
        return cognito_complain(why, "the process of an earlier fetch has been killed and hangs");
    fetcher->late = 0;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return cognito_complain(why, "no pipe: %s", strerrordesc_np(errno));
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        run_child(config, memory, parent, ends[1]);
    const int error = errno;
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return cognito_complain(why, "no process: %s", strerrordesc_np(error));
    }
    *fetcher = (struct fetcher){pid, ends[0], 0};
    return true;
}

static void terminate(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

/* Strings that end, of printable characters, and values that exist. */
static bool is_well_formed(struct parcel *parcel)
{
    struct report *report = &parcel->report;
    struct memory *memory = &parcel->memory;
    terminate(report->why.text, sizeof report->why.text);
    terminate(memory->validators.etag, sizeof memory->validators.etag);
    terminate(memory->validators.modified, sizeof memory->validators.modified);
    switch (report->outcome) {
    case OUTCOME_POOL_FAILED:
    case OUTCOME_HOST_FAILED:
    case OUTCOME_CURRENT:
        return report->keys <= JWKS_KEYS_MAX;
    case OUTCOME_PLACED:
        break;
    }
    return false;
}

struct report cognito_fetcher_end(const struct config *config, struct fetcher *fetcher,
                                  struct memory *memory)
{
    struct parcel parcel;
    const ssize_t got = read(fetcher->pipe, &parcel, sizeof parcel);
    (void)kill(fetcher->pid, SIGKILL);
    (void)close(fetcher->pipe);
    *fetcher = (struct fetcher){0, -1, has_ended(fetcher->pid) ? 0 : fetcher->pid};
    if (got == (ssize_t)sizeof parcel && is_well_formed(&parcel)) {
        if (parcel.report.outcome == OUTCOME_CURRENT)
            *memory = parcel.memory;
    } else {
        memset(&parcel, 0, sizeof parcel);
        parcel.report.outcome = OUTCOME_POOL_FAILED;
        (void)cognito_complain(&parcel.report.why, "the fetch was ended before it told anything");
    }
    parcel.report.pool = config->user_pool;
    parcel.report.uri = config->jwks_uri;
    return parcel.report;
}
