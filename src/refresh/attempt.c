/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/attempt.h"

#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "host/keycache.h"
#include "refresh/cachedir.h"
#include "refresh/cachename.h"
#include "refresh/newfile.h"

#define GOOD "current"
#define BAD "failed: "

enum { LINE_SIZE = COMPLAINT_MAX + sizeof BAD "\n" };

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static bool keep(const struct config *config, struct span line)
{
    char name[NAME_MAX + 1];
    struct cachedir dir OWNED(cognito_cachedir_close) = {-1, NULL};
    struct newfile file OWNED(cognito_newfile_remove) = {-1, ""};
    return name_attempt(config->user_pool, name) &&
           cognito_cachedir_open(config->cache_dir, &dir, NULL) &&
           cognito_newfile_write(&dir, config->user_pool, "the last attempt", line, &file, NULL) &&
           cognito_newfile_rename(&file, name);
}

void cognito_attempt_keep(const struct config *config, bool good, const struct complaint *words)
{
    char line[LINE_SIZE];
    const int len = good ? snprintf(line, sizeof line, GOOD "\n")
                         : snprintf(line, sizeof line, BAD "%s\n", words->text);
    if (len > 0 && (size_t)len < sizeof line)
        (void)keep(config, span_of(line, (size_t)len));
}

/* One line, and one that we write. */
static bool parse(struct span text, struct attempt *attempt)
{
    const size_t end = span_position(text, '\n');
    const struct span line = span_first(text, end);
    const struct span bad = span_of_string(BAD);
    attempt->good = span_is(line, GOOD);
    if (end + 1 != text.len || !(attempt->good || span_equal(span_first(line, bad.len), bad)))
        return false;
    const struct span words = span_after(line, attempt->good ? line.len : bad.len);
    (void)cognito_complain(&attempt->words, "%.*s", (int)words.len, (const char *)words.data);
    return true;
}

static bool find_path(const struct config *config, const char *name, char path[PATH_SIZE_MAX])
{
    const int len = snprintf(path, PATH_SIZE_MAX, "%s/%s", config->cache_dir, name);
    return len > 0 && len < PATH_SIZE_MAX;
}

void cognito_attempt_forget(const struct config *config)
{
    char name[NAME_MAX + 1];
    char path[PATH_SIZE_MAX];
    if (name_attempt(config->user_pool, name) && find_path(config, name, path))
        (void)unlink(path);
    if (name_lock(config->user_pool, name) && find_path(config, name, path))
        (void)unlink(path);
}

enum attempt_result cognito_attempt_read(const struct config *config, struct attempt *attempt,
                                         struct complaint *why)
{
    struct safefile_owner owner;
    const struct safefile_rules rules = {.max_size = LINE_SIZE, .owner = &owner};
    struct safefile file OWNED(free_safefile) = {0};
    struct attempt found = {.good = false};
    char name[NAME_MAX + 1];
    char path[PATH_SIZE_MAX];
    if (!name_attempt(config->user_pool, name) || !find_path(config, name, path))
        return ATTEMPT_NONE;
    if (cognito_keycache_owner(config, &owner, why) != COGNITO_ACCEPTED)
        return ATTEMPT_REFUSED;
    switch (cognito_safefile_read(path, &rules, &file, why)) {
    case SAFEFILE_MISSING:
        return ATTEMPT_NONE;
    case SAFEFILE_READ:
        break;
    case SAFEFILE_REFUSED:
    case SAFEFILE_NO_MEMORY:
        return ATTEMPT_REFUSED;
    }
    if (!parse(secret_span(&file.content), &found)) {
        (void)cognito_complain(why, "%s: not what cognito-refresh writes", path);
        return ATTEMPT_REFUSED;
    }
    found.at = file.mtime;
    *attempt = found;
    return ATTEMPT_READ;
}
