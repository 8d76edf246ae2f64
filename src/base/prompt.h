/* SPDX-License-Identifier: MIT */
/*
 * The prompts and the lengths by which the module and cognito-askpass understand each other: a
 * protocol, so nothing here can be configured.
 */
#ifndef COGNITO_BASE_PROMPT_H
#define COGNITO_BASE_PROMPT_H

/* The word Password lets clients take part that answer only prompts for a password. */
#define PROMPT_FIRST "Password (Cognito ID token): "

/* Asks for the rest of the token: what follows its first N characters. */
#define PROMPT_NEXT_BEFORE "Password (Cognito ID token, continue after character "
#define PROMPT_NEXT_AFTER "): "

/*
 * How many characters cognito-askpass sends at a time. ssh cuts an answer at 1,023 bytes, sudo
 * refuses one of 512. Should the last part of a token have just this length, a token that is
 * accepted is not asked for more, and one that is refused once too often.
 */
enum prompt_part {
    PART_SSH = 1020,
    PART_SUDO = 500,
};

#endif
