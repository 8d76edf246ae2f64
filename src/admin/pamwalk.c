/* SPDX-License-Identifier: MIT */
#include "admin/pamwalk.h"

#include <stdlib.h>

#include "admin/pammodules.h"

enum {
    STATES_MAX = 65536, /* seen states, a power of two */
    STATES_FULL = STATES_MAX / 2,
};

/* What libpam calls the impression: none yet, good, bad. */
enum impression { UNDECIDED, POSITIVE, NEGATIVE };

/* How the stack looks so far. Of the status that libpam keeps only its being a success matters. */
struct opinion {
    enum impression impression;
    bool success;
};

struct state {
    size_t index; /* of the line that comes next */
    bool called_us;
    struct opinion opinion;
    struct opinion before[PAM_SUBSTACKS_MAX + 1]; /* when the substack of that level began */
};

enum goal { GOAL_SUCCESS, GOAL_OURS };

struct walk {
    const struct pam_line **lines; /* those of the type */
    size_t count;
    const struct pam_question *question;
    enum goal goal;
    struct pam_way *way;
    uint64_t *seen; /* a hash table of states; 0 is free */
    size_t seen_count;
    bool exhausted;
};

/* ---- states ---- */

static uint64_t pack_opinion(struct opinion opinion)
{
    return (uint64_t)opinion.impression << 1 | (opinion.success ? 1 : 0);
}

/* A state as a number that is not 0; 14 bits of index, 3 for each opinion that counts. */
static uint64_t pack(const struct state *state)
{
    uint64_t packed = (uint64_t)state->index << 1 | (state->called_us ? 1 : 0);
    packed = packed << 3 | pack_opinion(state->opinion);
    for (size_t i = 1; i <= PAM_SUBSTACKS_MAX; i++)
        packed = packed << 3 | pack_opinion(state->before[i]);
    return packed << 1 | 1;
}

/* Whether STATE is new, and remembers it. */
static bool is_new(struct walk *walk, const struct state *state)
{
    const uint64_t packed = pack(state);
    size_t slot = (size_t)((packed * UINT64_C(0x9E3779B97F4A7C15)) >> 48) % STATES_MAX;
    while (walk->seen[slot] != 0 && walk->seen[slot] != packed)
        slot = (slot + 1) % STATES_MAX;
    if (walk->seen[slot] == packed)
        return false;
    if (walk->seen_count == STATES_FULL) {
        walk->exhausted = true;
        return false;
    }
    walk->seen[slot] = packed;
    walk->seen_count++;
    return true;
}

/* ---- what an answer does, as in Linux-PAM's dispatcher ---- */

/* The line after the rest of the stack that LINE is in. */
static size_t behind_stack(const struct walk *walk, size_t index)
{
    const size_t level = walk->lines[index]->level;
    do
        index++;
    while (index < walk->count && walk->lines[index]->level >= level);
    return index;
}

/* Goes past COUNT modules; a substack counts as one. False if there are not so many. */
static bool jump(const struct walk *walk, size_t *index, int count)
{
    const size_t level = walk->lines[*index]->level;
    size_t next = *index + 1;
    for (; count > 0 && next < walk->count && walk->lines[next]->level >= level; count--) {
        next++;
        while (next < walk->count && walk->lines[next]->level > level)
            next++;
    }
    *index = next;
    return count == 0;
}

static void agree(struct opinion *opinion, bool success)
{
    if (opinion->impression == UNDECIDED || (opinion->impression == POSITIVE && opinion->success))
        *opinion = (struct opinion){POSITIVE, success};
}

static void object(struct opinion *opinion)
{
    *opinion = (struct opinion){NEGATIVE, false};
}

/* The state after the next line has said ANSWER. */
static struct state after(const struct walk *walk, struct state state, enum pam_answer answer)
{
    const struct pam_line *line = walk->lines[state.index];
    const int action = line->control.action[answer];
    const size_t here = state.index++;
    switch (action) {
    case PAM_ACTION_IGNORE:
        break;
    case PAM_ACTION_RESET:
        state.opinion = state.before[line->level];
        break;
    case PAM_ACTION_OK:
        agree(&state.opinion, answer == PAM_ANSWER_SUCCESS);
        break;
    case PAM_ACTION_DONE:
        agree(&state.opinion, answer == PAM_ANSWER_SUCCESS);
        if (state.opinion.impression == POSITIVE)
            state.index = behind_stack(walk, here);
        break;
    case PAM_ACTION_BAD:
        object(&state.opinion);
        break;
    case PAM_ACTION_DIE:
        object(&state.opinion);
        state.index = behind_stack(walk, here);
        break;
    default:
        state.index = here;
        if (action < 0 || !jump(walk, &state.index, action))
            object(&state.opinion);
    }
    return state;
}

