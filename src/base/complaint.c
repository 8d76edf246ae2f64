/* SPDX-License-Identifier: MIT */
#include "base/complaint.h"

#include <stdio.h>
#include <string.h>

bool cognito_complain_list(struct complaint *why, const char *format, va_list arguments)
{
    if (why == NULL)
        return false;
    const int length = vsnprintf(why->text, sizeof why->text, format, arguments);
    if (length < 0) /* equivalent: a text of no bytes is empty already */
        why->text[0] = '\0';
    else if ((size_t)length >= sizeof why->text)
        memcpy(why->text + sizeof why->text - sizeof "...", "...", sizeof "...");
    for (char *c = why->text; *c != '\0'; c++)
        if (*c < 0x20 || *c > 0x7e)
            *c = '?';
    return false;
}

#undef cognito_complain
bool cognito_complain(struct complaint *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)cognito_complain_list(why, format, arguments);
    va_end(arguments);
    return false;
}

static bool stands_as_it_is(unsigned char byte)
{
    return byte > 0x20 && byte < 0x7f && byte != '\\';
}

struct escaped cognito_escape(struct span value)
{
    static const char hex[] = "0123456789abcdef";
    static const char cut[] = "...";
    struct escaped escaped = {{0}};
    size_t used = 0;
    size_t kept = 0; /* of them, if it has to be cut */
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char byte = value.data[i];
        const size_t width = stands_as_it_is(byte) ? 1 : 4;
        if (used + sizeof cut <= sizeof escaped.text)
            kept = used;
        if (used + width > ESCAPED_MAX) {
            memcpy(escaped.text + kept, cut, sizeof cut);
            break;
        }
        if (width == 1) {
            escaped.text[used] = (char)byte;
        } else {
            const char code[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
            memcpy(escaped.text + used, code, sizeof code);
        }
        used += width;
    }
    return escaped;
}
