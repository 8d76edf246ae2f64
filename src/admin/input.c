/* SPDX-License-Identifier: MIT */
#include "admin/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* What is beyond INPUT_MAX is left: a token of that length is refused as too long. */
static bool read_all(int from, const char *name, struct secret *token, struct complaint *why)
{
    if (!cognito_secret_reserve(token, INPUT_MAX))
        return cognito_complain(why, "out of memory");
    while (token->len < INPUT_MAX) {
        const ssize_t got = read(from, token->data + token->len, INPUT_MAX - token->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cognito_complain(why, "%s: %s", name, strerrordesc_np(errno));
        if (got == 0)
            break;
        token->len += (size_t)got;
    }
    return true;
}

/* Whoever owns it and may write to it: a token is judged as what a stranger types. */
static bool read_file(const char *name, struct secret *token, struct complaint *why)
{
    struct stat status;
    const int file = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return cognito_complain(why, "%s: %s", name, strerrordesc_np(errno));
    bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    good = good ? read_all(file, name, token, why)
                : cognito_complain(why, "%s: not a regular file", name);
    (void)close(file);
    return good;
}

bool cognito_read_token(const char *name, struct secret *token, struct complaint *why)
{
    if (name == NULL || strcmp(name, "-") == 0)
        return read_all(STDIN_FILENO, "standard input", token, why);
    return read_file(name, token, why);
}
