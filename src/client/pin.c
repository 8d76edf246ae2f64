/* SPDX-License-Identifier: MIT */
#include "client/pin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "base/safefile.h"
#include "client/compact.h"
#include "client/write.h"

enum {
    ASKER_END = '\n', /* no asker has white space */
    PIN_SIZE_MAX = TOKEN_SIZE_MAX + PATH_SIZE_MAX,
};

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static bool complain_errno(const struct pin *pin, struct complaint *why, int error)
{
    return cognito_complain(why, "the token cannot be pinned in %s: %s", pin->path,
                            cognito_error_words(error));
}

bool cognito_pin_open(const struct runtime_places *places, const struct parent *parent,
                      struct span asker, struct pin *pin, struct complaint *why)
{
    pin->asker = asker;
    (void)snprintf(pin->name, sizeof pin->name, "%" PRId64 "-%" PRId64, parent->pid,
                   parent->start); /* at most 41 characters */
    pin->folder = cognito_runtime_open(places, geteuid(), pin->path, why);
    return pin->folder >= 0;
}

void cognito_pin_close(struct pin *pin)
{
    close_descriptor(&pin->folder);
    pin->folder = -1;
}

static int open_to_wipe(const struct pin *pin, const char *name)
{
    return openat(pin->folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static void discard(const struct pin *pin, const char *name)
{
    const int descriptor OWNED(close_descriptor) = open_to_wipe(pin, name);
    if (descriptor >= 0)
        cognito_write_zeros(descriptor);
    (void)unlinkat(pin->folder, name, 0);
}

void cognito_pin_remove(const struct pin *pin)
{
    discard(pin, pin->name);
}

/* A time ahead of the clock is not to be relied on either. */
static bool is_fresh(int64_t mtime, int64_t now)
{
    return mtime <= now && now - mtime < PIN_SECONDS;
}

/* One that is a little ahead is being written at this moment, in the second after NOW was read. */
static bool is_left_behind(int64_t mtime, int64_t now)
{
    return now - mtime >= PIN_SECONDS || mtime - now >= PIN_SECONDS;
}

/*
 * Removes what earlier conversations left behind. Without a lock: should a pin be renewed just
 * between our look at it and its removal, its next prompt finds none and says so. Nothing mixes.
 */
static void sweep(const struct pin *pin, int64_t now)
{
    const int again = openat(pin->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (entries == NULL) {
        if (again >= 0)
            (void)close(again);
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        struct stat status;
        if (fstatat(pin->folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            !S_ISDIR(status.st_mode) && is_left_behind(status.st_mtime, now))
            discard(pin, entry->d_name);
    }
    (void)closedir(entries);
}

/* fchmod, because a umask may have taken away our own right to read it again. */
static bool fill(const struct pin *pin, const char *name, struct span token)
{
    const unsigned char end = ASKER_END;
    const int descriptor =
        openat(pin->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return false;
    const bool filled =
        fchmod(descriptor, 0600) == 0 && cognito_write_all(descriptor, pin->asker) &&
        cognito_write_all(descriptor, span_of(&end, 1)) && cognito_write_all(descriptor, token);
    const int error = errno;
    const bool closed = close(descriptor) == 0;
    if (!filled)
        errno = error;
    return filled && closed;
}

bool cognito_pin_write(const struct pin *pin, struct span token, int64_t now, struct complaint *why)
{
    char temporary[PIN_NAME_SIZE + 32];
    sweep(pin, now);
    (void)snprintf(temporary, sizeof temporary, "%s.%jd", pin->name, (intmax_t)getpid());
    const int before OWNED(close_descriptor) = open_to_wipe(pin, pin->name);
    if (!fill(pin, temporary, token) ||
        renameat(pin->folder, temporary, pin->folder, pin->name) != 0) {
        const int error = errno;
        discard(pin, temporary);
        return complain_errno(pin, why, error);
    }
    if (before >= 0)
        cognito_write_zeros(before);
    return true;
}

static bool take_token(const struct pin *pin, struct span content, struct secret *token,
                       struct complaint *why)
{
    const size_t end = span_position(content, ASKER_END);
    if (!span_equal(span_first(content, end), pin->asker))
        return cognito_complain(why, "the pinned token is for another host or user than this one");
    const struct span text = span_after(content, end + 1);
    struct span payload;
    struct complaint reason = {{0}};
    if (!cognito_compact_payload(text, &payload, &reason))
        return cognito_complain(why, "the pinned token %s", reason.text);
    return cognito_secret_append(token, text) || cognito_complain(why, "out of memory");
}

static bool complain_unread(enum safefile_result result, const struct complaint *reason,
                            struct complaint *why)
{
    if (result != SAFEFILE_MISSING)
        return cognito_complain(why, "the pinned token cannot be read: %s", reason->text);
    return cognito_complain(why, "no token is pinned for this conversation: it did not begin with "
                                 "this parent process, or the token was sent whole");
}

bool cognito_pin_read(const struct pin *pin, int64_t now, struct secret *token,
                      struct complaint *why)
{
    const struct safefile_rules rules = {.max_size = PIN_SIZE_MAX, .private = true};
    char path[PATH_SIZE_MAX + PIN_NAME_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", pin->path, pin->name);
    struct safefile file = {{0}, 0};
    struct complaint reason = {{0}};
    const enum safefile_result result = cognito_safefile_read(path, &rules, &file, &reason);
    if (result != SAFEFILE_READ)
        return complain_unread(result, &reason, why);
    const bool fresh = is_fresh(file.mtime, now);
    if (!fresh)
        cognito_pin_remove(pin);
    const bool taken =
        fresh ? take_token(pin, secret_span(&file.content), token, why)
              : cognito_complain(why, "the pinned token is more than %d seconds old; begin again",
                                 PIN_SECONDS);
    cognito_secret_free(&file.content);
    return taken;
}
