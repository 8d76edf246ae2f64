/* SPDX-License-Identifier: MIT */
#include "token/groups.h"

#include <stdlib.h>

#include "base/json.h"

/* The shorter first: any order will do in which equal ones are equal. */
static int compare(const void *one, const void *other)
{
    const struct span *a = one;
    const struct span *b = other;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return a->len == 0 ? 0 : memcmp(a->data, b->data, a->len);
}

bool cognito_groups_read(struct groups *groups, const struct identity *identity)
{
    const struct json *array;
    if (groups->read)
        return true;
    groups->strange = !cognito_identity_groups(identity, &array);
    const size_t count = array == NULL ? 0 : cognito_json_length(array);
    if (count > 0) { /* equivalent: glibc gives room for nothing as well */
        struct span *names = calloc(count, sizeof *names);
        if (names == NULL)
            return false;
        for (size_t i = 0; i < count; i++)
            /* cognito_identity_groups has seen that all are strings; another one names no group */
            (void)!cognito_json_string_at(array, i, &names[i]);
        qsort(names, count, sizeof *names, compare);
        groups->names = names;
        groups->count = count;
    }
    groups->read = true;
    return true;
}

bool cognito_groups_have(const struct groups *groups, struct span name)
{
    return groups->count > 0 &&
           bsearch(&name, groups->names, groups->count, sizeof name, compare) != NULL;
}

void cognito_groups_free(struct groups *groups)
{
    free(groups->names);
    *groups = (struct groups){0};
}
