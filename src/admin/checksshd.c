/* SPDX-License-Identifier: MIT */
/* What sshd is set to, as it says itself. */
#include "admin/checks.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SSHD "/usr/sbin/sshd"

struct setting {
    const char *name; /* as sshd -T prints it */
    char value[256];  /* empty if it was not printed */
};

enum { USE_PAM, KBD_INTERACTIVE, PASSWORD, METHODS, ROOT_LOGIN, PAM_SERVICE, SETTINGS };

static void take_setting(struct setting *settings, const char *line)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const size_t len = strlen(settings[i].name);
        if (strncmp(line, settings[i].name, len) == 0 && line[len] == ' ')
            (void)snprintf(settings[i].value, sizeof settings[i].value, "%s", line + len + 1);
    }
}

/* False, with the first thing it said, if sshd refuses its own configuration. It has to be root who
 * asks. */
static bool ask_sshd(struct setting *settings, char first[512])
{
    char line[512];
    FILE *answer = popen(SSHD " -T 2>&1", "re");
    if (answer == NULL)
        return false;
    while (fgets(line, sizeof line, answer) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        take_setting(settings, line);
        if (first[0] == '\0')
            (void)snprintf(first, 512, "%s", line);
    }
    return pclose(answer) == 0 && settings[USE_PAM].value[0] != '\0';
}

static void check_pam(const struct setting *settings, const char *service,
                      struct findings *findings)
{
    if (strcmp(settings[USE_PAM].value, "yes") != 0)
        cognito_find(findings, FINDING_FAIL, "sshd", "set UsePAM yes", "UsePAM is %s",
                     settings[USE_PAM].value);
    /* OpenSSH 9.8 and later. */
    if (settings[PAM_SERVICE].value[0] != '\0' && strcmp(settings[PAM_SERVICE].value, service) != 0)
        cognito_find(findings, FINDING_FAIL, "sshd", "check --service with that name",
                     "PAMServiceName is %s, not %s", settings[PAM_SERVICE].value, service);
}

static void check_methods(const struct setting *settings, struct findings *findings)
{
    if (strcmp(settings[KBD_INTERACTIVE].value, "yes") != 0)
        cognito_find(findings, FINDING_FAIL, "sshd",
                     "set it to yes in a file of /etc/ssh/sshd_config.d; the first value wins",
                     "KbdInteractiveAuthentication is %s: nothing asks for a token",
                     settings[KBD_INTERACTIVE].value);
    if (strcmp(settings[PASSWORD].value, "yes") == 0)
        cognito_find(findings, FINDING_WARN, "sshd", "set it to no",
                     "PasswordAuthentication is yes: a client may send a token as one password, "
                     "which is cut or refused");
    if (strcmp(settings[METHODS].value, "any") != 0 &&
        strstr(settings[METHODS].value, "keyboard-interactive") == NULL)
        cognito_find(findings, FINDING_FAIL, "sshd", "add keyboard-interactive to it",
                     "AuthenticationMethods is %s: nothing asks for a token",
                     settings[METHODS].value);
}

/* prohibit-password means keyboard-interactive as well, sshd_config(5). */
static void check_root(const struct setting *settings, bool allow_root, struct findings *findings)
{
    if (allow_root && strcmp(settings[ROOT_LOGIN].value, "yes") != 0)
        cognito_find(findings, FINDING_WARN, "sshd",
                     "set PermitRootLogin yes, or remove allow_root",
                     "allow_root is set, but PermitRootLogin is %s: sshd lets no token open root",
                     settings[ROOT_LOGIN].value);
}

void cognito_check_sshd(const char *service, bool allow_root, struct findings *findings)
{
    struct setting settings[SETTINGS] = {[USE_PAM] = {"usepam", ""},
                                         [KBD_INTERACTIVE] = {"kbdinteractiveauthentication", ""},
                                         [PASSWORD] = {"passwordauthentication", ""},
                                         [METHODS] = {"authenticationmethods", ""},
                                         [ROOT_LOGIN] = {"permitrootlogin", ""},
                                         [PAM_SERVICE] = {"pamservicename", ""}};
    char first[512] = "";
    const size_t before = findings->count;
    if (access(SSHD, X_OK) != 0)
        cognito_find(findings, FINDING_WARN, "sshd", "install it, or check another --service",
                     "there is no " SSHD);
    else if (!ask_sshd(settings, first))
        cognito_find(findings, geteuid() == 0 ? FINDING_FAIL : FINDING_WARN, "sshd",
                     geteuid() == 0 ? "mend what it names" : "run this as root",
                     "`sshd -T' does not say how it is configured: %s", first);
    if (findings->count > before)
        return;
    check_pam(settings, service, findings);
    check_methods(settings, findings);
    check_root(settings, allow_root, findings);
    if (findings->count == before)
        cognito_find(findings, FINDING_OK, "sshd", "",
                     "it asks through PAM; Match blocks are not looked at (sshd -T -C user=...)");
}
