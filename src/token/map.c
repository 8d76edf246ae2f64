/* SPDX-License-Identifier: MIT */
#include "token/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/accountname.h"
#include "base/limits.h"
#include "token/policy.h"
#include "token/selector.h"

static const char *const kinds[] = {
    [MAP_SUBJECT] = "sub", [MAP_USER] = "user", [MAP_EMAIL] = "email", [MAP_GROUP] = "group"};

/* What stands before each line that is kept; the account and the value follow it. A line has at
 * most CONFIG_LINE_MAX bytes, a file MAP_SIZE_MAX. */
struct record {
    uint32_t number;
    uint16_t account_len;
    uint16_t value_len;
    uint32_t kind;
};

static bool make_room(struct map *map, size_t more)
{
    if (map->capacity - map->len >= more)
        return true;
    const size_t capacity = map->capacity * 2 + more;
    unsigned char *data = realloc(map->data, capacity);
    if (data == NULL)
        return false;
    map->data = data;
    map->capacity = capacity;
    return true;
}

static void append(struct map *map, const void *data, size_t len)
{
    memcpy(map->data + map->len, data, len);
    map->len += len;
}

static bool keep(struct map *map, const struct map_line *line)
{
    const struct record record = {(uint32_t)line->number, (uint16_t)line->account.len,
                                  (uint16_t)line->value.len, (uint32_t)line->kind};
    if (!make_room(map, sizeof record + line->account.len + line->value.len))
        return false;
    append(map, &record, sizeof record);
    append(map, line->account.data, line->account.len);
    append(map, line->value.data, line->value.len);
    return true;
}

static bool is_about(struct span account, const char *user)
{
    return user != NULL && (user == cognito_user_from_token || span_is(account, user));
}

/* Takes TEXT, the line NUMBER, apart. NULL, or what is wrong with it. */
static const char *add(struct map *map, size_t number, struct span text, const char *user)
{
    unsigned char room[CONFIG_LINE_MAX];
    struct selector selector;
    const struct span account = cognito_next_word(&text);
    if (!cognito_account_name(account))
        return "not a name that an account can have";
    const char *fault =
        cognito_selector_read(cognito_trim(text), kinds, sizeof kinds / sizeof kinds[0], &selector);
    if (fault != NULL || !is_about(account, user))
        return fault;
    const struct map_line line = {number, account, (enum map_selector)selector.kind,
                                  cognito_selector_value(&selector, room)};
    return keep(map, &line) ? NULL : "out of memory";
}

bool cognito_map_add(struct map *map, struct lines *lines, const char *user, const char **fault)
{
    struct span text;
    for (;;) {
        const enum line_step step = cognito_lines_next(lines, &text, fault);
        if (step != LINE_READ)
            return step == LINE_END;
        *fault = add(map, lines->number, text, user);
        if (*fault != NULL)
            return false;
    }
}

bool cognito_map_next(const struct map *map, size_t *at, struct map_line *line)
{
    struct record record;
    if (*at >= map->len)
        return false;
    const unsigned char *data = map->data + *at;
    memcpy(&record, data, sizeof record);
    data += sizeof record;
    *line = (struct map_line){record.number, span_of(data, record.account_len),
                              (enum map_selector)record.kind,
                              span_of(data + record.account_len, record.value_len)};
    *at += sizeof record + record.account_len + record.value_len;
    return true;
}

void cognito_map_free(struct map *map)
{
    free(map->data);
    *map = (struct map){0};
}
