/* SPDX-License-Identifier: MIT */
/*
 * What `pam-cognito check` finds: one line or JSON object each, with a remedy unless all is well.
 */
#ifndef COGNITO_ADMIN_FINDINGS_H
#define COGNITO_ADMIN_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

enum finding_level { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct findings {
    bool json;
    size_t count;
    size_t worst; /* an enum finding_level */
};

/* Begins and ends the output. */
void cognito_findings_begin(struct findings *findings, bool json);
void cognito_findings_end(struct findings *findings);

/* Reports one finding about SUBJECT (a word or two). REMEDY is empty where all is well. */
void cognito_find(struct findings *findings, enum finding_level level, const char *subject,
                  const char *remedy, const char *format, ...) PRINTF_LIKE(5, 6);

#endif
