/* SPDX-License-Identifier: MIT */
/*
 * The person who signs in, as the units that have to ask see them: three functions, so that they
 * need to know neither a terminal nor a test.
 */
#ifndef COGNITO_CLIENT_PERSON_H
#define COGNITO_CLIENT_PERSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"

struct person {
    void *context;

    /* Asks QUESTION and adds the line that is answered to ANSWER, without its end. What is typed
     * is shown only if ECHO. False, with WHY, if nobody answers. */
    bool (*ask)(void *context, const char *question, bool echo, struct secret *answer,
                struct complaint *why);

    /* Has one of COUNT things chosen and sets CHOSEN, from 0. False, with WHY, if none is. */
    bool (*choose)(void *context, const char *question, const char *const *things, size_t count,
                   size_t *chosen, struct complaint *why);

    /* Shows a sentence. False, with WHY, if there is nowhere to. */
    bool (*tell)(void *context, const char *sentence, struct complaint *why);
};

/* The person at the terminal, /dev/tty, wherever standard input and output go. */
extern const struct person cognito_person_at_terminal;

#endif
