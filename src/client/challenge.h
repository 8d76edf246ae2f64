/* SPDX-License-Identifier: MIT */
/*
 * What a pool asks in the course of a sign-in, and the person's answers: codes, a choice between
 * them, a new password (Amazon Cognito user pools API reference, RespondToAuthChallenge).
 */
#ifndef COGNITO_CLIENT_CHALLENGE_H
#define COGNITO_CLIENT_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/person.h"

enum {
    CHALLENGE_NAME_SIZE = 64,
    SESSION_MAX = 8192, /* characters; the reference says 2,048 */
    CHALLENGE_CHOICES_MAX = 8,
    RESPONSES_MAX = 40,      /* a new password with all the attributes a pool can ask for */
    RESPONSE_NAME_SIZE = 96, /* userAttributes. and an attribute's name */
};

struct challenge {
    char name[CHALLENGE_NAME_SIZE]; /* A-Z, 0-9 and '_' */
    struct secret session;          /* goes back as it came; perhaps empty */
    struct json *parameters;        /* owned */
};

/* Reads the challenge in TEXT, the answer of a call. False, with WHY and CHALLENGE untouched, if
 * there is none that makes sense. To be freed with cognito_challenge_free. */
MUST_USE bool cognito_challenge_read(struct span text, struct challenge *challenge,
                                     struct complaint *why);

void cognito_challenge_free(struct challenge *challenge);

/* A parameter of the challenge; borrowed, and empty if it is not there. */
MUST_USE struct span cognito_challenge_parameter(const struct challenge *challenge,
                                                 const char *name);

/* What goes back: ChallengeResponses. */
struct response {
    char name[RESPONSE_NAME_SIZE];
    struct secret value;
};

struct responses {
    struct response items[RESPONSES_MAX];
    size_t count;
};

/* Adds a copy of VALUE. False if there is no room or no memory. */
MUST_USE bool cognito_responses_add(struct responses *responses, const char *name,
                                    struct span value);

/* Wipes and frees. */
void cognito_responses_free(struct responses *responses);

/* Whether a person can be asked again after a wrong answer to the challenge NAME: the session stays
 * good then. */
bool cognito_challenge_repeatable(const char *name);

/* Asks PERSON what CHALLENGE wants to know, and adds it to RESPONSES. False, with WHY, if the
 * person does not answer, or the challenge is of a kind that this program does not know. */
MUST_USE bool cognito_challenge_ask(const struct challenge *challenge, const struct person *person,
                                    struct responses *responses, struct complaint *why);

#endif
