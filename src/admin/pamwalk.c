/* SPDX-License-Identifier: MIT */
#include "admin/pamwalk.h"

#include <stdlib.h>
#include <string.h>

#include "admin/pammodules.h"

enum {
    STATES_MAX = 65536, /* seen states, a power of two */
    STATES_FULL = STATES_MAX / 2,
};

/* What libpam calls the impression: none yet, good, bad. */
enum impression { UNDECIDED, POSITIVE, NEGATIVE };

/* How the stack looks so far. Of the status that libpam keeps only its being a success matters. */
struct opinion {
    unsigned char impression; /* an enum impression */
    bool success;
};

/* How far the walk for one question is. */
struct state {
    size_t index; /* of the line that comes next */
    bool called_us;
    struct opinion opinion;
    struct opinion before[PAM_SUBSTACKS_MAX + 1]; /* when the substack of that level began */
};

/* The walks for all questions, side by side: those that are behind go on first, so that all who
 * are at a line are there together. */
struct states {
    struct state of[PAM_QUESTIONS_MAX];
};

struct packed {
    uint64_t of[PAM_QUESTIONS_MAX]; /* the first one is never 0 */
};

enum goal { GOAL_END, GOAL_OURS };

struct walk {
    const struct pam_line **lines; /* those of the type */
    size_t count;
    const struct pam_comparison *asked;
    enum goal goal;
    struct pam_way *way;
    struct packed *seen; /* a hash table of states; the first number of a free one is 0 */
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

static struct packed pack_all(const struct walk *walk, const struct states *states)
{
    struct packed packed = {{0}};
    for (size_t i = 0; i < walk->asked->count; i++)
        packed.of[i] = pack(&states->of[i]);
    return packed;
}

static bool same(const struct packed *a, const struct packed *b)
{
    return memcmp(a->of, b->of, sizeof a->of) == 0;
}

static size_t slot_of(const struct packed *packed)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < PAM_QUESTIONS_MAX; i++)
        hash = (hash ^ packed->of[i]) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> 48) % STATES_MAX;
}

