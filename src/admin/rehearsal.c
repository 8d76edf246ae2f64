/* SPDX-License-Identifier: MIT */
#include "admin/rehearsal.h"

#include <time.h>

#include "host/decide.h"
#include "host/diagnosis.h"
#include "host/ledger.h"
#include "host/lists.h"

static int64_t clock_now(void)
{
    struct timespec time;
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? (int64_t)time.tv_sec : 0;
}

/* As if the token had been given in one answer, without the end of its line. */
static struct presentation one_answer(struct span token)
{
    size_t len = token.len;
    while (len > 0 && token.len - len < 2 &&
           (token.data[len - 1] == '\n' || token.data[len - 1] == '\r'))
        len--;
    return (struct presentation){span_first(token, len), 1, len, true};
}

bool cognito_rehearsal_prepare(const struct rehearsal_request *request, struct rehearsal *rehearsal)
{
    struct complaint *why = &rehearsal->explanation.why;
    rehearsal->status = COGNITO_SYSTEM_CONFIG;
    if (!cognito_configs_read(request->service, request->config_count, request->configs,
                              &rehearsal->configs, why) ||
        !cognito_lists_read(&rehearsal->configs, request->user, why))
        return false;
    rehearsal->status =
        cognito_pools_open(&rehearsal->configs, clock_now(), &rehearsal->pools, why);
    return rehearsal->status == COGNITO_ACCEPTED;
}

void cognito_rehearsal_decide(const struct rehearsal_request *request, struct span token,
                              struct rehearsal *rehearsal)
{
    const struct presentation presentation = one_answer(token);
    const int64_t now = request->at < 0 ? clock_now() : request->at;
    const struct login login = {&rehearsal->pools, request->user, now, LEDGER_FOLDER,
                                .rehearsal = true};
    const enum cognito_status decided =
        cognito_decide(&login, token, &rehearsal->who, NULL, &rehearsal->explanation);
    rehearsal->status = cognito_diagnose(&presentation, decided, &rehearsal->explanation.why);
}

void cognito_rehearsal_free(struct rehearsal *rehearsal)
{
    cognito_identity_free(&rehearsal->who);
    cognito_pools_free(&rehearsal->pools);
    cognito_configs_free(&rehearsal->configs);
}
