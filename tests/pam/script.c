/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

/* The lines since the file began, or since its last scenario did. */
struct lines {
    struct line *items;
    size_t count;
};

static void add_line(struct lines *lines, const struct line *line)
{
    struct line *items = realloc(lines->items, (lines->count + 1) * sizeof *items);
    if (items == NULL)
        give_up("out of memory");
    lines->items = items;
    lines->items[lines->count++] = *line;
}

static char *copy(const char *text, size_t len)
{
    char *made = strndup(text, len);
    if (made == NULL)
        give_up("out of memory");
    return made;
}

static void begin_scenario(struct script *script, const struct lines *preamble, const char *title)
{
    struct scenario *items = realloc(script->items, (script->count + 1) * sizeof *items);
    if (items == NULL)
        give_up("out of memory");
    script->items = items;
    struct scenario *scenario = &items[script->count++];
    *scenario = (struct scenario){.title = copy(title, strlen(title))};
    for (size_t i = 0; i < preamble->count; i++) {
        struct lines lines = {scenario->lines, scenario->count};
        struct line line = preamble->items[i];
        line.command = copy(line.command, strlen(line.command));
        line.rest = copy(line.rest, strlen(line.rest));
        add_line(&lines, &line);
        scenario->lines = lines.items;
        scenario->count = lines.count;
    }
}

/* One line of a file, cut into command and rest; false if there is nothing on it. */
static bool parse_line(struct line *line, const char *from, const char *end)
{
    while (from < end && isspace((unsigned char)*from))
        from++;
    while (end > from && isspace((unsigned char)end[-1]))
        end--;
    if (from == end || *from == '#')
        return false;
    const char *rest = from;
    while (rest < end && !isspace((unsigned char)*rest))
        rest++;
    line->command = copy(from, (size_t)(rest - from));
    /* A text keeps its own indentation, but for one space. */
    if (*from == '|' && rest < end)
        rest++;
    else
        while (rest < end && isspace((unsigned char)*rest))
            rest++;
    line->rest = copy(rest, (size_t)(end - rest));
    return true;
}

static void read_lines(struct script *script, size_t first, struct lines *preamble,
                       const char *path);

static void include(struct script *script, struct lines *preamble, const struct line *line)
{
    const char *slash = strrchr(line->path, '/');
    struct text path = {0};
    text_print(&path, "%.*s/%s", slash == NULL ? 1 : (int)(slash - line->path),
               slash == NULL ? "." : line->path, line->rest);
    if (script->included_count == INCLUDED_MAX)
        give_up("%s:%zu: too many files are included", line->path, line->number);
    script->included[script->included_count++] = path.data;
    read_lines(script, script->count, preamble, path.data);
}

/* Lines go to the preamble until the first scenario of this file begins, and then to the last. */
static void take(struct script *script, size_t first, struct lines *preamble,
                 const struct line *line)
{
    if (strcmp(line->command, "scenario") == 0) {
        begin_scenario(script, preamble, line->rest);
    } else if (strcmp(line->command, "include") == 0) {
        if (script->count > first)
            give_up("%s:%zu: include after the first scenario", line->path, line->number);
        include(script, preamble, line);
    } else if (script->count == first) {
        add_line(preamble, line);
        return;
    } else {
        struct scenario *scenario = &script->items[script->count - 1];
        struct lines lines = {scenario->lines, scenario->count};
        add_line(&lines, line);
        scenario->lines = lines.items;
        scenario->count = lines.count;
        return;
    }
    free(line->command);
    free(line->rest);
}

static void read_lines(struct script *script, size_t first, struct lines *preamble,
                       const char *path)
{
    struct text content = text_of_file(path);
    const char *at = content.data;
    for (size_t number = 1; *at != '\0'; number++) {
        const char *end = at + strcspn(at, "\n");
        struct line line = {.path = path, .number = number};
        if (parse_line(&line, at, end))
            take(script, first, preamble, &line);
        at = *end == '\n' ? end + 1 : end;
    }
    text_free(&content);
}

void script_read(struct script *script, const char *path)
{
    struct lines preamble = {0};
    const size_t first = script->count;
    read_lines(script, first, &preamble, path);
    if (script->count == first)
        give_up("%s: no scenario", path);
    for (size_t i = 0; i < preamble.count; i++) {
        free(preamble.items[i].command);
        free(preamble.items[i].rest);
    }
    free(preamble.items);
}

void script_free(struct script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        struct scenario *scenario = &script->items[i];
        for (size_t k = 0; k < scenario->count; k++) {
            free(scenario->lines[k].command);
            free(scenario->lines[k].rest);
        }
        free(scenario->lines);
        free(scenario->title);
    }
    free(script->items);
    for (size_t i = 0; i < script->included_count; i++)
        free(script->included[i]);
    *script = (struct script){0};
}

/* ---- words ---- */

static int hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)(found - digits);
}

/* One escape, of which AT shows what follows the backslash. Returns what follows the escape, or
 * NULL. */
static const char *unescape(struct text *text, const char *at)
{
    static const char names[] = "\"\\nrb";
    static const char means[] = "\"\\\n\r\b";
    const char *name = *at == '\0' ? NULL : strchr(names, *at);
    if (name != NULL) {
        text_add(text, &means[name - names], 1);
        return at + 1;
    }
    if (*at != 'x' || hex(at[1]) < 0 || hex(at[2]) < 0)
        return NULL;
    const char byte = (char)(hex(at[1]) * 16 + hex(at[2]));
    text_add(text, &byte, 1);
    return at + 3;
}

static const char *quoted_word(struct word *word, const char *at)
{
    word->quoted = true;
    for (at++; *at != '"';) {
        if (*at == '\0')
            return NULL;
        if (*at == '\\') {
            at = unescape(&word->text, at + 1);
            if (at == NULL)
                return NULL;
        } else {
            text_add(&word->text, at++, 1);
        }
    }
    return at + 1;
}

bool words_split(struct words *words, const char *text)
{
    *words = (struct words){0};
    while (*text != '\0') {
        text += strspn(text, " \t");
        if (*text == '\0')
            break;
        if (words->count == WORDS_MAX)
            return false;
        struct word *word = &words->items[words->count++];
        text_add(&word->text, "", 0);
        if (*text == '"') {
            text = quoted_word(word, text);
            if (text == NULL)
                return false;
        } else {
            const size_t len = strcspn(text, " \t");
            text_add(&word->text, text, len);
            text += len;
        }
    }
    return true;
}

void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        text_free(&words->items[i].text);
    words->count = 0;
}
