/* SPDX-License-Identifier: MIT */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "stage.h"
#include "starve.h"

static void start(struct stage *stage)
{
    struct world *world = stage->world;
    struct text service = world_expand(world, "${service}");
    struct text user = world_expand(world, "${user}");
    char folder[sizeof world->folder + 8];
    (void)snprintf(folder, sizeof folder, "%s/pam.d", world->folder);
    stage->conversation = (struct pam_conv){stage_converse, stage};
    if (pam_start_confdir(service.data, user.data[0] == '\0' ? NULL : user.data,
                          &stage->conversation, folder, &stage->pamh) != PAM_SUCCESS)
        give_up("pam_start_confdir failed");
    void (*delay)(int, unsigned int, void *) = capture_delay;
    const void *item;
    memcpy(&item, &delay, sizeof item);
    if (pam_set_item(stage->pamh, PAM_FAIL_DELAY, item) != PAM_SUCCESS)
        give_up("PAM_FAIL_DELAY is not known");
    text_free(&service);
    text_free(&user);
}

static int call_pam(struct stage *stage, const char *name, int flags)
{
    if (strcmp(name, "authenticate") == 0)
        return pam_authenticate(stage->pamh, flags);
    if (strcmp(name, "account") == 0)
        return pam_acct_mgmt(stage->pamh, flags);
    return pam_setcred(stage->pamh, (int)((unsigned int)flags | PAM_ESTABLISH_CRED));
}

static bool is_call(const char *command)
{
    return strcmp(command, "authenticate") == 0 || strcmp(command, "account") == 0 ||
           strcmp(command, "setcred") == 0;
}

static bool is_expectation(const char *command)
{
    static const char *const names[] = {
        "prompt", "prompt-with-echo", "error",     "info", "log", "nudge",
        "env",    "delays",           "judgements"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], command) == 0)
            return true;
    return false;
}

/* `authenticate CODE [silent]`; the lines below it say what has to be seen. Returns how many. */
static size_t make_call(struct stage *stage, size_t index)
{
    const struct line *call = &stage->scenario->lines[index];
    struct words words;
    if (!words_split(&words, call->rest) || words.count == 0)
        give_up("%s:%zu: a PAM code was expected", call->path, call->number);
    const bool silent = words.count == 2 && strcmp(words.items[1].text.data, "silent") == 0;
    stage->expected = call + 1;
    stage->expected_count = stage->at = stage->answers = stage->prompts = 0;
    while (index + 1 + stage->expected_count < stage->scenario->count &&
           is_expectation(stage->expected[stage->expected_count].command))
        stage->expected_count++;
    if (stage->pamh == NULL)
        start(stage);
    capture_reset();
    stage->result = call_pam(stage, call->command, silent ? (int)PAM_SILENT : 0);
    stage_check(stage, call, words.items[0].text.data);
    words_free(&words);
    return stage->expected_count;
}

static int item_of(const char *name)
{
    if (strcmp(name, "user") == 0)
        return PAM_USER;
    if (strcmp(name, "rhost") == 0)
        return PAM_RHOST;
    if (strcmp(name, "ruser") == 0)
        return PAM_RUSER;
    return strcmp(name, "tty") == 0 ? PAM_TTY : -1;
}

static bool set_item(struct stage *stage, const struct words *words)
{
    const int item = words->count == 2 ? item_of(words->items[0].text.data) : -1;
    if (item < 0)
        return false;
    if (stage->pamh == NULL)
        start(stage);
    struct text value = world_expand(stage->world, words->items[1].text.data);
    const bool null = !words->items[1].quoted && strcmp(value.data, "null") == 0;
    if (pam_set_item(stage->pamh, item, null ? NULL : value.data) != PAM_SUCCESS)
        world_fail(stage->world, "the item is not taken");
    text_free(&value);
    return true;
}

/* What concerns the transaction and is no call. */
static bool obey(struct stage *stage, const struct line *line)
{
    struct words words;
    bool known = false;
    if (strcmp(line->command, "item") != 0 && strcmp(line->command, "clock") != 0)
        return false;
    if (!words_split(&words, line->rest))
        return false;
    if (strcmp(line->command, "item") == 0) {
        known = set_item(stage, &words);
    } else if (words.count == 1) {
        struct text seconds = world_expand(stage->world, words.items[0].text.data);
        capture_move_clock(strtoll(seconds.data, NULL, 10));
        text_free(&seconds);
        known = true;
    }
    words_free(&words);
    return known;
}

/* `starve TOKEN never` or `starve TOKEN maybe`: whether it may be accepted. */
static bool is_starving(struct world *world, const struct line *line)
{
    struct words words;
    if (strcmp(line->command, "starve") != 0 || !words_split(&words, line->rest))
        return false;
    const bool good = words.count == 2;
    if (good)
        starve(world, words.items[0].text.data, strcmp(words.items[1].text.data, "maybe") == 0);
    words_free(&words);
    return good;
}

void play(struct world *world, const struct scenario *scenario)
{
    struct stage stage = {.world = world, .scenario = scenario};
    size_t calls = 0;
    for (size_t i = 0; i < scenario->count && world->skip[0] == '\0'; i++) {
        const struct line *line = &scenario->lines[i];
        world->line = line;
        if (is_call(line->command)) {
            i += make_call(&stage, i);
            calls++;
        } else if (is_starving(world, line)) {
            calls++;
        } else if (!obey(&stage, line) && !world_obey(world)) {
            give_up("%s:%zu: not understood: %s", line->path, line->number, line->command);
        }
    }
    if (calls == 0 && world->skip[0] == '\0')
        world_fail(world, "the scenario calls nothing");
    if (stage.pamh != NULL && pam_end(stage.pamh, stage.result) != PAM_SUCCESS)
        world_fail(world, "pam_end failed");
    capture_reset();
    text_free(&stage.heard);
}
