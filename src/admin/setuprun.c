/* SPDX-License-Identifier: MIT */
#include "admin/setuprun.h"

#include <stdio.h>

#include "admin/checks.h"
#include "admin/pamedit.h"
#include "admin/verbs.h"

enum { DEEDS_MAX = 512 };

/* A step, for one service where it is about one. */
struct deed {
    const struct setup_step *step;
    const char *service; /* or "" */
    bool done;
};

struct plan {
    struct deed deeds[DEEDS_MAX];
    size_t count;
};

static void add(struct plan *plan, const struct setup_step *step, const char *service)
{
    if (plan->count < DEEDS_MAX) /* there are fewer steps, times SETUP_SERVICES_MAX */
        plan->deeds[plan->count++] = (struct deed){step, service, false};
}

static void make_plan(const struct setup *setup, struct plan *plan)
{
    for (size_t i = 0; i < cognito_setup_step_count; i++) {
        const struct setup_step *step = &cognito_setup_steps[i];
        if (step->scope == STEP_HOST ||
            (step->scope == STEP_SSHD && cognito_setup_has(setup, "sshd")))
            add(plan, step, "");
        for (size_t j = 0; step->scope == STEP_SERVICE && j < setup->service_count; j++)
            add(plan, step, setup->services[j]);
    }
}

/* ---- what is said ---- */

static void complain(const struct complaint *words)
{
    if (words->text[0] != '\0')
        (void)cognito_verb_complain("setup", "%s", words->text);
}

static void report(const char *name, const char *service, enum step_result result,
                   const struct complaint *words)
{
    static const char *const outcomes[] = {[STEP_DONE] = "done",
                                           [STEP_ALREADY] = "nothing to do",
                                           [STEP_LEFT] = "not done: ",
                                           [STEP_FAILED] = "failed"};
    (void)printf("%s%s … %s%s\n", name, service, outcomes[result],
                 result == STEP_LEFT ? words->text : "");
    if (result == STEP_FAILED)
        complain(words);
}

/* ---- forth ---- */

static bool are_ready(const struct setup *setup, const struct plan *plan)
{
    struct complaint why = {{0}};
    for (size_t i = 0; i < plan->count; i++) {
        const struct deed *deed = &plan->deeds[i];
        if (deed->step->ready == NULL || deed->step->ready(setup, deed->service, &why))
            continue;
        complain(&why);
        (void)cognito_verb_complain("setup", "nothing was changed");
        return false;
    }
    return true;
}

static enum step_result act(struct setup *setup, struct deed *deed)
{
    struct complaint words = {{0}};
    const enum step_result result = deed->step->act(setup, deed->service, &words);
    report(deed->step->name, deed->service, result, &words);
    deed->done = result == STEP_DONE;
    return result;
}

static enum step_result undo(struct setup *setup, const struct deed *deed)
{
    struct complaint words = {{0}};
    const enum step_result result = deed->step->undo(setup, deed->service, &words);
    if (result != STEP_ALREADY)
        report(deed->step->undone, deed->service, result, &words);
    return result;
}

static int roll_back(struct setup *setup, const struct plan *plan)
{
    setup->rolling_back = true;
    for (size_t i = plan->count; i > 0; i--)
        if (plan->deeds[i - 1].done && plan->deeds[i - 1].step->undo != NULL &&
            undo(setup, &plan->deeds[i - 1]) == STEP_FAILED)
            setup->status = EXIT_TROUBLE;
    return setup->status == EXIT_GOOD ? EXIT_REFUSED : setup->status;
}

int cognito_setup_apply(struct setup *setup)
{
    struct plan plan = {.count = 0};
    bool changed = false;
    make_plan(setup, &plan);
    if (!are_ready(setup, &plan))
        return EXIT_REFUSED;
    for (size_t i = 0; i < plan.count; i++) {
        if (act(setup, &plan.deeds[i]) == STEP_FAILED)
            return roll_back(setup, &plan);
        changed = changed || (plan.deeds[i].done && plan.deeds[i].step->undo != NULL);
    }
    if (!changed)
        (void)puts("\nNothing was changed: this host was set up already.");
    else
        (void)puts("\nKeep a second root session open until a login by token has worked; "
                   "`pam-cognito setup --undo' takes all of it back.");
    return EXIT_GOOD;
}

int cognito_setup_rehearse(struct setup *setup)
{
    struct plan plan = {.count = 0};
    make_plan(setup, &plan);
    if (!are_ready(setup, &plan))
        return EXIT_REFUSED;
    for (size_t i = 0; i < plan.count; i++)
        (void)printf("%s%s … not done: --dry-run\n", plan.deeds[i].step->name,
                     plan.deeds[i].service);
    return EXIT_GOOD;
}

/* ---- back ---- */

static int undo_plan(struct setup *setup, const struct plan *plan)
{
    bool any = false;
    int status = EXIT_GOOD;
    for (size_t i = plan->count; i > 0; i--) {
        const enum step_result result =
            plan->deeds[i - 1].step->undo == NULL ? STEP_ALREADY : undo(setup, &plan->deeds[i - 1]);
        any = any || result == STEP_DONE;
        if (result == STEP_FAILED)
            status = EXIT_REFUSED;
    }
    if (any || status != EXIT_GOOD)
        return status;
    (void)cognito_verb_complain("setup", "there was nothing to undo: no file of " PAM_FOLDER
                                         " has lines that setup put in");
    return EXIT_REFUSED;
}

int cognito_setup_undo(struct setup *setup)
{
    struct pam_users users;
    struct complaint why = {{0}};
    struct plan plan = {.count = 0};
    cognito_setupstate_read(&setup->before);
    if (!cognito_pamedit_users(&users, &why)) {
        complain(&why);
        return EXIT_TROUBLE;
    }
    for (size_t i = 0; i < cognito_setup_step_count; i++) {
        const struct setup_step *step = &cognito_setup_steps[i];
        if (step->scope != STEP_SERVICE)
            add(&plan, step, "");
        for (size_t j = 0; step->scope == STEP_SERVICE && j < users.count; j++)
            add(&plan, step, users.set_up[j]);
    }
    return undo_plan(setup, &plan);
}

int cognito_setup_undo_services(struct setup *setup)
{
    struct plan all = {.count = 0};
    struct plan plan = {.count = 0};
    make_plan(setup, &all);
    for (size_t i = 0; i < all.count; i++)
        if (all.deeds[i].step->scope != STEP_HOST)
            add(&plan, all.deeds[i].step, all.deeds[i].service);
    return undo_plan(setup, &plan);
}
