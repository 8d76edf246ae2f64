/* SPDX-License-Identifier: MIT */
#include "admin/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/safefile.h"
#include "base/lines.h"

/* ---- sshd ---- */

struct setting {
    const char *name; /* as sshd -T prints it */
    char value[128];  /* empty if it was not printed */
};

enum { USE_PAM, KBD_INTERACTIVE, PASSWORD, METHODS, ROOT_LOGIN, SETTINGS };

static void take_setting(struct setting *settings, const char *line)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const size_t len = strlen(settings[i].name);
        if (strncmp(line, settings[i].name, len) == 0 && line[len] == ' ')
            (void)snprintf(settings[i].value, sizeof settings[i].value, "%s", line + len + 1);
    }
}

/* What sshd itself says of its configuration; it has to be root's call. */
static bool ask_sshd(struct setting *settings)
{
    char line[1024];
    FILE *answer = popen("/usr/sbin/sshd -T 2>/dev/null", "re");
    if (answer == NULL)
        return false;
    while (fgets(line, sizeof line, answer) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        take_setting(settings, line);
    }
    return pclose(answer) == 0 && settings[USE_PAM].value[0] != '\0';
}

static void check_methods(const struct setting *settings, struct findings *findings)
{
    if (strcmp(settings[KBD_INTERACTIVE].value, "yes") != 0)
        cognito_find(findings, FINDING_FAIL, "sshd",
                     "set it in a file of /etc/ssh/sshd_config.d; the first value wins",
                     "KbdInteractiveAuthentication is %s: nothing asks for a token",
                     settings[KBD_INTERACTIVE].value);
    if (strcmp(settings[PASSWORD].value, "yes") == 0)
        cognito_find(findings, FINDING_WARN, "sshd", "set it to no",
                     "PasswordAuthentication is yes: a client may send a token as one password, "
                     "which is cut or refused");
    if (strcmp(settings[METHODS].value, "any") != 0 &&
        strstr(settings[METHODS].value, "keyboard-interactive") == NULL)
        cognito_find(findings, FINDING_FAIL, "sshd", "add keyboard-interactive to it",
                     "AuthenticationMethods is %s", settings[METHODS].value);
}

static void check_sshd(struct findings *findings)
{
    struct setting settings[SETTINGS] = {[USE_PAM] = {"usepam", ""},
                                         [KBD_INTERACTIVE] = {"kbdinteractiveauthentication", ""},
                                         [PASSWORD] = {"passwordauthentication", ""},
                                         [METHODS] = {"authenticationmethods", ""},
                                         [ROOT_LOGIN] = {"permitrootlogin", ""}};
    const size_t before = findings->count;
    if (!ask_sshd(settings)) {
        cognito_find(findings, FINDING_WARN, "sshd", "run this as root, with sshd installed",
                     "`sshd -T' does not say how it is configured");
        return;
    }
    if (strcmp(settings[USE_PAM].value, "yes") != 0)
        cognito_find(findings, FINDING_FAIL, "sshd", "set UsePAM yes", "UsePAM is %s",
                     settings[USE_PAM].value);
    check_methods(settings, findings);
    if (findings->count == before)
        cognito_find(findings, FINDING_OK, "sshd", "", "it asks through PAM; PermitRootLogin is %s",
                     settings[ROOT_LOGIN].value);
}

/* ---- sudo ---- */

/* Whether the last word about passprompt_override in TEXT is for it. */
static bool overrides_prompt(struct span text)
{
    struct lines lines = {text, 0};
    struct span line;
    const char *fault;
    bool overrides = false;
    while (cognito_lines_next(&lines, &line, &fault) == LINE_READ) {
        const struct span defaults = cognito_next_word(&line);
        if (!span_equal(span_first(defaults, 8), span_of_string("Defaults")))
            continue;
        for (struct span word = cognito_next_word(&line); word.len > 0;
             word = cognito_next_word(&line)) {
            if (word.data[word.len - 1] == ',')
                word.len--;
            if (span_is(word, "passprompt_override"))
                overrides = true;
            else if (span_is(word, "!passprompt_override"))
                overrides = false;
        }
    }
    return overrides;
}

static void check_sudo(struct findings *findings)
{
    static const struct safefile_rules rules = {.max_size = CONFIG_SIZE_MAX};
    struct safefile file = {0};
    struct complaint why = {{0}};
    if (cognito_safefile_read("/etc/sudoers", &rules, &file, &why) != SAFEFILE_READ) {
        cognito_find(findings, FINDING_WARN, "sudo", "run this as root", "%s", why.text);
        return;
    }
    if (overrides_prompt(secret_span(&file.content)))
        cognito_find(findings, FINDING_FAIL, "sudo", "remove passprompt_override from sudoers",
                     "passprompt_override replaces our prompts, so the parts of a token are lost");
    else
        cognito_find(findings, FINDING_OK, "sudo", "", "sudoers leaves our prompts as they are");
    cognito_secret_free(&file.content);
}

/* ---- SELinux ---- */

static void check_selinux(struct findings *findings)
{
    FILE *mode = fopen("/sys/fs/selinux/enforce", "re");
    const int value = mode == NULL ? EOF : fgetc(mode);
    if (mode != NULL)
        (void)fclose(mode);
    if (value == '1')
        cognito_find(findings, FINDING_WARN, "SELinux",
                     "see the audit log, and the policy module of the package",
                     "enforcing: the caller's domain needs to read the key cache");
    else
        cognito_find(findings, FINDING_OK, "SELinux", "", "not enforcing");
}

void cognito_check_callers(const struct check_request *request, struct findings *findings)
{
    if (strcmp(request->service, "sshd") == 0)
        check_sshd(findings);
    if (strncmp(request->service, "sudo", strlen("sudo")) == 0)
        check_sudo(findings);
    check_selinux(findings);
}
