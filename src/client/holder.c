/* SPDX-License-Identifier: MIT */
#include "client/holder.h"

#include "base/base64url.h"
#include "base/json.h"
#include "client/compact.h"
#include "client/terminal.h"

static void free_json(struct json **object)
{
    cognito_json_free(*object);
}

/* The lines and tabs that a terminal is used to would still make two columns of one name. */
static bool show(struct span value, struct secret *text)
{
    if (!cognito_terminal_tame(value, text))
        return false;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] < ' ')
            text->data[i] = ' ';
    return true;
}

static void take(const struct json *claims, const char *name, struct secret *text)
{
    struct span value;
    if (cognito_json_string(claims, name, &value) == JSON_FOUND && !show(value, text))
        cognito_secret_free(text);
}

void cognito_holder_read(struct span token, struct holder *holder)
{
    struct span payload;
    struct json_fault fault;
    struct secret text OWNED(cognito_secret_free) = {0};
    if (!cognito_compact_payload(token, &payload, NULL) ||
        !cognito_secret_reserve(&text, base64url_decoded_size(payload.len) + 1) ||
        !cognito_base64url_decode(payload, text.data))
        return;
    text.len = base64url_decoded_size(payload.len);
    struct json *claims OWNED(free_json) = cognito_json_parse(secret_span(&text), &fault);
    if (claims == NULL)
        return;
    take(claims, "cognito:username", &holder->username);
    take(claims, "email", &holder->email);
}

void cognito_holder_free(struct holder *holder)
{
    cognito_secret_free(&holder->username);
    cognito_secret_free(&holder->email);
}
