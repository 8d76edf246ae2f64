/* SPDX-License-Identifier: MIT */
#include "admin/systemctl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/program.h"

bool cognito_systemd_runs(void)
{
    return access("/run/systemd/system", F_OK) == 0;
}

static const char *find_systemctl(void)
{
    static const char path[] = "/usr/bin/systemctl";
    return access(path, X_OK) == 0 ? path : "/bin/systemctl";
}

bool cognito_systemctl(const char *verb, const char *option, const char *unit,
                       struct complaint *why)
{
    const char *words[5] = {find_systemctl(), verb};
    size_t count = 2;
    int status = 0;
    if (option != NULL)
        words[count++] = option;
    words[count] = unit;
    struct answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL)
        return cognito_complain(why, "out of memory");
    bool good = cognito_program_run(words, answer, &status, why);
    if (good && status != 0)
        good = cognito_complain(why, "systemctl %s %s: %.*s", verb, unit,
                                (int)strcspn(answer->text, "\n"), answer->text);
    free(answer);
    return good;
}
