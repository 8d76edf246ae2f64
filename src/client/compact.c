/* SPDX-License-Identifier: MIT */
#include "client/compact.h"

#include "base/base64url.h"
#include "base/limits.h"

static const char *kind_of(unsigned char c)
{
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return "white space";
    if (c < ' ' || c == 0x7f)
        return "a control character";
    if (c > 0x7f)
        return "a character outside ASCII";
    if (c == '=')
        return "padding";
    return "a character that no token has";
}

static bool only_characters(struct span text, size_t *dots, struct complaint *why)
{
    *dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '.')
            ++*dots;
        else if (!cognito_base64url_character(text.data[i]))
            return cognito_complain(why, "is not a token: there is %s at character %zu",
                                    kind_of(text.data[i]), i + 1);
    }
    return true;
}

bool cognito_compact_payload(struct span text, struct span *payload, struct complaint *why)
{
    if (text.len == 0)
        return cognito_complain(why, "is empty");
    if (text.len > TOKEN_SIZE_MAX)
        return cognito_complain(why, "is not a token: longer than %d characters", TOKEN_SIZE_MAX);
    size_t dots;
    if (!only_characters(text, &dots, why))
        return false;
    if (dots == 4) /* RFC 7516 section 3.1 */
        return cognito_complain(why, "is an encrypted token (five parts), not an ID token");
    if (dots != 2)
        return cognito_complain(why, "is not a token: it has %zu parts, not three", dots + 1);
    const size_t header = span_position(text, '.');
    const struct span rest = span_after(text, header + 1);
    const size_t len = span_position(rest, '.');
    if (header == 0 || len == 0 || len + 1 == rest.len)
        return cognito_complain(why, "is not a token: one of its three parts is empty");
    *payload = span_first(rest, len);
    return true;
}
