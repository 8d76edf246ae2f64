/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/update.h"

#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "refresh/authorities.h"
#include "refresh/cachedir.h"
#include "token/jwks.h"

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static void free_keys(struct jwks **keys)
{
    cognito_jwks_free(*keys);
}

static bool parse(struct span set, struct report *report)
{
    struct complaint more = {{0}};
    struct jwks *keys OWNED(free_keys) = NULL;
    const enum cognito_status status = cognito_jwks_parse(set, &keys, &more);
    if (status == COGNITO_ACCEPTED) {
        report->keys = cognito_jwks_count(keys);
        return true;
    }
    const struct status_row *row = cognito_status_row(status);
    return cognito_complain(&report->why, "%s from %s: %s%s%s", row->code, report->uri, row->text,
                            more.text[0] == '\0' ? "" : ": ", more.text);
}

/* The server's word that nothing is newer counts only for the very file that it was given for, and
 * only as long as the module would take it. */
static bool is_of_this_file(const struct memory *memory, const struct cachedir *dir,
                            const char *pool, size_t *keys)
{
    struct imprint imprint;
    return memory->any && cognito_cachefile_imprint(dir, pool, &imprint) &&
           imprint_equal(&imprint, &memory->imprint) && cognito_cachefile_keys(dir, pool, keys);
}

static bool renew(const struct config *config, const struct cachedir *dir, struct report *report)
{
    return cognito_cachefile_renew(dir, config->user_pool) ||
           cognito_complain(&report->why, "%s: the time of the set cannot be set", dir->path);
}

static bool place(const struct config *config, const struct cachedir *dir, struct span set,
                  struct report *report)
{
    if (!parse(set, report))
        return false;
    if (cognito_cachefile_is(dir, config->user_pool, set) &&
        cognito_cachefile_renew(dir, config->user_pool))
        return true;
    report->changed = true;
    return cognito_cachefile_replace(dir, config->user_pool, set, &report->why);
}

static bool fetch_and_place(const struct config *config, struct span authorities,
                            const struct cachedir *dir, struct memory *memory,
                            struct report *report)
{
    size_t keys = 0;
    const bool known = is_of_this_file(memory, dir, config->user_pool, &keys);
    const struct fetch_request request = {.url = config->jwks_uri,
                                          .proxy = config->proxy,
                                          .authorities = authorities,
                                          .max_size = JWKS_SIZE_MAX,
                                          .known = known ? &memory->validators : NULL};
    struct secret body OWNED(cognito_secret_free) = {0};
    struct validators validators = {{0}, {0}};
    switch (cognito_fetch(&request, &body, &validators, &report->why)) {
    case FETCH_UNCHANGED:
        report->keys = keys;
        return renew(config, dir, report);
    case FETCH_READ:
        memory->any = false;
        memory->validators = validators;
        return place(config, dir, secret_span(&body), report);
    case FETCH_FAILED:
        break;
    }
    return false;
}

static void remember(const struct config *config, const struct cachedir *dir, struct memory *memory)
{
    memory->any = (memory->validators.etag[0] != '\0' || memory->validators.modified[0] != '\0') &&
                  cognito_cachefile_imprint(dir, config->user_pool, &memory->imprint);
}

/* Whether another process has put a set in place while we waited for it. */
static bool was_done_meanwhile(const struct config *config, const struct cachedir *dir,
                               const struct imprint *before, struct report *report)
{
    struct imprint now;
    return cognito_cachefile_imprint(dir, config->user_pool, &now) &&
           !imprint_equal(before, &now) &&
           cognito_cachefile_keys(dir, config->user_pool, &report->keys);
}

static enum outcome update(const struct config *config, struct memory *memory,
                           struct report *report)
{
    struct cachedir dir OWNED(cognito_cachedir_close) = {-1, NULL};
    struct safefile authorities OWNED(free_safefile) = {0};
    struct imprint before = {0};
    bool waited;
    if (!cognito_cachedir_open(config->cache_dir, &dir, &report->why) ||
        !cognito_authorities_read(config, &authorities, &report->why))
        return OUTCOME_HOST_FAILED;
    report->has_old = cognito_cachefile_imprint(&dir, config->user_pool, &before);
    report->old_age = (int64_t)time(NULL) - before.seconds;
    const int lock OWNED(close_descriptor) =
        cognito_cachedir_lock(&dir, config->user_pool, &waited, &report->why);
    if (lock < 0)
        return OUTCOME_POOL_FAILED;
    if (waited && was_done_meanwhile(config, &dir, &before, report))
        return OUTCOME_CURRENT;
    if (!fetch_and_place(config, secret_span(&authorities.content), &dir, memory, report)) {
        report->keys = 0;
        return OUTCOME_POOL_FAILED;
    }
    remember(config, &dir, memory);
    return OUTCOME_CURRENT;
}

struct report cognito_update(const struct config *config, struct memory *memory)
{
    struct report report = {.pool = config->user_pool, .outcome = OUTCOME_POOL_FAILED};
    if (update_needed(config)) {
        report.uri = config->jwks_uri;
        report.outcome = update(config, memory, &report);
    } else {
        report.uri = config->jwks_file;
        report.outcome = OUTCOME_PLACED;
    }
    return report;
}
