/* SPDX-License-Identifier: MIT */
#include "base/base64url.h"

enum { NONE = 0xff }; /* equivalent: only its highest bit is looked at */

/* clang-format off */
const uint8_t cognito_base64url_values[256] = {
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

static inline uint8_t value_of(unsigned char byte)
{
    return cognito_base64url_values[byte];
}

/* Whether NONE is among the values that SEEN gathered: only it has the highest bit. */
static bool has_none(uint8_t seen)
{
    return (seen & 0x80) != 0;
}

bool cognito_base64url_valid(struct span text)
{
    if (text.len % 4 == 1)
        return false;
    uint8_t seen = 0; /* equivalent: only its highest bit is looked at */
    for (size_t i = 0; i < text.len; i++)
        seen |= value_of(text.data[i]);
    if (has_none(seen))
        return false;
    if (text.len % 4 == 0)
        return true;
    const uint8_t spare = text.len % 4 == 2 ? 0x0f : 0x03;
    return (value_of(text.data[text.len - 1]) & spare) == 0;
}

bool cognito_base64url_decode(struct span text, unsigned char *out)
{
    const size_t whole = text.len / 4 * 4;
    if (!cognito_base64url_valid(span_after(text, whole)))
        return false;
    uint8_t seen = 0; /* equivalent: only its highest bit is looked at */
    const unsigned char *in = text.data;
    /* equivalent: there are as many rounds, WHOLE being a multiple of 4 */
    for (size_t i = 0; i < whole; i += 4, in += 4, out += 3) {
        const uint8_t value[4] = {value_of(in[0]), value_of(in[1]), value_of(in[2]),
                                  value_of(in[3])};
        seen |= value[0] | value[1] | value[2] | value[3];
        out[0] = (unsigned char)(value[0] << 2 | value[1] >> 4);
        out[1] = (unsigned char)(value[1] << 4 | value[2] >> 2);
        out[2] = (unsigned char)(value[2] << 6 | value[3]);
    }
    if (text.len - whole >= 2) /* equivalent: a single one was refused above */
        out[0] = (unsigned char)(value_of(in[0]) << 2 | value_of(in[1]) >> 4);
    if (text.len - whole == 3)
        out[1] = (unsigned char)(value_of(in[1]) << 4 | value_of(in[2]) >> 2);
    return !has_none(seen);
}
