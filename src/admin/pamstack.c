/* SPDX-License-Identifier: MIT */
#include "admin/pamstack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <config.h>

#include "base/limits.h"
#include "base/lines.h"
#include "base/safefile.h"

enum { INCLUDES_MAX = 8, ALL_TYPES = -1 };

struct reader {
    const char *folder;
    struct pam_stack *stack;
    struct complaint *why;
    size_t top; /* the line of the service's own file that is being read */
};

/* Where a line stands, and what the line that included its file asked for. */
struct place {
    const char *file;
    size_t number;
    int only;     /* an enum pam_type, or ALL_TYPES */
    size_t level; /* of substacks */
    int depth;    /* of files */
};

static bool read_file(struct reader *reader, const char *name, const struct place *from);

static bool copy(char *to, size_t size, struct span from)
{
    if (from.len >= size)
        return false;
    if (from.len > 0)
        memcpy(to, from.data, from.len);
    to[from.len] = '\0';
    return true;
}

static bool same_word(struct span word, const char *name)
{
    return word.len == strlen(name) && strncasecmp((const char *)word.data, name, word.len) == 0;
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

static bool read_type(struct span word, int *type, bool *may_miss)
{
    *may_miss = word.len > 0 && word.data[0] == '-';
    if (*may_miss)
        word = span_after(word, 1);
    if (same_word(word, "auth"))
        *type = PAM_TYPE_AUTH;
    else if (same_word(word, "account"))
        *type = PAM_TYPE_ACCOUNT;
    else if (same_word(word, "session"))
        *type = PAM_TYPE_SESSION;
    else
        return false;
    return true;
}

static bool append(struct reader *reader, const struct pam_line *line)
{
    struct pam_stack *stack = reader->stack;
    if (stack->count == PAM_STACK_LINES_MAX)
        return cognito_complain(reader->why, "%s: too many lines", line->file);
    struct pam_line *lines = realloc(stack->lines, (stack->count + 1) * sizeof *lines);
    if (lines == NULL)
        return cognito_complain(reader->why, "out of memory");
    stack->lines = lines;
    stack->lines[stack->count++] = *line;
    return true;
}

static bool read_module_line(struct reader *reader, const struct place *place,
                             struct pam_line *line, struct span control, struct span rest)
{
    const struct span path = cognito_next_word(&rest);
    if (path.len == 0)
        return cognito_complain(reader->why, "%s:%zu: no module", place->file, place->number);
    line->understood = cognito_pamcontrol_read(control, &line->control);
    if (!copy(line->control_text, sizeof line->control_text, control) ||
        !copy(line->path, sizeof line->path, path) ||
        !copy(line->module, sizeof line->module, base_name(path)) ||
        !copy(line->arguments, sizeof line->arguments, cognito_trim(rest)))
        return cognito_complain(reader->why, "%s:%zu: too long", place->file, place->number);
    if (line->type == PAM_TYPE_SESSION && strcmp(line->module, PAM_OUR_MODULE) != 0)
        return true;
    return append(reader, line);
}

static bool read_included(struct reader *reader, const struct place *place, struct span name,
                          int only, size_t level)
{
    char included[128];
    const struct place from = {place->file, place->number, only, level, place->depth + 1};
    if (!copy(included, sizeof included, name) || included[0] == '\0')
        return cognito_complain(reader->why, "%s:%zu: include of what?", place->file,
                                place->number);
    return read_file(reader, included, &from);
}

static bool read_substack(struct reader *reader, const struct place *place, struct pam_line *line,
                          struct span name)
{
    line->substack = true;
    return append(reader, line) &&
           read_included(reader, place, name, (int)line->type, place->level + 1);
}

static bool read_line(struct reader *reader, const struct place *place, struct span text)
{
    int type = ALL_TYPES;
    if (place->depth == 0)
        reader->top = place->number;
    struct pam_line line = {.number = place->number,
                            .top = reader->top,
                            .included = place->depth > 0,
                            .level = place->level};
    const struct span word = cognito_next_word(&text);
    if (same_word(word, "@include"))
        return read_included(reader, place, cognito_next_word(&text), place->only, place->level);
    if (!read_type(word, &type, &line.may_miss) ||
        (place->only != ALL_TYPES && place->only != type))
        return true;
    line.type = (enum pam_type)type;
    if (!copy(line.file, sizeof line.file, span_of_string(place->file)))
        return cognito_complain(reader->why, "%s: too long a name", place->file);
    const struct span control = next_control(&text);
    if (same_word(control, "include"))
        return read_included(reader, place, cognito_next_word(&text), type, place->level);
    if (same_word(control, "substack"))
        return read_substack(reader, place, &line, cognito_next_word(&text));
    return read_module_line(reader, place, &line, control, text);
}

/* ---- files ---- */

/* The directory of PATH, which is absolute. */
static void directory_of(const char *path, char directory[PATH_SIZE_MAX])
{
    const char *slash = strrchr(path, '/');
    const int len = slash == path ? 1 : (int)(slash - path);
    (void)snprintf(directory, PATH_SIZE_MAX, "%.*s", len, path);
}

/* Whether the directory of PATH, in which a link lies, is safe from others. */
static enum safefile_result judge_directory(const char *path, struct complaint *why)
{
    char directory[PATH_SIZE_MAX];
    directory_of(path, directory);
    const int descriptor = cognito_safefolder_open(directory, why);
    if (descriptor < 0)
        return errno == ENOENT ? SAFEFILE_MISSING : SAFEFILE_REFUSED;
    (void)close(descriptor);
    return SAFEFILE_READ;
}

/* Puts where the link PATH leads in its place. */
static bool follow(char path[PATH_SIZE_MAX], const char *link)
{
    char directory[PATH_SIZE_MAX];
    char next[PATH_SIZE_MAX];
    directory_of(path, directory);
    const int len = link[0] == '/' ? snprintf(next, sizeof next, "%s", link)
                                   : snprintf(next, sizeof next, "%s/%s", directory, link);
    if (len < 0 || (size_t)len >= sizeof next)
        return false;
    memcpy(path, next, (size_t)len + 1);
    return true;
}

/* Follows the links that TARGET is the first of. Each lies in a directory where only root can
 * replace it. */
static enum safefile_result resolve(char target[PATH_SIZE_MAX], struct complaint *why)
{
    char link[PATH_SIZE_MAX];
    for (int links = 0; links < LINKS_MAX; links++) {
        const ssize_t len = readlink(target, link, sizeof link - 1);
        if (len < 0)
            return SAFEFILE_READ; /* no link; reading it says what else is wrong */
        link[len] = '\0';
        const enum safefile_result result = judge_directory(target, why);
        if (result != SAFEFILE_READ)
            return result;
        if (!follow(target, link))
            break;
    }
    (void)cognito_complain(why, "%s: too many symbolic links, or too long ones", target);
    return SAFEFILE_REFUSED;
}

static enum safefile_result open_file(struct pam_file *file, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    char target[PATH_SIZE_MAX];
    struct safefile read = {0};
    (void)snprintf(target, sizeof target, "%s", file->path);
    enum safefile_result result = resolve(target, why);
    if (result == SAFEFILE_READ)
        result = cognito_safefile_read(target, &rules, &read, why);
    if (result != SAFEFILE_READ)
        return result;
    if (realpath(target, file->target) == NULL)
        (void)snprintf(file->target, sizeof file->target, "%s", target);
    file->content = read.content;
    return SAFEFILE_READ;
}

/* The file NAME in the first LEN bytes of FOLDER; NAME alone if it is absolute. */
static enum safefile_result open_in(const char *folder, int len, const char *name,
                                    struct pam_file *file, struct complaint *why)
{
    const int size = name[0] == '/'
                         ? snprintf(file->path, sizeof file->path, "%s", name)
                         : snprintf(file->path, sizeof file->path, "%.*s/%s", len, folder, name);
    if (size > 0 && (size_t)size < sizeof file->path)
        return open_file(file, why);
    (void)cognito_complain(why, "%.64s...: too long a name", name);
    return SAFEFILE_REFUSED;
}

/* Looks in FOLDER, then in the folders of the list OTHERS. A complaint is about the first. */
static bool find_file(const char *folder, const char *others, const char *name,
                      struct pam_file *file, struct complaint *why)
{
    struct complaint first = {{0}};
    enum safefile_result result = open_in(folder, (int)strlen(folder), name, file, &first);
    while (result == SAFEFILE_MISSING && name[0] != '/' && *others != '\0') {
        struct complaint next = {{0}};
        const size_t len = strcspn(others, ":");
        result = open_in(others, (int)len, name, file, &next);
        if (result != SAFEFILE_MISSING)
            first = next;
        others += len + (others[len] == ':' ? 1 : 0);
    }
    return result == SAFEFILE_READ || cognito_complain(why, "%s", first.text);
}

bool cognito_pamstack_open(const char *folder, const char *service, struct pam_file *file,
                           struct complaint *why)
{
    return find_file(folder, PAM_VENDOR_FOLDERS, service, file, why);
}

/* The end of the line that goes on at FROM: the first line end without a backslash before it. */
static size_t end_of_folded(const struct secret *text, size_t from)
{
    size_t end = from;
    while (end < text->len && (text->data[end] != '\n' || text->data[end - 1] == '\\'))
        end++;
    return end;
}

/* What follows a '#' is a comment, wherever it stands; lines that end in a backslash go on. The
 * line ends that this takes away come back behind the line, so that the count of lines stays. */
static void unfold(struct secret *text)
{
    unsigned char *data = text->data;
    bool comment = false;
    for (size_t i = 0; i < text->len; i++) {
        comment = data[i] != '\n' && (comment || data[i] == '#');
        if (comment)
            data[i] = ' ';
        if (data[i] != '\\' || i + 2 >= text->len || data[i + 1] != '\n')
            continue;
        const size_t end = end_of_folded(text, i + 2);
        data[i] = ' ';
        memmove(data + i + 1, data + i + 2, end - (i + 2));
        data[end - 1] = '\n';
    }
}

static bool read_lines(struct reader *reader, struct secret *content, struct place *place)
{
    struct span text;
    const char *fault = NULL;
    unfold(content);
    struct lines lines = {secret_span(content), 0};
    for (;;) {
        const enum line_step step = cognito_lines_next(&lines, &text, &fault);
        place->number = lines.number;
        if (step == LINE_END)
            return true;
        if (step == LINE_FAULT)
            return cognito_complain(reader->why, "%s:%zu: %s", place->file, lines.number, fault);
        if (!read_line(reader, place, text))
            return false;
    }
}

static bool read_file(struct reader *reader, const char *name, const struct place *from)
{
    struct pam_file file = {.path = ""};
    struct place place = {file.path, 0, from->only, from->level, from->depth};
    if (from->depth > INCLUDES_MAX || from->level >= PAM_SUBSTACKS_MAX)
        return cognito_complain(reader->why, "%s: included too deep", name);
    const char *others = from->depth == 0 ? PAM_VENDOR_FOLDERS : PAM_INCLUDE_FOLDERS;
    if (!find_file(reader->folder, others, name, &file, reader->why))
        return false;
    const bool good = read_lines(reader, &file.content, &place);
    cognito_secret_free(&file.content);
    return good;
}

bool cognito_pamstack_read(const char *folder, const char *service, struct pam_stack *stack,
                           struct complaint *why)
{
    struct pam_stack read = {0};
    struct reader reader = {folder, &read, why, 0};
    const struct place from = {NULL, 0, ALL_TYPES, 0, 0};
    if (!read_file(&reader, service, &from)) {
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
