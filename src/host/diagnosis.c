/* SPDX-License-Identifier: MIT */
#include "host/diagnosis.h"

#include "base/prompt.h"

/* An RS256 signature with the smallest key allowed is 256 bytes, in base64url 342 characters. */
enum { SIGNATURE_TEXT_MIN = 342 };

static const struct cut {
    size_t size;
    const char *where;
} cuts[] = {
    {PART_SUDO, "cut after a part of 500 by cognito-askpass (sudo), and the rest did not come"},
    {511, "cut at 511 bytes, as doas and polkit do"},
    {PART_SSH, "cut after a part of 1020 by cognito-askpass (ssh), and the rest did not come"},
    {1023, "cut at 1023 bytes, as the OpenSSH client does"},
    {4095, "cut at 4095 bytes, as su, login and terminals do"},
};

static const struct cut *find_cut(size_t len)
{
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
        if (cuts[i].size == len)
            return &cuts[i];
    return NULL;
}

bool cognito_is_cut_size(size_t len)
{
    return find_cut(len) != NULL;
}

struct span cognito_placeholder(void)
{
    static const char text[] = "\b\n\r\177INCORRECT";
    return span_of(text, sizeof text - 1);
}

static bool is_placeholder(struct span token)
{
    const struct span junk = cognito_placeholder();
    const size_t len = token.len < junk.len ? token.len : junk.len;
    return span_equal(span_first(token, len), span_first(junk, len));
}

/* Whether TOKEN ends before a third part that could be a signature. */
static bool is_incomplete(struct span token)
{
    struct span rest = token;
    for (int dots = 0; dots < 2; dots++) {
        const size_t dot = span_position(rest, '.');
        if (dot == rest.len)
            return true;
        rest = span_after(rest, dot + 1);
    }
    return rest.len < SIGNATURE_TEXT_MIN;
}

/* An outage of ours is not explained by what was brought. */
static bool is_about_the_token(enum cognito_status status)
{
    return cognito_status_row(status)->kind == KIND_REFUSED && status != COGNITO_HOST_CONVERSATION;
}

enum cognito_status cognito_diagnose(const struct presentation *presentation,
                                     enum cognito_status status, struct complaint *why)
{
    if (!is_about_the_token(status))
        return status;
    const struct cut *cut = find_cut(presentation->last_answer);
    if (presentation->token.len == 0) {
        (void)cognito_complain(why, "%s", "");
        return COGNITO_TOKEN_EMPTY;
    }
    if (is_placeholder(presentation->token)) {
        (void)cognito_complain(why, "%s", "");
        return COGNITO_HOST_PLACEHOLDER;
    }
    if (presentation->answers > 1 && presentation->all_the_same) {
        (void)cognito_complain(why, "%zu answers of %zu bytes", presentation->answers,
                               presentation->last_answer);
        return COGNITO_HOST_REPEATED_ANSWER;
    }
    if (status != COGNITO_TOKEN_TOO_LONG && cut != NULL && is_incomplete(presentation->token)) {
        (void)cognito_complain(why, "%s", cut->where);
        return COGNITO_TOKEN_TRUNCATED;
    }
    return status;
}
