/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

enum { FILES_MAX = 256 }; /* open at once; two or three dozen are used */

static void free_buffer(char **buffer)
{
    free(*buffer);
}

/* Else the first file that is opened would be somebody's standard output. */
static bool open_standard_descriptors(void)
{
    for (int wanted = 0; wanted <= 2; wanted++) {
        if (fcntl(wanted, F_GETFD) >= 0)
            continue;
        if (errno != EBADF || open("/dev/null", O_RDWR) != wanted)
            return false;
    }
    return true;
}

/* Limits that whoever started us has set could stop a write half-way, or a process. Root takes them
 * away, anybody else can only go up to the hard ones; what stays shows as an error in its place. */
static void reset_limits(void)
{
    static const enum __rlimit_resource which[] = {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_AS,
                                                   RLIMIT_NPROC};
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    for (size_t i = 0; i < sizeof which / sizeof which[0]; i++) {
        struct rlimit limit;
        if (setrlimit(which[i], &none) == 0 || getrlimit(which[i], &limit) != 0)
            continue;
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(which[i], &limit);
    }
}

static bool ignore_signal(int number)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    return sigaction(number, &ignore, NULL) == 0;
}

bool cognito_confinement_begin(struct complaint *why)
{
    if (clearenv() != 0)
        return cognito_complain(why, "the environment could not be cleared");
    (void)umask(S_IWGRP | S_IWOTH);
    if (!open_standard_descriptors())
        return cognito_complain(why, "/dev/null could not be opened for descriptors 0 to 2");
    if (close_range(3, ~0U, 0) != 0 && errno != ENOSYS)
        return cognito_complain(why, "inherited descriptors could not be closed");
    reset_limits();
    if (!ignore_signal(SIGPIPE) || !ignore_signal(SIGXFSZ))
        return cognito_complain(why, "signals could not be ignored");
    return true;
}

bool cognito_confinement_needed(void)
{
    return getuid() == 0 || geteuid() == 0;
}

bool cognito_refresher_find(const char *name, struct refresher *refresher, struct complaint *why)
{
    const struct escaped shown = cognito_escape(span_of_string(name));
    char *buffer OWNED(free_buffer) = malloc(PASSWD_BUFFER_MAX);
    if (buffer == NULL)
        return cognito_complain(why, "out of memory");
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwnam_r(name, &entry, buffer, PASSWD_BUFFER_MAX, &found) != 0)
        return cognito_complain(why, "refresh_user %s: the look-up failed", shown.text);
    if (found == NULL)
        return cognito_complain(why, "refresh_user %s: no such user", shown.text);
    if (found->pw_uid == 0)
        return cognito_complain(why, "refresh_user %s: this is root; name another", shown.text);
    *refresher = (struct refresher){found->pw_uid, found->pw_gid};
    return true;
}

static bool is_nobody_else(const struct refresher *who)
{
    uid_t uids[3];
    gid_t gids[3];
    return getresuid(&uids[0], &uids[1], &uids[2]) == 0 && uids[0] == who->uid &&
           uids[1] == who->uid && uids[2] == who->uid &&
           getresgid(&gids[0], &gids[1], &gids[2]) == 0 && gids[0] == who->gid &&
           gids[1] == who->gid && gids[2] == who->gid && getgroups(0, NULL) == 0;
}

bool cognito_refresher_become(const struct refresher *refresher, struct complaint *why)
{
    /* Groups first: without root they could not be given up. */
    if (setgroups(0, NULL) != 0 || setresgid(refresher->gid, refresher->gid, refresher->gid) != 0 ||
        setresuid(refresher->uid, refresher->uid, refresher->uid) != 0)
        return cognito_complain(why, "refresh_user: the change of user failed: %s",
                                strerrordesc_np(errno));
    /* With CAP_SETUID kept, by some inherited setting, this would be no change at all. */
    if (!is_nobody_else(refresher) || setuid(0) == 0)
        return cognito_complain(why, "refresh_user: the change of user did not last");
    return true;
}

bool cognito_confinement_seal(struct complaint *why)
{
    static const struct rlimit no_core = {0, 0};
    struct rlimit files;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0 ||
        prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0 ||
        getrlimit(RLIMIT_NOFILE, &files) != 0)
        return cognito_complain(why, "the process could not be sealed: %s", strerrordesc_np(errno));
    if (files.rlim_max > FILES_MAX)
        files = (struct rlimit){FILES_MAX, FILES_MAX};
    else
        files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files); /* not where another guard forbids it */
    return true;
}
