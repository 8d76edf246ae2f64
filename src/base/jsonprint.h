/* SPDX-License-Identifier: MIT */
/*
 * Writing the JSON of --json: strings, RFC 8259 section 7.
 */
#ifndef COGNITO_BASE_JSONPRINT_H
#define COGNITO_BASE_JSONPRINT_H

#include <stdio.h>

#include "base/span.h"

/* Writes STRING with its quotes and escapes. Bytes that are not part of well-formed UTF-8 become
 * '?'. Errors show in ferror(STREAM). */
void cognito_json_print(FILE *stream, struct span string);

/* Writes `, "NAME": "STRING"`, the comma only if *COUNT is not 0, which it counts up. */
void cognito_json_print_member(FILE *stream, size_t *count, const char *name, struct span string);

#endif
