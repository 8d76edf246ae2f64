/* SPDX-License-Identifier: MIT */
/*
 * Reading a file of the person's own that holds no secrets: the profiles. Less strict than
 * base/safefile.h, which is for hosts and for tokens, in two ways. Symbolic links are followed, as
 * those who keep their settings in a repository have them. And the person's own primary group may
 * write, if nobody else is in it, as under the umask 002 of many systems.
 */
#ifndef COGNITO_CLIENT_OWNFILE_H
#define COGNITO_CLIENT_OWNFILE_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/safefile.h"
#include "base/secret.h"

/*
 * Reads the whole of PATH, which has to be absolute: a regular file of at most MAX bytes. It, every
 * directory and every link on the way to it has to belong to root or to the effective user, and
 * nobody else may be able to write to any of them, but to a directory of root's that is sticky, as
 * /tmp is. CONTENT is the caller's. On anything but SAFEFILE_READ it is untouched, and WHY names
 * what is at fault, and the command that fixes it.
 */
MUST_USE enum safefile_result cognito_ownfile_read(const char *path, size_t max,
                                                   struct secret *content, struct complaint *why);

#endif
