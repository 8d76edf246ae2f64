/* SPDX-License-Identifier: MIT */
/* What sudoers says about prompts and PAM services, with the files that it includes. */
#include "admin/checks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/safefile.h"

enum { INCLUDES_MAX = 16 };

#define SUDOERS "/etc/sudoers"

struct sudoers {
    bool overrides;                /* the last word about passprompt_override */
    char overrider[PATH_SIZE_MAX]; /* the file that says so */
    char service[128];             /* pam_service, or empty */
    char askpass_service[128];
    struct complaint why; /* what could not be read */
};

static bool read_sudoers(struct sudoers *sudoers, const char *path, int depth);

/* ---- Defaults ---- */

/* The value of NAME=VALUE, without quotes; false if WORD is something else. */
static bool take_value(struct span word, const char *name, char value[128])
{
    const size_t len = strlen(name);
    if (!span_equal(span_first(word, len), span_of_string(name)) || word.len <= len ||
        word.data[len] != '=')
        return false;
    word = span_after(word, len + 1);
    if (word.len >= 2 && word.data[0] == '"' && word.data[word.len - 1] == '"')
        word = span_first(span_after(word, 1), word.len - 2);
    (void)snprintf(value, 128, "%.*s", (int)(word.len < 127 ? word.len : 127), word.data);
    return true;
}

static void take_default(struct sudoers *sudoers, struct span word, const char *path)
{
    word = cognito_trim(word);
    if (span_is(word, "passprompt_override")) {
        sudoers->overrides = true;
        (void)snprintf(sudoers->overrider, sizeof sudoers->overrider, "%s", path);
    } else if (span_is(word, "!passprompt_override")) {
        sudoers->overrides = false;
    } else if (!take_value(word, "pam_service", sudoers->service)) {
        (void)take_value(word, "pam_askpass_service", sudoers->askpass_service);
    }
}

/* Defaults, Defaults:USER, Defaults!COMMAND ... and settings separated by commas. */
static void take_defaults(struct sudoers *sudoers, struct span line, const char *path)
{
    const struct span first = cognito_next_word(&line);
    if (!span_equal(span_first(first, 8), span_of_string("Defaults")))
        return;
    while (line.len > 0) {
        const size_t end = span_position(line, ',');
        take_default(sudoers, span_first(line, end), path);
        line = span_after(line, end + 1);
    }
}

/* ---- includes ---- */

/* sudoers(5): names with a dot in them or a tilde at their end are not read. */
static int wanted(const struct dirent *entry)
{
    const size_t len = strlen(entry->d_name);
    return strchr(entry->d_name, '.') == NULL && len > 0 && entry->d_name[len - 1] != '~';
}

static bool read_folder(struct sudoers *sudoers, const char *folder, int depth)
{
    struct dirent **entries = NULL;
    char path[PATH_SIZE_MAX];
    bool good = true;
    const int count = scandir(folder, &entries, wanted, alphasort);
    for (int i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%.3000s/%s", folder, entries[i]->d_name);
        good = good && read_sudoers(sudoers, path, depth + 1);
        free(entries[i]);
    }
    free(entries);
    return good;
}

/* @include, @includedir, and their old spelling with a '#'. */
static bool take_include(struct sudoers *sudoers, struct span line, int depth, bool *taken)
{
    char path[PATH_SIZE_MAX];
    const struct span word = cognito_next_word(&line);
    const bool file = span_is(word, "@include") || span_is(word, "#include");
    const bool folder = span_is(word, "@includedir") || span_is(word, "#includedir");
    *taken = file || folder;
    if (!*taken)
        return true;
    const struct span name = cognito_trim(line);
    const char *above = name.len > 0 && name.data[0] == '/' ? "" : "/etc/";
    (void)snprintf(path, sizeof path, "%s%.*s", above,
                   (int)(name.len < PATH_SIZE_MAX / 2 ? name.len : 0), name.data);
    return folder ? read_folder(sudoers, path, depth) : read_sudoers(sudoers, path, depth + 1);
}

static bool take_lines(struct sudoers *sudoers, struct span text, const char *path, int depth)
{
    while (text.len > 0) {
        bool taken = false;
        const size_t end = span_position(text, '\n');
        const struct span line = cognito_trim(span_first(text, end));
        text = span_after(text, end + 1);
        if (!take_include(sudoers, line, depth, &taken))
            return false;
        if (!taken && line.len > 0 && line.data[0] != '#')
            take_defaults(sudoers, line, path);
    }
    return true;
}

static void unfold(struct secret *text)
{
    for (size_t i = 0; i + 1 < text->len; i++)
        if (text->data[i] == '\\' && text->data[i + 1] == '\n')
            text->data[i] = text->data[i + 1] = ' ';
}

static bool read_sudoers(struct sudoers *sudoers, const char *path, int depth)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    if (depth > INCLUDES_MAX)
        return cognito_complain(&sudoers->why, "%s: included too deep", path);
    if (cognito_safefile_read(path, &rules, &file, &sudoers->why) != SAFEFILE_READ)
        return false;
    unfold(&file.content);
    const bool good = take_lines(sudoers, secret_span(&file.content), path, depth);
    cognito_secret_free(&file.content);
    return good;
}

/* ---- findings ---- */

static void report(const struct sudoers *sudoers, const char *service, struct findings *findings)
{
    const size_t before = findings->count;
    if (sudoers->overrides)
        cognito_find(findings, FINDING_FAIL, "sudo", "remove it, or say !passprompt_override",
                     "%s: passprompt_override replaces our prompts, so the parts of a token are "
                     "lost",
                     sudoers->overrider);
    if (strcmp(service, "sudo") == 0 && sudoers->service[0] != '\0' &&
        strcmp(sudoers->service, service) != 0)
        cognito_find(findings, FINDING_FAIL, "sudo", "check --service with that name",
                     "pam_service is %s: sudo does not use the service sudo", sudoers->service);
    if (findings->count > before)
        return;
    if (strcmp(service, "sudo") == 0 && sudoers->askpass_service[0] != '\0')
        cognito_find(findings, FINDING_OK, "sudo", "",
                     "sudoers leaves our prompts as they are; sudo -A uses another service, "
                     "check --service %s",
                     sudoers->askpass_service);
    else
        cognito_find(findings, FINDING_OK, "sudo", "", "sudoers leaves our prompts as they are");
}

void cognito_check_sudo(const char *service, struct findings *findings)
{
    struct sudoers *sudoers = calloc(1, sizeof *sudoers);
    if (sudoers == NULL)
        return;
    if (read_sudoers(sudoers, SUDOERS, 0))
        report(sudoers, service, findings);
    else
        cognito_find(findings, FINDING_WARN, "sudo", "run this as root, and mend what is named",
                     "%s", sudoers->why.text);
    free(sudoers);
}
