/* SPDX-License-Identifier: MIT */
/*
 * What an askpass program is asked: its argument, the prompt, taken apart. ssh puts "(USER@HOST) "
 * before every keyboard-interactive prompt since 8.5; sudo hands on the prompt as the module wrote
 * it, bare.
 */
#ifndef COGNITO_CLIENT_QUESTION_H
#define COGNITO_CLIENT_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/span.h"

enum question_kind {
    QUESTION_OTHER, /* not one of the module's: a passphrase, a host key ... */
    QUESTION_FIRST, /* the token from its beginning */
    QUESTION_NEXT,  /* what follows its first AFTER characters */
};

struct question {
    enum question_kind kind;
    bool bare;         /* without "(USER@HOST) " */
    struct span asker; /* USER@HOST; empty if bare. All three are borrowed from the prompt. */
    struct span user;  /* split at the last @: a user's name may hold one */
    struct span host;
    size_t after; /* characters; 0 unless QUESTION_NEXT */
};

/* A prompt is the module's only if the whole of it is: everything else is QUESTION_OTHER. */
MUST_USE struct question cognito_question_read(struct span prompt);

/* Whether the answer to a prompt that is not the module's is no secret and may be seen while it is
 * typed: yes or no, or a user name that git asks for. Whatever is not known counts as a secret. */
MUST_USE bool cognito_question_has_echo(struct span prompt);

#endif
