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
#include "admin/pammodules.h"
#include "admin/verbs.h"

struct command {
    struct check_request request;
    struct config_arguments configs;
    char line[512]; /* the arguments of our PAM line */
    bool json;
    bool show;
};

static bool add_config(struct command *command, const char *name)
{
    struct check_request *request = &command->request;
    struct complaint why = {{0}};
    if (!cognito_config_arguments_add(&command->configs, name, &why))
        return cognito_verb_complain("check", "%s", why.text);
    request->arguments[request->argument_count] = command->configs.words[request->argument_count];
    request->argument_count++;
    return true;
}

/* sshd takes these with commas between them. */
static bool take_word(const char *option, const char *value, const char **word)
{
    if (value[0] == '\0' || strpbrk(value, ", \t\n") != NULL)
        return cognito_verb_complain("check", "%s takes one word without commas", option);
    *word = value;
    return true;
}

static bool take_option(void *context, int option)
{
    struct command *command = context;
    switch (option) {
    case 'c':
        return add_config(command, optarg);
    case 's':
        command->request.service = optarg;
        return true;
    case 'j':
        return command->json = true;
    case 'o':
        return command->request.online = true;
    case 'u':
        return take_word("--user", optarg, &command->request.user);
    case 'h':
        return take_word("--host", optarg, &command->request.host);
    case 'a':
        return take_word("--addr", optarg, &command->request.address);
    case 'w':
        return command->show = true;
    default:
        return false; /* getopt_long has said why */
    }
}

static bool read_command_line(struct command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"service", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"online", no_argument, NULL, 'o'},
        {"user", required_argument, NULL, 'u'},
        {"host", required_argument, NULL, 'h'},
        {"addr", required_argument, NULL, 'a'},
        {"show", no_argument, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    if (!cognito_verb_options(argc, argv, options, take_option, command))
        return false;
    if (strchr(command->request.service, '/') != NULL || command->request.service[0] == '\0')
        return cognito_verb_complain("check", "not the name of a PAM service: %s",
                                     command->request.service);
    if (command->request.user == NULL &&
        (command->request.host != NULL || command->request.address != NULL))
        return cognito_verb_complain("check", "--host and --addr need a --user");
    if (command->show &&
        (command->json || command->request.online || command->request.user != NULL))
        return cognito_verb_complain("check", "--show goes with --config and --service alone");
    return optind == argc ||
           cognito_verb_complain("check", "no further argument was expected: %s", argv[optind]);
}

/* The arguments of our line are what the module is told, so the configuration is read with them,
 * unless the command line names another one. */
static void take_arguments(struct command *command, const struct pam_stack *stack)
{
    struct check_request *request = &command->request;
    size_t i = 0;
    while (i < stack->count && (stack->lines[i].type != PAM_TYPE_AUTH || stack->lines[i].substack ||
                                cognito_pam_kind(&stack->lines[i]) != PAM_KIND_OURS))
        i++;
    if (i == stack->count || request->argument_count > 0)
        return;
    char *next = NULL;
    (void)snprintf(command->line, sizeof command->line, "%s", stack->lines[i].arguments);
    for (char *word = strtok_r(command->line, " \t", &next);
         word != NULL && request->argument_count < CHECK_ARGUMENTS_MAX;
         word = strtok_r(NULL, " \t", &next))
        request->arguments[request->argument_count++] = word;
}

static void check_pam(struct command *command, struct findings *findings)
{
    struct pam_stack stack = {0};
    struct complaint why = {{0}};
    const char *service = command->request.service;
    if (!cognito_pamstack_read(PAM_FOLDER, service, &stack, &why)) {
        cognito_find(findings, FINDING_FAIL, "pam",
                     "mend it; where a service has no file, libpam takes " PAM_FOLDER "/other",
                     "%s", why.text);
        return;
    }
    take_arguments(command, &stack);
    cognito_check_modules(&stack, findings);
    cognito_check_stack(&stack, service, findings);
    cognito_pamstack_free(&stack);
}

/* The settings of the service, with the arguments of our line. */
static int show(struct command *command)
{
    struct pam_stack stack = {0};
    struct complaint why = {{0}};
    bool good = command->request.argument_count > 0 ||
                cognito_pamstack_read(PAM_FOLDER, command->request.service, &stack, &why);
    if (good)
        take_arguments(command, &stack);
    good = good && cognito_settings_print(&command->request, &why);
    cognito_pamstack_free(&stack);
    if (!good)
        (void)cognito_verb_complain("check", "%s", why.text);
    return good ? EXIT_GOOD : EXIT_TROUBLE;
}

static int check(struct command *command)
{
    const struct check_request *request = &command->request;
    struct findings findings;
    bool allow_root = false;
    cognito_findings_begin(&findings, command->json);
    check_pam(command, &findings);
    cognito_check_configuration(request, &findings, &allow_root);
    if (strcmp(request->service, "sshd") == 0 && request->user != NULL)
        cognito_check_user(request->user, &findings);
    if (strcmp(request->service, "sshd") == 0)
        cognito_check_sshd(request, allow_root, &findings);
    if (strncmp(request->service, "sudo", strlen("sudo")) == 0)
        cognito_check_sudo(request->service, &findings);
    cognito_findings_end(&findings);
    return findings.worst == FINDING_FAIL ? EXIT_REFUSED : EXIT_GOOD;
}

int cognito_verb_check(int argc, char **argv)
{
    struct command command = {.request = {.service = "sshd"}};
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    return command.show ? show(&command) : check(&command);
}
