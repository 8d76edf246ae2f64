/* SPDX-License-Identifier: MIT */
#include "client/renewal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/jsonprint.h"
#include "client/api.h"

/* ---- bodies ---- */

struct body {
    char *text; /* owned; holds a token */
    size_t len;
};

static void free_body(struct body *body)
{
    cognito_wipe(body->text, body->len);
    free(body->text);
}

static struct span body_span(const struct body *body)
{
    return span_of(body->text, body->len);
}

/* {"ClientId": CLIENT, "NAME": TOKEN}, or with AuthParameters around what InitiateAuth wants. */
static bool print_body(struct body *body, const struct profile *profile, const char *name,
                       struct span token, bool initiate)
{
    FILE *stream = open_memstream(&body->text, &body->len);
    if (stream == NULL)
        return false;
    size_t count = 0;
    (void)fputc('{', stream);
    cognito_json_print_member(stream, &count, "ClientId", span_of_string(profile->client_id));
    if (initiate) {
        cognito_json_print_member(stream, &count, "AuthFlow", span_of_string("REFRESH_TOKEN_AUTH"));
        (void)fputs(", \"AuthParameters\": {", stream);
        count = 0;
    }
    cognito_json_print_member(stream, &count, name, token);
    (void)fputs(initiate ? "}}" : "}", stream);
    const bool good = ferror(stream) == 0;
    return fclose(stream) == 0 && good;
}

/* ---- renewing by the API ---- */

static enum grant take_result(const struct json *json, struct tokens *tokens, struct complaint *why)
{
    const struct json *result;
    struct span id;
    struct span refresh = span_of(NULL, 0);
    if (cognito_json_object(json, "AuthenticationResult", &result) == JSON_FOUND &&
        cognito_json_string(result, "IdToken", &id) == JSON_FOUND &&
        cognito_json_string(result, "RefreshToken", &refresh) != JSON_MISTYPED &&
        cognito_secret_append(&tokens->id, id) && cognito_secret_append(&tokens->refresh, refresh))
        return GRANT_GIVEN;
    (void)cognito_complain(why, "the pool's answer to a refresh has no IdToken");
    return GRANT_FAILED;
}

static enum api_result call(const struct http_settings *settings, const struct profile *profile,
                            const char *name, const struct body *body, struct tokens *tokens,
                            enum grant *grant, struct api_fault *fault, struct complaint *why)
{
    struct api_answer answer = {0};
    const enum api_result result =
        cognito_api_call(settings, profile, name, body_span(body), &answer, fault, why);
    *grant = GRANT_FAILED;
    if (result == API_ANSWERED) {
        tokens->date = answer.date;
        *grant = take_result(answer.json, tokens, why);
        cognito_json_free(answer.json);
    }
    return result;
}

static bool is(const struct api_fault *fault, const char *type)
{
    return strcmp(fault->type, type) == 0;
}

/* NotAuthorizedException is what a token gets that has expired or was revoked. */
static enum grant judge_refusal(const struct api_fault *fault, struct complaint *why)
{
    if (!is(fault, "NotAuthorizedException") && !is(fault, "RefreshTokenReuseException") &&
        !is(fault, "UserNotFoundException"))
        return GRANT_FAILED;
    (void)cognito_complain(why, "the refresh token has expired or was revoked (%s)",
                           fault->said.text);
    return GRANT_REFUSED;
}

/* An app client whose refresh tokens rotate has no REFRESH_TOKEN_AUTH, but a call of its own. */
static bool rotates(const struct api_fault *fault)
{
    return is(fault, "InvalidParameterException") || is(fault, "UnsupportedOperationException") ||
           strstr(fault->said.text, "flow not enabled") != NULL;
}

static enum grant renew_by_api(const struct http_settings *settings, const struct profile *profile,
                               struct span refresh, struct tokens *tokens, struct complaint *why)
{
    struct body initiate OWNED(free_body) = {0};
    struct body exchange OWNED(free_body) = {0};
    struct api_fault fault = {{0}, {{0}}};
    enum grant grant;
    if (!print_body(&initiate, profile, "REFRESH_TOKEN", refresh, true) ||
        !print_body(&exchange, profile, "RefreshToken", refresh, false)) {
        (void)cognito_complain(why, "out of memory");
        return GRANT_FAILED;
    }
    enum api_result result =
        call(settings, profile, "InitiateAuth", &initiate, tokens, &grant, &fault, why);
    if (result == API_REFUSED && rotates(&fault))
        result = call(settings, profile, "GetTokensFromRefreshToken", &exchange, tokens, &grant,
                      &fault, why);
    return result == API_REFUSED ? judge_refusal(&fault, why) : grant;
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
    struct body body OWNED(free_body) = {0};
    struct api_answer answer = {0};
    struct api_fault fault = {{0}, {{0}}};
    if (!print_body(&body, profile, "Token", refresh, false))
        return cognito_complain(why, "out of memory");
    const enum api_result result =
        cognito_api_call(settings, profile, "RevokeToken", body_span(&body), &answer, &fault, why);
    cognito_json_free(answer.json);
    /* One that is no longer good has nothing to revoke. */
    return result == API_ANSWERED ||
           (result == API_REFUSED && strcmp(fault.type, "NotAuthorizedException") == 0);
}
