/* SPDX-License-Identifier: MIT */
#include "client/callback.h"

#include <string.h>

#include "client/form.h"
#include "client/pkce.h"

enum { CODE_MAX = 4096 };

static bool is_ours(struct span query, const char *state)
{
    struct secret found OWNED(cognito_secret_free) = {0};
    return cognito_form_find(query, "state", &found) == FORM_FOUND &&
           cognito_pkce_same(secret_span(&found), span_of_string(state));
}

/* RFC 6749, 4.1.2.1. */
static enum callback explain(struct span error, struct span query, struct complaint *why)
{
    struct secret said OWNED(cognito_secret_free) = {0};
    if (cognito_form_find(query, "error_description", &said) != FORM_FOUND)
        cognito_secret_free(&said);
    const struct span words = span_first(secret_span(&said), 200);
    if (span_is(error, "access_denied"))
        (void)cognito_complain(why, "the sign-in was refused or cancelled in the browser%s%.*s",
                               words.len == 0 ? "" : ": ", (int)words.len,
                               words.len == 0 ? "" : (const char *)words.data);
    else
        (void)cognito_complain(why, "managed login ended the sign-in: %.*s%s%.*s",
                               (int)span_first(error, 64).len, (const char *)error.data,
                               words.len == 0 ? "" : ": ", (int)words.len,
                               words.len == 0 ? "" : (const char *)words.data);
    return CALLBACK_REFUSED;
}

enum callback cognito_callback_read(struct span query, const char *state, struct secret *code,
                                    struct complaint *why)
{
    struct secret error OWNED(cognito_secret_free) = {0};
    struct secret found OWNED(cognito_secret_free) = {0};
    if (!is_ours(query, state)) {
        (void)cognito_complain(why, "its state is not the one of this sign-in");
        return CALLBACK_STRANGE;
    }
    const enum form_found has_error = cognito_form_find(query, "error", &error);
    const enum form_found has_code = cognito_form_find(query, "code", &found);
    if (has_error == FORM_FOUND && error.len > 0 && has_code == FORM_ABSENT)
        return explain(secret_span(&error), query, why);
    if (has_error == FORM_ABSENT && has_code == FORM_FOUND && found.len > 0 &&
        found.len <= CODE_MAX && cognito_secret_append(code, secret_span(&found)))
        return CALLBACK_CODE;
    (void)cognito_complain(why, "it has neither one code nor one error");
    return CALLBACK_STRANGE;
}

bool cognito_callback_query(struct span address, const char *redirect, struct span *query,
                            struct complaint *why)
{
    const size_t len = strlen(redirect);
    if (!span_equal(span_first(address, len), span_of_string(redirect)) || address.len <= len ||
        address.data[len] != '?')
        return cognito_complain(why,
                                "this is not the address that the browser ends at, which "
                                "begins with %s?",
                                redirect);
    const struct span rest = span_after(address, len + 1);
    *query = span_first(rest, span_position(rest, '#'));
    return true;
}
