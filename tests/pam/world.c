/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"

/* ---- the folder ---- */

/* Whether the module would take a file below PATH: nobody but root and us may write there. */
static bool is_trustworthy(const char *path)
{
    char here[4096];
    struct stat status;
    (void)snprintf(here, sizeof here, "%s", path);
    for (;;) {
        if (stat(here, &status) != 0 || (status.st_uid != 0 && status.st_uid != geteuid()))
            return false;
        if ((status.st_mode & 022) != 0 && (status.st_uid != 0 || !(status.st_mode & S_ISVTX)))
            return false;
        char *slash = strrchr(here, '/');
        if (slash == NULL || here[1] == '\0')
            return true;
        slash[slash == here ? 1 : 0] = '\0';
    }
}

static char *make_folder(const char *above, const char *name)
{
    struct text path = {0};
    text_print(&path, "%s/%s.XXXXXX", above, name);
    if (mkdtemp(path.data) == NULL || chmod(path.data, 0755) != 0)
        give_up("%s: %m", path.data);
    return path.data;
}

char *world_make_root(const char *build)
{
    (void)umask(022);
    return make_folder(is_trustworthy(build) && access(build, W_OK) == 0 ? build : "/tmp",
                       "scenarios");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void world_remove_root(char *root)
{
    if (nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        give_up("%s cannot be removed: %m", root);
    free(root);
}

void world_open(struct world *world, const char *root)
{
    char *folder = make_folder(root, "scenario");
    (void)snprintf(world->folder, sizeof world->folder, "%s", folder);
    free(folder);
}

void world_close(struct world *world)
{
    for (size_t i = 0; i < world->name_count; i++) {
        free(world->names[i].name);
        free(world->names[i].value);
    }
    for (size_t i = 0; i < world->draft_count; i++) {
        draft_free(&world->drafts[i]);
        text_free(&world->minted[i]);
    }
    text_free(&world->file_path);
}

void world_fail(struct world *world, const char *format, ...)
{
    va_list arguments;
    if (world->failure[0] != '\0')
        return;
    const int used = snprintf(world->failure, sizeof world->failure,
                              "%s:%zu: ", world->line == NULL ? "?" : world->line->path,
                              world->line == NULL ? 0 : world->line->number);
    va_start(arguments, format);
    (void)vsnprintf(world->failure + used, sizeof world->failure - (size_t)used, format, arguments);
    va_end(arguments);
}

/* ---- names ---- */

void world_let(struct world *world, const char *name, const char *value)
{
    size_t i = 0;
    while (i < world->name_count && strcmp(world->names[i].name, name) != 0)
        i++;
    if (i == NAMES_MAX)
        give_up("too many names");
    char *copied = strdup(value);
    if (i == world->name_count) {
        world->names[i].name = strdup(name);
        world->names[i].value = NULL;
        world->name_count++;
    }
    free(world->names[i].value);
    world->names[i].value = copied;
    if (copied == NULL || world->names[i].name == NULL)
        give_up("out of memory");
}

static bool add_of_key(struct text *text, const char *name)
{
    if (strncmp(name, "jwk:", 4) == 0)
        text_add_jwk(text, mint_key(name + 4));
    else if (strncmp(name, "n:", 2) == 0)
        text_add_modulus(text, mint_key(name + 2));
    else if (strncmp(name, "kid:", 4) == 0)
        text_print(text, "%s", key_id(mint_key(name + 4)));
    else
        return false;
    return true;
}

static bool add_name(struct world *world, struct text *text, const char *name)
{
    if (strcmp(name, "now") == 0 || strncmp(name, "now+", 4) == 0 ||
        strncmp(name, "now-", 4) == 0) {
        text_print(text, "%lld", (long long)(capture_now() + strtoll(name + 3, NULL, 10)));
        return true;
    }
    if (strcmp(name, "euid") == 0) {
        text_print(text, "%u", (unsigned int)geteuid());
        return true;
    }
    for (size_t i = 0; i < world->name_count; i++) {
        if (strcmp(world->names[i].name, name) == 0) {
            text_print(text, "%s", world->names[i].value);
            return true;
        }
    }
    return add_of_key(text, name);
}

struct text world_expand(struct world *world, const char *text)
{
    struct text made = {0};
    text_add(&made, "", 0);
    while (*text != '\0') {
        const char *end = strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;
        char name[64];
        if (end == NULL || end - text > (long)sizeof name) {
            text_add(&made, text++, 1);
            continue;
        }
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - text - 2), text + 2);
        if (!add_name(world, &made, name))
            world_fail(world, "nothing is called ${%s}", name);
        text = end + 1;
    }
    return made;
}

