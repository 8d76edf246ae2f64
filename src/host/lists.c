/* SPDX-License-Identifier: MIT */
#include "host/lists.h"

#include "base/safefile.h"
#include "host/deny.h"
#include "token/map.h"

static const struct safefile_rules rules = {.max_size = MAP_SIZE_MAX};

/* One reading of one list, and what is to be done with its lines. */
struct reading {
    const char *path;
    struct lines lines;
    bool ended; /* with a newline, as far as it was read */
    struct complaint *why;
    struct map *map; /* of a map: where lines are kept */
    const char *user;
    const struct identity *who; /* of a deny list */
    size_t found;
};

static bool fail(const struct reading *reading, const char *fault)
{
    return cognito_complain(reading->why, "%s:%zu: %s", reading->path, reading->lines.number,
                            fault);
}

static bool take_map(void *context, struct span text)
{
    struct reading *reading = context;
    const char *fault;
    reading->lines.rest = text;
    return cognito_map_add(reading->map, &reading->lines, reading->user, &fault) ||
           fail(reading, fault);
}

static bool read_map(struct config *config, const char *user, struct complaint *why)
{
    struct reading reading = {
        .path = config->map_file, .why = why, .map = &config->policy.map, .user = user};
    cognito_map_free(reading.map);
    return config->map_file == NULL || cognito_safefile_lines(config->map_file, &rules, take_map,
                                                              &reading, why) == SAFEFILE_READ;
}

static bool take_deny(void *context, struct span text)
{
    struct reading *reading = context;
    const char *fault;
    reading->lines.rest = text;
    reading->ended = text.data[text.len - 1] == '\n';
    return cognito_deny_read(&reading->lines, reading->who, &reading->found, &fault) ||
           fail(reading, fault);
}

/* A list that was emptied, or cut, while somebody wrote it would let in whom it shuts out. */
static bool is_whole(const struct reading *reading)
{
    if (reading->lines.number == 0)
        return cognito_complain(reading->why,
                                "%s: the file is empty; to deny nobody, write a comment line",
                                reading->path);
    return reading->ended || fail(reading, "the last line has no newline; the file may be cut");
}

enum cognito_status cognito_lists_deny(const struct config *config, const struct identity *who,
                                       size_t *line, struct complaint *why)
{
    struct reading reading = {.path = config->deny_file, .why = why, .who = who};
    if (config->deny_file != NULL) {
        const enum safefile_result result =
            cognito_safefile_lines(reading.path, &rules, take_deny, &reading, why);
        if (result == SAFEFILE_NO_MEMORY)
            return COGNITO_SYSTEM_MEMORY;
        if (result != SAFEFILE_READ || !is_whole(&reading))
            return COGNITO_SYSTEM_CONFIG;
    }
    *line = reading.found;
    return COGNITO_ACCEPTED;
}

bool cognito_lists_read(struct configs *configs, const char *user, struct complaint *why)
{
    for (size_t i = 0; i < configs->count; i++) {
        size_t none;
        if (cognito_lists_deny(&configs->items[i], NULL, &none, why) != COGNITO_ACCEPTED ||
            !read_map(&configs->items[i], user, why))
            return false;
    }
    return true;
}
