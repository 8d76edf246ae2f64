/* SPDX-License-Identifier: MIT */
#include "token/map.h"

#include "base/accountname.h"

static const char *const kinds[] = {
    [MAP_SUBJECT] = "sub", [MAP_USER] = "user", [MAP_EMAIL] = "email", [MAP_GROUP] = "group"};

enum line_step cognito_map_next(struct lines *lines, struct map_line *line, const char **fault)
{
    struct span text;
    const enum line_step step = cognito_lines_next(lines, &text, fault);
    if (step != LINE_READ)
        return step;
    line->account = cognito_next_word(&text);
    if (!cognito_account_name(line->account))
        *fault = "not a name that an account can have";
    else
        *fault = cognito_selector_read(cognito_trim(text), kinds, sizeof kinds / sizeof kinds[0],
                                       &line->selector);
    return *fault == NULL ? LINE_READ : LINE_FAULT;
}

/* Whether the line that TEXT begins with is about ACCOUNT, or none that another can be told from.
 */
static bool may_be_about(struct span text, struct span account)
{
    while (text.len > 0 && is_blank(text.data[0]))
        text = span_after(text, 1);
    return span_equal(span_first(text, account.len), account);
}

enum line_step cognito_map_next_of(struct lines *lines, struct span account, struct map_line *line,
                                   const char **fault)
{
    while (lines->rest.len > 0) {
        if (may_be_about(lines->rest, account)) {
            const enum line_step step = cognito_map_next(lines, line, fault);
            if (step != LINE_READ || span_equal(line->account, account))
                return step;
        } else {
            lines->rest = span_after(lines->rest, span_position(lines->rest, '\n') + 1);
            lines->number++;
        }
    }
    return LINE_END;
}

bool cognito_map_check(struct span text, const char *path, struct complaint *why)
{
    struct lines lines = {text, 0};
    struct map_line line;
    const char *fault = NULL;
    enum line_step step;
    do
        step = cognito_map_next(&lines, &line, &fault);
    while (step == LINE_READ);
    if (step == LINE_FAULT)
        return cognito_complain(why, "%s:%zu: %s", path, lines.number, fault);
    return true;
}