/* ---- files ---- */

static struct text path_of(struct world *world, const char *name)
{
    struct text expanded = world_expand(world, name);
    struct text path = {0};
    text_print(&path, "%s/%s", world->folder, expanded.data);
    text_free(&expanded);
    return path;
}

static void make_folders_above(struct world *world, char *path)
{
    for (char *at = path + strlen(world->folder) + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            world_fail(world, "%s: %s", path, strerror(errno));
        *at = '/';
    }
}

static void write_text(struct world *world, const char *how, const struct text *text)
{
    FILE *file = fopen(world->file_path.data, how);
    if (file == NULL || fwrite(text->data, 1, text->len, file) != text->len || fclose(file) != 0)
        world_fail(world, "%s: %s", world->file_path.data, strerror(errno));
}

static void begin_file(struct world *world, const char *name)
{
    struct text nothing = {0};
    text_add(&nothing, "", 0);
    text_free(&world->file_path);
    world->file_path = path_of(world, name);
    make_folders_above(world, world->file_path.data);
    write_text(world, "we", &nothing);
    text_free(&nothing);
}

static void add_file_line(struct world *world, const char *line)
{
    struct text text = world_expand(world, line);
    text_add(&text, "\n", 1);
    if (world->file_path.data == NULL)
        world_fail(world, "a text without a file");
    else
        write_text(world, "ae", &text);
    text_free(&text);
}

/* Raw bytes at the end of the file in hand: what a line of text cannot hold. */
static void add_file_bytes(struct world *world, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        write_text(world, "ae", &words->items[i].text);
}

static void make_older(struct world *world, const char *path, const char *seconds)
{
    const time_t then = (time_t)(capture_now() - strtoll(seconds, NULL, 10));
    const struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
    if (utimensat(AT_FDCWD, path, times, 0) != 0)
        world_fail(world, "%s: %s", path, strerror(errno));
}

/* What is done to a file by its name. */
static int change_file(struct world *world, const char *command, char *path, const char *argument)
{
    if (strcmp(command, "mode") == 0)
        return chmod(path, (mode_t)strtoul(argument, NULL, 8));
    if (strcmp(command, "remove") == 0)
        return remove(path);
    make_folders_above(world, path);
    if (strcmp(command, "folder") == 0)
        return mkdir(path, 0755);
    if (strcmp(command, "fifo") == 0)
        return mkfifo(path, 0644);
    return symlink(argument, path);
}

static bool obey_about_files(struct world *world, const struct words *words)
{
    static const char *const changes[] = {"mode", "remove", "folder", "fifo", "link"};
    const char *command = world->line->command;
    if (strcmp(command, "|") == 0)
        add_file_line(world, world->line->rest);
    else if (strcmp(command, "bytes") == 0)
        add_file_bytes(world, words);
    else if (words->count == 1 && strcmp(command, "file") == 0)
        begin_file(world, words->items[0].text.data);
    if (strcmp(command, "|") == 0 || strcmp(command, "bytes") == 0 || strcmp(command, "file") == 0)
        return true;
    if (words->count == 0)
        return false;
    struct text path = path_of(world, words->items[0].text.data);
    bool known = strcmp(command, "age") == 0;
    if (known)
        make_older(world, path.data, words->count > 1 ? words->items[1].text.data : "0");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0] && !known; i++) {
        if (strcmp(command, changes[i]) != 0)
            continue;
        known = true;
        struct text argument =
            world_expand(world, words->count > 1 ? words->items[1].text.data : "");
        if (change_file(world, command, path.data, argument.data) != 0)
            world_fail(world, "%s: %s", path.data, strerror(errno));
        text_free(&argument);
    }
    text_free(&path);
    return known;
}

