/* SPDX-License-Identifier: MIT */
#include "admin/sshdfile.h"

#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>
#include <unistd.h>

#include "admin/program.h"
#include "admin/replacement.h"
#include "admin/systemctl.h"
#include "base/lines.h"
#include "base/safefile.h"
#include "base/secret.h"

#define SSHD "/usr/sbin/sshd"
#define SSHD_CONFIG "/etc/ssh/sshd_config"
#define SSHD_FOLDER "/etc/ssh"
#define SSHD_PID "/run/sshd.pid"
#define NO_DIRECTORY "Missing privilege separation directory"
#define MARKER "# Written by pam-cognito setup; `pam-cognito setup --undo' removes it.\n"

static const char text[] = MARKER SSHD_FILE_SETTINGS;

/* Its new content is under a name that sshd does not include. */
static const struct replacement files = {SSHD_FILE_PATH, SSHD_FILE_PATH ".new",
                                         SSHD_FILE_PATH ".old"};

static void free_file(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

static enum safefile_result read_file(const char *path, struct safefile *file,
                                      struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    return cognito_safefile_read(path, &rules, file, why);
}

/* ---- the file ---- */

static bool has_line(struct span all, struct span wanted)
{
    while (all.len > 0) {
        const size_t end = span_position(all, '\n');
        if (span_equal(cognito_trim(span_first(all, end)), wanted))
            return true;
        all = span_after(all, end + 1);
    }
    return false;
}

static bool has_settings(struct span all)
{
    struct span settings = span_of_string(SSHD_FILE_SETTINGS);
    while (settings.len > 0) {
        const size_t end = span_position(settings, '\n');
        if (!has_line(all, span_first(settings, end)))
            return false;
        settings = span_after(settings, end + 1);
    }
    return true;
}

enum sshd_file cognito_sshdfile_look(void)
{
    struct safefile file OWNED(free_file) = {0};
    const enum safefile_result result = read_file(files.path, &file, NULL);
    if (result != SAFEFILE_READ)
        return result == SAFEFILE_MISSING ? SSHD_FILE_NONE : SSHD_FILE_OTHER;
    const struct span all = secret_span(&file.content);
    if (span_is(all, text))
        return SSHD_FILE_WRITTEN;
    if (has_line(all, span_of(MARKER, sizeof MARKER - 2)))
        return SSHD_FILE_CHANGED;
    return has_settings(all) ? SSHD_FILE_SAME : SSHD_FILE_OTHER;
}

bool cognito_sshdfile_write(struct complaint *why)
{
    if (cognito_replacement_write(&files, span_of_string(text), why) &&
        cognito_replacement_commit(&files, why))
        return true;
    (void)cognito_replacement_tidy(&files);
    return false;
}

bool cognito_sshdfile_remove(struct complaint *why)
{
    (void)cognito_replacement_tidy(&files);
    return cognito_sshdfile_look() != SSHD_FILE_WRITTEN || unlink(files.path) == 0 ||
           cognito_complain(why, "%s: %s", files.path, strerrordesc_np(errno));
}

/* ---- whether it would count ---- */

/* A pattern in quotes or without, relative to /etc/ssh unless it is absolute. */
static bool includes_us(struct span word)
{
    char pattern[PATH_SIZE_MAX];
    if (word.len >= 2 && word.data[0] == '"' && word.data[word.len - 1] == '"')
        word = span_first(span_after(word, 1), word.len - 2);
    const bool absolute = word.len > 0 && word.data[0] == '/';
    const int len = snprintf(pattern, sizeof pattern, "%s%.*s", absolute ? "" : SSHD_FOLDER "/",
                             (int)word.len, (const char *)word.data);
    return len > 0 && (size_t)len < sizeof pattern &&
           fnmatch(pattern, SSHD_FILE_PATH, FNM_PATHNAME) == 0;
}

static bool is_keyword(struct span word, const char *keyword)
{
    return word.len == strlen(keyword) &&
           strncasecmp((const char *)word.data, keyword, word.len) == 0;
}

/* Whether an Include that holds for everybody names our file: one before the first Match. */
static bool is_included(struct span config)
{
    while (config.len > 0) {
        const size_t end = span_position(config, '\n');
        struct span line = cognito_trim(span_first(config, end));
        const struct span keyword = cognito_next_word(&line);
        if (is_keyword(keyword, "match"))
            return false;
        for (struct span word = cognito_next_word(&line);
             word.len > 0 && is_keyword(keyword, "include"); word = cognito_next_word(&line))
            if (includes_us(word))
                return true;
        config = span_after(config, end + 1);
    }
    return false;
}

static bool check_include(struct complaint *why)
{
    struct safefile file OWNED(free_file) = {0};
    if (read_file(SSHD_CONFIG, &file, why) != SAFEFILE_READ)
        return false;
    return is_included(secret_span(&file.content)) ||
           cognito_complain(why, SSHD_CONFIG " does not include " SSHD_FILE_PATH
                                             ": put `Include /etc/ssh/sshd_config.d/*.conf' "
                                             "before its first line");
}

bool cognito_sshdfile_ready(struct complaint *why)
{
    const enum sshd_file file = cognito_sshdfile_look();
    if (access(SSHD, X_OK) != 0)
        return cognito_complain(why, "there is no " SSHD
                                     ": install it, or name the services with --service");
    if (!check_include(why))
        return false;
    if (file == SSHD_FILE_OTHER || file == SSHD_FILE_CHANGED)
        return cognito_complain(why, SSHD_FILE_PATH " is there and says something else: move it "
                                                    "away, then run this command again");
    return cognito_sshd_test(why);
}

/* ---- sshd ---- */

/* sshd's unit makes its directory when it starts, which may be at the first connection; sshd has
 * read all of its configuration by then. */
bool cognito_sshd_test(struct complaint *why)
{
    static const char *const words[] = {SSHD, "-t", NULL};
    int status = 0;
    struct answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL)
        return cognito_complain(why, "out of memory");
    bool good = cognito_program_run(words, answer, &status, why);
    if (good && status != 0 && strstr(answer->text, NO_DIRECTORY) == NULL)
        good = cognito_complain(why, "sshd -t: %.*s", (int)strcspn(answer->text, "\r\n"),
                                answer->text);
    free(answer);
    return good;
}

