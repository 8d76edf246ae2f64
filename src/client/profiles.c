/* SPDX-License-Identifier: MIT */
#include "client/profiles.h"

/* Whether the file PATH has the profile NAME. False with *FAULTY if that cannot be said. */
static bool has(const char *path, const char *name, bool *faulty, struct complaint *why)
{
    struct list names OWNED(cognito_list_free) = {0};
    *faulty = !cognito_profile_names(path, DEFAULT_ANY, &names, why);
    return !*faulty && cognito_list_has(&names, span_of_string(name));
}

bool cognito_profiles_read(const struct places *places, const char *name, struct profile *profile,
                           struct complaint *why)
{
    char own[PATH_SIZE_MAX];
    const char *chosen = name == NULL ? PROFILE_DEFAULT : name;
    struct complaint reason = {{0}};
    bool faulty = false;
    if (!cognito_places_config(places, own, why))
        return false;
    if (places->system == NULL || has(own, chosen, &faulty, why))
        return cognito_profile_read(own, chosen, profile, why);
    if (faulty)
        return false;
    if (has(places->system, chosen, &faulty, why))
        return cognito_profile_read(places->system, chosen, profile, why);
    return !faulty &&
           (cognito_profile_read(own, chosen, profile, &reason) ||
            cognito_complain(why, "%s; and it is not in %s", reason.text, places->system));
}

static bool add_others(const struct list *more, struct list *names)
{
    bool good = true;
    for (size_t i = 0; good && i < more->count; i++) {
        const struct span name = span_of_string(more->items[i]);
        good = cognito_list_has(names, name) || cognito_list_append(names, name);
    }
    return good;
}

bool cognito_profiles_list(const struct places *places, struct list *names, size_t *own,
                           struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    struct list more OWNED(cognito_list_free) = {0};
    if (!cognito_places_config(places, path, why) ||
        !cognito_profile_names(path, DEFAULT_POOL, names, why))
        return false;
    *own = names->count;
    if (places->system != NULL && !cognito_profile_names(places->system, DEFAULT_POOL, &more, why))
        return false;
    return add_others(&more, names) || cognito_complain(why, "out of memory");
}