/* ---- tokens ---- */

static void begin_token(struct world *world, const char *name)
{
    static const struct draft nothing = {.broken_bit = -1};
    if (world->draft_count == DRAFTS_MAX)
        give_up("too many tokens");
    struct draft *draft = &world->drafts[world->draft_count];
    *draft = draft_copy(world->draft_count == 0 ? &nothing : &world->drafts[0], name);
    world->minted[world->draft_count++] = (struct text){0};
}

const struct text *world_token(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->draft_count; i++) {
        if (strcmp(world->drafts[i].name, name) != 0)
            continue;
        if (world->minted[i].data == NULL)
            world->minted[i] = draft_mint(&world->drafts[i]);
        return &world->minted[i];
    }
    return NULL;
}

static void replace(char **owned, char *text)
{
    free(*owned);
    *owned = text;
}

/* `NAME VALUE`, the value being JSON that may hold spaces. */
static void set_member(struct members *members, const char *text)
{
    char name[64];
    const size_t len = strcspn(text, " ");
    (void)snprintf(name, sizeof name, "%.*s", (int)len, text);
    members_set(members, name, text + len + strspn(text + len, " "));
}

static bool change_draft(struct draft *draft, const char *command, struct text *text)
{
    if (strcmp(command, "claim") == 0) {
        set_member(&draft->claims, text->data);
    } else if (strcmp(command, "header") == 0) {
        set_member(&draft->header, text->data);
    } else if (strcmp(command, "drop-claim") == 0) {
        members_drop(&draft->claims, text->data);
    } else if (strcmp(command, "drop-header") == 0) {
        members_drop(&draft->header, text->data);
    } else if (strcmp(command, "length") == 0) {
        draft->length = strtoul(text->data, NULL, 10);
    } else if (strcmp(command, "signature-length") == 0) {
        draft->signature_length = strtoul(text->data, NULL, 10);
    } else if (strcmp(command, "broken-bit") == 0) {
        draft->broken_bit = (int)strtol(text->data, NULL, 10);
    } else if (strcmp(command, "key") == 0) {
        replace(&draft->key, text->data);
        text->data = NULL;
    } else if (strcmp(command, "header-text") == 0) {
        replace(&draft->header_text, text->data);
        text->data = NULL;
    } else if (strcmp(command, "payload-text") == 0) {
        replace(&draft->payload_text, text->data);
        text->data = NULL;
    } else {
        return false;
    }
    return true;
}

static bool obey_about_tokens(struct world *world)
{
    const char *command = world->line->command;
    if (strcmp(command, "token") == 0) {
        begin_token(world, world->line->rest);
        return true;
    }
    if (world->draft_count == 0)
        return false;
    struct text text = world_expand(world, world->line->rest);
    const bool known = change_draft(&world->drafts[world->draft_count - 1], command, &text);
    if (known && world->minted[world->draft_count - 1].data != NULL)
        world_fail(world, "this token has been used before");
    text_free(&text);
    return known;
}

bool world_obey(struct world *world)
{
    const char *command = world->line->command;
    struct words words;
    if (strcmp(command, "|") != 0 && obey_about_tokens(world))
        return true;
    if (strcmp(command, "|") == 0)
        words = (struct words){0};
    else if (!words_split(&words, world->line->rest))
        return false;
    bool known = true;
    if (strcmp(command, "let") == 0 && words.count == 2) {
        struct text value = world_expand(world, words.items[1].text.data);
        world_let(world, words.items[0].text.data, value.data);
        text_free(&value);
    } else if (strcmp(command, "unprivileged") == 0) {
        if (geteuid() == 0)
            (void)snprintf(world->skip, sizeof world->skip, "root may read every file");
    } else if (strcmp(command, "without") == 0 && words.count == 1) {
        if (access(words.items[0].text.data, F_OK) == 0)
            (void)snprintf(world->skip, sizeof world->skip, "this host has %s",
                           words.items[0].text.data);
    } else {
        known = obey_about_files(world, &words);
    }
    words_free(&words);
    return known;
}
