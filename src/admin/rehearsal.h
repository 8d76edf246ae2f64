/* SPDX-License-Identifier: MIT */
/*
 * A rehearsal: the module's decision about a token, without a login. It gathers what the module
 * would, decides with the same functions, and keeps everything for whoever prints it.
 */
#ifndef COGNITO_ADMIN_REHEARSAL_H
#define COGNITO_ADMIN_REHEARSAL_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "base/status.h"
#include "host/config.h"
#include "host/pools.h"
#include "token/explanation.h"
#include "token/identity.h"

/* What is asked; all of it borrowed. */
struct rehearsal_request {
    const char *configs[CONFIG_FILES_MAX]; /* conf=PATH, as a PAM line has them */
    size_t config_count;
    const char *service; /* NULL: none */
    const char *user;    /* NULL: mapping and account are skipped */
    int64_t at;          /* seconds since the epoch, for claims and policy; -1: now */
};

struct rehearsal {
    struct configs configs;
    struct pools pools;
    struct identity who; /* filled if accepted */
    struct explanation explanation;
    enum cognito_status status;
};

/* Reads configuration, clock and keys, as the module does before it asks. REHEARSAL is full of
 * zeros but for the explanation's callback, and has to be freed afterwards. False, with the status
 * and its words, where a login would end here. */
MUST_USE bool cognito_rehearsal_prepare(const struct rehearsal_request *request,
                                        struct rehearsal *rehearsal);

/* Decides about TOKEN, after a preparation that went well. */
void cognito_rehearsal_decide(const struct rehearsal_request *request, struct span token,
                              struct rehearsal *rehearsal);

void cognito_rehearsal_free(struct rehearsal *rehearsal);

#endif
