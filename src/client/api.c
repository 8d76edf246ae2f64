/* SPDX-License-Identifier: MIT */
#include "client/api.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"

enum { TARGET_SIZE = 160 };

/* "com.amazon.coral.service#InvalidParameterException:http..." and the like: the name alone. */
static struct span bare_type(struct span type)
{
    type = span_first(type, span_position(type, ':'));
    const size_t hash = span_position(type, '#');
    return hash < type.len ? span_after(type, hash + 1) : type;
}

static void read_fault(const struct json *json, struct api_fault *fault)
{
    struct span type;
    struct span said;
    *fault = (struct api_fault){{0}, {{0}}};
    if (cognito_json_string(json, "__type", &type) == JSON_FOUND) {
        type = span_first(bare_type(type), API_FAULT_SIZE - 1);
        memcpy(fault->type, type.data, type.len);
    }
    if (cognito_json_string(json, "message", &said) == JSON_FOUND ||
        cognito_json_string(json, "Message", &said) == JSON_FOUND)
        (void)cognito_complain(&fault->said, "%.*s", (int)span_first(said, 256).len,
                               (const char *)said.data);
}

static bool is_type(const struct api_fault *fault, const char *type)
{
    return strcmp(fault->type, type) == 0;
}

/* The causes that a person can do something about, first. */
static void explain(const struct profile *profile, const struct api_fault *fault,
                    struct complaint *why)
{
    if (strstr(fault->said.text, "SECRET_HASH") != NULL ||
        strstr(fault->said.text, "configured with secret") != NULL)
        (void)cognito_complain(why,
                               "the app client %s has a secret; cognito-login needs a client "
                               "without one (a public client)",
                               profile->client_id);
    else if (is_type(fault, "ResourceNotFoundException"))
        (void)cognito_complain(why,
                               "the pool does not know the app client %s: see user_pool and "
                               "client_id in the profile %s (%s)",
                               profile->client_id, profile->name, fault->said.text);
    else
        (void)cognito_complain(why, "the pool refused: %s%s%s", fault->said.text,
                               fault->type[0] == '\0' ? "" : " ", fault->type);
}

static void free_answer(struct http_answer *answer)
{
    cognito_http_answer_free(answer);
}

enum api_result cognito_api_call(const struct http_settings *settings,
                                 const struct profile *profile, const char *name, struct span body,
                                 struct api_answer *answer, struct api_fault *fault,
                                 struct complaint *why)
{
    char target[TARGET_SIZE];
    const int len =
        snprintf(target, sizeof target, "X-Amz-Target: AWSCognitoIdentityProviderService.%s", name);
    if (len < 0 || (size_t)len >= sizeof target) {
        (void)cognito_complain(why, "the name of a call is too long");
        return API_FAILED;
    }
    const char *const headers[] = {"Content-Type: application/x-amz-json-1.1", target, NULL};
    const struct http_request request = {
        .method = "POST", .url = profile->endpoint, .headers = headers, .body = body};
    struct http_answer got OWNED(free_answer) = {0};
    if (!cognito_http_send(settings, &request, &got, why))
        return API_FAILED;
    struct json_fault wrong = {0};
    struct json *json =
        cognito_json_parse(got.body.len == 0 && got.status < 300 ? span_of_string("{}")
                                                                 : secret_span(&got.body),
                           &wrong);
    if (json == NULL || got.status >= 500) {
        cognito_json_free(json);
        (void)cognito_complain(why, "%s: HTTP %ld, and an answer that makes no sense here (%s)",
                               profile->endpoint, got.status,
                               json != NULL || wrong.what == NULL ? name : wrong.what);
        return API_FAILED;
    }
    if (got.status < 300) {
        *answer = (struct api_answer){json, got.date};
        return API_ANSWERED;
    }
    read_fault(json, fault);
    cognito_json_free(json);
    explain(profile, fault, why);
    return API_REFUSED;
}
