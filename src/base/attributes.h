/* SPDX-License-Identifier: MIT */
/*
 * Compiler attributes, by the names this project uses for them (GNU C: gcc and clang).
 */
#ifndef COGNITO_BASE_ATTRIBUTES_H
#define COGNITO_BASE_ATTRIBUTES_H

/* The caller must look at the result. */
#define MUST_USE __attribute__((warn_unused_result))

/* The variable is released by FUNCTION, which receives its address, when it goes out of scope. */
#define OWNED(function) __attribute__((cleanup(function)))

/* Argument STRING is a printf format for the arguments from FIRST on. */
#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))

#endif
