/* SPDX-License-Identifier: MIT */
#include "admin/setupstate.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/replacement.h"
#include "base/lines.h"
#include "base/safefile.h"
#include "base/secret.h"

#define DIRECTORY LEDGER_PARENT
#define CACHE "/var/cache/pam_cognito"

enum { STATE_SIZE_MAX = 4096, DIRECTORY_MODE = 0755 };

static const struct replacement files = {SETUP_STATE_PATH, SETUP_STATE_PATH ".new",
                                         SETUP_STATE_PATH ".old"};

/* A line of the file for each that holds. */
static const struct {
    const char *word;
    size_t offset;
} words[] = {
    {"made " DIRECTORY, offsetof(struct setup_state, made_directory)},
    {"made " CACHE, offsetof(struct setup_state, made_cache)},
    {"cognito-refresh was disabled", offsetof(struct setup_state, unit_disabled)},
    {"cognito-refresh was stopped", offsetof(struct setup_state, unit_stopped)},
};

enum { WORDS = sizeof words / sizeof words[0] };

static bool *member(struct setup_state *state, size_t i)
{
    return (bool *)((char *)state + words[i].offset);
}

static bool take_line(struct setup_state *state, struct span line)
{
    for (size_t i = 0; i < WORDS; i++)
        if (span_is(line, words[i].word))
            return *member(state, i) = true;
    return false;
}

void cognito_setupstate_read(struct setup_state *state)
{
    static const struct safefile_rules rules = {.max_size = STATE_SIZE_MAX, .private = true};
    struct safefile file = {0};
    struct span line;
    const char *fault = NULL;
    *state = (struct setup_state){0};
    if (cognito_safefile_read(files.path, &rules, &file, NULL) != SAFEFILE_READ)
        return;
    struct lines lines = {secret_span(&file.content), 0};
    enum line_step step = LINE_READ;
    bool good = true;
    while (good && (step = cognito_lines_next(&lines, &line, &fault)) == LINE_READ)
        good = take_line(state, line);
    if (good && step == LINE_END)
        state->known = true;
    else
        *state = (struct setup_state){0};
    cognito_secret_free(&file.content);
}

void cognito_setupstate_look(struct setup_state *state)
{
    (void)unlink(files.new_path);
    state->made_directory = access(DIRECTORY, F_OK) != 0 || rmdir(DIRECTORY) == 0;
    state->made_cache = access(CACHE, F_OK) != 0;
}

static bool compose(const struct setup_state *state, struct secret *text)
{
    struct setup_state copy = *state;
    bool good =
        cognito_secret_append(text,
                              span_of_string("# What `pam-cognito setup --undo' has to know.\n"));
    for (size_t i = 0; good && i < WORDS; i++)
        if (*member(&copy, i))
            good = cognito_secret_append(text, span_of_string(words[i].word)) &&
                   cognito_secret_append(text, span_of_string("\n"));
    return good;
}

bool cognito_setupstate_write(const struct setup_state *state, struct complaint *why)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    if (!compose(state, &text))
        return cognito_complain(why, "out of memory");
    if (mkdir(DIRECTORY, DIRECTORY_MODE) != 0 && errno != EEXIST)
        return cognito_complain(why, DIRECTORY ": %s", strerrordesc_np(errno));
    if (cognito_replacement_write(&files, secret_span(&text), why) &&
        (chmod(files.new_path, S_IRUSR | S_IWUSR) == 0 ||
         cognito_complain(why, "%s: %s", files.new_path, strerrordesc_np(errno))) &&
        cognito_replacement_commit(&files, why))
        return true;
    (void)cognito_setupstate_remove(state);
    return false;
}

bool cognito_setupstate_remove(const struct setup_state *state)
{
    (void)unlink(files.new_path);
    const bool there = unlink(files.path) == 0;
    if (state->made_cache)
        (void)rmdir(CACHE);
    if (state->made_directory)
        (void)rmdir(DIRECTORY);
    return there;
}
