/* SPDX-License-Identifier: MIT */
#include "base/jsonpick.h"

#include "base/jsonscan.h"

void cognito_json_pick(struct span object, const struct span *names, size_t count,
                       struct span *values)
{
    struct span content;
    struct span value;
    struct span name;
    unsigned char room[PICK_NAME_MAX];
    for (size_t i = 0; i < count; i++)
        values[i] = span_of(NULL, 0);
    /* equivalent: the first byte is white space or the brace */
    for (size_t at = 0; cognito_json_next_member(object, &at, &content, &value);) {
        if (!cognito_json_unescape(content, room, sizeof room, &name))
            continue; /* longer than any of them */
        for (size_t i = 0; i < count; i++)
            if (span_equal(name, names[i]))
                values[i] = value;
    }
}

bool cognito_json_pick_string(struct span value, unsigned char *room, size_t size,
                              struct span *string)
{
    /* equivalent: what begins with a quote ends with another */
    return value.len >= 2 && value.data[0] == '"' &&
           cognito_json_unescape(span_of(value.data + 1, value.len - 2), room, size, string);
}

bool cognito_json_pick_is(struct span value, const char *wanted)
{
    unsigned char room[PICK_NAME_MAX];
    struct span string;
    return cognito_json_pick_string(value, room, sizeof room, &string) && span_is(string, wanted);
}
