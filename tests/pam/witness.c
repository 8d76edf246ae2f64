/* SPDX-License-Identifier: MIT */
/*
 * A PAM module for tests that stands behind pam_cognito in a stack and tells the runner, in the PAM
 * environment, what only modules can see: whether PAM_AUTHTOK and PAM_OLDAUTHTOK are set. It has no
 * say in the result, but for the argument `password=WORD': then it refuses unless PAM_AUTHTOK is
 * exactly this, and tells nothing. With `putenv' it sets what only pam_cognito should.
 *
 * With the argument `leak` it does what must not be done, asks for a token and logs a piece of it,
 * so that the runner can show that it would notice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_modules.h>
#include <security/pam_ext.h>

#define EXPORTED __attribute__((visibility("default")))

static int is_set(pam_handle_t *pamh, int item)
{
    const void *value = NULL;
    return pam_get_item(pamh, item, &value) == PAM_SUCCESS && value != NULL;
}

static void testify(pam_handle_t *pamh)
{
    const int seen = is_set(pamh, PAM_AUTHTOK) || is_set(pamh, PAM_OLDAUTHTOK);
    (void)pam_putenv(pamh, seen ? "WITNESS=set" : "WITNESS=unset");
}

static void leak(pam_handle_t *pamh)
{
    char *answer = NULL;
    if (pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "Leak: ") != PAM_SUCCESS || answer == NULL)
        return;
    pam_syslog(pamh, LOG_NOTICE, "a piece of it: %.12s", answer + strlen(answer) / 2);
    free(answer);
}

static void set_authtok(pam_handle_t *pamh)
{
    (void)pam_set_item(pamh, PAM_AUTHTOK, "something");
}

static void put_environment(pam_handle_t *pamh)
{
    (void)pam_putenv(pamh, "COGNITO_SUB=somebody");
    (void)pam_putenv(pamh, "COGNITO_GROUPS=admins");
}

static int judge_password(pam_handle_t *pamh, const char *wanted)
{
    const void *value = NULL;
    const int result = pam_get_item(pamh, PAM_AUTHTOK, &value);
    return result == PAM_SUCCESS && value != NULL && strcmp(value, wanted) == 0 ? PAM_IGNORE
                                                                                : PAM_AUTH_ERR;
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    static const char password[] = "password=";
    (void)flags;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], password, sizeof password - 1) == 0)
            return judge_password(pamh, argv[i] + sizeof password - 1);
        if (strcmp(argv[i], "leak") == 0)
            leak(pamh);
        if (strcmp(argv[i], "authtok") == 0)
            set_authtok(pamh);
        if (strcmp(argv[i], "putenv") == 0)
            put_environment(pamh);
    }
    testify(pamh);
    return PAM_IGNORE;
}

EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_IGNORE;
}

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)flags;
    (void)argc;
    (void)argv;
    testify(pamh);
    return PAM_IGNORE;
}
