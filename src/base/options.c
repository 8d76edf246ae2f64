/* SPDX-License-Identifier: MIT */
#include "base/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/lines.h"

enum { OPTIONS_MAX = 64 }; /* equivalent: no table is as large */

/* What the module's sections are of. */
#define SERVICE "service"

/* Where a value stands, and what has been set there. */
struct scope {
    const struct options *options;
    const char *path;       /* of the file; NULL: arguments */
    size_t line;            /* from 1 */
    unsigned int forbidden; /* flags of the options that may not stand here */
    bool in_section;
    bool applies;                     /* the section names the service, or there is no section */
    bool seen[OPTIONS_MAX];           /* in this section, or before all sections */
    struct option_sections *sections; /* NULL: arguments have none */
    struct complaint *why;
};

static bool complain(const struct scope *scope, const char *name, const char *what)
{
    if (scope->path == NULL)
        return cognito_complain(scope->why, "argument %s: %s", name, what);
    return cognito_complain(scope->why, "%s:%zu: %s: %s", scope->path, scope->line, name, what);
}

/* ---- lists ---- */

bool cognito_list_append(struct list *list, struct span item)
{
    char *copy = strndup((const char *)item.data, item.len);
    if (copy == NULL)
        return false;
    char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL) {
        free(copy);
        return false;
    }
    list->items = items;
    list->items[list->count++] = copy;
    return true;
}

bool cognito_list_has(const struct list *list, struct span item)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_is(item, list->items[i]))
            return true;
    return false;
}

void cognito_list_free(struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct list){0};
}

static bool is_one_word(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= 0x20 || text.data[i] > 0x7e)
            return false;
    return text.len > 0;
}

/* ---- values ---- */

/* A value of any type, before it is stored. */
struct value {
    bool boolean;
    int64_t number;
    struct span text;
};

static bool parse_boolean(struct span text, struct value *value)
{
    value->boolean = span_is(text, "yes");
    return value->boolean || span_is(text, "no");
}

static bool parse_digits(struct span text, int64_t *number)
{
    int64_t sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || i == 15)
            return false;
        sum = sum * 10 + (text.data[i] - '0');
    }
    *number = sum;
    return text.len > 0;
}

static bool parse_duration(struct span text, int64_t *seconds)
{
    static const struct {
        unsigned char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    int64_t unit = 1;
    /* equivalent: no value is empty, and a unit alone is no number */
    for (size_t i = 0; text.len > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (text.data[text.len - 1] == units[i].letter) {
            unit = units[i].seconds;
            text.len--;
            break;
        }
    }
    /* equivalent: no number of 15 digits is at the bound */
    if (!parse_digits(text, seconds) || *seconds > INT64_MAX / unit)
        return false;
    *seconds *= unit;
    return true;
}

static bool parse_number(const struct scope *scope, const struct option_row *option,
                         struct span text, int64_t *number)
{
    const bool duration = option->type == OPTION_DURATION;
    if (duration ? !parse_duration(text, number) : !parse_digits(text, number))
        return complain(scope, option->name,
                        duration ? "a duration was expected, such as 90, 15m, 1h or 7d"
                                 : "a number was expected");
    if (*number >= option->min && *number <= option->max)
        return true;
    if (scope->path == NULL)
        return cognito_complain(scope->why, "argument %s: not from %lld to %lld", option->name,
                                (long long)option->min, (long long)option->max);
    return cognito_complain(scope->why, "%s:%zu: %s: not from %lld to %lld", scope->path,
                            scope->line, option->name, (long long)option->min,
                            (long long)option->max);
}

static bool parse_word(const struct scope *scope, const struct option_row *option, struct span text)
{
    if (!is_one_word(text))
        return complain(scope, option->name, "one value was expected, printable, without spaces");
    const char *fault = option->fault == NULL ? NULL : option->fault(text);
    if (fault != NULL)
        return complain(scope, option->name, fault);
    return true;
}

static bool parse_list(const struct scope *scope, const struct option_row *option, struct span text)
{
    size_t count = 0;
    for (struct span word = cognito_next_word(&text); word.len > 0;
         word = cognito_next_word(&text)) {
        /* Comments do not stand behind values: their words would be taken for more of them. */
        if (word.data[0] == '#')
            return complain(scope, option->name, "a comment stands on a line of its own");
        if (!parse_word(scope, option, word))
            return false;
        count++;
    }
    if (count == 0)
        return complain(scope, option->name, "at least one value was expected");
    if (count > CONFIG_LIST_MAX)
        return complain(scope, option->name, "too many values");
    return true;
}

static bool parse_path(const struct scope *scope, const struct option_row *option, struct span text)
{
    /* equivalent: a slash alone ends in one */
    if (text.len < 2 || text.len >= PATH_SIZE_MAX || text.data[0] != '/' ||
        text.data[text.len - 1] == '/')
        return complain(scope, option->name, "an absolute path was expected");
    return true;
}

static bool parse_value(const struct scope *scope, const struct option_row *option,
                        struct span text, struct value *value)
{
    value->text = text;
    switch (option->type) {
    case OPTION_BOOLEAN:
        if (!parse_boolean(text, value))
            return complain(scope, option->name, "yes or no was expected");
        return true;
    case OPTION_NUMBER:
    case OPTION_DURATION:
        return parse_number(scope, option, text, &value->number);
    case OPTION_WORD:
        return parse_word(scope, option, text);
    case OPTION_PATH:
        return parse_path(scope, option, text);
    case OPTION_LIST:
        return parse_list(scope, option, text);
    }
    return complain(scope, option->name, "an option of an unknown type");
}

/* ---- storing ---- */

static bool store_string(char **string, struct span text)
{
    char *copy = strndup((const char *)text.data, text.len);
    if (copy == NULL)
        return false;
    free(*string);
    *string = copy;
    return true;
}

/* A list that continues in the same scope grows; one of an earlier scope is replaced. */
static bool store_list(struct list *list, struct span text, bool continued)
{
    if (!continued)
        cognito_list_free(list);
    for (struct span word = cognito_next_word(&text); word.len > 0; word = cognito_next_word(&text))
        if (list->count >= CONFIG_LIST_MAX || !cognito_list_append(list, word))
            return false;
    return true;
}

static bool store(const struct options *options, const struct option_row *option,
                  const struct value *value, bool continued)
{
    void *place = (char *)options->base + option->offset;
    switch (option->type) { /* unreachable: any other type; parse_value has refused it */
    case OPTION_BOOLEAN:
        *(bool *)place = value->boolean;
        return true;
    case OPTION_NUMBER:
    case OPTION_DURATION:
        *(int64_t *)place = value->number;
        return true;
    case OPTION_WORD:
    case OPTION_PATH:
        return store_string(place, value->text);
    case OPTION_LIST:
        return store_list(place, value->text, continued);
    }
    return false; /* unreachable: as above */
}

void cognito_options_free(const struct options *options)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option_row *option = &options->table[i];
        void *place = (char *)options->base + option->offset;
        if (option->flags & OPTION_NOT_YET)
            continue;
        if (option->type == OPTION_WORD || option->type == OPTION_PATH) {
            free(*(char **)place);
            *(char **)place = NULL;
        } else if (option->type == OPTION_LIST) {
            cognito_list_free(place);
        }
    }
}

