/* SPDX-License-Identifier: MIT */
/*
 * transaction FOLDER SERVICE ACCOUNT ANSWER-FILE [CYCLES [EVERY]]: one login by the PAM service in
 * FOLDER, or CYCLES of them, each of which loads the modules and unloads them. Then a line with the
 * peak of the resident memory. With EVERY, after each so many cycles a line with what the process
 * has: resident KiB, descriptors, threads.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "login.h"

/* The number in the line of /proc/self/status that begins with NAME. */
static unsigned long status_of(const char *name)
{
    char line[256];
    unsigned long number = 0;
    const size_t len = strlen(name);
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL)
        give_up("/proc/self/status cannot be read");
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, name, len) == 0)
            number = strtoul(line + len, NULL, 10);
    (void)fclose(status);
    return number;
}

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        give_up("/proc/self/fd cannot be read");
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    return count - 3; /* ".", ".." and the folder's own */
}

int main(int argc, char **argv)
{
    if (argc < 5)
        give_up("usage: transaction FOLDER SERVICE ACCOUNT ANSWER-FILE [CYCLES [EVERY]]");
    char *answer = read_file(NULL, argv[4]);
    const size_t cycles = argc > 5 ? number_of(argv[5]) : 1;
    const size_t every = argc > 6 ? number_of(argv[6]) : 0;
    for (size_t i = 1; i <= cycles; i++) {
        log_in(argv[1], argv[2], argv[3], answer);
        if (every != 0 && i % every == 0) {
            (void)printf("has %lu %zu %lu\n", status_of("VmRSS:"), descriptors(),
                         status_of("Threads:"));
            (void)fflush(stdout);
        }
    }
    (void)printf("peak %lu\n", status_of("VmHWM:"));
    free(answer);
    return 0;
}
