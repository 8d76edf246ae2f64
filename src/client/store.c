/* SPDX-License-Identifier: MIT */
#include "client/store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/clock.h"
#include "client/keptfile.h"

enum {
    FILE_NAME_SIZE = PROFILE_NAME_MAX + 16,
    LOOK_AGAIN = 20, /* milliseconds */
};

static bool open_folders(const struct places *places, bool state, bool runtime, struct store *store,
                         struct complaint *why)
{
    if (state)
        store->state = cognito_places_open_state(places, geteuid(), store->state_path, why);
    if (runtime && (!state || store->state >= 0))
        store->runtime = cognito_places_open_runtime(places, geteuid(), store->runtime_path, why);
    if ((!state || store->state >= 0) && (!runtime || store->runtime >= 0))
        return true;
    cognito_store_close(store);
    return false;
}

bool cognito_store_open(const struct places *places, const struct profile *profile,
                        struct store *store, struct complaint *why)
{
    *store = (struct store){.profile = profile, .state = -1, .runtime = -1, .lock = -1};
    return open_folders(places, true, true, store, why);
}

bool cognito_store_look(const struct places *places, const struct profile *profile,
                        struct store *store, struct complaint *why)
{
    *store = (struct store){.profile = profile, .state = -1, .runtime = -1, .lock = -1};
    return open_folders(places, cognito_places_has_state(places),
                        cognito_places_has_runtime(places, geteuid()), store, why);
}

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
    *descriptor = -1;
}

void cognito_store_close(struct store *store)
{
    close_one(&store->lock);
    close_one(&store->runtime);
    close_one(&store->state);
}

/* ---- the lock ---- */

/* A look now and then, since flock has no time limit of its own and alarms are the process's. */
bool cognito_store_lock(struct store *store, int64_t seconds, struct complaint *why)
{
    char name[FILE_NAME_SIZE];
    (void)snprintf(name, sizeof name, "%s.lock", store->profile->name);
    store->lock = openat(store->state, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (store->lock < 0)
        return cognito_complain(why, "%s/%s: %s", store->state_path, name,
                                cognito_error_words(errno));
    const int64_t deadline = cognito_clock_milliseconds() + seconds * 1000;
    while (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return cognito_complain(why, "%s/%s: %s", store->state_path, name,
                                    cognito_error_words(errno));
        if (cognito_clock_milliseconds() >= deadline)
            return cognito_complain(why,
                                    "another cognito-login is at work on the profile %s, and "
                                    "has not finished in time",
                                    store->profile->name);
        (void)poll(NULL, 0, LOOK_AGAIN);
    }
    return true;
}

/* ---- files ---- */

struct file_name {
    char text[FILE_NAME_SIZE];
};

static struct kept id_file(const struct store *store, struct file_name *name)
{
    (void)snprintf(name->text, sizeof name->text, "%s.id", store->profile->name);
    return (struct kept){store->runtime, store->runtime_path, name->text};
}

struct span cognito_store_label(const struct store *store, const char *way,
                                struct store_label *label)
{
    const int len = snprintf(label->text, sizeof label->text, "%s %s %s\n",
                             store->profile->user_pool, store->profile->client_id, way);
    return span_of(label->text, len < 0 ? 0 : (size_t)len);
}

bool cognito_store_take(const struct store *store, const char *way, struct span content,
                        struct secret *token)
{
    struct store_label words = {{0}};
    const struct span expected = cognito_store_label(store, way, &words);
    if (!span_equal(span_first(content, expected.len), expected))
        return false;
    struct span rest = span_after(content, expected.len);
    if (rest.len > 0 && rest.data[rest.len - 1] == '\n')
        rest.len--;
    return rest.len > 0 && cognito_secret_append(token, rest);
}

enum store_found cognito_store_found(enum kept_result result)
{
    switch (result) {
    case KEPT_READ:
        return STORE_FOUND;
    case KEPT_MISSING:
        return STORE_NONE;
    default:
        return STORE_REFUSED;
    }
}

enum store_found cognito_store_id(const struct store *store, struct secret *token,
                                  struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = id_file(store, &name);
    struct secret content OWNED(cognito_secret_free) = {0};
    const enum store_found found = cognito_store_found(
        cognito_kept_read(&kept, TOKEN_SIZE_MAX + STORE_LABEL_SIZE, &content, why));
    if (found != STORE_FOUND)
        return found;
    return cognito_store_take(store, "id", secret_span(&content), token) ? STORE_FOUND : STORE_NONE;
}

bool cognito_store_put_id(const struct store *store, struct span token, struct complaint *why)
{
    struct file_name name = {{0}};
    struct store_label words = {{0}};
    const struct kept kept = id_file(store, &name);
    return cognito_kept_write(&kept, cognito_store_label(store, "id", &words), token, why);
}

bool cognito_store_drop_id(const struct store *store, struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = id_file(store, &name);
    return cognito_kept_remove(&kept, why);
}
