/* SPDX-License-Identifier: MIT */
/*
 * A small libpam: it walks every way through a stack that the possible answers of its modules leave
 * open, and says whether one of them ends well. So a hole is found by evaluation, and not by how
 * its lines look.
 */
#ifndef COGNITO_ADMIN_PAMWALK_H
#define COGNITO_ADMIN_PAMWALK_H

#include <stdint.h>

#include "admin/pamstack.h"
#include "base/attributes.h"

/* A set of answers; PAM_ANSWERS are 32. */
static inline uint32_t pam_answer_set(enum pam_answer answer)
{
    return UINT32_C(1) << answer;
}

/* What is asked. */
struct pam_question {
    enum pam_type type;
    uint32_t ours;                  /* what pam_cognito may answer */
    uint32_t passwords;             /* what the modules that check a password may answer */
    uint32_t provers;               /* what the other modules that know people may answer */
    uint32_t bystanders;            /* what all others may answer */
    const struct pam_line *accused; /* this line, and those that refuse together with it, may only
                                       answer what follows; or NULL */
    uint32_t accused_answers;
    bool through_us; /* only ways on which a line of ours was called count */
    bool without_us; /* lines of ours are called, and nothing comes of what they answer */
};

enum { PAM_QUESTIONS_MAX = 3 };

/* Questions about one stack and one login: a module answers all of them alike where it may, and
 * what it may answer first otherwise. All are of one type. */
struct pam_comparison {
    struct pam_question questions[PAM_QUESTIONS_MAX];
    bool opens[PAM_QUESTIONS_MAX]; /* how each has to end */
    size_t count;
};

/* One way through the stack: the modules that were called, in their order, and what they said. */
struct pam_way {
    struct {
        const struct pam_line *line;
        enum pam_answer answer;
    } steps[PAM_STACK_LINES_MAX];
    size_t count;
};

enum pam_verdict {
    PAM_WALK_NEVER,
    PAM_WALK_POSSIBLE, /* and WAY is one way that shows it */
    PAM_WALK_TOO_MUCH, /* the bounds of the walk were reached; nothing is known */
};

/* Whether the stack can end with success. */
MUST_USE enum pam_verdict cognito_pamwalk_opens(const struct pam_stack *stack,
                                                const struct pam_question *question,
                                                struct pam_way *way);

/* Whether the questions can all end as they have to. WAY is that of the first one. */
MUST_USE enum pam_verdict cognito_pamwalk_compare(const struct pam_stack *stack,
                                                  const struct pam_comparison *comparison,
                                                  struct pam_way *way);

/* Whether a line of ours can be called at all. */
MUST_USE enum pam_verdict cognito_pamwalk_reaches_us(const struct pam_stack *stack,
                                                     const struct pam_question *question,
                                                     struct pam_way *way);

#endif
