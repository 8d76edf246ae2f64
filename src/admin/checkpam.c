/* SPDX-License-Identifier: MIT */
#include "admin/checks.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "admin/pamstack.h"
#include "base/safefile.h"

#define MODULE "pam_cognito.so"
#define PAM_FOLDER "/etc/pam.d"

static void check_loadable(struct findings *findings, const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL || dlsym(module, "pam_sm_authenticate") == NULL)
        cognito_find(findings, FINDING_FAIL, "module", "install pam_cognito again", "%s: %s", path,
                     module == NULL ? dlerror() : "no PAM module");
    else
        cognito_find(findings, FINDING_OK, "module", "", "%s can be loaded", path);
    if (module != NULL)
        (void)dlclose(module);
}

void cognito_check_module(struct findings *findings)
{
    check_loadable(findings, PAMDIR "/" MODULE);
}

/* ---- lines ---- */

static bool is_ours(const struct pam_line *line)
{
    return strcmp(line->module, MODULE) == 0;
}

/* Modules that ask for a password by themselves. */
static bool asks(const struct pam_line *line)
{
    static const char *const names[] = {"pam_unix.so",
                                        "pam_sss.so",
                                        "pam_ldap.so",
                                        "pam_krb5.so",
                                        "pam_winbind.so",
                                        "pam_userdb.so",
                                        "pam_google_authenticator.so"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(line->module, names[i]) == 0)
            return true;
    return false;
}

/* The index of our first line of TYPE, or the count. */
static size_t find_ours(const struct pam_stack *stack, enum pam_type type)
{
    size_t i = 0;
    while (i < stack->count && (stack->lines[i].type != type || !is_ours(&stack->lines[i])))
        i++;
    return i;
}

static const char *place(const struct pam_line *line, char text[192])
{
    (void)snprintf(text, 192, "%s:%zu", line->file, line->number);
    return text;
}

static void check_before_ours(const struct pam_stack *stack, size_t ours, struct findings *findings)
{
    char where[192];
    for (size_t i = 0; i < ours; i++) {
        const struct pam_line *line = &stack->lines[i];
        if (line->type != PAM_TYPE_AUTH)
            continue;
        if (strcmp(line->module, "pam_permit.so") == 0 && line->control.grants &&
            !line->control.denies)
            cognito_find(findings, FINDING_FAIL, "pam auth", "remove it or put it behind ours",
                         "%s: pam_permit lets everybody in before our line", place(line, where));
        else if (asks(line))
            cognito_find(findings, FINDING_WARN, "pam auth",
                         "put our line first, or see try_first_pass",
                         "%s: %s asks for a password before our line", place(line, where),
                         line->module);
    }
}

static bool something_denies_after(const struct pam_stack *stack, size_t ours)
{
    for (size_t i = ours + 1; i < stack->count; i++)
        if (stack->lines[i].type == PAM_TYPE_AUTH && stack->lines[i].control.denies &&
            strcmp(stack->lines[i].module, "pam_permit.so") != 0)
            return true;
    return false;
}

static void check_control(const struct pam_stack *stack, size_t ours, struct findings *findings)
{
    const struct pam_line *line = &stack->lines[ours];
    char where[192];
    (void)place(line, where);
    if (line->control.jumps)
        cognito_find(findings, FINDING_WARN, "pam auth",
                     "see that every way to the end passes a module that refuses",
                     "%s: %s is not judged here", where, line->control_text);
    else if (!line->control.grants)
        cognito_find(findings, FINDING_FAIL, "pam auth", "make it required or sufficient",
                     "%s: our line is optional: a refused token refuses nobody", where);
    else if (!line->control.denies && !something_denies_after(stack, ours))
        cognito_find(findings, FINDING_FAIL, "pam auth",
                     "add `auth required pam_deny.so' at the end",
                     "%s: our line is sufficient, and nothing after it refuses", where);
    else
        cognito_find(findings, FINDING_OK, "pam auth", "", "%s: %s %s", where, line->control_text,
                     line->module);
}

static void check_auth(const struct pam_stack *stack, const char *service,
                       struct findings *findings)
{
    const size_t ours = find_ours(stack, PAM_TYPE_AUTH);
    if (ours == stack->count) {
        cognito_find(findings, FINDING_FAIL, "pam auth",
                     "add `auth required pam_cognito.so' to " PAM_FOLDER,
                     "%s has no line of pam_cognito", service);
        return;
    }
    check_before_ours(stack, ours, findings);
    check_control(stack, ours, findings);
}

/* Our PAM_IGNORE alone, for a login that was not ours, is no answer for sudo and others. */
static void check_account(const struct pam_stack *stack, const char *service,
                          struct findings *findings)
{
    bool others = false;
    for (size_t i = 0; i < stack->count; i++)
        others = others || (stack->lines[i].type == PAM_TYPE_ACCOUNT && !is_ours(&stack->lines[i]));
    const bool ours = find_ours(stack, PAM_TYPE_ACCOUNT) != stack->count;
    if (!others)
        cognito_find(findings, FINDING_FAIL, "pam account", "add `account required pam_unix.so'",
                     "%s: no module but ours in account, and ours alone answers nobody else",
                     service);
    else if (!ours)
        cognito_find(findings, FINDING_WARN, "pam account", "add `account required pam_cognito.so'",
                     "%s: expiry and deny list are not judged again", service);
    else
        cognito_find(findings, FINDING_OK, "pam account", "", "%s: ours and others", service);
}

void cognito_check_stack(const struct check_request *request, struct findings *findings)
{
    struct pam_stack stack = {0};
    struct complaint why = {{0}};
    if (!cognito_pamstack_read(PAM_FOLDER, request->service, &stack, &why)) {
        cognito_find(findings, FINDING_FAIL, "pam", "see " PAM_FOLDER, "%s", why.text);
        return;
    }
    check_auth(&stack, request->service, findings);
    check_account(&stack, request->service, findings);
    cognito_pamstack_free(&stack);
}
