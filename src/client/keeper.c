/* SPDX-License-Identifier: MIT */
#include "client/keeper.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "client/command.h"
#include "client/compact.h"
#include "client/expiry.h"
#include "client/sibling.h"
#include "client/store.h"

/* Whether TOKEN is one that lasts for SECONDS. */
static bool lasts(struct span token, int64_t now, int64_t seconds, struct complaint *why)
{
    struct span payload;
    int64_t expires_at;
    return cognito_compact_payload(token, &payload, why) &&
           cognito_expiry_read(payload, &expires_at, why) &&
           cognito_expiry_ahead(expires_at, now + seconds, why);
}

static bool take_kept(const struct places *places, const struct profile *profile, int64_t now,
                      struct secret *token, struct complaint *why)
{
    struct secret kept OWNED(cognito_secret_free) = {0};
    struct store store OWNED(cognito_store_close) = {.state = -1, .runtime = -1, .lock = -1};
    return cognito_store_look(places, profile, &store, why) &&
           cognito_store_id(&store, &kept, why) == STORE_FOUND &&
           lasts(secret_span(&kept), now, KEEPER_MARGIN, why) &&
           (cognito_secret_append(token, secret_span(&kept)) ||
            cognito_complain(why, "out of memory"));
}

/* By names in the environment, so that no path has to be written for the shell. Too late, it is not
 * killed: a refresh token that the pool has just rotated would be lost. SIGTERM ends it as soon as
 * the new one is stored. */
static bool refresh(const struct profile *profile, struct secret *token, struct complaint *why)
{
    static const char command[] = "exec \"$COGNITO_LOGIN_PROGRAM\" token";
    const struct command_bounds bounds = {TOKEN_SIZE_MAX + 1, INT64_C(1000) * KEEPER_SECONDS, true};
    char program[PATH_SIZE_MAX];
    struct complaint reason = {{0}};
    cognito_sibling("cognito-login", program);
    if (setenv("COGNITO_LOGIN_PROGRAM", program, 1) != 0 ||
        setenv("COGNITO_LOGIN_PROFILE", profile->name, 1) != 0)
        return cognito_complain(why, "out of memory");
    if (!cognito_command_output(command, &bounds, token, &reason))
        return cognito_complain(why, "there is no token to send: cognito-login token %s",
                                reason.text);
    if (token->len > 0 && token->data[token->len - 1] == '\n')
        token->len--;
    return true;
}

bool cognito_keeper_token(const struct places *places, const struct profile *profile, int64_t now,
                          struct secret *token, struct complaint *why)
{
    struct complaint reason = {{0}};
    if (take_kept(places, profile, now, token, NULL))
        return true;
    if (!refresh(profile, token, why))
        return false;
    return lasts(secret_span(token), now, 0, &reason) ||
           cognito_complain(why, "the token of cognito-login %s", reason.text);
}
