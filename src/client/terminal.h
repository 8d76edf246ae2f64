/* SPDX-License-Identifier: MIT */
/*
 * Asking the person at the terminal, /dev/tty: for the prompts that are not the module's.
 */
#ifndef COGNITO_CLIENT_TERMINAL_H
#define COGNITO_CLIENT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"

/* Whether there is a terminal, and so perhaps a person. */
MUST_USE bool cognito_terminal_is_there(void);

/* Shows PROMPT and adds the line that is typed to ANSWER, without its end. The settings of the
 * terminal are restored whatever happens, a signal that ends or stops us included; after a stop the
 * question is asked again. False, with WHY, without a terminal or without an answer. */
MUST_USE bool cognito_terminal_ask(struct span prompt, bool echo, struct secret *answer,
                                   struct complaint *why);

/* Shows TEXT and a line end. */
MUST_USE bool cognito_terminal_tell(struct span text, struct complaint *why);

/* Adds TEXT to TAMED, and for every byte of what a terminal could take for a command, or what shows
 * other text than is there, \xNN: control characters but the line end and the tab, in UTF-8 or as a
 * byte, and characters that are invisible or turn the direction. False without memory. */
MUST_USE bool cognito_terminal_tame(struct span text, struct secret *tamed);

#endif
