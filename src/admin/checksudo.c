/* SPDX-License-Identifier: MIT */
/* Prompts and PAM services as sudo itself says that it is set up: what `sudo -V` tells root. */
#include "admin/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/program.h"

#define SUDO "/usr/bin/sudo"

/* The beginnings of its lines, in English: sudo's own, not those of a language that is set. */
#define VERSION "Sudo version "
#define OVERRIDES "If set, passprompt will override system prompt in all cases"
#define SERVICE "PAM service name to use: "
#define LOGIN_SERVICE "PAM service name to use for login shells: "
#define ASKPASS_SERVICE "PAM service name to use when sudo is run with the -A option: "

/* What follows BEGINNING in a line of TEXT, without the end of the line; NULL if no line has it. */
static const char *value_of(const char *text, const char *beginning, int *len)
{
    const size_t size = strlen(beginning);
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, beginning, size) != 0)
            continue;
        *len = (int)strcspn(line + size, "\n");
        return line + size;
    }
    return NULL;
}

/* The setting that gives the PAM service its name has to be the service that is looked at. */
static void check_service(const char *text, const char *beginning, const char *setting,
                          const char *service, struct findings *findings)
{
    int len = 0;
    const char *value = value_of(text, beginning, &len);
    if (value != NULL && ((size_t)len != strlen(service) || strncmp(value, service, (size_t)len)))
        cognito_find(findings, FINDING_FAIL, "sudo", "check --service with that name",
                     "%s is %.*s: sudo does not use the service %s", setting, len, value, service);
}

/* It says nothing of its services where sudoers has an error, and sudo-rs never does. */
static void report_silence(const char *text, struct findings *findings)
{
    const bool other = strncmp(text, "sudo-rs ", strlen("sudo-rs ")) == 0;
    cognito_find(findings, other ? FINDING_WARN : FINDING_FAIL, "sudo",
                 other ? "see that sudoers does not replace the module's prompts"
                       : "fix what sudo names",
                 "`sudo -V' does not say how it is configured: %.*s", (int)strcspn(text, "\n"),
                 text);
}

static void judge(const char *text, const char *service, struct findings *findings)
{
    int len = 0;
    const size_t before = findings->count;
    const bool itself = strcmp(service, "sudo") == 0;
    if (strncmp(text, VERSION, strlen(VERSION)) != 0) /* standard error comes first */
        cognito_find(findings, FINDING_WARN, "sudo", "fix what sudo names", "sudo says: %.*s",
                     (int)strcspn(text, "\n"), text);
    if (value_of(text, OVERRIDES, &len) != NULL)
        cognito_find(findings, FINDING_FAIL, "sudo",
                     "remove it from sudoers, or add Defaults !passprompt_override",
                     "passprompt_override replaces the module's prompts, so the parts of a token "
                     "are lost");
    if (itself)
        check_service(text, SERVICE, "pam_service", service, findings);
    if (strcmp(service, "sudo-i") == 0)
        check_service(text, LOGIN_SERVICE, "pam_login_service", service, findings);
    if (findings->count > before)
        return;
    const char *askpass = itself ? value_of(text, ASKPASS_SERVICE, &len) : NULL;
    cognito_find(findings, FINDING_OK, "sudo", "",
                 "sudo leaves the module's prompts as they are%s%.*s",
                 askpass == NULL ? "" : "; sudo -A uses another service, check --service ",
                 askpass == NULL ? 0 : len, askpass == NULL ? "" : askpass);
}

void cognito_check_sudo(const char *service, struct findings *findings)
{
    static const char *const words[] = {"/usr/bin/env", "LC_ALL=C", SUDO, "-V", NULL};
    struct complaint why = {{0}};
    int status = 0;
    int len = 0;
    struct answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL)
        return;
    if (geteuid() != 0)
        cognito_find(findings, FINDING_WARN, "sudo", "run this as root",
                     "sudo tells its settings to root alone");
    else if (access(SUDO, X_OK) != 0)
        cognito_find(findings, FINDING_WARN, "sudo", "install it, or check another --service",
                     "there is no " SUDO);
    else if (!cognito_program_run(words, answer, &status, &why))
        cognito_find(findings, FINDING_FAIL, "sudo", "fix what is named", "%s", why.text);
    else if (value_of(answer->text, SERVICE, &len) == NULL)
        report_silence(answer->text, findings);
    else
        judge(answer->text, service, findings);
    free(answer);
}