/* ---- one setting ---- */

static const struct option_row *find(const struct options *options, struct span key)
{
    for (size_t i = 0; i < options->count; i++)
        if (span_is(key, options->table[i].name))
            return &options->table[i];
    return NULL;
}

static bool may_stand_here(const struct scope *scope, const struct option_row *option)
{
    if (option->flags & OPTION_NOT_YET)
        return complain(scope, option->name, "not yet supported");
    if (option->flags & scope->forbidden)
        return complain(scope, option->name,
                        scope->path == NULL ? "only the configuration file can set this"
                                            : "only an argument can set this");
    if (scope->in_section && !(option->flags & OPTION_IN_SERVICE))
        return cognito_complain(scope->why, "%s:%zu: %s: cannot be set in a [%s] section",
                                scope->path, scope->line, option->name, scope->sections->kind);
    return true;
}

/* One `key = value`, or a bare key where HAS_VALUE is false. */
static bool set(struct scope *scope, struct span key, struct span text, bool has_value)
{
    const struct option_row *option = find(scope->options, key);
    if (option == NULL) {
        const struct escaped name = cognito_escape(key);
        return complain(scope, name.text, "no such option");
    }
    if (!may_stand_here(scope, option))
        return false;
    if (!has_value && option->type != OPTION_BOOLEAN)
        return complain(scope, option->name, "a value was expected");
    struct value value = {.boolean = false};
    if (!parse_value(scope, option, has_value ? text : span_of_string("yes"), &value))
        return false;
    const size_t index = (size_t)(option - scope->options->table);
    const bool continued = scope->seen[index];
    if (continued && option->type != OPTION_LIST)
        return complain(scope, option->name, "set twice");
    scope->seen[index] = true;
    if (scope->applies && !store(scope->options, option, &value, continued))
        return complain(scope, option->name, "out of memory, or too many values");
    return true;
}

/* ---- files ---- */

/* PAM services have lower-case names: libpam makes them so. Others need no more. */
static bool is_service_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = name.data[i];
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || c == '.' || c == '@';
        if (!good)
            return false;
    }
    return name.len > 0; /* equivalent: no word is empty */
}

