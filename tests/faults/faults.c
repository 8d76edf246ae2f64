/* SPDX-License-Identifier: MIT */
/*
 * Lets every call of the module fail, in each of its ways and in every place: README.md.
 *
 *   faults [FILE]...
 *
 * Without files, tests/faults/faults.scenario. TAP, one line for each scenario, played in a process
 * of its own; and one that tells which functions of the module were never made to fail.
 * FAULTS_ROUNDS is how many transactions with random faults a scenario and a stack get, FAULTS_SEED
 * the first seed.
 */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../pam/capture.h"
#include "../pam/script.h"
#include "../pam/world.h"
#include "calls.h"
#include "fault.h"
#include "trial.h"

enum { ROUNDS = 60, PASSED = 0, FAILED = 1 };

struct settings {
    size_t rounds;
    uint64_t seed;
};

static uint64_t number_of(const char *name, uint64_t by_default)
{
    const char *text = getenv(name);
    return text == NULL || text[0] == '\0' ? by_default : strtoull(text, NULL, 10);
}

static struct settings read_settings(void)
{
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        give_up("getrandom: %m");
    return (struct settings){number_of("FAULTS_ROUNDS", ROUNDS),
                             number_of("FAULTS_SEED", seed | 1)};
}

/* `TOKEN maybe|REASON [fresh] [parts N] [later N] [exports N]` */
static bool read_trial(const struct words *words, struct trial *trial)
{
    if (words->count < 2)
        return false;
    trial->token = words->items[0].text.data;
    trial->reason = words->items[1].text.data;
    trial->acceptable = strcmp(trial->reason, "maybe") == 0;
    for (size_t i = 2; i < words->count; i++) {
        const char *word = words->items[i].text.data;
        const char *next = i + 1 < words->count ? words->items[i + 1].text.data : "";
        if (strcmp(word, "fresh") == 0)
            trial->fresh = true;
        else if (strcmp(word, "parts") == 0 && i++ > 0)
            trial->part = strtoul(next, NULL, 10);
        else if (strcmp(word, "later") == 0 && i++ > 0)
            trial->later = strtoll(next, NULL, 10);
        else if (strcmp(word, "exports") == 0 && i++ > 0)
            trial->exports = strtoul(next, NULL, 10);
        else
            return false;
    }
    return true;
}

/* Returns how many transactions the line was worth; false if it is none of ours. */
static bool obey(struct world *world, const struct settings *settings, size_t *runs)
{
    const char *command = world->line->command;
    struct trial trial = {.random_rounds = settings->rounds, .seed = settings->seed};
    struct words words;
    const bool all = strcmp(command, "inject") == 0;
    if (!all && strcmp(command, "spend") != 0)
        return false;
    if (!words_split(&words, world->line->rest) || !read_trial(&words, &trial))
        give_up("%s:%zu: not understood", world->line->path, world->line->number);
    if (all)
        *runs += trial_run(world, &trial);
    else
        trial_spend(world, &trial);
    words_free(&words);
    return true;
}

static void play(struct world *world, const struct scenario *scenario,
                 const struct settings *settings)
{
    char state[sizeof world->folder + 8];
    const char *must_fail = NULL;
    size_t runs = 0;
    (void)snprintf(state, sizeof state, "%s/state", world->folder);
    calls_set_folder(state);
    for (size_t i = 0; i < scenario->count && world->failure[0] == '\0'; i++) {
        world->line = &scenario->lines[i];
        if (strcmp(world->line->command, "must-fail") == 0)
            must_fail = world->line->rest;
        else if (strcmp(world->line->command, "clock") == 0)
            capture_move_clock(strtoll(world->line->rest, NULL, 10));
        else if (!obey(world, settings, &runs) && !world_obey(world))
            give_up("%s:%zu: not understood", world->line->path, world->line->number);
    }
    printf("# %zu transactions\n", runs);
    if (must_fail == NULL)
        return;
    if (strstr(world->failure, must_fail) != NULL)
        world->failure[0] = '\0';
    else
        world_fail(world, "the runner did not notice: %s", must_fail);
}

