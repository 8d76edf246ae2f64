/* SPDX-License-Identifier: MIT */
/*
 * The pin: the token that the first prompt of a conversation chose, kept for the prompts that ask
 * for the rest of it, so that parts of two tokens never mix. It is a file of mode 0600 in the
 * folder of runtime.h, named by the parent process, valid for PIN_SECONDS, and bound to USER@HOST.
 */
#ifndef COGNITO_CLIENT_PIN_H
#define COGNITO_CLIENT_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/parent.h"
#include "client/runtime.h"

enum {
    PIN_SECONDS = 120, /* sshd's LoginGraceTime: no conversation lasts longer */
    PIN_NAME_SIZE = 80,
};

struct pin {
    int folder; /* owned */
    char path[PATH_SIZE_MAX];
    char name[PIN_NAME_SIZE];
    struct span asker; /* borrowed; USER@HOST, or empty */
};

/* Finds the pin's place; whether there is a pin is not looked at. PIN is to be closed with
 * cognito_pin_close. False, with WHY, and nothing to close, if there is no safe place. */
MUST_USE bool cognito_pin_open(const struct runtime_places *places, const struct parent *parent,
                               struct span asker, struct pin *pin, struct complaint *why);

/* Closes what is open; a pin whose folder is -1 is fine. */
void cognito_pin_close(struct pin *pin);

/* Pins TOKEN, whatever was pinned before: whole, or not at all. Removes the pins of all
 * conversations that are too old at NOW. */
MUST_USE bool cognito_pin_write(const struct pin *pin, struct span token, int64_t now,
                                struct complaint *why);

/* Reads what was pinned into TOKEN. False, with WHY, if there is nothing, or only what is too old
 * (then it is removed), not ours alone, of another asker, or not whole. */
MUST_USE bool cognito_pin_read(const struct pin *pin, int64_t now, struct secret *token,
                               struct complaint *why);

/* Wipes and removes the pin, if there is one. */
void cognito_pin_remove(const struct pin *pin);

#endif
