/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client/refreshstore.h"

#include <stdio.h>

#include "base/limits.h"
#include "client/keptfile.h"

/* The second word of a refresh token's label. */
#define MANAGED "managed-login"
#define DIRECT "direct"
#define RETIRED "revoke" /* after a logout that could not reach the pool */

struct file_name {
    char text[PROFILE_NAME_MAX + 16];
};

static struct kept file_of(const struct store *store, struct file_name *name)
{
    (void)snprintf(name->text, sizeof name->text, "%s.refresh", store->profile->name);
    return (struct kept){store->state, store->state_path, name->text};
}

#ifdef HAVE_LIBSECRET

#include "client/vault.h"

static enum kept_result read_entry(const struct store *store, size_t max_size,
                                   struct secret *content, struct complaint *why)
{
    return cognito_vault_read(store->profile->name, max_size, content, why);
}

static enum kept_result look_at_entry(const struct store *store, size_t max_size,
                                      struct secret *content, bool *locked, struct complaint *why)
{
    return cognito_vault_look(store->profile->name, max_size, content, locked, why);
}

static bool reclaim_entry(const struct store *store, struct complaint *why)
{
    (void)store;
    (void)why;
    return true; /* the service's entries are nobody else's */
}

static bool write_entry(const struct store *store, struct span first, struct span second,
                        struct complaint *why)
{
    return cognito_vault_write(store->profile->name, first, second, why);
}

static bool remove_entry(const struct store *store, struct complaint *why)
{
    return cognito_vault_remove(store->profile->name, why);
}

#else

static enum kept_result read_entry(const struct store *store, size_t max_size,
                                   struct secret *content, struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = file_of(store, &name);
    return cognito_kept_read(&kept, max_size, content, why);
}

static enum kept_result look_at_entry(const struct store *store, size_t max_size,
                                      struct secret *content, bool *locked, struct complaint *why)
{
    *locked = false;
    return read_entry(store, max_size, content, why);
}

static bool reclaim_entry(const struct store *store, struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = file_of(store, &name);
    return cognito_kept_reclaim(&kept, why);
}

static bool write_entry(const struct store *store, struct span first, struct span second,
                        struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = file_of(store, &name);
    return cognito_kept_replace(&kept, first, second, why);
}

static bool remove_entry(const struct store *store, struct complaint *why)
{
    (void)store;
    (void)why;
    return true; /* the file, which goes anyway, is the entry */
}

#endif

static enum store_found read_content(const struct store *store, struct secret *content,
                                     struct complaint *why)
{
    return cognito_store_found(
        read_entry(store, REFRESH_TOKEN_MAX + STORE_LABEL_SIZE, content, why));
}

static enum store_found take_usable(const struct store *store, struct span content,
                                    struct secret *token, bool *managed)
{
    *managed = cognito_store_take(store, MANAGED, content, token);
    return *managed || cognito_store_take(store, DIRECT, content, token) ? STORE_FOUND : STORE_NONE;
}

enum store_found cognito_store_refresh(const struct store *store, struct secret *token,
                                       bool *managed, struct complaint *why)
{
    struct secret content OWNED(cognito_secret_free) = {0};
    const enum store_found found = read_content(store, &content, why);
    return found == STORE_FOUND ? take_usable(store, secret_span(&content), token, managed) : found;
}

enum store_found cognito_store_has_refresh(const struct store *store, struct complaint *why)
{
    struct secret content OWNED(cognito_secret_free) = {0};
    struct secret token OWNED(cognito_secret_free) = {0};
    bool locked = false;
    bool managed;
    const enum store_found found = cognito_store_found(
        look_at_entry(store, REFRESH_TOKEN_MAX + STORE_LABEL_SIZE, &content, &locked, why));
    return found == STORE_FOUND && !locked
               ? take_usable(store, secret_span(&content), &token, &managed)
               : found;
}

enum store_found cognito_store_retired(const struct store *store, struct secret *token,
                                       struct complaint *why)
{
    struct secret content OWNED(cognito_secret_free) = {0};
    const enum store_found found = read_content(store, &content, why);
    if (found != STORE_FOUND)
        return found;
    return cognito_store_take(store, RETIRED, secret_span(&content), token) ? STORE_FOUND
                                                                            : STORE_NONE;
}

enum store_found cognito_store_refresh_to_revoke(const struct store *store, struct secret *token,
                                                 struct complaint *why)
{
    static const char *const ways[] = {MANAGED, DIRECT, RETIRED};
    struct secret content OWNED(cognito_secret_free) = {0};
    const enum store_found found =
        reclaim_entry(store, why) ? read_content(store, &content, why) : STORE_REFUSED;
    if (found != STORE_FOUND)
        return found;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (cognito_store_take(store, ways[i], secret_span(&content), token))
            return STORE_FOUND;
    (void)cognito_complain(why,
                           "the refresh token that is kept for the profile %s belongs to another "
                           "pool or app client, and was not revoked: set user_pool and client_id "
                           "back, and run cognito-login logout again",
                           store->profile->name);
    return STORE_REFUSED;
}

bool cognito_store_retire_refresh(const struct store *store, struct span token,
                                  struct complaint *why)
{
    struct store_label words = {{0}};
    return write_entry(store, cognito_store_label(store, RETIRED, &words), token, why);
}

bool cognito_store_put_refresh(const struct store *store, struct span token, bool managed,
                               struct complaint *why)
{
    struct store_label words = {{0}};
    return write_entry(store, cognito_store_label(store, managed ? MANAGED : DIRECT, &words), token,
                       why);
}

/* A file that a build without libsecret left goes as well. */
bool cognito_store_drop_refresh(const struct store *store, struct complaint *why)
{
    struct file_name name = {{0}};
    const struct kept kept = file_of(store, &name);
    const bool gone = cognito_kept_remove(&kept, why);
    return remove_entry(store, why) && gone;
}
