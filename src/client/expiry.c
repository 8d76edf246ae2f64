/* SPDX-License-Identifier: MIT */
#include "client/expiry.h"

#include <inttypes.h>

#include "base/base64url.h"
#include "base/jsonguard.h"
#include "base/jsonscan.h"
#include "base/secret.h"

/* No time of a token is beyond it: the same bound as the module's. */
#define TIME_LIMIT (INT64_C(1) << 41)

static bool decode(struct span payload, struct secret *json, struct complaint *why)
{
    /* One more, so that there is something to allocate for an empty text, too. */
    if (!cognito_secret_reserve(json, base64url_decoded_size(payload.len) + 1))
        return cognito_complain(why, "cannot be read: out of memory");
    if (!cognito_base64url_decode(payload, json->data))
        return cognito_complain(why, "is not a token: its payload is not strict base64url");
    json->len = base64url_decoded_size(payload.len);
    return true;
}

bool cognito_expiry_read(struct span payload, int64_t *expires_at, struct complaint *why)
{
    struct secret json OWNED(cognito_secret_free) = {0};
    if (!decode(payload, &json, why))
        return false;
    struct json_fault fault;
    if (!cognito_json_guard(secret_span(&json), &fault))
        return cognito_complain(why, "is not a token: its payload is not well-formed JSON (%s)",
                                fault.what);
    struct span value;
    if (!cognito_json_member(secret_span(&json), "exp", &value))
        return cognito_complain(why, "does not say when it expires: there is no exp in it");
    int64_t seconds;
    if (!cognito_json_integer_text(value, &seconds) || seconds <= 0 || seconds >= TIME_LIMIT)
        return cognito_complain(why, "does not say when it expires: its exp is not a time");
    *expires_at = seconds;
    return true;
}

/* RFC 7519 section 4.1.4: not to be accepted "on or after" that time. */
bool cognito_expiry_ahead(int64_t expires_at, int64_t now, struct complaint *why)
{
    static const struct {
        int64_t from, unit; /* seconds */
        const char *name;
    } units[] = {{172800, 86400, "days"}, {7200, 3600, "hours"}, {120, 60, "minutes"}};
    if (now < expires_at)
        return true;
    const int64_t ago = now - expires_at;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (ago >= units[i].from)
            return cognito_complain(why, "expired %" PRId64 " %s ago; sign in again",
                                    ago / units[i].unit, units[i].name);
    return cognito_complain(why, "expired %" PRId64 " %s ago; sign in again", ago,
                            ago == 1 ? "second" : "seconds");
}
