/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/bell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/safefile.h"
#include "refresh/syserror.h"

enum { TAKEN_AT_ONCE = 4096 }; /* datagrams; the kernel queues far fewer */

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static int take_lock(const char *path, struct complaint *why)
{
    char folder_path[sizeof((struct sockaddr_un *)NULL)->sun_path] = "";
    const char *slash = strrchr(path, '/');
    if (slash != NULL && slash > path && (size_t)(slash - path) < sizeof folder_path)
        memcpy(folder_path, path, (size_t)(slash - path));
    const int folder OWNED(close_descriptor) = cognito_safefolder_open(folder_path, why);
    if (folder < 0)
        return -1;
    int lock OWNED(close_descriptor) =
        openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
               S_IRUSR | S_IWUSR);
    if (lock < 0) {
        (void)cognito_complain_errno(why, folder_path, "the lock cannot be opened", errno);
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        (void)cognito_complain(why, "%s: another cognito-refresh --watch has it", path);
        return -1;
    }
    const int taken = lock;
    lock = -1;
    return taken;
}

/* A socket gets its mode from the umask alone, when it is bound. */
static bool bind_private(int descriptor, const struct sockaddr_un *address)
{
    const mode_t before = umask(S_IXUSR | S_IRWXG | S_IRWXO);
    const bool bound = bind(descriptor, (const struct sockaddr *)address, sizeof *address) == 0;
    (void)umask(before);
    return bound;
}

bool cognito_bell_open(const char *path, struct bell *bell, struct complaint *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return cognito_complain(why, "%s: too long for a socket", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int lock OWNED(close_descriptor) = take_lock(path, why);
    if (lock < 0)
        return false;
    int descriptor OWNED(close_descriptor) =
        socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return cognito_complain_errno(why, path, "no socket", errno);
    /* With the lock in hand, one that is there is a dead process's. */
    if (unlink(path) != 0 && errno != ENOENT)
        return cognito_complain_errno(why, path, "cannot be removed", errno);
    if (!bind_private(descriptor, &address))
        return cognito_complain_errno(why, path, "the socket cannot be made", errno);
    *bell = (struct bell){path, descriptor, lock};
    descriptor = -1;
    lock = -1;
    return true;
}

bool cognito_bell_rung(const struct bell *bell)
{
    unsigned char byte;
    bool any = false;
    for (int i = 0; i < TAKEN_AT_ONCE; i++) {
        if (recv(bell->socket, &byte, sizeof byte, MSG_DONTWAIT) < 0)
            return any;
        any = true;
    }
    return any;
}

void cognito_bell_close(struct bell *bell)
{
    if (bell->path == NULL)
        return;
    (void)unlink(bell->path);
    close_descriptor(&bell->socket);
    close_descriptor(&bell->lock);
    *bell = (struct bell){NULL, -1, -1};
}
