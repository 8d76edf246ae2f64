/* SPDX-License-Identifier: MIT */
/*
 * Our walk through a stack against the real libpam: stacks of pam_debug, which answers what its
 * arguments say, made up by a generator with a fixed seed. Each has one way through it, and both
 * have to come to the same end. And walks side by side against one walk for each login that there
 * can be.
 */
#include "admin/pamwalk.h"

#include <stdio.h>
#include <stdlib.h>

#include <security/pam_appl.h>

#include "scratch.h"
#include "unit.h"

enum { STACKS = 600, LINES = 8, TEXT_MAX = 4096 };

static uint32_t seed = 20261122;

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (seed >> 8) % below;
}

/* Those that pam_debug can say and that modules do say. */
static const char *const answers[] = {"success",      "auth_err",         "ignore", "perm_denied",
                                      "user_unknown", "authinfo_unavail", "success"};
static const char *const words[] = {"required", "requisite", "sufficient", "optional"};
static const char *const includes[] = {"@include", "auth include", "auth substack"};
static const char *const actions[] = {"ignore", "ok", "done", "bad", "die", "reset", "1", "2", "3"};

#define PICK(names) (names)[draw(sizeof(names) / sizeof(names)[0])]

static void add_control(char *text)
{
    char control[128];
    if (draw(2) == 0) {
        (void)snprintf(control, sizeof control, "%s", PICK(words));
    } else if (draw(4) == 0) { /* without a default */
        (void)snprintf(control, sizeof control, "[success=%s auth_err=%s]", PICK(actions),
                       PICK(actions));
    } else {
        (void)snprintf(control, sizeof control, "[%s=%s %s = %s default=%s]", PICK(answers),
                       PICK(actions), PICK(answers), PICK(actions), PICK(actions));
    }
    (void)strcat(text, control);
}

static void add_line(char *text)
{
    (void)strcat(text, "auth ");
    add_control(text);
    (void)strcat(text, " pam_debug.so auth=");
    (void)strcat(text, PICK(answers));
    (void)strcat(text, draw(8) == 0 ? " # a comment\n" : "\n");
}

/* A file of up to LINES lines, some of which are other files. */
static void write_stack(const char *folder, const char *name, const char *const *included)
{
    char text[TEXT_MAX] = "";
    const size_t lines = 1 + draw(LINES);
    for (size_t i = 0; i < lines; i++) {
        if (included == NULL || draw(4) != 0) {
            add_line(text);
            continue;
        }
        /* libpam looks for what has no path in /etc/pam.d, whatever folder it was given. */
        char include[TEXT_MAX / 8];
        (void)snprintf(include, sizeof include, "%s %s/", PICK(includes), folder);
        (void)strcat(text, include);
        (void)strcat(text, included[draw(2)]);
        (void)strcat(text, "\n");
    }
    (void)scratch_text(folder, name, text);
}

static int say_nothing(int count, const struct pam_message **messages,
                       struct pam_response **responses, void *context)
{
    (void)messages, (void)context;
    *responses = calloc((size_t)count, sizeof **responses);
    return *responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static bool libpam_opens(const char *folder)
{
    const struct pam_conv conversation = {say_nothing, NULL};
    pam_handle_t *handle = NULL;
    assert_int_equal(pam_start_confdir("stack", "nobody", &conversation, folder, &handle),
                     PAM_SUCCESS);
    const int answer = pam_authenticate(handle, PAM_SILENT);
    (void)pam_end(handle, answer);
    return answer == PAM_SUCCESS;
}

static void show(const char *folder, const char *name)
{
    char line[512];
    (void)snprintf(line, sizeof line, "%s/%s", folder, name);
    FILE *file = fopen(line, "r");
    print_error("%s:\n", name);
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        print_error("  %s", line);
    if (file != NULL)
        (void)fclose(file);
}

static void as_libpam(void **state)
{
    const char *folder = *state;
    static const char *const inner[] = {"inner", "inmost"};
    static const char *const inmost[] = {"inmost", "inmost"};
    static struct pam_way way;
    const struct pam_question question = {.type = PAM_TYPE_AUTH};
    size_t opened = 0;
    (void)scratch_text(folder, "other", "auth required pam_deny.so\n"); /* libpam wants one */
    for (size_t i = 0; i < STACKS; i++) {
        struct pam_stack stack = {0};
        struct complaint why = {{0}};
        write_stack(folder, "inmost", NULL);
        write_stack(folder, "inner", inmost);
        write_stack(folder, "stack", inner);
        if (!cognito_pamstack_read(folder, "stack", &stack, &why))
            fail_msg("%s", why.text);
        const bool ours = cognito_pamwalk_opens(&stack, &question, &way) == PAM_WALK_POSSIBLE;
        cognito_pamstack_free(&stack);
        opened += ours ? 1 : 0;
        if (ours == libpam_opens(folder))
            continue;
        show(folder, "stack");
        show(folder, "inner");
        show(folder, "inmost");
        fail_msg("stack %zu: we say it %s", i, ours ? "opens" : "does not open");
    }
    print_message("# figure: %zu of %d random PAM stacks opened, in libpam and in our walk\n",
                  opened, STACKS);
    assert_in_range(opened, STACKS / 10, STACKS - STACKS / 10);
}

/* ---- side by side ---- */

enum { COMPARED = 400, BYSTANDERS_MAX = 6 };

/* Two answers each: those of ANSWERS that a bystander gives when the bit of its line is set. */
static const enum pam_answer says[] = {PAM_ANSWER_SUCCESS, PAM_ANSWER_AUTH_ERR};

static void add_compared_line(char *text)
{
    static const char *const modules[] = {" pam_access.so", " pam_time.so", " pam_cognito.so",
                                          " pam_debug.so auth=auth_err", " pam_unix.so"};
    (void)strcat(text, "auth ");
    add_control(text);
    (void)strcat(text, PICK(modules));
    (void)strcat(text, "\n");
}

static bool is_ours(const struct pam_line *line)
{
    return strcmp(line->module, PAM_OUR_MODULE) == 0;
}

static bool is_bystander(const struct pam_line *line)
{
    return strcmp(line->module, "pam_access.so") == 0 || strcmp(line->module, "pam_time.so") == 0;
}

/* One login: each bystander says what its bit in WORLD means. */
static void choose(struct pam_stack *stack, size_t world)
{
    for (size_t i = 0; i < stack->count; i++) {
        struct pam_line *line = &stack->lines[i];
        if (!is_bystander(line))
            continue;
        (void)snprintf(line->module, sizeof line->module, "pam_debug.so");
        (void)snprintf(line->arguments, sizeof line->arguments, "auth=%s",
                       cognito_pam_answer_name(says[world & 1]));
        world >>= 1;
    }
}

/* Our lines as if they were not there, and jumps still counted them. */
static void silence(struct pam_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++)
        for (size_t answer = 0; is_ours(&stack->lines[i]) && answer < PAM_ANSWERS; answer++)
            stack->lines[i].control.action[answer] = PAM_ACTION_IGNORE;
}

