/* SPDX-License-Identifier: MIT */
#include "base/base64url.h"

#include <stdint.h>

enum { NONE = 0xff };

/* clang-format off */
static const uint8_t value_of[256] = {
    ['A'] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    24, 25,
    ['a'] = 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
    48, 49, 50, 51,
    ['0'] = 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
    ['-'] = 62, ['_'] = 63,
    [0 ... '-' - 1] = NONE,
    ['-' + 1 ... '0' - 1] = NONE,
    ['9' + 1 ... 'A' - 1] = NONE,
    ['Z' + 1 ... '_' - 1] = NONE,
    ['_' + 1 ... 'a' - 1] = NONE,
    ['z' + 1 ... 255] = NONE,
};
/* clang-format on */

bool cognito_base64url_character(unsigned char byte)
{
    return value_of[byte] != NONE;
}

bool cognito_base64url_valid(struct span text)
{
    if (text.len % 4 == 1)
        return false;
    uint8_t seen = 0;
    for (size_t i = 0; i < text.len; i++)
        seen |= value_of[text.data[i]];
    if (seen & 0x80) /* only NONE has this bit */
        return false;
    if (text.len % 4 == 0)
        return true;
    const uint8_t spare = text.len % 4 == 2 ? 0x0f : 0x03;
    return (value_of[text.data[text.len - 1]] & spare) == 0;
}

bool cognito_base64url_decode(struct span text, unsigned char *out)
{
    if (!cognito_base64url_valid(text))
        return false;
    uint32_t bits = 0;
    unsigned int have = 0;
    for (size_t i = 0; i < text.len; i++) {
        bits = bits << 6 | value_of[text.data[i]];
        have += 6;
        if (have >= 8) {
            have -= 8;
            *out++ = (unsigned char)(bits >> have & 0xff);
        }
    }
    return true;
}
