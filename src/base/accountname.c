/* SPDX-License-Identifier: MIT */
#include "base/accountname.h"

#include "base/limits.h"

bool cognito_account_name(struct span name)
{
    if (name.len == 0 || name.len > ACCOUNT_NAME_MAX || name.data[0] == '-')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = name.data[i];
        if (c < 0x20 || c == 0x7f || c == '/' || c == ':')
            return false;
    }
    return true;
}
