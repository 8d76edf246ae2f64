/* SPDX-License-Identifier: MIT */
#include "starve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "capture.h"

enum { RUNS_MAX = 20000 };

/* Answers without failing itself. */
static int answer(int count, const struct pam_message **messages, struct pam_response **responses,
                  void *context)
{
    const struct text *token = context;
    *responses = calloc((size_t)count, sizeof **responses);
    if (*responses == NULL)
        return PAM_BUF_ERR;
    for (int i = 0; i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            (*responses)[i].resp = strdup(token->data);
    return PAM_SUCCESS;
}

struct run {
    int authenticated, account;
    bool accepted; /* by our module, as its log line says; what comes after us may still fail */
    bool starved;
};

static bool is_accepted_in_log(void)
{
    for (size_t i = 0; i < captured()->count; i++)
        if (strstr(captured()->lines[i].text, ": accepted; ") != NULL)
            return true;
    return false;
}

static struct run run_once(struct world *world, const struct text *token, size_t failing)
{
    struct text service = world_expand(world, "${service}");
    struct text user = world_expand(world, "${user}");
    struct pam_conv conversation = {answer, (void *)token};
    pam_handle_t *pamh = NULL;
    char folder[sizeof world->folder + 8];
    (void)snprintf(folder, sizeof folder, "%s/pam.d", world->folder);
    if (pam_start_confdir(service.data, user.data, &conversation, folder, &pamh) != PAM_SUCCESS)
        give_up("pam_start_confdir failed");
    void (*delay)(int, unsigned int, void *) = capture_delay;
    const void *item;
    memcpy(&item, &delay, sizeof item);
    if (pam_set_item(pamh, PAM_FAIL_DELAY, item) != PAM_SUCCESS)
        give_up("PAM_FAIL_DELAY is not known");
    capture_reset();
    capture_fail_allocation(failing);
    struct run run = {.authenticated = pam_authenticate(pamh, 0)};
    run.starved = capture_allocation_failed();
    capture_fail_allocation(0);
    run.accepted = run.authenticated == PAM_SUCCESS || is_accepted_in_log();
    run.account = pam_acct_mgmt(pamh, 0);
    (void)pam_end(pamh, run.account);
    text_free(&service);
    text_free(&user);
    return run;
}

void starve(struct world *world, const char *name, bool acceptable)
{
    const struct text *token = world_token(world, name);
    if (token == NULL)
        give_up("there is no token %s", name);
    size_t failing = 1;
    for (; failing < RUNS_MAX && world->failure[0] == '\0'; failing++) {
        const struct run run = run_once(world, token, failing);
        if (run.accepted && !acceptable)
            world_fail(world, "allocation %zu failed, and the token was accepted", failing);
        if (!run.accepted && run.account == PAM_SUCCESS)
            world_fail(world, "allocation %zu failed, and only the account phase passed", failing);
        if (!run.starved)
            break;
    }
    if (failing == 1)
        (void)snprintf(world->skip, sizeof world->skip, "allocations do not fail in this build");
    printf("# %zu allocations\n", failing - 1);
}