static bool name_service(struct scope *scope, struct span name)
{
    if (!is_service_name(name))
        return complain(scope, cognito_escape(name).text,
                        strcmp(scope->sections->kind, SERVICE) == 0
                            ? "not the name of a PAM service (they are lower-case)"
                            : "not a name (a-z, 0-9, '-', '_', '.' and '@')");
    if (cognito_list_has(&scope->sections->named, name))
        return cognito_complain(scope->why, "%s:%zu: %s: a second section for this %s", scope->path,
                                scope->line, cognito_escape(name).text, scope->sections->kind);
    if (!cognito_list_append(&scope->sections->named, name))
        return complain(scope, cognito_escape(name).text, "out of memory");
    if (scope->options->service != NULL && span_is(name, scope->options->service))
        scope->applies = true;
    return true;
}

/* TEXT is what stands between the brackets. */
static bool begin_section(struct scope *scope, struct span text)
{
    if (!span_is(cognito_next_word(&text), scope->sections->kind))
        return cognito_complain(scope->why, "%s:%zu: [...]: a section is written [%s NAME ...]",
                                scope->path, scope->line, scope->sections->kind);
    scope->in_section = true;
    scope->applies = false;
    memset(scope->seen, 0, sizeof scope->seen);
    size_t count = 0;
    for (struct span name = cognito_next_word(&text); name.len > 0;
         name = cognito_next_word(&text), count++)
        if (!name_service(scope, name))
            return false;
    if (count == 0)
        return cognito_complain(scope->why, "%s:%zu: [%s]: the name of a %s was expected",
                                scope->path, scope->line, scope->sections->kind,
                                scope->sections->kind);
    return true;
}

static bool read_line(struct scope *scope, struct span line)
{
    if (line.data[0] == '[') {
        if (line.data[line.len - 1] != ']')
            return complain(scope, "[...]", "a section ends in ]");
        return begin_section(scope, span_of(line.data + 1, line.len - 2));
    }
    const size_t equals = span_position(line, '=');
    return set(scope, cognito_trim(span_first(line, equals)),
               cognito_trim(span_after(line, equals + 1)), equals < line.len);
}

static bool read_lines(struct scope *scope, struct span text)
{
    struct lines lines = {text, 0};
    struct span line;
    const char *fault = NULL;
    for (;;) {
        const enum line_step step = cognito_lines_next(&lines, &line, &fault);
        scope->line = lines.number;
        if (step == LINE_END)
            return true;
        if (step == LINE_FAULT)
            return complain(scope, "line", fault);
        if (!read_line(scope, line))
            return false;
    }
}

bool cognito_options_file_of(const struct options *options, struct option_sections *sections,
                             struct span text, const char *path, struct complaint *why)
{
    struct scope scope = {.options = options,
                          .path = path,
                          .forbidden = OPTION_ARGUMENT_ONLY,
                          .applies = true,
                          .sections = sections,
                          .why = why};
    if (options->count > OPTIONS_MAX) /* equivalent: no table is as large */
        return cognito_complain(why, "the option table is too large");
    return read_lines(&scope, text);
}

bool cognito_options_file(const struct options *options, struct span text, const char *path,
                          struct complaint *why)
{
    struct option_sections sections = {SERVICE, {0}};
    const bool good = cognito_options_file_of(options, &sections, text, path, why);
    cognito_list_free(&sections.named);
    return good;
}

size_t cognito_options_section(struct span text, const char *service)
{
    struct lines lines = {text, 0};
    struct span line;
    const char *fault;
    while (service != NULL && cognito_lines_next(&lines, &line, &fault) == LINE_READ) {
        /* equivalent: two brackets with nothing between them name nothing */
        if (line.data[0] != '[' || line.len < 2)
            continue;
        struct span words = span_of(line.data + 1, line.len - 2);
        (void)cognito_next_word(&words); /* "service" */
        for (struct span name = cognito_next_word(&words); name.len > 0;
             name = cognito_next_word(&words))
            if (span_is(name, service))
                return lines.number;
    }
    return 0;
}

bool cognito_options_arguments(const struct options *options, size_t count,
                               const char *const *arguments, struct complaint *why)
{
    struct scope scope = {
        .options = options, .forbidden = OPTION_FILE_ONLY, .applies = true, .why = why};
    if (options->count > OPTIONS_MAX) /* equivalent: no table is as large */
        return cognito_complain(why, "the option table is too large");
    for (size_t i = 0; i < count; i++) {
        const struct span argument = span_of_string(arguments[i]);
        const size_t equals = span_position(argument, '=');
        if (!set(&scope, span_first(argument, equals), span_after(argument, equals + 1),
                 equals < argument.len))
            return false;
    }
    return true;
}

const struct option_row *cognito_options_of_argument(const struct options *options,
                                                     const char *argument)
{
    const struct span text = span_of_string(argument);
    return find(options, span_first(text, span_position(text, '=')));
}