static int play_one(const struct scenario *scenario, const struct settings *settings,
                    const char *root)
{
    struct world world = {0};
    world_open(&world, root);
    world_let(&world, "dir", world.folder);
    world_let(&world, "module", BUILD_FOLDER "/.libs/pam_cognito.so");
    world_let(&world, "witness", BUILD_FOLDER "/.libs/pam_witness.so");
    play(&world, scenario, settings);
    world_close(&world);
    if (world.failure[0] != '\0')
        printf("# %s\n", world.failure);
    return world.failure[0] == '\0' ? PASSED : FAILED;
}

static bool report(size_t number, const struct scenario *scenario, const struct settings *settings,
                   const char *root)
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child < 0)
        give_up("fork: %m");
    if (child == 0)
        exit(play_one(scenario, settings, root));
    if (waitpid(child, &status, 0) != child)
        give_up("waitpid: %m");
    const struct fault_record *record = fault_record();
    if (WIFSIGNALED(status))
        printf("# ended by signal %d, call %zu, %s, way %zu, seed %" PRIu64 "\n", WTERMSIG(status),
               record->number, record->name, record->way, record->seed);
    const bool good = WIFEXITED(status) && WEXITSTATUS(status) == PASSED;
    printf("%s %zu - %s\n", good ? "ok" : "not ok", number, scenario->title);
    return good;
}

/* Whether NAME is what fortified headers make of PLAIN: __PLAIN_chk or __PLAIN_2. */
static bool is_fortified(const char *name, const char *plain)
{
    const size_t len = strlen(plain);
    return strncmp(name, "__", 2) == 0 && strncmp(name + 2, plain, len) == 0 &&
           (strcmp(name + 2 + len, "_chk") == 0 || strcmp(name + 2 + len, "_2") == 0);
}

/* How often it was made to fail, by this name or by the plain one. */
static size_t struck(const struct call *table, size_t count, size_t row)
{
    size_t sum = fault_record()->struck[row];
    for (size_t i = 0; i < count; i++)
        if (is_fortified(table[row].name, table[i].name))
            sum += fault_record()->struck[i];
    return sum;
}

static bool has_failures(const struct call *call)
{
    return strcmp(call->name, "the conversation") == 0 ||
           (call->ours != NULL && strstr(call->name, "json_object_is_type") == NULL &&
            strcmp(call->blamed, "only the programs call it") != 0);
}

/* Nothing that the module calls is forgotten, and nothing is only written down. */
static bool report_calls(size_t number, const struct settings *settings)
{
    size_t count;
    size_t functions = 0;
    size_t faults = 0;
    const struct call *table = calls_table(&count);
    bool good = calls_unknown() == NULL;
    if (!good)
        printf("# nobody lets this fail: %s\n", calls_unknown());
    for (size_t row = 0; row < count; row++) {
        faults += fault_record()->struck[row];
        if (!calls_has(row) || !has_failures(&table[row]))
            continue;
        functions++;
        if (struck(table, count, row) > 0)
            continue;
        printf("# never failed: %s\n", table[row].name);
        good = false;
    }
    printf("# figure: %zu faults in %zu functions, first seed %" PRIu64 "\n", faults, functions,
           settings->seed);
    printf("%s %zu - each function that the module calls was made to fail, or cannot\n",
           good ? "ok" : "not ok", number);
    return good;
}

int main(int argc, char **argv)
{
    const struct settings settings = read_settings();
    struct script script = {0};
    bool good = true;
    for (int i = 1; i < argc; i++)
        script_read(&script, argv[i]);
    if (argc == 1)
        script_read(&script, SOURCE_FOLDER "/tests/faults/faults.scenario");
    char *root = world_make_root(BUILD_FOLDER);
    printf("1..%zu\n", script.count + 1);
    capture_share_delays();
    (void)fault_record();
    calls_watch(BUILD_FOLDER "/.libs/pam_cognito.so");
    (void)getpwnam("no-such-account"); /* what glibc keeps of a first look-up is no leak */
    (void)mint_key("id");
    (void)mint_key("access");
    for (size_t i = 0; i < script.count; i++)
        good = report(i + 1, &script.items[i], &settings, root) && good;
    good = report_calls(script.count + 1, &settings) && good;
    world_remove_root(root);
    script_free(&script);
    mint_free();
    return good ? 0 : 1;
}
