/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../pam/text.h"

enum { DISARMED, IN_TURN, AT_RANDOM };
enum { BLAMED_MAX = 16 };

static struct {
    int armed;
    size_t left, way;        /* in turn */
    unsigned short state[3]; /* at random */
    unsigned int per_mille;
    size_t count;
    const char *blamed[BLAMED_MAX];
    size_t blamed_count;
    char objection[256];
} engine;

struct fault_record *fault_record(void)
{
    static struct fault_record *shared;
    if (shared == NULL)
        shared =
            mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        give_up("mmap: %m");
    return shared;
}

void fault_arm(size_t number, size_t way)
{
    engine.armed = IN_TURN;
    engine.left = number;
    engine.way = way;
    engine.count = engine.blamed_count = 0;
    fault_record()->name = "nothing yet";
    fault_record()->number = number;
    fault_record()->way = way;
    fault_record()->seed = 0;
}

void fault_arm_at_random(uint64_t seed, unsigned int per_mille)
{
    engine.armed = AT_RANDOM;
    for (size_t i = 0; i < 3; i++)
        engine.state[i] = (unsigned short)(seed >> (16 * i));
    engine.per_mille = per_mille;
    engine.count = engine.blamed_count = 0;
    fault_record()->name = "nothing yet";
    fault_record()->number = fault_record()->way = 0;
    fault_record()->seed = seed;
}

void fault_disarm(void)
{
    engine.armed = DISARMED;
}

size_t fault_count(void)
{
    return engine.count;
}

static unsigned long next_number(void)
{
    return (unsigned long)nrand48(engine.state);
}

static const struct failure *strike(size_t row, const struct call *call, const struct failure *way)
{
    engine.count++;
    fault_record()->struck[row]++;
    fault_record()->name = call->name;
    if (getenv("FAULTS_SHOWN") != NULL)
        printf("# %s fails\n", call->name);
    if (engine.blamed_count < BLAMED_MAX)
        engine.blamed[engine.blamed_count++] = call->blamed;
    return way;
}

const struct failure *fault_now(size_t row, const struct call *call, const struct failure *ways,
                                size_t count)
{
    if (engine.armed == AT_RANDOM)
        return next_number() % 1000 < engine.per_mille
                   ? strike(row, call, &ways[next_number() % count])
                   : NULL;
    if (engine.armed == DISARMED || engine.left == 0 || --engine.left > 0 || engine.way >= count)
        return NULL;
    return strike(row, call, &ways[engine.way]);
}

static bool has_word(const char *words, const char *word)
{
    const size_t len = strlen(word);
    for (const char *found = words; (found = strstr(found, word)) != NULL; found += len)
        if ((found == words || found[-1] == ' ') && (found[len] == ' ' || found[len] == '\0'))
            return true;
    return false;
}

bool fault_may_blame(const char *reason)
{
    if (engine.count > BLAMED_MAX)
        return true;
    for (size_t i = 0; i < engine.blamed_count; i++)
        if (has_word(engine.blamed[i], reason))
            return true;
    return false;
}

void fault_object(const char *format, ...)
{
    va_list arguments;
    if (engine.objection[0] != '\0')
        return;
    va_start(arguments, format);
    (void)vsnprintf(engine.objection, sizeof engine.objection, format, arguments);
    va_end(arguments);
}

const char *fault_objection(void)
{
    return engine.objection;
}
