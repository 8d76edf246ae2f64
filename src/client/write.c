/* SPDX-License-Identifier: MIT */
#include "client/write.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

bool cognito_write_all(int descriptor, struct span bytes)
{
    while (bytes.len > 0) {
        const ssize_t wrote = write(descriptor, bytes.data, bytes.len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote == 0)
            errno = EIO;
        if (wrote <= 0)
            return false;
        bytes = span_after(bytes, (size_t)wrote);
    }
    return true;
}

void cognito_write_zeros(int descriptor)
{
    static const unsigned char zeros[4096];
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    for (off_t at = 0; at < status.st_size;) {
        const off_t left = status.st_size - at;
        const size_t len = left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros;
        const ssize_t wrote = pwrite(descriptor, zeros, len, at);
        if (wrote <= 0)
            return;
        at += wrote;
    }
}
