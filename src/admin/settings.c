/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito check --show: the settings that hold for a service, as `key = value` lines, each with
 * where it is from behind a '#'.
 */
#include "admin/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/lines.h"
#include "base/safefile.h"

/* One pool, and where its settings may be from. */
struct source {
    const struct check_request *request;
    const struct config *config;
    const char *path;
    struct span text; /* of the file, which was taken */
};

/* ---- where from ---- */

static bool is_argument(const struct check_request *request, const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < request->argument_count; i++) {
        const char *argument = request->arguments[i];
        if (strncmp(argument, name, len) == 0 && (argument[len] == '=' || argument[len] == '\0'))
            return true;
    }
    return false;
}

/* The first line, before the sections or in that of the service, which wins; 0 if it is not set. */
static size_t line_of(const struct source *source, const char *name, bool *in_section)
{
    struct lines lines = {source->text, 0};
    struct span line;
    const char *fault;
    size_t found = 0;
    size_t section = 0;
    *in_section = false;
    while (cognito_lines_next(&lines, &line, &fault) == LINE_READ) {
        const struct span key = cognito_trim(span_first(line, span_position(line, '=')));
        if (line.len > 0 && line.data[0] == '[')
            section = lines.number;
        const bool ours = section != 0 && section == source->config->section;
        if ((section != 0 && !ours) || !span_is(key, name) || (found != 0 && *in_section == ours))
            continue;
        found = lines.number;
        *in_section = ours;
    }
    return found;
}

static void print_origin(const struct source *source, const char *name)
{
    bool in_section = false;
    const size_t line = line_of(source, name, &in_section);
    if (is_argument(source->request, name))
        (void)puts("  # argument");
    else if (line != 0)
        (void)printf("  # %s:%zu%s%s%s\n", source->path, line, in_section ? " [service " : "",
                     in_section ? source->request->service : "", in_section ? "]" : "");
    else
        (void)puts("  # default");
}

/* ---- values ---- */

/* In the largest unit of which it is a multiple. */
static void print_duration(int64_t seconds)
{
    static const struct {
        int64_t seconds;
        char letter;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    size_t i = 0;
    while (seconds % units[i].seconds != 0)
        i++;
    (void)printf("%" PRId64 "%c", seconds / units[i].seconds, units[i].letter);
}

static void print_list(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        (void)printf("%s%s", i == 0 ? "" : " ", list->items[i]);
    if (list->count == 0)
        (void)fputs("none", stdout);
}

/* Numbers below what may be set, and strings and lists that are not there, are none. */
static void print_value(const struct option_row *option, const void *place)
{
    const char *word = NULL;
    switch (option->type) {
    case OPTION_BOOLEAN:
        (void)fputs(*(const bool *)place ? "yes" : "no", stdout);
        break;
    case OPTION_NUMBER:
        (void)printf("%" PRId64, *(const int64_t *)place);
        break;
    case OPTION_DURATION:
        if (*(const int64_t *)place < option->min)
            (void)fputs("none", stdout);
        else
            print_duration(*(const int64_t *)place);
        break;
    case OPTION_WORD:
    case OPTION_PATH:
        word = *(char *const *)place;
        (void)fputs(word == NULL ? "none" : word, stdout);
        break;
    case OPTION_LIST:
        print_list(place);
        break;
    }
}

/* ---- all of it ---- */

static void print_settings(const struct source *source)
{
    size_t count;
    const struct option_row *table = cognito_config_options(&count);
    (void)printf("conf = %s  # %s\n", source->path,
                 is_argument(source->request, "conf") ? "argument" : "default");
    for (size_t i = 0; i < count; i++) {
        const struct option_row *option = &table[i];
        if (strcmp(option->name, "conf") == 0 || (option->flags & OPTION_NOT_YET))
            continue;
        (void)printf("%s = ", option->name);
        print_value(option, (const char *)source->config + option->offset);
        print_origin(source, option->name);
    }
}

static bool print_pool(const struct check_request *request, const struct config *config,
                       const char *path, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    const struct source source = {request, config, path, secret_span(&file.content)};
    print_settings(&source);
    cognito_secret_free(&file.content);
    return true;
}

bool cognito_settings_print(const struct check_request *request, struct complaint *why)
{
    struct configs configs = {0};
    bool good = true;
    if (!cognito_configs_read(request->service, request->argument_count, request->arguments,
                              &configs, why))
        return false;
    for (size_t i = 0; i < configs.count && good; i++) {
        const struct list *paths = &configs.items[i].paths;
        if (i > 0)
            (void)putchar('\n');
        good = print_pool(request, &configs.items[i],
                          paths->count == 0 ? CONFIG_DEFAULT_PATH : paths->items[i], why);
    }
    cognito_configs_free(&configs);
    return good;
}
