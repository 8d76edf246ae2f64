/* SPDX-License-Identifier: MIT */
/*
 * One login through libpam: authentication and account phase, one answer to every prompt.
 */
#ifndef TESTS_BENCH_LOGIN_H
#define TESTS_BENCH_LOGIN_H

/* CONFIGURATION: the folder of the PAM services, or NULL for the host's. Ends the program with a
 * message unless ACCOUNT gets in. */
void log_in(const char *configuration, const char *service, const char *account,
            const char *answer);

#endif
