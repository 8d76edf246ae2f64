/* SPDX-License-Identifier: MIT */
#include "client/tokens.h"

#include "base/jsonpick.h"
#include "base/jsonscan.h"
#include "base/limits.h"
#include "client/compact.h"

/* The string NAME of OBJECT, of at most MAX bytes; escapes are decoded in memory that is wiped. */
static bool take(struct span object, const char *name, size_t max, struct secret *token)
{
    struct secret room OWNED(cognito_secret_free) = {0};
    struct span value, text;
    return cognito_json_member(object, name, &value) && cognito_secret_reserve(&room, value.len) &&
           cognito_json_pick_string(value, room.data, room.capacity, &text) && text.len <= max &&
           cognito_secret_append(token, text);
}

/* Opaque to us (RFC 6749, 1.5); one that can be kept as a line. None is fine. */
static bool can_be_kept(struct span refresh)
{
    for (size_t i = 0; i < refresh.len; i++)
        if (refresh.data[i] <= ' ' || refresh.data[i] > '~')
            return false;
    return true;
}

static bool take_refresh(struct span object, const char *name, struct secret *refresh)
{
    struct span value;
    if (!cognito_json_member(object, name, &value) || span_is(value, "null"))
        return true;
    if (take(object, name, REFRESH_TOKEN_MAX, refresh) && can_be_kept(secret_span(refresh)))
        return true;
    cognito_secret_free(refresh);
    return false;
}

bool cognito_tokens_read(struct span object, const char *id_name, const char *refresh_name,
                         struct tokens *tokens, struct complaint *why)
{
    struct span payload;
    const bool refreshable = take_refresh(object, refresh_name, &tokens->refresh);
    if (!take(object, id_name, TOKEN_SIZE_MAX, &tokens->id) ||
        !cognito_compact_payload(secret_span(&tokens->id), &payload, NULL))
        return cognito_complain(why, "the answer has no ID token (%s)", id_name);
    return refreshable ||
           cognito_complain(why, "the answer has a refresh token that cannot be used (%s)",
                            refresh_name);
}
