/* SPDX-License-Identifier: MIT */
#include "host/deny.h"

#include <stdint.h>

#include "base/json.h"
#include "base/jsonscan.h"
#include "token/selector.h"

enum deny_selector { DENY_SUBJECT, DENY_USER, DENY_TOKEN_ID, DENY_ISSUED_BEFORE };

static const char *const kinds[] = {[DENY_SUBJECT] = "sub",
                                    [DENY_USER] = "user",
                                    [DENY_TOKEN_ID] = "jti",
                                    [DENY_ISSUED_BEFORE] = "issued-before"};

struct deny_line {
    struct selector selector;
    int64_t time; /* of issued-before */
};

/* ---- times ---- */

/* Days from the epoch to a date of the Gregorian calendar, years counted from March. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t m = month > 2 ? month - 3 : month + 9;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

static int64_t days_in(int64_t year, int64_t month)
{
    return month == 12 ? 31 : days_of(year, month + 1, 1) - days_of(year, month, 1);
}

/* The number in the LEN digits at AT, or -1. */
static int64_t digits(struct span text, size_t at, size_t len)
{
    int64_t number = 0;
    for (size_t i = at; i < at + len; i++) {
        if (i >= text.len || text.data[i] < '0' || text.data[i] > '9')
            return -1;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

/* YYYY-MM-DDTHH:MM:SSZ, the form of RFC 3339 in UTC. */
static bool read_date(struct span text, int64_t *time)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    if (text.len != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (form[i] != '0' && text.data[i] != (unsigned char)form[i])
            return false;
    const int64_t year = digits(text, 0, 4);
    const int64_t month = digits(text, 5, 2);
    const int64_t day = digits(text, 8, 2);
    const int64_t hour = digits(text, 11, 2);
    const int64_t minute = digits(text, 14, 2);
    const int64_t second = digits(text, 17, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    *time = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}

static bool read_time(struct span text, int64_t *time)
{
    return read_date(text, time) || (cognito_json_integer_text(text, time) && *time >= 0);
}

/* ---- lines ---- */

static enum line_step next(struct lines *lines, struct deny_line *line, const char **fault)
{
    struct span text;
    const enum line_step step = cognito_lines_next(lines, &text, fault);
    if (step != LINE_READ)
        return step;
    *fault = cognito_selector_read(text, kinds, sizeof kinds / sizeof kinds[0], &line->selector);
    if (*fault == NULL && line->selector.kind == DENY_ISSUED_BEFORE &&
        !read_time(line->selector.value, &line->time))
        *fault = "seconds since the epoch, or YYYY-MM-DDTHH:MM:SSZ, were expected";
    return *fault == NULL ? LINE_READ : LINE_FAULT;
}

/* user: is the name that the mapping goes by, and the one that Cognito never changes. */
static bool is_user(const struct identity *who, const struct selector *selector)
{
    struct span name;
    return cognito_selector_is(selector, who->username) ||
           (cognito_json_string(who->claims, "cognito:username", &name) == JSON_FOUND &&
            cognito_selector_is(selector, name));
}

static bool fits(const struct identity *who, const struct deny_line *line)
{
    switch ((enum deny_selector)line->selector.kind) {
    case DENY_SUBJECT:
        return cognito_selector_is(&line->selector, who->subject);
    case DENY_USER:
        return is_user(who, &line->selector);
    case DENY_TOKEN_ID:
        return cognito_selector_is(&line->selector, who->token_id);
    case DENY_ISSUED_BEFORE:
        return who->issued_at < line->time;
    }
    return true;
}

bool cognito_deny_read(struct lines *lines, const struct identity *who, size_t *found,
                       const char **fault)
{
    struct deny_line line;
    for (;;) {
        const enum line_step step = next(lines, &line, fault);
        if (step != LINE_READ)
            return step == LINE_END;
        if (*found == 0 && who != NULL && fits(who, &line))
            *found = lines->number;
    }
}