/* ---- the walk ---- */

static uint32_t possible_answers(const struct walk *walk, const struct pam_line *line)
{
    if (line == walk->question->accused)
        return walk->question->accused_answers;
    switch (cognito_pam_kind(line)) {
    case PAM_KIND_OURS:
        return walk->question->ours;
    case PAM_KIND_PROVER:
        return walk->question->provers & cognito_pam_prover_answers(line);
    case PAM_KIND_FIXED:
        return pam_answer_set(cognito_pam_fixed_answer(line));
    case PAM_KIND_BYSTANDER:
        break;
    }
    return walk->question->bystanders;
}

static bool ends_well(const struct walk *walk, const struct state *state)
{
    return (state->called_us || !walk->question->through_us) &&
           state->opinion.impression == POSITIVE && state->opinion.success;
}

static bool search(struct walk *walk, struct state state, size_t depth);

static bool search_answers(struct walk *walk, const struct state *state, size_t depth)
{
    const struct pam_line *line = walk->lines[state->index];
    const uint32_t answers = possible_answers(walk, line);
    for (unsigned int answer = 0; answer < PAM_ANSWERS; answer++) {
        if ((answers >> answer & 1) == 0)
            continue;
        walk->way->steps[depth].line = line;
        walk->way->steps[depth].answer = (enum pam_answer)answer;
        struct state next = after(walk, *state, (enum pam_answer)answer);
        next.called_us = state->called_us || cognito_pam_kind(line) == PAM_KIND_OURS;
        if (search(walk, next, depth + 1))
            return true;
    }
    return false;
}

/* Depth first; as deep as the stack is long. */
static bool search(struct walk *walk, struct state state, size_t depth)
{
    while (state.index < walk->count && walk->lines[state.index]->substack) {
        state.before[walk->lines[state.index]->level + 1] = state.opinion;
        state.index++;
    }
    walk->way->count = depth;
    if (state.index >= walk->count)
        return walk->goal == GOAL_SUCCESS && ends_well(walk, &state);
    if (walk->goal == GOAL_OURS && cognito_pam_kind(walk->lines[state.index]) == PAM_KIND_OURS)
        return true;
    return is_new(walk, &state) && search_answers(walk, &state, depth);
}

static enum pam_verdict run(struct walk *walk)
{
    const struct state start = {.index = 0};
    if (search(walk, start, 0))
        return PAM_WALK_POSSIBLE;
    return walk->exhausted ? PAM_WALK_TOO_MUCH : PAM_WALK_NEVER;
}

static enum pam_verdict walk_stack(const struct pam_stack *stack,
                                   const struct pam_question *question, enum goal goal,
                                   struct pam_way *way)
{
    struct walk walk = {.question = question, .goal = goal, .way = way};
    enum pam_verdict verdict = PAM_WALK_TOO_MUCH;
    /* Pointers are what it holds. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    walk.lines = calloc(stack->count + 1, sizeof *walk.lines);
    walk.seen = calloc(STATES_MAX, sizeof *walk.seen);
    for (size_t i = 0; walk.lines != NULL && i < stack->count; i++)
        if (stack->lines[i].type == question->type)
            walk.lines[walk.count++] = &stack->lines[i];
    if (walk.lines != NULL && walk.seen != NULL)
        verdict = run(&walk);
    free(walk.lines);
    free(walk.seen);
    return verdict;
}

enum pam_verdict cognito_pamwalk_opens(const struct pam_stack *stack,
                                       const struct pam_question *question, struct pam_way *way)
{
    return walk_stack(stack, question, GOAL_SUCCESS, way);
}

enum pam_verdict cognito_pamwalk_reaches_us(const struct pam_stack *stack,
                                            const struct pam_question *question,
                                            struct pam_way *way)
{
    return walk_stack(stack, question, GOAL_OURS, way);
}
