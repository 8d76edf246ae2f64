/* SPDX-License-Identifier: MIT */
/*
 * In place of the file that configure makes, so that a fuzz target is the same on every machine:
 * the clock of the targets says 1,800,000,000, and the build was before that.
 */
#ifndef TESTS_FUZZ_CONFIG_H
#define TESTS_FUZZ_CONFIG_H

#include <stdint.h>

#define PACKAGE_VERSION "fuzz"
#define COGNITO_BUILD_EPOCH INT64_C(1700000000)
#define HAVE_DECL_CURLOPT_CAINFO_BLOB 1
#define HAVE_DECL_CURLOPT_PROTOCOLS_STR 1
#define HAVE_DECL_CURLOPT_QUICK_EXIT 1

#endif
