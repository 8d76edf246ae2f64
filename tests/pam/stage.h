/* SPDX-License-Identifier: MIT */
/*
 * One scenario in play: its transaction, the call in hand, and what has been seen of it. Shared by
 * the player, the conversation and the checks.
 */
#ifndef TESTS_PAM_STAGE_H
#define TESTS_PAM_STAGE_H

#include <stddef.h>

#include <security/pam_appl.h>

#include "script.h"
#include "text.h"
#include "world.h"

struct stage {
    struct world *world;
    const struct scenario *scenario;
    pam_handle_t *pamh;
    struct pam_conv conversation;
    const struct line *expected; /* of the call in hand: the lines below it */
    size_t expected_count;
    size_t at;         /* the next one that is about the conversation */
    size_t answers;    /* given in this call: what the module has to judge */
    size_t prompts;    /* shown in this call */
    struct text heard; /* everything that was said to the person */
    int result;
};

/* ---- conversation.c ---- */

/* Answers as the expected lines say; CONTEXT is the stage. */
int stage_converse(int count, const struct pam_message **messages, struct pam_response **responses,
                   void *context);

/* The next expected line about the conversation, or NULL. */
const struct line *stage_next_expected(struct stage *stage);

/* Makes the eight digits of a reference in TEXT, if there are any, ${ref}. */
void stage_learn_reference(struct world *world, const char *text);

/* ---- checks.c ---- */

/* Checks what CALL, which has just ended, has left, against its expected lines and against what is
 * always so. WANTED is the name of the code. */
void stage_check(struct stage *stage, const struct line *call, const char *wanted);

#endif
