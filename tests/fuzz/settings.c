/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rows.h"

enum { VALUES_MAX = 4096 };

/* All values of one option in the scope that counts. */
struct found {
    size_t scope; /* from 1; 0: nothing set it */
    struct span values[VALUES_MAX];
    size_t count;
    bool bare;
};

static struct span next_word(struct span *text)
{
    *text = rows_trim(*text);
    size_t len = 0;
    while (len < text->len && text->data[len] != ' ' && text->data[len] != '\t')
        len++;
    const struct span word = span_first(*text, len);
    *text = span_after(*text, len);
    return word;
}

/* Whether ROW, [KIND NAME ...], is about us. */
static bool is_ours(const struct settings *settings, struct span row)
{
    struct span words = span_of(row.data + 1, row.len - 2);
    AGREE(row.data[row.len - 1] == ']' && span_is(next_word(&words), settings->kind),
          "a section of another kind");
    for (struct span word = next_word(&words); word.len > 0; word = next_word(&words))
        if (settings->name != NULL && span_is(word, settings->name))
            return true;
    return false;
}

static void take(struct found *found, const char *name, struct span row, size_t scope)
{
    const size_t equals = span_position(row, '=');
    if (!span_is(rows_trim(span_first(row, equals)), name))
        return;
    if (found->scope != scope)
        found->count = 0;
    found->scope = scope;
    AGREE(found->count < VALUES_MAX, "too many values");
    found->bare = equals == row.len;
    found->values[found->count++] = rows_trim(span_after(row, equals + 1));
}

static void find(const struct settings *settings, const char *name, struct found *found)
{
    struct rows rows = {settings->text, 0};
    struct span row;
    size_t scope = 1;
    bool counts = true;
    found->scope = found->count = 0;
    while (rows_next(&rows, &row)) {
        AGREE(row.data != NULL, "a line that may not be");
        if (row.data[0] == '[') {
            counts = is_ours(settings, row);
            scope++;
        } else if (counts) {
            take(found, name, row, scope);
        }
    }
    for (size_t i = 0; i < settings->argument_count; i++) {
        /* White space around the = is only in files. */
        const struct span argument = span_of_string(settings->arguments[i]);
        const size_t equals = span_position(argument, '=');
        if (!span_is(span_first(argument, equals), name))
            continue;
        take(found, name, argument, scope + 1);
        found->values[found->count - 1] = span_after(argument, equals + 1);
    }
}

static int64_t number_of(struct span text, bool duration)
{
    char *string = fuzz_string(text);
    char *end = NULL;
    int64_t number = strtoll(string, &end, 10);
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    if (duration && *end != '\0') {
        const char *unit = strchr(units, *end++);
        AGREE(unit != NULL, "a duration of %s", string);
        number *= seconds[unit - units];
    }
    AGREE(*end == '\0' && text.len > 0 && string[0] != '-' && string[0] != '+', "a number of %s",
          string);
    free(string);
    return number;
}

static void compare_list(const struct list *list, const struct found *found, const char *name)
{
    size_t k = 0;
    for (size_t i = 0; i < found->count; i++) {
        struct span rest = found->values[i];
        for (struct span word = next_word(&rest); word.len > 0; word = next_word(&rest), k++)
            AGREE(k < list->count && span_is(word, list->items[k]), "%s: another value %zu", name,
                  k);
    }
    AGREE(k == list->count && k > 0 && k <= 256, "%s: %zu values, not %zu", name, list->count, k);
}

static void compare_value(const struct option_row *option, const void *place,
                          const struct found *found)
{
    const struct span text = found->values[0];
    const bool duration = option->type == OPTION_DURATION;
    AGREE(found->count == 1, "%s: set twice", option->name);
    AGREE(!found->bare || option->type == OPTION_BOOLEAN, "%s: without a value", option->name);
    switch (option->type) {
    case OPTION_BOOLEAN:
        AGREE(*(const bool *)place == (found->bare || span_is(text, "yes")) &&
                  (found->bare || span_is(text, "yes") || span_is(text, "no")),
              "%s: another truth", option->name);
        break;
    case OPTION_NUMBER:
    case OPTION_DURATION:
        AGREE(*(const int64_t *)place == number_of(text, duration) &&
                  *(const int64_t *)place >= option->min && *(const int64_t *)place <= option->max,
              "%s: another number", option->name);
        break;
    default:
        AGREE(*(char *const *)place != NULL && span_is(text, *(char *const *)place),
              "%s: another value", option->name);
        for (size_t i = 0; i < text.len && option->type == OPTION_WORD; i++)
            AGREE(text.data[i] > ' ' && text.data[i] < 127, "%s: not one word", option->name);
        AGREE(option->type == OPTION_WORD || text.data[0] == '/', "%s: no path", option->name);
    }
}

void settings_compare(const struct settings *settings, const struct option_row *table, size_t count,
                      const void *base)
{
    static struct found found;
    for (size_t i = 0; i < count; i++) {
        const void *place = (const char *)base + table[i].offset;
        find(settings, table[i].name, &found);
        if (found.scope == 0)
            continue;
        if (table[i].type == OPTION_LIST)
            compare_list(place, &found, table[i].name);
        else
            compare_value(&table[i], place, &found);
    }
}

bool settings_have(const struct settings *settings, const char *name)
{
    static struct found found;
    find(settings, name, &found);
    return found.scope != 0;
}

size_t settings_section(const struct settings *settings)
{
    struct rows rows = {settings->text, 0};
    struct span row;
    while (rows_next(&rows, &row))
        if (row.data != NULL && row.data[0] == '[' && is_ours(settings, row))
            return rows.number;
    return 0;
}
