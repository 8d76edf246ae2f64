/* SPDX-License-Identifier: MIT */
#include "base/userpool.h"

#include <stdio.h>
#include <string.h>

enum { POOL_MAX = 55 /* characters; Amazon Cognito API reference, UserPoolId */ };

static bool is_letter_or_digit(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

const char *cognito_userpool_fault(struct span id)
{
    static const char fault[] = "<region>_<id> was expected, such as us-east-1_AbCdEf123";
    const size_t bar = span_position(id, '_');
    const struct span name = span_after(id, bar + 1);
    for (size_t i = 0; i < bar; i++)
        if (id.data[i] != '-' && !is_letter_or_digit(id.data[i]))
            return fault;
    for (size_t i = 0; i < name.len; i++)
        if (!is_letter_or_digit(name.data[i]))
            return fault;
    return bar > 0 && id.data[0] != '-' && name.len > 0 && id.len <= POOL_MAX ? NULL : fault;
}

bool cognito_userpool_issuers(const char *pool, struct list *issuers)
{
    static const char *const hosts[] = {"cognito-idp", "issuer-cognito-idp"};
    const int region = (int)strcspn(pool, "_");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char issuer[256];
        const int len = snprintf(issuer, sizeof issuer, "https://%s.%.*s.amazonaws.com/%s",
                                 hosts[i], region, pool, pool);
        /* An error is less than 0 and then more than anything. */
        /* equivalent: no pool has a name as long */
        if ((size_t)len >= sizeof issuer || !cognito_list_append(issuers, span_of_string(issuer)))
            return false;
    }
    return true;
}

bool cognito_userpool_keys(const char *issuer, char uri[USERPOOL_URI_SIZE])
{
    const int len = snprintf(uri, USERPOOL_URI_SIZE, "%s/.well-known/jwks.json", issuer);
    return (size_t)len < USERPOOL_URI_SIZE;
}
