/* SPDX-License-Identifier: MIT */
#include "client/source.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "client/command.h"
#include "client/compact.h"
#include "client/expiry.h"

enum { LINE_END_MAX = 2 };

static bool is_set(const char *setting)
{
    return setting != NULL && setting[0] != '\0';
}

bool cognito_source_is_set(const struct source *source)
{
    return is_set(source->file) || is_set(source->command);
}

/* PATH from the root on. */
static bool make_absolute(const char *path, char absolute[PATH_SIZE_MAX], struct complaint *why)
{
    char here[PATH_SIZE_MAX] = "";
    if (path[0] != '/' && (getcwd(here, sizeof here) == NULL || here[0] != '/'))
        return cognito_complain(why, "COGNITO_TOKEN_FILE is no absolute path, and the working "
                                     "directory cannot be found");
    const char *between = path[0] == '/' ? "" : "/";
    const int len = snprintf(absolute, PATH_SIZE_MAX, "%s%s%s", here, between, path);
    if (len < 0 || len >= PATH_SIZE_MAX)
        return cognito_complain(why, "COGNITO_TOKEN_FILE: the path is too long");
    return true;
}

static bool read_file(const char *path, struct secret *content, struct complaint *why)
{
    const struct safefile_rules rules = {.max_size = TOKEN_SIZE_MAX + LINE_END_MAX,
                                         .private = true};
    char absolute[PATH_SIZE_MAX];
    if (!make_absolute(path, absolute, why))
        return false;
    struct safefile file;
    struct complaint reason = {{0}};
    if (cognito_safefile_read(absolute, &rules, &file, &reason) != SAFEFILE_READ)
        return cognito_complain(why, "COGNITO_TOKEN_FILE: %s", reason.text);
    *content = file.content; /* now the caller's */
    return true;
}

static bool run_command(const char *command, struct secret *content, struct complaint *why)
{
    const struct command_bounds bounds = {TOKEN_SIZE_MAX + LINE_END_MAX,
                                          INT64_C(1000) * SOURCE_SECONDS, false};
    struct complaint reason = {{0}};
    if (!cognito_command_output(command, &bounds, content, &reason))
        return cognito_complain(why, "COGNITO_TOKEN_COMMAND %s", reason.text);
    return true;
}

/* One line end: LF, CRLF or CR. A second one is white space in the token, and refused. */
static void drop_line_end(struct secret *content)
{
    if (content->len > 0 && content->data[content->len - 1] == '\n')
        content->len--;
    else if (content->len == 0 || content->data[content->len - 1] != '\r')
        return;
    if (content->len > 0 && content->data[content->len - 1] == '\r')
        content->len--;
}

static bool may_be_sent(struct span token, int64_t now, struct complaint *why)
{
    struct span payload;
    int64_t expires_at;
    return cognito_compact_payload(token, &payload, why) &&
           cognito_expiry_read(payload, &expires_at, why) &&
           cognito_expiry_ahead(expires_at, now, why);
}

bool cognito_source_read(const struct source *source, int64_t now, struct secret *token,
                         struct complaint *why)
{
    const bool from_file = is_set(source->file);
    if (!from_file && !is_set(source->command))
        return cognito_complain(why, "there is no token: set COGNITO_TOKEN_FILE to its file, or "
                                     "COGNITO_TOKEN_COMMAND to a command that prints it");
    if (!(from_file ? read_file(source->file, token, why)
                    : run_command(source->command, token, why)))
        return false;
    drop_line_end(token);
    struct complaint reason = {{0}};
    if (!may_be_sent(secret_span(token), now, &reason))
        return cognito_complain(why, "the token of %s %s",
                                from_file ? "COGNITO_TOKEN_FILE" : "COGNITO_TOKEN_COMMAND",
                                reason.text);
    return true;
}
