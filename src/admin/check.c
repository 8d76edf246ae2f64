/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito check: whether a login by token can work on this host, one finding a line. It reads
 * and changes nothing.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/checks.h"
#include "admin/input.h"
#include "admin/verbs.h"

struct command {
    struct check_request request;
    char path[CONFIG_FILES_MAX][PATH_SIZE_MAX + 8];
    bool json;
};

static bool complain(const char *what, const char *value)
{
    (void)fprintf(stderr, "pam-cognito check: %s%s\n", what, value);
    return false;
}

static bool add_config(struct command *command, const char *name)
{
    static const char prefix[] = "conf=";
    struct check_request *request = &command->request;
    if (request->config_count == CONFIG_FILES_MAX)
        return complain("too many --config", "");
    char *argument = command->path[request->config_count];
    memcpy(argument, prefix, sizeof prefix);
    if (!cognito_absolute_path(name, argument + sizeof prefix - 1))
        return complain("too long a path: ", name);
    request->configs[request->config_count++] = argument;
    return true;
}

static bool read_command_line(struct command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"service", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    for (;;) {
        const int option = getopt_long(argc, argv, "", options, NULL);
        if (option == -1)
            break;
        if (option == 's')
            command->request.service = optarg;
        else if (option == 'j')
            command->json = true;
        else if (option != 'c' || !add_config(command, optarg))
            return false;
    }
    return optind == argc || complain("no further argument was expected: ", argv[optind]);
}

int cognito_verb_check(int argc, char **argv)
{
    struct command command = {.request = {.service = "sshd"}};
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    struct findings findings;
    cognito_findings_begin(&findings, command.json);
    cognito_check_configuration(&command.request, &findings);
    cognito_check_module(&findings);
    cognito_check_stack(&command.request, &findings);
    cognito_check_callers(&command.request, &findings);
    cognito_findings_end(&findings);
    return findings.worst == FINDING_FAIL ? EXIT_REFUSED : EXIT_GOOD;
}
