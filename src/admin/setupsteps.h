/* SPDX-License-Identifier: MIT */
/*
 * The steps of pam-cognito setup --apply: each is done, and taken back if a later one fails or by
 * --undo. A step does all that it has to do, or nothing.
 */
#ifndef COGNITO_ADMIN_SETUPSTEPS_H
#define COGNITO_ADMIN_SETUPSTEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/setupconfig.h"
#include "admin/setupstate.h"
#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"

enum { SETUP_SERVICES_MAX = 32 };

struct setup {
    struct setup_config config;
    const char *services[SETUP_SERVICES_MAX]; /* borrowed */
    size_t service_count;
    char module[PATH_SIZE_MAX]; /* as a PAM line has to name it */
    struct setup_state before;
    bool rolling_back; /* what was there before is what there will be, good or bad */
    int status;        /* an enum exit_status, of the step that failed */
};

enum step_result {
    STEP_DONE,
    STEP_ALREADY, /* there was nothing to do */
    STEP_LEFT,    /* not done, and the words say why; nothing has failed */
    STEP_FAILED,
};

/* Whom a step is about. */
enum step_scope { STEP_HOST, STEP_SSHD, STEP_SERVICE };

/* SERVICE is the one that a step of STEP_SERVICE is about. WORDS are for STEP_LEFT and STEP_FAILED;
 * they stay empty where the step has said it itself. */
typedef enum step_result setup_action(struct setup *setup, const char *service,
                                      struct complaint *words);

struct setup_step {
    const char *name;
    const char *undone; /* the name of what takes it back */
    enum step_scope scope;
    /* Whether the step could be done. Changes nothing. NULL: always. */
    bool (*ready)(const struct setup *setup, const char *service, struct complaint *why);
    setup_action *act;
    setup_action *undo; /* NULL: nothing is changed by it, or what it depends on takes it back */
};

/* In the order in which they are done. */
extern const struct setup_step cognito_setup_steps[];
extern const size_t cognito_setup_step_count;

/* Whether SERVICE is among those of SETUP. */
bool cognito_setup_has(const struct setup *setup, const char *service);

/* Whether the module is among the lines of SERVICE, or of what it includes. */
bool cognito_setup_has_line(const char *service);

#endif
