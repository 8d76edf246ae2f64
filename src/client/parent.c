/* SPDX-License-Identifier: MIT */
#include "client/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/jsonscan.h"

enum {
    STAT_SIZE = 2048, /* 52 fields of at most 20 digits, and a name */
    STATE_FIELD = 3,
    START_FIELD = 22,
};

bool cognito_parent_start(struct span stat, int64_t *start)
{
    size_t at = stat.len;
    while (at > 0 && stat.data[at - 1] != ')')
        at--;
    if (at == 0)
        return false;
    struct span rest = span_after(stat, at + 1);
    for (int field = STATE_FIELD; field < START_FIELD; field++)
        rest = span_after(rest, span_position(rest, ' ') + 1);
    const size_t len = span_position(rest, ' ');
    int64_t ticks;
    if (len == rest.len || !cognito_json_integer_text(span_first(rest, len), &ticks) || ticks <= 0)
        return false;
    *start = ticks;
    return true;
}

static bool read_start(pid_t pid, int64_t *start)
{
    char path[64];
    unsigned char stat[STAT_SIZE];
    if (snprintf(path, sizeof path, "/proc/%jd/stat", (intmax_t)pid) < 0)
        return false;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return false;
    ssize_t got;
    do
        got = read(descriptor, stat, sizeof stat); /* the kernel gives such a file whole */
    while (got < 0 && errno == EINTR);
    (void)close(descriptor);
    return got > 0 && cognito_parent_start(span_of(stat, (size_t)got), start);
}

struct parent cognito_parent(void)
{
    struct parent parent = {getppid(), 0};
    if (!read_start((pid_t)parent.pid, &parent.start))
        parent.start = 0;
    return parent;
}