/* Whether STATES are new, and remembers them. */
static bool is_new(struct walk *walk, const struct states *states)
{
    const struct packed packed = pack_all(walk, states);
    size_t slot = slot_of(&packed);
    while (walk->seen[slot].of[0] != 0 && !same(&walk->seen[slot], &packed))
        slot = (slot + 1) % STATES_MAX;
    if (walk->seen[slot].of[0] != 0)
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
static struct state after(const struct walk *walk, const struct pam_question *question,
                          struct state state, enum pam_answer answer)
{
    const struct pam_line *line = walk->lines[state.index];
    const bool ours = cognito_pam_kind(line) == PAM_KIND_OURS;
    const int action =
        ours && question->without_us ? PAM_ACTION_IGNORE : line->control.action[answer];
    const size_t here = state.index++;
    state.called_us = state.called_us || ours;
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

static uint32_t possible_answers(const struct pam_question *question, const struct pam_line *line)
{
    if (question->accused != NULL && cognito_pam_refuse_together(line, question->accused))
        return question->accused_answers;
    switch (cognito_pam_kind(line)) {
    case PAM_KIND_OURS:
        return question->ours;
    case PAM_KIND_PROVER:
        return (cognito_pam_checks_password(line) ? question->passwords : question->provers) &
               cognito_pam_prover_answers(line);
    case PAM_KIND_FIXED:
        return pam_answer_set(cognito_pam_fixed_answer(line));
    case PAM_KIND_BYSTANDER:
        break;
    }
    return question->bystanders;
}

/* ANSWER where the question allows it, else the first that it does. */
static enum pam_answer answer_to(const struct pam_question *question, const struct pam_line *line,
                                 unsigned int answer)
{
    const uint32_t answers = possible_answers(question, line);
    unsigned int first = 0;
    if ((answers >> answer & 1) != 0)
        return (enum pam_answer)answer;
    while (first + 1 < PAM_ANSWERS && (answers >> first & 1) == 0)
        first++;
    return (enum pam_answer)first;
}

static bool ends_as_asked(const struct walk *walk, const struct states *states)
{
    for (size_t i = 0; i < walk->asked->count; i++) {
        const struct state *state = &states->of[i];
        const bool opens = (state->called_us || !walk->asked->questions[i].through_us) &&
                           state->opinion.impression == POSITIVE && state->opinion.success;
        if (opens != walk->asked->opens[i])
            return false;
    }
    return true;
}

/* Into the substacks that begin here. */
static void enter_substacks(const struct walk *walk, struct state *state)
{
    while (state->index < walk->count && walk->lines[state->index]->substack) {
        state->before[walk->lines[state->index]->level + 1] = state->opinion;
        state->index++;
    }
}

/* The first question whose walk is farthest behind. */
static size_t hindmost(const struct walk *walk, const struct states *states)
{
    size_t found = 0;
    for (size_t i = 1; i < walk->asked->count; i++)
        if (states->of[i].index < states->of[found].index)
            found = i;
    return found;
}

static bool search(struct walk *walk, struct states states, size_t depth);

/* All who are at the line hear ANSWER. */
static bool search_answer(struct walk *walk, const struct states *states, size_t index,
                          unsigned int answer, size_t depth)
{
    const struct pam_line *line = walk->lines[index];
    struct states next = *states;
    for (size_t i = 0; i < walk->asked->count; i++) {
        const struct pam_question *question = &walk->asked->questions[i];
        if (states->of[i].index == index)
            next.of[i] = after(walk, question, states->of[i], answer_to(question, line, answer));
    }
    if (states->of[0].index != index)
        return search(walk, next, depth);
    walk->way->steps[depth].line = line;
    walk->way->steps[depth].answer = answer_to(&walk->asked->questions[0], line, answer);
    return search(walk, next, depth + 1);
}

static bool search_answers(struct walk *walk, const struct states *states, size_t depth)
{
    const size_t first = hindmost(walk, states);
    const size_t index = states->of[first].index;
    const uint32_t answers = possible_answers(&walk->asked->questions[first], walk->lines[index]);
    for (unsigned int answer = 0; answer < PAM_ANSWERS; answer++)
        if ((answers >> answer & 1) != 0 && search_answer(walk, states, index, answer, depth))
            return true;
    return false;
}

/* Depth first; as deep as the stack is long, for each question. DEPTH counts the steps of the
 * first one's way. */
static bool search(struct walk *walk, struct states states, size_t depth)
{
    for (size_t i = 0; i < walk->asked->count; i++)
        enter_substacks(walk, &states.of[i]);
    walk->way->count = depth;
    const size_t index = states.of[hindmost(walk, &states)].index;
    if (index >= walk->count)
        return walk->goal == GOAL_END && ends_as_asked(walk, &states);
    if (walk->goal == GOAL_OURS && cognito_pam_kind(walk->lines[index]) == PAM_KIND_OURS)
        return true;
    return is_new(walk, &states) && search_answers(walk, &states, depth);
}

static enum pam_verdict run(struct walk *walk)
{
    const struct states start = {.of = {{.index = 0}}};
    if (search(walk, start, 0))
        return PAM_WALK_POSSIBLE;
    return walk->exhausted ? PAM_WALK_TOO_MUCH : PAM_WALK_NEVER;
}

static enum pam_verdict walk_stack(const struct pam_stack *stack,
                                   const struct pam_comparison *asked, enum goal goal,
                                   struct pam_way *way)
{
    struct walk walk = {.asked = asked, .goal = goal, .way = way};
    enum pam_verdict verdict = PAM_WALK_TOO_MUCH;
    /* Pointers are what it holds. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    walk.lines = calloc(stack->count + 1, sizeof *walk.lines);
    walk.seen = calloc(STATES_MAX, sizeof *walk.seen);
    for (size_t i = 0; walk.lines != NULL && i < stack->count; i++)
        if (stack->lines[i].type == asked->questions[0].type)
            walk.lines[walk.count++] = &stack->lines[i];
    if (walk.lines != NULL && walk.seen != NULL)
        verdict = run(&walk);
    free(walk.lines);
    free(walk.seen);
    return verdict;
}

enum pam_verdict cognito_pamwalk_compare(const struct pam_stack *stack,
                                         const struct pam_comparison *comparison,
                                         struct pam_way *way)
{
    return walk_stack(stack, comparison, GOAL_END, way);
}

enum pam_verdict cognito_pamwalk_opens(const struct pam_stack *stack,
                                       const struct pam_question *question, struct pam_way *way)
{
    const struct pam_comparison one = {{*question}, {true}, 1};
    return walk_stack(stack, &one, GOAL_END, way);
}

enum pam_verdict cognito_pamwalk_reaches_us(const struct pam_stack *stack,
                                            const struct pam_question *question,
                                            struct pam_way *way)
{
    const struct pam_comparison one = {{*question}, {true}, 1};
    return walk_stack(stack, &one, GOAL_OURS, way);
}
