/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { ROW_MAX = 4096 };

struct span rows_trim(struct span text)
{
    size_t start = 0;
    size_t end = text.len;
    while (start < end && strchr(" \t", text.data[start]) != NULL && text.data[start] != '\0')
        start++;
    while (end > start && strchr(" \t", text.data[end - 1]) != NULL && text.data[end - 1] != '\0')
        end--;
    return start == end ? span_of("", 0) : span_of(text.data + start, end - start);
}

static bool may_stand(struct span line)
{
    if (line.len > ROW_MAX)
        return false;
    for (size_t i = 0; i < line.len; i++)
        if ((line.data[i] < 32 && line.data[i] != 9) || line.data[i] == 127)
            return false;
    return true;
}

bool rows_next(struct rows *rows, struct span *row)
{
    while (rows->rest.len > 0) {
        const struct span line = fuzz_part(&rows->rest, '\n');
        rows->number++;
        if (!may_stand(line)) {
            *row = span_of(NULL, 0);
            return true;
        }
        *row = rows_trim(line);
        if (row->len > 0 && row->data[0] != '#')
            return true;
    }
    return false;
}

/* VALUE without its quotes; false if they are not as they should be. */
static bool unquote(struct span value, struct selection *selection)
{
    if (value.len < 2 || value.data[0] != '"' || value.data[value.len - 1] != '"')
        return false;
    for (size_t i = 1; i + 1 < value.len; i++) {
        if (value.data[i] == '"' && (i + 2 >= value.len || value.data[++i] != '"'))
            return false;
        selection->value[selection->len++] = (char)value.data[i];
    }
    return true;
}

bool rows_select(struct span text, const char *const *kinds, struct selection *selection)
{
    const struct span kind = fuzz_part(&text, ':');
    selection->kind = 0;
    while (kinds[selection->kind] != NULL && !span_is(kind, kinds[selection->kind]))
        selection->kind++;
    if (kinds[selection->kind] == NULL || text.len == 0)
        return false;
    selection->value = fuzz_memory(text.len + 1);
    selection->len = 0;
    bool good = true;
    if (text.data[0] == '"') {
        good = unquote(text, selection);
    } else {
        memcpy(selection->value, text.data, text.len);
        selection->len = text.len;
        good = memchr(text.data, ' ', text.len) == NULL &&
               memchr(text.data, '\t', text.len) == NULL &&
               memchr(text.data, '"', text.len) == NULL;
    }
    good = good && selection->len > 0;
    if (!good)
        free(selection->value);
    return good;
}
