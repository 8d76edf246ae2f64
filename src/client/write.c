/* SPDX-License-Identifier: MIT */
#include "client/write.h"

#include <errno.h>
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
