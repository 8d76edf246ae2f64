/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <json-c/json.h>

#include "base/jsonscan.h"
#include "base/limits.h"

/* struct json is json-c's object under a name of ours; nothing else converts between the two. */
static struct json *wrap(struct json_object *object)
{
    return (struct json *)object;
}

/* json-c's readers take a pointer that is not const and change nothing. */
static struct json_object *unwrap(const struct json *json)
{
    return (struct json_object *)(uintptr_t)json;
}

static void free_tokener(struct json_tokener **tokener)
{
    if (*tokener != NULL)
        json_tokener_free(*tokener);
}

struct json *cognito_json_parse(struct span text, struct json_fault *fault)
{
    *fault = (struct json_fault){NULL, 0};
    if (!cognito_json_guard(text, fault))
        return NULL;
    /* json-c's own strictness would find nothing that the guard has left. */
    /* equivalent: the guard has bounded the depth */
    struct json_tokener *tokener OWNED(free_tokener) = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
    if (tokener == NULL)
        return NULL;
    /* The guard takes nothing whose length an int could not hold. */
    struct json_object *object =
        json_tokener_parse_ex(tokener, (const char *)text.data, (int)text.len);
    if (json_object_is_type(object, json_type_object))
        return wrap(object);
    json_object_put(object);
    const enum json_tokener_error error = json_tokener_get_error(tokener);
#if JSON_C_VERSION_NUM >= (17 << 8)
    if (error == json_tokener_error_memory)
        return NULL;
#endif
    if (error != json_tokener_success)
        *fault =
            (struct json_fault){"json-c does not take it", json_tokener_get_parse_end(tokener)};
    return NULL;
}

void cognito_json_free(struct json *object)
{
    json_object_put((struct json_object *)object);
}

static bool look_up(const struct json *object, const char *name, struct json_object **value)
{
    return json_object_object_get_ex(unwrap(object), name, value) != 0;
}

static enum json_found member(const struct json *object, const char *name, enum json_type type,
                              struct json_object **value)
{
    if (!look_up(object, name, value))
        return JSON_ABSENT;
    return json_object_is_type(*value, type) ? JSON_FOUND : JSON_MISTYPED;
}

static struct span span_of_json(struct json_object *string)
{
    return span_of(json_object_get_string(string), (size_t)json_object_get_string_len(string));
}

bool cognito_json_has(const struct json *object, const char *name)
{
    struct json_object *value;
    return look_up(object, name, &value);
}

enum json_found cognito_json_string(const struct json *object, const char *name,
                                    struct span *string)
{
    struct json_object *value;
    const enum json_found found = member(object, name, json_type_string, &value);
    if (found == JSON_FOUND)
        *string = span_of_json(value);
    return found;
}

enum json_found cognito_json_integer(const struct json *object, const char *name, int64_t *integer)
{
    struct json_object *value;
    if (!look_up(object, name, &value))
        return JSON_ABSENT;
    const bool whole = json_object_is_type(value, json_type_int);
    if (!whole && !json_object_is_type(value, json_type_double))
        return JSON_MISTYPED;
    /* json-c saturates at the bounds of int64, and keeps the text of a decimal as it was. */
    const int64_t within = whole ? json_object_get_int64(value) : INT64_MAX;
    /* equivalent: the text, which is read otherwise, says the same */
    if (within > INT64_MIN && within < INT64_MAX) {
        *integer = within;
        return JSON_FOUND;
    }
    const char *text = json_object_get_string(value);
    if (text == NULL || !cognito_json_integer_text(span_of_string(text), integer))
        return JSON_MISTYPED;
    return JSON_FOUND;
}

enum json_found cognito_json_boolean(const struct json *object, const char *name, bool *boolean)
{
    struct json_object *value;
    const enum json_found found = member(object, name, json_type_boolean, &value);
    if (found == JSON_FOUND)
        *boolean = json_object_get_boolean(value) != 0;
    return found;
}

enum json_found cognito_json_array(const struct json *object, const char *name,
                                   const struct json **array)
{
    struct json_object *value;
    const enum json_found found = member(object, name, json_type_array, &value);
    if (found == JSON_FOUND)
        *array = wrap(value);
    return found;
}

enum json_found cognito_json_object(const struct json *object, const char *name,
                                    const struct json **inner)
{
    struct json_object *value;
    const enum json_found found = member(object, name, json_type_object, &value);
    if (found == JSON_FOUND)
        *inner = wrap(value);
    return found;
}

size_t cognito_json_length(const struct json *array)
{
    return json_object_array_length(unwrap(array));
}

bool cognito_json_string_at(const struct json *array, size_t index, struct span *string)
{
    struct json_object *element = json_object_array_get_idx(unwrap(array), index);
    if (!json_object_is_type(element, json_type_string))
        return false;
    *string = span_of_json(element);
    return true;
}
