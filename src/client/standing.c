/* SPDX-License-Identifier: MIT */
#include "client/standing.h"

#include <time.h>

#include "base/jsonprint.h"
#include "client/refreshstore.h"

bool cognito_standing_read(const struct session *session, struct standing *standing,
                           struct complaint *why)
{
    struct secret token OWNED(cognito_secret_free) = {0};
    int64_t expires_at = 0;
    const enum store_found id = cognito_session_kept(session, &token, &expires_at, why);
    if (id == STORE_REFUSED)
        return false;
    const enum store_found refresh = cognito_store_has_refresh(&session->store, why);
    if (refresh == STORE_REFUSED)
        return false;
    const int64_t left = expires_at - (int64_t)time(NULL);
    standing->has_token = id == STORE_FOUND && left > 0;
    standing->left = standing->has_token ? left : 0;
    standing->can_refresh = refresh == STORE_FOUND;
    if (id == STORE_FOUND)
        cognito_holder_read(secret_span(&token), &standing->holder);
    return true;
}

static void print_span(FILE *stream, const char *before, struct span text, const char *behind)
{
    (void)fputs(before, stream);
    (void)fwrite(text.data, 1, text.len, stream);
    (void)fputs(behind, stream);
}

bool cognito_standing_print_who(FILE *stream, const struct standing *standing)
{
    const struct span username = secret_span(&standing->holder.username);
    const struct span email = secret_span(&standing->holder.email);
    if (username.len > 0)
        print_span(stream, "", username, "");
    if (email.len > 0)
        print_span(stream, username.len > 0 ? " (" : "", email, username.len > 0 ? ")" : "");
    return username.len > 0 || email.len > 0;
}

static void print_member(FILE *stream, size_t *count, const char *name, const struct secret *text)
{
    if (text->len > 0)
        cognito_json_print_member(stream, count, name, secret_span(text));
    else
        (void)fprintf(stream, "%s\"%s\": null", (*count)++ == 0 ? "" : ", ", name);
}

void cognito_standing_print_members(FILE *stream, size_t *count, const struct standing *standing)
{
    print_member(stream, count, "username", &standing->holder.username);
    print_member(stream, count, "email", &standing->holder.email);
}

void cognito_standing_free(struct standing *standing)
{
    cognito_holder_free(&standing->holder);
}
