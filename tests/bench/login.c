/* SPDX-License-Identifier: MIT */
#include "login.h"

#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "contest.h"

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *answer)
{
    struct pam_response *array = calloc((size_t)count, sizeof *array);
    if (array == NULL)
        return PAM_CONV_ERR;
    for (int i = 0; i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            array[i].resp = strdup(answer);
    *responses = array;
    return PAM_SUCCESS;
}

void log_in(const char *configuration, const char *service, const char *account, const char *answer)
{
    pam_handle_t *pamh = NULL;
    char *given = strdup(answer);
    const struct pam_conv conversation = {converse, given};
    int code = pam_start_confdir(service, account, &conversation, configuration, &pamh);
    if (given == NULL || code != PAM_SUCCESS)
        give_up("%s: PAM does not start", service);
    code = pam_authenticate(pamh, 0);
    if (code == PAM_SUCCESS)
        code = pam_acct_mgmt(pamh, 0);
    if (code != PAM_SUCCESS)
        give_up("%s: %s", service, pam_strerror(pamh, code));
    (void)pam_end(pamh, code);
    free(given);
}
