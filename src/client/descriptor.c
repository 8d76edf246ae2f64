/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#if !defined HAVE_PIPE2 || !defined HAVE_ACCEPT4

/* Closes DESCRIPTOR unless it could be set up. */
static int unless_failed(int descriptor, bool good)
{
    const int error = errno;
    if (descriptor < 0 || good)
        return descriptor;
    (void)close(descriptor);
    errno = error;
    return -1;
}

static bool keep(int descriptor)
{
    return descriptor >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

#endif

#ifdef HAVE_PIPE2

bool cognito_descriptor_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) == 0;
}

#else

bool cognito_descriptor_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return false;
    const bool good = keep(ends[0]) && keep(ends[1]);
    (void)unless_failed(ends[1], good);
    return unless_failed(ends[0], good) >= 0;
}

#endif

#ifdef HAVE_ACCEPT4

int cognito_descriptor_socket(int family)
{
    return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int cognito_descriptor_accept(int listening)
{
    return accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

#else

/* A new socket has no other flags that could be lost. */
static int set_up(int descriptor)
{
    return unless_failed(descriptor,
                         keep(descriptor) && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0);
}

int cognito_descriptor_socket(int family)
{
    return set_up(socket(family, SOCK_STREAM, 0));
}

int cognito_descriptor_accept(int listening)
{
    return set_up(accept(listening, NULL, NULL));
}

#endif
