/* SPDX-License-Identifier: MIT */
/*
 * application/x-www-form-urlencoded: the queries and bodies of OAuth 2.0 (RFC 6749, appendix B).
 */
#ifndef COGNITO_CLIENT_FORM_H
#define COGNITO_CLIENT_FORM_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"

/* Appends NAME=VALUE to FORM, with an & before it unless AFTER (what stood there before the form)
 * is the length of FORM. False without memory. */
MUST_USE bool cognito_form_add(struct secret *form, size_t after, const char *name,
                               struct span value);

enum form_found { FORM_ABSENT, FORM_FAULTY, FORM_FOUND };

/* Looks for NAME in FORM and appends its decoded value to VALUE. FORM_FAULTY: it is there twice
 * (RFC 6749, 3.1), is not well-formed, holds a NUL, or there is no memory. */
MUST_USE enum form_found cognito_form_find(struct span form, const char *name,
                                           struct secret *value);

#endif
