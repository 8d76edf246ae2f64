/* SPDX-License-Identifier: MIT */
#include "admin/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/safefile.h"

/* Room for a token that is too long, and the end of its line. */
enum { INPUT_MAX = TOKEN_SIZE_MAX + 3 };

bool cognito_absolute_path(const char *name, char path[PATH_SIZE_MAX])
{
    char folder[PATH_SIZE_MAX];
    int len;
    if (name[0] == '/')
        len = snprintf(path, PATH_SIZE_MAX, "%s", name);
    else if (getcwd(folder, sizeof folder) == NULL)
        return false;
    else
        len = snprintf(path, PATH_SIZE_MAX, "%s/%s", folder, name);
    return len > 0 && len < PATH_SIZE_MAX;
}

bool cognito_config_arguments_add(struct config_arguments *arguments, const char *name,
                                  struct complaint *why)
{
    static const char prefix[] = "conf=";
    if (arguments->count == CONFIG_FILES_MAX)
        return cognito_complain(why, "more than %d --config", CONFIG_FILES_MAX);
    struct config_argument *argument = &arguments->items[arguments->count];
    memcpy(argument->text, prefix, sizeof prefix);
    if (!cognito_absolute_path(name, argument->text + sizeof prefix - 1))
        return cognito_complain(why, "--config: too long a path");
    arguments->words[arguments->count++] = argument->text;
    return true;
}

static bool read_standard_input(struct secret *token, struct complaint *why)
{
    if (!cognito_secret_reserve(token, INPUT_MAX))
        return cognito_complain(why, "out of memory");
    while (token->len < INPUT_MAX) {
        const ssize_t got = read(STDIN_FILENO, token->data + token->len, INPUT_MAX - token->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cognito_complain(why, "standard input: %s", strerrordesc_np(errno));
        if (got == 0)
            break;
        token->len += (size_t)got;
    }
    return true;
}

bool cognito_read_token(const char *name, struct secret *token, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = INPUT_MAX};
    struct safefile file = {0};
    char path[PATH_SIZE_MAX];
    if (name == NULL || strcmp(name, "-") == 0)
        return read_standard_input(token, why);
    if (!cognito_absolute_path(name, path))
        return cognito_complain(why, "%s: too long a path", name);
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    *token = file.content;
    return true;
}
