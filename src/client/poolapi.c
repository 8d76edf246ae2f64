/* SPDX-License-Identifier: MIT */
#include "client/poolapi.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/jsonguard.h"
#include "base/jsonprint.h"
#include "base/jsonscan.h"

enum {
    BODY_MAX = 65536, /* bytes of a request: SECRET_BLOCK and Session are some thousand each */
    TARGET_SIZE = 128,
};

static void free_json(struct json **object)
{
    cognito_json_free(*object);
}

void cognito_poolapi_free(struct poolapi_answer *answer)
{
    cognito_secret_free(&answer->text);
}

/* ---- the request ---- */

/* Whether VALUE is well-formed UTF-8, by the guard's rules: the printer would replace what is not,
 * and another password would be sent than was typed. */
static bool is_text(struct span value)
{
    struct secret object OWNED(cognito_secret_free) = {0};
    if (!cognito_secret_append(&object, span_of_string("{\"\":\"")) ||
        !cognito_secret_append(&object, value) ||
        !cognito_secret_append(&object, span_of_string("\"}")))
        return false;
    for (size_t i = 5; i < 5 + value.len; i++) {
        unsigned char *c = &object.data[i];
        *c = *c < 0x20 || *c == '"' || *c == '\\' ? 'x' : *c; /* which the printer escapes */
    }
    return cognito_json_guard(secret_span(&object), NULL);
}

static bool print_members(FILE *stream, const struct poolapi_member *members, size_t count)
{
    size_t printed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_text(members[i].value))
            return false;
        cognito_json_print_member(stream, &printed, members[i].name, members[i].value);
    }
    return true;
}

static bool print_request(FILE *stream, const struct poolapi_request *request)
{
    (void)fputc('{', stream);
    if (!print_members(stream, request->members, request->count))
        return false;
    if (request->inner != NULL) {
        (void)fprintf(stream, ", \"%s\": {", request->inner);
        if (!print_members(stream, request->inner_members, request->inner_count))
            return false;
        (void)fputc('}', stream);
    }
    (void)fputc('}', stream);
    return true;
}

/* A stream without a buffer of its own, over memory that never moves: so no copy of a password is
 * left behind. */
static bool write_body(const struct poolapi_request *request, struct secret *body,
                       struct complaint *why)
{
    FILE *stream =
        cognito_secret_reserve(body, BODY_MAX) ? fmemopen(body->data, BODY_MAX, "w") : NULL;
    if (stream == NULL)
        return cognito_complain(why, "out of memory");
    const bool text = setvbuf(stream, NULL, _IONBF, 0) == 0 && print_request(stream, request);
    const long size = ftell(stream);
    const bool whole = !ferror(stream) && size > 0 && size < BODY_MAX;
    if (fclose(stream) != 0 || !whole)
        return cognito_complain(why, "what is to be sent to the pool is too long");
    body->len = (size_t)size;
    return text || cognito_complain(why, "what was entered is not UTF-8");
}

/* ---- the answer ---- */

/* "com.amazonaws.cognito#NotAuthorizedException", or without what is before it. */
static void take_fault(struct span type, char fault[POOLAPI_FAULT_SIZE])
{
    const size_t mark = span_position(type, '#');
    if (mark < type.len)
        type = span_after(type, mark + 1);
    const struct escaped escaped = cognito_escape(type);
    (void)snprintf(fault, POOLAPI_FAULT_SIZE, "%.*s", POOLAPI_FAULT_SIZE - 1, escaped.text);
    if (fault[0] == '\0')
        (void)snprintf(fault, POOLAPI_FAULT_SIZE, "unnamed");
}

static void read_fault(const struct json *object, long status, struct poolapi_answer *answer)
{
    struct span type, message;
    if (cognito_json_string(object, "__type", &type) != JSON_FOUND &&
        cognito_json_string(object, "code", &type) != JSON_FOUND)
        type = span_of(NULL, 0);
    take_fault(type, answer->fault);
    if (cognito_json_string(object, "message", &message) != JSON_FOUND &&
        cognito_json_string(object, "Message", &message) != JSON_FOUND)
        (void)cognito_complain(&answer->message, "HTTP %ld", status);
    else
        (void)cognito_complain(&answer->message, "%.*s", (int)span_first(message, 512).len,
                               (const char *)message.data);
}

static bool read_answer(struct http_answer *http, const char *url, struct poolapi_answer *answer,
                        struct complaint *why)
{
    const struct span body = secret_span(&http->body);
    if (!cognito_json_guard(body, NULL))
        return cognito_complain(why, "%s: HTTP %ld, and not an answer of a user pool", url,
                                http->status);
    struct poolapi_answer read = {.date = http->date};
    if (http->status >= 300) {
        struct json_fault fault;
        struct json *object OWNED(free_json) = cognito_json_parse(body, &fault);
        if (object == NULL)
            return cognito_complain(why, "out of memory");
        read_fault(object, http->status, &read);
    }
    read.text = http->body;
    http->body = (struct secret){0}; /* now the answer's */
    *answer = read;
    return true;
}

