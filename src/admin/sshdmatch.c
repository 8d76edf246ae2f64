/* SPDX-License-Identifier: MIT */
#include "admin/sshdmatch.h"

#include <fnmatch.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/lines.h"
#include "base/safefile.h"

enum { INCLUDES_MAX = 16 }; /* as deep as sshd goes */

struct reader {
    const char *folder;
    struct sshd_matches *matches;
    struct complaint *why;
};

struct block;
static bool read_file(const struct reader *reader, const char *path, const struct block *outer,
                      int depth);

static bool same_word(struct span word, const char *name)
{
    return word.len == strlen(name) && strncasecmp((const char *)word.data, name, word.len) == 0;
}

static void copy(char *to, size_t size, struct span from)
{
    const size_t len = from.len < size ? from.len : size - 1;
    if (len > 0)
        memcpy(to, from.data, len);
    to[len] = '\0';
}

/* A word, perhaps in quotes; between a name and its value there may be one '='. sshd_config(5). */
static struct span next_word(struct span *rest)
{
    size_t len = 0;
    *rest = cognito_trim(*rest);
    if (rest->len > 0 && rest->data[0] == '"') {
        *rest = span_after(*rest, 1);
        const size_t end = span_position(*rest, '"');
        const struct span quoted = span_first(*rest, end);
        *rest = span_after(*rest, end + 1);
        return quoted;
    }
    while (len < rest->len && !is_blank(rest->data[len]) && rest->data[len] != '=')
        len++;
    const struct span word = span_first(*rest, len);
    *rest = cognito_trim(span_after(*rest, len));
    if (rest->len > 0 && rest->data[0] == '=')
        *rest = span_after(*rest, 1);
    return word;
}

/* ---- somebody who matches ---- */

/* The first of PATTERNS, separated by commas, that is not a denial. False if all are. */
static bool first_pattern(struct span patterns, char pattern[SSHD_CRITERION_MAX])
{
    while (patterns.len > 0) {
        const size_t end = span_position(patterns, ',');
        const struct span one = span_first(patterns, end);
        patterns = span_after(patterns, end + 1);
        if (one.len == 0 || one.data[0] == '!' || one.len >= SSHD_CRITERION_MAX)
            continue;
        copy(pattern, SSHD_CRITERION_MAX, one);
        return true;
    }
    return false;
}

/* What a pattern with '*' and '?' fits: a letter for a name, a digit for an address. */
static void fill_pattern(char *pattern, char letter)
{
    for (char *c = pattern; *c != '\0'; c++)
        if (*c == '*' || *c == '?')
            *c = letter;
}

/* Somebody whose main group GROUP is. */
static bool find_by_main_group(gid_t group, char user[SSHD_CRITERION_MAX])
{
    const struct passwd *entry;
    bool found = false;
    setpwent();
    while (!found && (entry = getpwent()) != NULL)
        if (entry->pw_gid == group) {
            copy(user, SSHD_CRITERION_MAX, span_of_string(entry->pw_name));
            found = true;
        }
    endpwent();
    return found;
}

/* A member of a group whose name fits PATTERN. */
static bool find_member(const char *pattern, char user[SSHD_CRITERION_MAX])
{
    const struct group *group;
    bool found = false;
    setgrent();
    while (!found && (group = getgrent()) != NULL) {
        if (fnmatch(pattern, group->gr_name, 0) != 0)
            continue;
        if (group->gr_mem[0] != NULL) {
            copy(user, SSHD_CRITERION_MAX, span_of_string(group->gr_mem[0]));
            found = true;
        } else {
            found = find_by_main_group(group->gr_gid, user);
        }
    }
    endgrent();
    return found;
}

/* What a connection has to be so that the criteria of a line fit it. */
struct connection {
    char user[SSHD_CRITERION_MAX];
    char host[SSHD_CRITERION_MAX];
    char addr[SSHD_CRITERION_MAX];
    char laddr[SSHD_CRITERION_MAX];
    char lport[SSHD_CRITERION_MAX];
    char rdomain[SSHD_CRITERION_MAX];
};

/* An address that a pattern fits has to be one that can be read: 10.* becomes 10.1.1.1, and fe80:*
 * fe80:1::1. */
static void complete_address(char address[SSHD_CRITERION_MAX])
{
    address[strcspn(address, "/")] = '\0'; /* 10.0.0.0/8 */
    const bool whole = strpbrk(address, "*?") == NULL;
    const bool six = strchr(address, ':') != NULL;
    fill_pattern(address, '1');
    size_t len = strlen(address);
    size_t dots = 0;
    for (const char *c = address; *c != '\0'; c++)
        dots += *c == '.' ? 1 : 0;
    if (whole || len + sizeof ".1.1.1" > SSHD_CRITERION_MAX)
        return;
    if (six && strstr(address, "::") == NULL)
        memcpy(address + len, "::1", sizeof "::1");
    for (; !six && dots < 3; dots++, len += 2)
        memcpy(address + len, ".1", sizeof ".1");
}

static char *place_of(struct connection *connection, struct span name)
{
    return same_word(name, "User")           ? connection->user
           : same_word(name, "Host")         ? connection->host
           : same_word(name, "Address")      ? connection->addr
           : same_word(name, "LocalAddress") ? connection->laddr
           : same_word(name, "LocalPort")    ? connection->lport
           : same_word(name, "RDomain")      ? connection->rdomain
                                             : NULL;
}

enum fit { FITS, FITS_NOBODY, FIT_UNKNOWN };

