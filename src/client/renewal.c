/* SPDX-License-Identifier: MIT */
#include "client/renewal.h"

#include <string.h>

#include "client/poolapi.h"

static struct poolapi_member member(const char *name, const char *value)
{
    return (struct poolapi_member){name, span_of_string(value)};
}

/* The call OF, with the id of the app client and TOKEN as NAME. */
static bool call(const struct http_settings *settings, const struct profile *profile,
                 const char *of, const char *name, struct span token, struct poolapi_answer *answer,
                 struct complaint *why)
{
    const struct poolapi api = {settings, profile->endpoint};
    const struct poolapi_member members[] = {member("ClientId", profile->client_id), {name, token}};
    const struct poolapi_request request = {.call = of, .members = members, .count = 2};
    return cognito_poolapi_call(&api, &request, answer, why);
}

/* ---- renewing by the API ---- */

static bool initiate(const struct http_settings *settings, const struct profile *profile,
                     struct span refresh, struct poolapi_answer *answer, struct complaint *why)
{
    const struct poolapi api = {settings, profile->endpoint};
    const struct poolapi_member members[] = {member("ClientId", profile->client_id),
                                             member("AuthFlow", "REFRESH_TOKEN_AUTH")};
    const struct poolapi_member parameter = {"REFRESH_TOKEN", refresh};
    const struct poolapi_request request = {"InitiateAuth",   members,    2,
                                            "AuthParameters", &parameter, 1};
    return cognito_poolapi_call(&api, &request, answer, why);
}

/* NotAuthorizedException is what a token gets that has expired or was revoked. */
static enum grant judge_refusal(const struct profile *profile, const struct poolapi_answer *answer,
                                struct complaint *why)
{
    if (!cognito_poolapi_is(answer, "NotAuthorizedException", NULL) &&
        !cognito_poolapi_is(answer, "RefreshTokenReuseException", NULL) &&
        !cognito_poolapi_is(answer, "UserNotFoundException", NULL)) {
        (void)cognito_poolapi_explain(answer, profile->client_id, why);
        return GRANT_FAILED;
    }
    (void)cognito_complain(why, "the refresh token has expired or was revoked (%s)",
                           answer->message.text);
    return GRANT_REFUSED;
}

/* An app client whose refresh tokens rotate has no REFRESH_TOKEN_AUTH, but a call of its own. */
static bool rotates(const struct poolapi_answer *answer)
{
    return cognito_poolapi_is(answer, "InvalidParameterException", NULL) ||
           cognito_poolapi_is(answer, "UnsupportedOperationException", NULL) ||
           strstr(answer->message.text, "flow not enabled") != NULL;
}

static enum grant renew_by_api(const struct http_settings *settings, const struct profile *profile,
                               struct span refresh, struct tokens *tokens, struct complaint *why)
{
    struct poolapi_answer answer OWNED(cognito_poolapi_free) = {0};
    if (!initiate(settings, profile, refresh, &answer, why))
        return GRANT_FAILED;
    if (answer.fault[0] != '\0' && rotates(&answer)) {
        cognito_poolapi_free(&answer);
        if (!call(settings, profile, "GetTokensFromRefreshToken", "RefreshToken", refresh, &answer,
                  why))
            return GRANT_FAILED;
    }
    if (answer.fault[0] != '\0')
        return judge_refusal(profile, &answer, why);
    return cognito_poolapi_tokens(&answer, tokens, why) ? GRANT_GIVEN : GRANT_FAILED;
}

enum grant cognito_renew(const struct http_settings *settings, const struct profile *profile,
                         struct span refresh, bool managed, struct tokens *tokens,
                         struct complaint *why)
{
    return managed && profile->domain != NULL
               ? cognito_oauth_renew(settings, profile, refresh, tokens, why)
               : renew_by_api(settings, profile, refresh, tokens, why);
}

/* ---- revoking ---- */

bool cognito_revoke(const struct http_settings *settings, const struct profile *profile,
                    struct span refresh, struct complaint *why)
{
    struct poolapi_answer answer OWNED(cognito_poolapi_free) = {0};
    if (!call(settings, profile, "RevokeToken", "Token", refresh, &answer, why))
        return false;
    /* One that is no longer good has nothing to revoke; a client with a secret is refused by the
     * same name. */
    return answer.fault[0] == '\0' ||
           (cognito_poolapi_is(&answer, "NotAuthorizedException", NULL) &&
            !cognito_poolapi_is(&answer, "NotAuthorizedException", "secret")) ||
           cognito_poolapi_explain(&answer, profile->client_id, why);
}
