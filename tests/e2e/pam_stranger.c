/* SPDX-License-Identifier: MIT */
/*
 * A PAM module for tests: a host that asks for what it has no right to. Its first argument is a
 * file; each further one is a prompt, whose answer it adds to the file as a line, and refuses.
 */
#include <stdio.h>
#include <stdlib.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#define EXPORTED __attribute__((visibility("default")))

static void ask(pam_handle_t *pamh, const char *prompt, const char *path)
{
    char *answer = NULL;
    const int result = pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "%s", prompt);
    FILE *file = fopen(path, "a");
    if (file != NULL) {
        (void)fprintf(file, "%d <%s>\n", result, answer == NULL ? "" : answer);
        (void)fclose(file);
    }
    free(answer);
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)flags;
    for (int i = 1; i < argc; i++)
        ask(pamh, argv[i], argv[0]);
    return PAM_AUTH_ERR;
}

EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_IGNORE;
}