/* Whether PID is an sshd, whose program may have been replaced since it started. */
static bool is_sshd(long pid)
{
    char link[64];
    char program[PATH_SIZE_MAX];
    (void)snprintf(link, sizeof link, "/proc/%ld/exe", pid);
    const ssize_t len = readlink(link, program, sizeof program - 1);
    if (len <= 0)
        return false;
    program[len] = '\0';
    const char *name = strrchr(program, '/');
    return name != NULL && strncmp(name, "/sshd", strlen("/sshd")) == 0;
}

/* The process that SSHD_PID names; 0 if there is none. */
static pid_t find_sshd(void)
{
    struct safefile file OWNED(free_file) = {0};
    char number[16];
    if (read_file(SSHD_PID, &file, NULL) != SAFEFILE_READ)
        return 0;
    const struct span word = cognito_trim(secret_span(&file.content));
    if (word.len == 0 || word.len >= sizeof number)
        return 0;
    (void)snprintf(number, sizeof number, "%.*s", (int)word.len, (const char *)word.data);
    const long pid = strtol(number, NULL, 10);
    return pid > 1 && is_sshd(pid) ? (pid_t)pid : 0;
}

enum sshd_reload cognito_sshd_reload(struct complaint *why)
{
    static const char *const units[] = {"ssh", "sshd"};
    for (size_t i = 0; cognito_systemd_runs() && i < sizeof units / sizeof units[0]; i++)
        if (cognito_systemctl("is-active", "--quiet", units[i], NULL))
            return cognito_systemctl("reload", NULL, units[i], why) ? SSHD_RELOADED : SSHD_FAILED;
    const pid_t pid = find_sshd();
    if (pid == 0)
        return SSHD_NOT_RUNNING;
    if (kill(pid, SIGHUP) == 0)
        return SSHD_RELOADED;
    (void)cognito_complain(why, "sshd, process %ld: %s", (long)pid, strerrordesc_np(errno));
    return SSHD_FAILED;
}