static bool opens_in_world(const struct pam_stack *stack, const struct pam_question *question,
                           size_t world, bool with_us)
{
    static struct pam_way way;
    struct pam_stack copy = {calloc(stack->count, sizeof *stack->lines), stack->count};
    assert_non_null(copy.lines);
    memcpy(copy.lines, stack->lines, stack->count * sizeof *stack->lines);
    choose(&copy, world);
    if (!with_us)
        silence(&copy);
    const bool opens = cognito_pamwalk_opens(&copy, question, &way) == PAM_WALK_POSSIBLE;
    cognito_pamstack_free(&copy);
    return opens;
}

static size_t count_bystanders(const struct pam_stack *stack)
{
    size_t count = 0;
    for (size_t i = 0; i < stack->count; i++)
        count += is_bystander(&stack->lines[i]) ? 1 : 0;
    return count;
}

/* Whether there is a login that is let in with us, and is not without us. */
static bool any_world_differs(const struct pam_stack *stack, const struct pam_question *question)
{
    const size_t worlds = (size_t)1 << count_bystanders(stack);
    for (size_t world = 0; world < worlds; world++)
        if (opens_in_world(stack, question, world, true) &&
            !opens_in_world(stack, question, world, false))
            return true;
    return false;
}

static void side_by_side(void **state)
{
    const char *folder = *state;
    static struct pam_way way;
    const struct pam_question with_us = {.type = PAM_TYPE_AUTH,
                                         .ours = pam_answer_set(PAM_ANSWER_SUCCESS),
                                         .passwords = pam_answer_set(PAM_ANSWER_AUTH_ERR),
                                         .bystanders = pam_answer_set(PAM_ANSWER_SUCCESS) |
                                                       pam_answer_set(PAM_ANSWER_AUTH_ERR)};
    struct pam_comparison comparison = {{with_us, with_us}, {true, false}, 2};
    comparison.questions[1].without_us = true;
    size_t differed = 0;
    for (size_t i = 0; i < COMPARED; i++) {
        char text[TEXT_MAX] = "";
        struct pam_stack stack = {0};
        struct complaint why = {{0}};
        for (size_t lines = 1 + draw(BYSTANDERS_MAX); lines > 0; lines--)
            add_compared_line(text);
        (void)scratch_text(folder, "stack", text);
        if (!cognito_pamstack_read(folder, "stack", &stack, &why))
            fail_msg("%s", why.text);
        const bool differs =
            cognito_pamwalk_compare(&stack, &comparison, &way) == PAM_WALK_POSSIBLE;
        if (differs != any_world_differs(&stack, &with_us))
            fail_msg("the walk says %d:\n%s", differs, text);
        differed += differs ? 1 : 0;
        cognito_pamstack_free(&stack);
    }
    print_message("# figure: our lines mattered in %zu of %d random PAM stacks\n", differed,
                  COMPARED);
    assert_in_range(differed, COMPARED / 20, COMPARED - COMPARED / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_libpam, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(side_by_side, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
