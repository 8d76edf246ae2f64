/* SPDX-License-Identifier: MIT */
/*
 * Plays PAM scenarios with the built module, without root: tests/pam/README.md has the format.
 *
 *   scenario [FILE]...
 *
 * Without files, all of tests/pam/scenarios. The output is TAP, one line for each scenario; each is
 * played in a process of its own, so that one that crashes fails alone.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "mint.h"
#include "play.h"
#include "script.h"
#include "world.h"

enum { PLAYED = 0, FAILED = 1, SKIPPED = 2 };

enum { DELAYS_MIN = 50, SPREAD_MIN = 300000 };

/* `must-fail "words"`: the scenario shows that the runner notices something. */
static const struct line *must_fail(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->count; i++)
        if (strcmp(scenario->lines[i].command, "must-fail") == 0)
            return &scenario->lines[i];
    return NULL;
}

static bool has_failed_as_it_must(const struct world *world, const struct line *wanted)
{
    struct words words;
    if (!words_split(&words, wanted->rest) || words.count != 1)
        give_up("%s:%zu: a text in quotation marks was expected", wanted->path, wanted->number);
    const bool found = strstr(world->failure, words.items[0].text.data) != NULL;
    words_free(&words);
    return found;
}

/* Everything but the lines that are not played. */
static struct scenario without(const struct scenario *scenario, const struct line *left_out)
{
    struct scenario played = {scenario->title, calloc(scenario->count + 1, sizeof *played.lines),
                              0};
    if (played.lines == NULL)
        give_up("out of memory");
    for (size_t i = 0; i < scenario->count; i++)
        if (&scenario->lines[i] != left_out)
            played.lines[played.count++] = scenario->lines[i];
    return played;
}

/* Of what is skipped it prints the result as well: only here is it known why. */
static int play_one(size_t number, const struct scenario *scenario, const char *root)
{
    struct world world = {0};
    const struct line *wanted = must_fail(scenario);
    struct scenario played = without(scenario, wanted);
    world_open(&world, root);
    world_let(&world, "dir", world.folder);
    world_let(&world, "module", BUILD_FOLDER "/.libs/pam_cognito.so");
    world_let(&world, "witness", BUILD_FOLDER "/.libs/pam_witness.so");
    play(&world, &played);
    world_close(&world);
    free(played.lines);
    if (world.skip[0] != '\0') {
        printf("ok %zu - %s # SKIP %s\n", number, scenario->title, world.skip);
        return SKIPPED;
    }
    if (wanted != NULL) {
        if (has_failed_as_it_must(&world, wanted))
            return PLAYED;
        printf("# %s:%zu: this was not noticed; the failure is \"%s\"\n", wanted->path,
               wanted->number, world.failure);
        return FAILED;
    }
    if (world.failure[0] != '\0')
        printf("# %s\n", world.failure);
    return world.failure[0] == '\0' ? PLAYED : FAILED;
}

/* In a process of its own; what it prints comes before the line of its result. */
static bool report(size_t number, const struct scenario *scenario, const char *root)
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child < 0)
        give_up("fork: %m");
    if (child == 0)
        exit(play_one(number, scenario, root));
    if (waitpid(child, &status, 0) != child)
        give_up("waitpid: %m");
    if (WIFSIGNALED(status))
        printf("# ended by signal %d\n", WTERMSIG(status));
    const int result = WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
    if (result != SKIPPED)
        printf("%s %zu - %s\n", result == PLAYED ? "ok" : "not ok", number, scenario->title);
    return result == PLAYED || result == SKIPPED;
}

/* Over all scenarios: of so many delays between 2 and 3 seconds two are far apart. */
static bool report_delays(size_t number)
{
    size_t count;
    const unsigned int spread = capture_delay_spread(&count);
    const bool few = count < DELAYS_MIN;
    printf("%s %zu - the delays are not always the same%s\n",
           few || spread > SPREAD_MIN ? "ok" : "not ok", number,
           few ? " # SKIP too few were seen" : "");
    return few || spread > SPREAD_MIN;
}

static void read_all(struct script *script, glob_t *found, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        script_read(script, argv[i]);
    if (argc > 1)
        return;
    if (glob(SOURCE_FOLDER "/tests/pam/scenarios/*.scenario", 0, NULL, found) != 0)
        give_up("no scenarios");
    for (size_t i = 0; i < found->gl_pathc; i++)
        script_read(script, found->gl_pathv[i]);
}

int main(int argc, char **argv)
{
    struct script script = {0};
    glob_t found = {0};
    bool good = true;
    read_all(&script, &found, argc, argv);
    char *root = world_make_root(BUILD_FOLDER);
    printf("1..%zu\n", script.count + 1);
    capture_share_delays();
    /* Before the processes part, so that they share what takes long to make. */
    (void)mint_key("id");
    (void)mint_key("access");
    (void)mint_key("id2");
    for (size_t i = 0; i < script.count; i++)
        good = report(i + 1, &script.items[i], root) && good;
    good = report_delays(script.count + 1) && good;
    world_remove_root(root);
    script_free(&script);
    mint_free();
    globfree(&found);
    return good ? 0 : 1;
}
