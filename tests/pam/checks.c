/* SPDX-License-Identifier: MIT */
/* What is checked after a call: its code, its log lines, its delay, its work and its silence. */
#include "stage.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "capture.h"

/* No piece of a token of this length may be seen anywhere. */
enum { PIECE = 12, DELAY_MIN = 2000000, DELAY_MAX = 3000000 };

/* ---- codes ---- */

static const struct {
    const char *name;
    int code;
} codes[] = {
    {"SUCCESS", PAM_SUCCESS},
    {"AUTH_ERR", PAM_AUTH_ERR},
    {"AUTHINFO_UNAVAIL", PAM_AUTHINFO_UNAVAIL},
    {"SERVICE_ERR", PAM_SERVICE_ERR},
    {"BUF_ERR", PAM_BUF_ERR},
    {"PERM_DENIED", PAM_PERM_DENIED},
    {"ACCT_EXPIRED", PAM_ACCT_EXPIRED},
    {"IGNORE", PAM_IGNORE},
    {"CONV_ERR", PAM_CONV_ERR},
};

static const char *code_name(int code)
{
    static char number[16];
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return codes[i].name;
    (void)snprintf(number, sizeof number, "%d", code);
    return number;
}

static int level_of(const char *name)
{
    static const char *const names[] = {"emerg",   "alert",  "crit", "err",
                                        "warning", "notice", "info", "debug"};
    for (int i = 0; i < 8; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* ---- log ---- */

static bool matches(struct world *world, const char *pattern, const char *text)
{
    regex_t compiled;
    struct text expanded = world_expand(world, pattern);
    if (regcomp(&compiled, expanded.data, REG_EXTENDED | REG_NOSUB) != 0)
        give_up("not a regular expression: %s", expanded.data);
    const bool found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    text_free(&expanded);
    return found;
}

static bool holds(struct world *world, const char *part, const char *text)
{
    struct text expanded = world_expand(world, part);
    const bool found = strstr(text, expanded.data) != NULL;
    text_free(&expanded);
    return found;
}

/* `log LEVEL "part"...`, or with ~ before a regular expression. */
static void check_line(struct world *world, const struct line *line, int priority, const char *text)
{
    struct words words;
    world->line = line;
    if (!words_split(&words, line->rest) || words.count < 2 ||
        level_of(words.items[0].text.data) < 0)
        give_up("%s:%zu: log LEVEL \"part\" was expected", line->path, line->number);
    if (LOG_PRI(priority) != level_of(words.items[0].text.data))
        world_fail(world, "the line has level %d: %s", LOG_PRI(priority), text);
    bool regular = false;
    for (size_t i = 1; i < words.count; i++) {
        const char *part = words.items[i].text.data;
        if (!words.items[i].quoted && strcmp(part, "~") == 0)
            regular = true;
        else if (regular ? !matches(world, part, text) : !holds(world, part, text))
            world_fail(world, "\"%s\" is not in the line: %s", part, text);
    }
    words_free(&words);
}

static void check_log(struct stage *stage, const struct line *call)
{
    const struct capture *capture = captured();
    struct world *world = stage->world;
    size_t seen = 0;
    for (size_t i = 0; i < stage->expected_count; i++) {
        const struct line *line = &stage->expected[i];
        if (strcmp(line->command, "log") != 0)
            continue;
        world->line = line;
        if (seen == capture->count) {
            world_fail(world, "there is no such log line");
            return;
        }
        check_line(world, line, capture->lines[seen].priority, capture->lines[seen].text);
        seen++;
    }
    world->line = call;
    if (seen < capture->count)
        world_fail(world, "not expected: log line \"%s\"", capture->lines[seen].text);
    for (size_t i = 0; i < capture->count; i++)
        if ((capture->lines[i].priority & LOG_FACMASK) != LOG_AUTHPRIV)
            world_fail(world, "not LOG_AUTHPRIV: \"%s\"", capture->lines[i].text);
}

/* What `COMMAND N` says, or USUAL: of several modules, or of one that takes what was asked before.
 */
static size_t number_expected(const struct stage *stage, const char *command, size_t usual)
{
    for (size_t i = 0; i < stage->expected_count; i++)
        if (strcmp(stage->expected[i].command, command) == 0)
            return strtoul(stage->expected[i].rest, NULL, 10);
    return usual;
}

/* 2 to 3 seconds, asked for before anything is judged; not where nothing was answered. */
static void check_delay(struct stage *stage)
{
    const struct capture *capture = captured();
    const size_t wanted = number_expected(stage, "delays", stage->answers > 0 ? 1 : 0);
    if (capture->delays_asked != wanted)
        world_fail(stage->world, "%zu delays were asked for", capture->delays_asked);
    else if (wanted == 1 && (capture->delay < DELAY_MIN || capture->delay >= DELAY_MAX))
        world_fail(stage->world, "a delay of %u microseconds", capture->delay);
    else if (wanted == 1 && stage->result != PAM_SUCCESS && capture->delays_due != 1)
        world_fail(stage->world, "libpam did not come to wait");
}

/* Each answer is judged once, and each judgement costs the same. */
static void check_work(struct stage *stage)
{
    const struct capture *capture = captured();
    const size_t wanted = number_expected(stage, "judgements", stage->answers);
    if (capture->imports != wanted || capture->verifications != wanted ||
        capture->readings != wanted)
        world_fail(stage->world, "%zu answers, %zu imports, %zu verifications, %zu readings",
                   stage->answers, capture->imports, capture->verifications, capture->readings);
}

static size_t count_exported(pam_handle_t *pamh)
{
    char **environment = pam_getenvlist(pamh);
    size_t count = 0;
    for (char **entry = environment; entry != NULL && *entry != NULL; entry++) {
        count += strncmp(*entry, "COGNITO_", strlen("COGNITO_")) == 0;
        free(*entry);
    }
    free(environment);
    return count;
}

/* `env NAME VALUE`: what the module has put into the environment is that, and no more. */
static void check_environment(struct stage *stage, const struct line *call)
{
    size_t wanted = 0;
    for (size_t i = 0; i < stage->expected_count; i++) {
        const struct line *line = &stage->expected[i];
        struct words words;
        if (strcmp(line->command, "env") != 0)
            continue;
        if (!words_split(&words, line->rest) || words.count != 2)
            give_up("%s:%zu: env NAME VALUE was expected", line->path, line->number);
        const char *value = pam_getenv(stage->pamh, words.items[0].text.data);
        struct text expanded = world_expand(stage->world, words.items[1].text.data);
        stage->world->line = line;
        if (value == NULL || strcmp(value, expanded.data) != 0)
            world_fail(stage->world, "it is %s", value == NULL ? "not there" : value);
        text_free(&expanded);
        words_free(&words);
        wanted++;
    }
    stage->world->line = call;
    if (count_exported(stage->pamh) != wanted)
        world_fail(stage->world, "something else of ours is in the environment");
}

static void check_wiping(struct stage *stage)
{
    if (captured()->unwiped > 0)
        world_fail(stage->world, "%zu answers were not wiped", captured()->unwiped);
    if (capture_answers_kept() > 0)
        world_fail(stage->world, "%zu answers were not given back", capture_answers_kept());
}

/* The refresher is nudged where a line says so, and nowhere else. */
static void check_nudges(struct stage *stage)
{
    size_t wanted = 0;
    for (size_t i = 0; i < stage->expected_count; i++)
        wanted += strcmp(stage->expected[i].command, "nudge") == 0;
    if (captured()->nudges != wanted)
        world_fail(stage->world, "%zu nudges for the refresher", captured()->nudges);
}

static bool has_piece(const char *text, const struct text *token)
{
    char piece[PIECE + 1] = "";
    for (size_t i = 0; i + PIECE <= token->len; i++) {
        memcpy(piece, token->data + i, PIECE);
        if (strlen(piece) == PIECE && strstr(text, piece) != NULL)
            return true;
    }
    return false;
}

static void check_secrecy(struct stage *stage)
{
    const struct capture *capture = captured();
    struct world *world = stage->world;
    char **environment = pam_getenvlist(stage->pamh);
    for (size_t i = 0; i < world->draft_count; i++) {
        const struct text *token = &world->minted[i];
        if (token->data == NULL)
            continue;
        for (size_t k = 0; k < capture->count; k++)
            if (has_piece(capture->lines[k].text, token))
                world_fail(world, "a piece of the token is in a log line");
        for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
            if (has_piece(*entry, token))
                world_fail(world, "a piece of the token is in the environment");
        if (stage->heard.data != NULL && has_piece(stage->heard.data, token))
            world_fail(world, "a piece of the token is in a message");
    }
    for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
        free(*entry);
    free(environment);
    const char *witness = pam_getenv(stage->pamh, "WITNESS");
    if (witness != NULL && strcmp(witness, "unset") != 0)
        world_fail(world, "PAM_AUTHTOK was set");
}

void stage_check(struct stage *stage, const struct line *call, const char *wanted)
{
    struct world *world = stage->world;
    const struct line *missing = stage_next_expected(stage);
    if (missing != NULL) {
        world->line = missing;
        world_fail(world, "this was not said, and the result is PAM_%s", code_name(stage->result));
    }
    world->line = call;
    if (strcmp(wanted, code_name(stage->result)) != 0)
        world_fail(world, "the result is PAM_%s", code_name(stage->result));
    for (size_t i = 0; i < captured()->count; i++)
        stage_learn_reference(world, captured()->lines[i].text);
    check_log(stage, call);
    world->line = call;
    check_secrecy(stage);
    if (strcmp(call->command, "authenticate") == 0) {
        check_delay(stage);
        check_environment(stage, call);
    }
    check_work(stage);
    check_nudges(stage);
    check_wiping(stage);
}
