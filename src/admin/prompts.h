/* SPDX-License-Identifier: MIT */
/*
 * How many prompts a token takes.
 */
#ifndef COGNITO_ADMIN_PROMPTS_H
#define COGNITO_ADMIN_PROMPTS_H

#include <stdio.h>

#include "base/prompt.h"

enum { PART_TERMINAL = 4095 }; /* what a line of a terminal holds */

/* Of a token of LEN characters that is accepted, in answers of at most PART. */
static inline size_t prompts_for(size_t len, size_t part)
{
    return len == 0 ? 1 : (len + part - 1) / part;
}

/* Without an end of line. */
static inline void print_prompts(size_t len)
{
    (void)printf("ssh %zu, sudo %zu (with cognito-askpass), su %zu (pasted)",
                 prompts_for(len, PART_SSH), prompts_for(len, PART_SUDO),
                 prompts_for(len, PART_TERMINAL));
}

#endif
