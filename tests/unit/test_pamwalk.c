/* SPDX-License-Identifier: MIT */
/*
 * Our walk through a stack against the real libpam: stacks of pam_debug, which answers what its
 * arguments say, made up by a generator with a fixed seed. Each has one way through it, and both
 * have to come to the same end.
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_libpam, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
