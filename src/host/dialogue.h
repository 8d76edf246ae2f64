/* SPDX-License-Identifier: MIT */
/*
 * The conversation in parts. A token does not fit through the prompts of stock clients, so whenever
 * an answer has one of the lengths at which clients cut, and what is held so far is not accepted,
 * the dialogue asks for the rest. It knows no PAM.
 *
 * Whether it asks again depends on lengths and on acceptance alone, never on content that was not
 * accepted: for an account that does not exist sshd passes a placeholder of the same length, and
 * the number of prompts must not tell a stranger which is the case. For the same reason each answer
 * is judged once, whatever it holds.
 */
#ifndef COGNITO_HOST_DIALOGUE_H
#define COGNITO_HOST_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"
#include "base/status.h"

/* What to do with a password that a module before us has asked for. */
enum first_pass {
    FIRST_PASS_IGNORED,
    FIRST_PASS_TRIED, /* judged first; if it is not accepted, the dialogue begins */
    FIRST_PASS_ONLY,  /* judged, and nothing is ever asked */
};

enum answered {
    ANSWER_MISSING, /* there was none to be had */
    ANSWER_GIVEN,
    ANSWER_NO_MEMORY,
};

struct dialogue {
    /* Shows PROMPT and adds what was answered to ANSWER, which is empty. */
    enum answered (*ask)(void *context, const char *prompt, struct secret *answer);
    /* Decides about HELD. */
    enum cognito_status (*judge)(void *context, struct span held, struct complaint *why);
    /* Hands on a refused answer that may be a password, for the modules after us; in place of one
     * that may be a piece of a token, the placeholder of diagnosis.h. NULL: nothing is handed on.
     */
    void (*forward)(void *context, struct span answer);
    void *context;
    enum first_pass first_pass;
    struct span earlier; /* that password; empty: there is none */
    size_t max_size;     /* bytes; with so many held it asks for no more */
};

/* Holds the dialogue and gives the verdict, COGNITO_HOST_CONVERSATION or _SYSTEM_MEMORY among them;
 * a refusal is diagnosed (diagnosis.h), WHY holds the words. Every answer is wiped. */
MUST_USE_STATUS cognito_dialogue_hold(const struct dialogue *dialogue, struct complaint *why);

#endif
