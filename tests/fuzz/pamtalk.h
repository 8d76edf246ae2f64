/* SPDX-License-Identifier: MIT */
/*
 * The person, or the client, on the other side of the module: answers as the plan of the world
 * says, notes everything that was asked and said, and sees that no answer is given back unwiped.
 */
#ifndef TESTS_FUZZ_PAMTALK_H
#define TESTS_FUZZ_PAMTALK_H

#include <stdbool.h>
#include <stddef.h>

#include <security/pam_appl.h>

#include "base/secret.h"
#include "fakepam.h"
#include "pamworld.h"

enum { ROUNDS_MAX = 64 };

#define TALK_NEW_NAME "somebody"

struct talk {
    const struct world *world;
    const struct talk *like;       /* answer as long as there, with other words; NULL: as planned */
    struct secret held;            /* everything that was answered */
    size_t answer_len[ROUNDS_MAX]; /* of the answers that were given */
    size_t answers, prompts, messages;
    struct pam_handle *renames; /* its PAM_USER gets a new name with each answer; NULL: none does */
    bool renamed;
    char message[64]; /* the last one */
    bool broken;      /* the last prompt got no answer */
};

int talk_converse(int count, const struct pam_message **messages, struct pam_response **responses,
                  void *context);

/* Fails if an answer was given back that was not wiped, or not at all. */
void talk_close(struct talk *talk);

#endif
