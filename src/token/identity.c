/* SPDX-License-Identifier: MIT */
#include "token/identity.h"

#include "base/json.h"

bool cognito_identity_groups(const struct identity *identity, const struct json **groups)
{
    const struct json *array = NULL;
    const enum json_found found = cognito_json_array(identity->claims, "cognito:groups", &array);
    *groups = NULL;
    if (found == JSON_ABSENT)
        return true;
    if (found != JSON_FOUND)
        return false;
    for (size_t i = 0; i < cognito_json_length(array); i++) {
        struct span name;
        if (!cognito_json_string_at(array, i, &name))
            return false;
    }
    *groups = array;
    return true;
}

static bool is_one_word(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] <= 0x20 || name.data[i] == 0x7f)
            return false;
    return name.len > 0;
}

bool cognito_identity_group_names(const struct identity *identity, struct secret *names)
{
    const struct json *groups;
    if (!cognito_identity_groups(identity, &groups) || groups == NULL)
        return true;
    for (size_t i = 0; i < cognito_json_length(groups); i++) {
        struct span name;
        /* unreachable: another type; cognito_identity_groups has seen that all are strings */
        if (!cognito_json_string_at(groups, i, &name))
            return false; /* unreachable: as above */
        if (!is_one_word(name)) {
            names->len = 0;
            return true;
        }
        if ((i > 0 && !cognito_secret_append(names, span_of_string(" "))) ||
            !cognito_secret_append(names, name))
            return false;
    }
    return true;
}

void cognito_identity_free(struct identity *identity)
{
    cognito_json_free(identity->claims);
    *identity = (struct identity){0};
}
