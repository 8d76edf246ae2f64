/* SPDX-License-Identifier: MIT */
/*
 * A PAM module for measurements: stands first in a stack and takes away the delay that other
 * modules ask for after a failure. With the argument "refuse" it asks for a password and refuses
 * it: the floor of what any module that asks can do.
 */
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

static void at_once(int status, unsigned int microseconds, void *data)
{
    (void)status;
    (void)microseconds;
    (void)data;
}

PAM_EXTERN __attribute__((visibility("default"))) int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    char *answer = NULL;
    (void)flags;
    if (pam_set_item(pamh, PAM_FAIL_DELAY, (const void *)at_once) != PAM_SUCCESS)
        return PAM_AUTH_ERR;
    if (argc < 1 || strcmp(argv[0], "refuse") != 0)
        return PAM_IGNORE;
    (void)pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "Password: ");
    free(answer);
    return PAM_AUTH_ERR;
}

PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_setcred(pam_handle_t *pamh, int flags,
                                                                     int argc, const char **argv)
{
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_IGNORE;
}