static enum fit take_criterion(struct connection *connection, struct span name,
                               struct span patterns)
{
    char pattern[SSHD_CRITERION_MAX];
    char *place = place_of(connection, name);
    const bool group = same_word(name, "Group");
    if (place == NULL && !group)
        return FIT_UNKNOWN;
    if (!first_pattern(patterns, pattern))
        return FITS_NOBODY;
    if (group)
        return find_member(pattern, connection->user) ? FITS : FITS_NOBODY;
    if (place == connection->addr || place == connection->laddr)
        complete_address(pattern);
    else
        fill_pattern(pattern, 'x');
    memcpy(place, pattern, sizeof pattern);
    return FITS;
}

static enum fit take_criteria(struct connection *connection, struct span rest)
{
    while (cognito_trim(rest).len > 0) {
        const struct span name = next_word(&rest);
        if (name.len > 0 && name.data[0] == '#')
            return FITS;
        if (same_word(name, "All"))
            continue;
        const enum fit fit = take_criterion(connection, name, next_word(&rest));
        if (fit != FITS)
            return fit;
    }
    return FITS;
}

/* What the criteria of a Match line come to, with those of the block in which its file is included.
 */
struct block {
    struct connection connection;
    enum fit fit;
};

static void write_connection(const struct connection *connection, struct sshd_match *match)
{
    match->is_root = strcmp(connection->user, "root") == 0;
    (void)snprintf(match->connection, sizeof match->connection,
                   "user=%s,host=%s,addr=%s,laddr=%s,lport=%s%s%s", connection->user,
                   connection->host, connection->addr, connection->laddr, connection->lport,
                   connection->rdomain[0] == '\0' ? "" : ",rdomain=", connection->rdomain);
}

static bool take_match(const struct reader *reader, const char *path, size_t number,
                       struct span criteria, struct block *block)
{
    struct sshd_matches *matches = reader->matches;
    if (matches->count == SSHD_MATCHES_MAX)
        return cognito_complain(reader->why, "%s:%zu: more than %d Match blocks", path, number,
                                SSHD_MATCHES_MAX);
    struct sshd_match *match = &matches->items[matches->count++];
    *match = (struct sshd_match){.is_root = false};
    (void)snprintf(match->place, sizeof match->place, "%.160s:%zu", path, number);
    copy(match->text, sizeof match->text, criteria);
    if (block->fit == FITS)
        block->fit = take_criteria(&block->connection, criteria);
    match->unknown = block->fit == FIT_UNKNOWN;
    if (block->fit == FITS)
        write_connection(&block->connection, match);
    return true;
}

/* ---- files ---- */

static bool read_all(const struct reader *reader, const glob_t *found, const struct block *outer,
                     int depth)
{
    for (size_t i = 0; i < found->gl_pathc; i++)
        if (!read_file(reader, found->gl_pathv[i], outer, depth))
            return false;
    return true;
}

/* Every word is a pattern; none that fits is no error. */
static bool take_include(const struct reader *reader, struct span rest, const struct block *outer,
                         int depth)
{
    char pattern[PATH_SIZE_MAX];
    while (cognito_trim(rest).len > 0) {
        const struct span word = next_word(&rest);
        const bool absolute = word.len > 0 && word.data[0] == '/';
        const int len =
            snprintf(pattern, sizeof pattern, "%s%s%.*s", absolute ? "" : reader->folder,
                     absolute ? "" : "/", (int)word.len, (const char *)word.data);
        if (word.len == 0 || len < 0 || (size_t)len >= sizeof pattern)
            return cognito_complain(reader->why, "an Include that is empty or too long");
        glob_t found;
        if (glob(pattern, 0, NULL, &found) != 0)
            continue;
        const bool good = read_all(reader, &found, outer, depth + 1);
        globfree(&found);
        if (!good)
            return false;
    }
    return true;
}

/* A Match holds to the end of its file, and for what is included there. */
static bool take_lines(const struct reader *reader, const char *path, struct span text,
                       const struct block *outer, int depth)
{
    struct block block = *outer;
    for (size_t number = 1; text.len > 0; number++) {
        const size_t end = span_position(text, '\n');
        struct span line = cognito_trim(span_first(text, end));
        text = span_after(text, end + 1);
        if (line.len > 0 && line.data[line.len - 1] == '\r')
            line.len--;
        const struct span name = next_word(&line);
        if (same_word(name, "Match")) {
            block = *outer;
            if (!take_match(reader, path, number, cognito_trim(line), &block))
                return false;
        } else if (same_word(name, "Include") && !take_include(reader, line, &block, depth)) {
            return false;
        }
    }
    return true;
}

static bool read_file(const struct reader *reader, const char *path, const struct block *outer,
                      int depth)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    if (depth > INCLUDES_MAX)
        return cognito_complain(reader->why, "%s: included too deep", path);
    if (cognito_safefile_read(path, &rules, &file, reader->why) != SAFEFILE_READ)
        return false;
    const bool good = take_lines(reader, path, secret_span(&file.content), outer, depth);
    cognito_secret_free(&file.content);
    return good;
}

bool cognito_sshd_matches_read(const char *path, const char *folder, const char *user,
                               struct sshd_matches *matches, struct complaint *why)
{
    const struct reader reader = {folder, matches, why};
    struct block everybody = {{"", "x", "192.0.2.1", "192.0.2.2", "22", ""}, FITS};
    copy(everybody.connection.user, sizeof everybody.connection.user, span_of_string(user));
    matches->count = 0;
    return read_file(&reader, path, &everybody, 0);
}
