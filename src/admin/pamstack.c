/* SPDX-License-Identifier: MIT */
#include "admin/pamstack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/lines.h"
#include "base/safefile.h"

enum { INCLUDES_MAX = 8, LINES_MAX = 1024, ALL_TYPES = -1 };

struct reader {
    const char *folder;
    struct pam_stack *stack;
    struct complaint *why;
};

static bool read_file(struct reader *reader, const char *name, int type, int depth);

static bool copy(char *to, size_t size, struct span from)
{
    if (from.len >= size)
        return false;
    memcpy(to, from.data, from.len);
    to[from.len] = '\0';
    return true;
}

/* The four words, and what pam.conf(5) says they stand for; the rest in brackets. */
static struct pam_control read_control(struct span text)
{
    if (span_is(text, "required") || span_is(text, "requisite"))
        return (struct pam_control){.grants = true, .denies = true};
    if (span_is(text, "sufficient"))
        return (struct pam_control){.grants = true};
    if (span_is(text, "optional"))
        return (struct pam_control){0};
    return (struct pam_control){.grants = true, .denies = true, .jumps = true};
}

/* A control in brackets may hold spaces. */
static struct span next_control(struct span *rest)
{
    *rest = cognito_trim(*rest);
    if (rest->len == 0 || rest->data[0] != '[')
        return cognito_next_word(rest);
    const size_t end = span_position(*rest, ']');
    const struct span control = span_first(*rest, end + 1);
    *rest = span_after(*rest, end + 1);
    return control;
}

static struct span base_name(struct span path)
{
    for (size_t slash = span_position(path, '/'); slash < path.len;
         slash = span_position(path, '/'))
        path = span_after(path, slash + 1);
    return path;
}

static bool read_type(struct span word, int *type)
{
    if (word.len > 0 && word.data[0] == '-')
        word = span_after(word, 1);
    if (span_is(word, "auth"))
        *type = PAM_TYPE_AUTH;
    else if (span_is(word, "account"))
        *type = PAM_TYPE_ACCOUNT;
    else
        return false;
    return true;
}

static bool append(struct reader *reader, const struct pam_line *line)
{
    struct pam_stack *stack = reader->stack;
    if (stack->count == LINES_MAX)
        return cognito_complain(reader->why, "%s: too many lines", line->file);
    struct pam_line *lines = realloc(stack->lines, (stack->count + 1) * sizeof *lines);
    if (lines == NULL)
        return cognito_complain(reader->why, "out of memory");
    stack->lines = lines;
    stack->lines[stack->count++] = *line;
    return true;
}

static bool read_module_line(struct reader *reader, const char *file, size_t number, int type,
                             struct span control, struct span rest)
{
    struct pam_line line = {.type = (enum pam_type)type,
                            .control = read_control(control),
                            .number = number};
    const struct span path = cognito_next_word(&rest);
    if (path.len == 0)
        return cognito_complain(reader->why, "%s:%zu: no module", file, number);
    if (!copy(line.control_text, sizeof line.control_text, control) ||
        !copy(line.path, sizeof line.path, path) ||
        !copy(line.module, sizeof line.module, base_name(path)) ||
        !copy(line.arguments, sizeof line.arguments, cognito_trim(rest)) ||
        !copy(line.file, sizeof line.file, span_of_string(file)))
        return cognito_complain(reader->why, "%s:%zu: too long", file, number);
    return append(reader, &line);
}

static bool read_included(struct reader *reader, const char *file, size_t number, int type,
                          struct span name, int depth)
{
    char included[128];
    if (!copy(included, sizeof included, name) || included[0] == '\0')
        return cognito_complain(reader->why, "%s:%zu: include of what?", file, number);
    return read_file(reader, included, type, depth + 1);
}

/* ONLY: the type that an include line asked for, or ALL_TYPES. */
static bool read_line(struct reader *reader, const char *file, size_t number, struct span text,
                      int only, int depth)
{
    int type = ALL_TYPES;
    const struct span word = cognito_next_word(&text);
    if (span_is(word, "@include"))
        return read_included(reader, file, number, only, cognito_trim(text), depth);
    if (!read_type(word, &type) || (only != ALL_TYPES && only != type))
        return true;
    const struct span control = next_control(&text);
    if (span_is(control, "include") || span_is(control, "substack"))
        return read_included(reader, file, number, type, cognito_next_word(&text), depth);
    return read_module_line(reader, file, number, type, control, text);
}

static bool read_file(struct reader *reader, const char *name, int type, int depth)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    char path[PATH_SIZE_MAX];
    struct safefile file = {0};
    const int len = name[0] == '/' ? snprintf(path, sizeof path, "%s", name)
                                   : snprintf(path, sizeof path, "%s/%s", reader->folder, name);
    if (len < 0 || (size_t)len >= sizeof path || depth > INCLUDES_MAX)
        return cognito_complain(reader->why, "%s: included too deep", name);
    if (cognito_safefile_read(path, &rules, &file, reader->why) != SAFEFILE_READ)
        return false;
    struct lines lines = {secret_span(&file.content), 0};
    struct span text;
    const char *fault = NULL;
    bool good = true;
    while (good) {
        const enum line_step step = cognito_lines_next(&lines, &text, &fault);
        if (step == LINE_END)
            break;
        good = step == LINE_READ
                   ? read_line(reader, path, lines.number, text, type, depth)
                   : cognito_complain(reader->why, "%s:%zu: %s", path, lines.number, fault);
    }
    cognito_secret_free(&file.content);
    return good;
}

bool cognito_pamstack_read(const char *folder, const char *service, struct pam_stack *stack,
                           struct complaint *why)
{
    struct pam_stack read = {0};
    struct reader reader = {folder, &read, why};
    if (!read_file(&reader, service, ALL_TYPES, 0)) {
        cognito_pamstack_free(&read);
        return false;
    }
    *stack = read;
    return true;
}

void cognito_pamstack_free(struct pam_stack *stack)
{
    free(stack->lines);
    *stack = (struct pam_stack){0};
}
