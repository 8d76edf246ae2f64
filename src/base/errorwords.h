/* SPDX-License-Identifier: MIT */
/*
 * What an errno means, in English.
 */
#ifndef COGNITO_BASE_ERRORWORDS_H
#define COGNITO_BASE_ERRORWORDS_H

/* A literal, whatever the locale, and in any thread; where libc has no such words, strerror's. */
const char *cognito_error_words(int error);

#endif