bool cognito_poolapi_call(const struct poolapi *api, const struct poolapi_request *request,
                          struct poolapi_answer *answer, struct complaint *why)
{
    struct secret body OWNED(cognito_secret_free) = {0};
    struct http_answer http OWNED(cognito_http_answer_free) = {0};
    char target[TARGET_SIZE];
    (void)snprintf(target, sizeof target, "X-Amz-Target: AWSCognitoIdentityProviderService.%s",
                   request->call);
    const char *const headers[] = {"Content-Type: application/x-amz-json-1.1", target, NULL};
    if (!write_body(request, &body, why))
        return false;
    const struct http_request post = {
        .method = "POST", .url = api->url, .headers = headers, .body = secret_span(&body)};
    if (!cognito_http_send(api->http, &post, &http, why))
        return false;
    /* RevokeToken gives nothing back, and may say so by nothing at all. */
    if (request->inner == NULL && http.body.len == 0 && http.status < 300 &&
        !cognito_secret_append(&http.body, span_of_string("{}")))
        return cognito_complain(why, "out of memory");
    return read_answer(&http, api->url, answer, why);
}

/* ---- tokens ---- */

static bool find_result(const struct poolapi_answer *answer, struct span *result)
{
    return cognito_json_member(secret_span(&answer->text), "AuthenticationResult", result) &&
           span_position(*result, '{') == 0;
}

bool cognito_poolapi_has_device(const struct poolapi_answer *answer)
{
    struct span result, device;
    return find_result(answer, &result) &&
           cognito_json_member(result, "NewDeviceMetadata", &device) && !span_is(device, "null");
}

bool cognito_poolapi_tokens(const struct poolapi_answer *answer, struct tokens *tokens,
                            struct complaint *why)
{
    struct span result;
    struct complaint reason = {{0}};
    tokens->date = answer->date;
    if (!find_result(answer, &result))
        return cognito_complain(why, "the pool's answer holds neither tokens nor a question");
    return cognito_tokens_read(result, "IdToken", "RefreshToken", tokens, &reason) ||
           cognito_complain(why, "the pool: %s", reason.text);
}

/* ---- what a fault means ---- */

bool cognito_poolapi_is(const struct poolapi_answer *answer, const char *name, const char *words)
{
    return strcmp(answer->fault, name) == 0 &&
           (words == NULL || strcasestr(answer->message.text, words) != NULL);
}

/* Faults by name and words of their message (Amazon Cognito user pools API reference, InitiateAuth
 * and RespondToAuthChallenge). The first row that fits counts. */
static const struct sentence {
    const char *fault, *words, *text;
} sentences[] = {
    {"NotAuthorizedException", "session",
     "the sign-in took too long, or was given up by the pool; start again"},
    {"NotAuthorizedException", "attempts exceeded",
     "too many wrong passwords; the pool wants a pause before the next"},
    {"NotAuthorizedException", "disabled",
     "the account is disabled; an administrator of the pool can enable it"},
    {"NotAuthorizedException", "temporary password",
     "the temporary password has expired; ask an administrator of the pool for another"},
    {"NotAuthorizedException", NULL, "the user name or the password is not right"},
    {"UserNotFoundException", NULL, "the pool knows no such user"},
    {"PasswordResetRequiredException", NULL,
     "the password has to be reset first; the sign-in page of the pool in the browser does that"},
    {"UserNotConfirmedException", NULL,
     "the account is not confirmed yet; follow the message that the pool sent when it was made"},
    {"ResourceNotFoundException", NULL,
     "there is no such pool or app client; look at user_pool and client_id, the region included"},
    {"CodeMismatchException", NULL, "the code is not right"},
    {"ExpiredCodeException", NULL, "the code has expired; start again for a new one"},
    {"CodeDeliveryFailureException", NULL, "the pool could not send its code"},
    {"TooManyRequestsException", NULL, "the pool has too many requests; try again in a minute"},
    {"LimitExceededException", NULL, "too many attempts; wait for some minutes"},
    {"TooManyFailedAttemptsException", NULL, "too many attempts; wait for some minutes"},
    {"ForbiddenException", NULL,
     "the pool's web ACL refuses this machine; ask an administrator of the pool"},
};

bool cognito_poolapi_explain(const struct poolapi_answer *answer, const char *client,
                             struct complaint *why)
{
    /* Both "... configured with secret but SECRET_HASH was not received" and "Unable to verify
     * secret hash ...", under more than one name. */
    if (strcasestr(answer->message.text, "secret_hash") != NULL ||
        strcasestr(answer->message.text, "secret hash") != NULL)
        return cognito_complain(why,
                                "the app client %s has a secret, which no program on people's own "
                                "machines could keep; set client_id to a public one, without",
                                client);
    if (cognito_poolapi_is(answer, "InvalidParameterException", "not enabled"))
        return cognito_complain(why,
                                "the app client %s does not allow to sign in with a password here; "
                                "use the browser, or have ALLOW_USER_SRP_AUTH added to it (for "
                                "password_flow = plain, ALLOW_USER_PASSWORD_AUTH)",
                                client);
    if (cognito_poolapi_is(answer, "InvalidPasswordException", NULL))
        return cognito_complain(why, "the pool does not take the password: %s",
                                answer->message.text);
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
        if (cognito_poolapi_is(answer, sentences[i].fault, sentences[i].words))
            return cognito_complain(why, "%s", sentences[i].text);
    return cognito_complain(why, "the pool refuses: %s: %s", answer->fault, answer->message.text);
}
