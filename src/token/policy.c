/* SPDX-License-Identifier: MIT */
#include "token/policy.h"

#include "token/judgement.h"

/* 8-4-4-4-12 hexadecimal digits: what Cognito takes as user name where people sign in by e-mail. */
static bool is_uuid(struct span text)
{
    if (text.len != 36)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

/* Check 26, identity: byte by byte, so that names that look alike are different people. */
bool cognito_check_user(struct judgement *j)
{
    if (j->user == NULL)
        return cognito_pass(j, "skipped: no account was named");
    if (span_is(j->found.username, j->user))
        return cognito_pass(j, "the user name is the account's name");
    if (is_uuid(j->found.username))
        return REFUSE(j, COGNITO_POLICY_USER,
                      "the pool's user names are UUIDs, so a map of people to accounts is needed");
    return REFUSE(j, COGNITO_POLICY_USER, "%s", "");
}
