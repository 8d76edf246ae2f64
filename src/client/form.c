/* SPDX-License-Identifier: MIT */
#include "client/form.h"

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* All but the unreserved characters of RFC 3986, 2.3, as %XX: so it is right in a query, too. */
static bool add_encoded(struct secret *form, struct span value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = value.data[i];
        const char encoded[] = {'%', digits[c >> 4], digits[c & 15]};
        if (!cognito_secret_append(form, is_plain(c) ? span_of(&c, 1) : span_of(encoded, 3)))
            return false;
    }
    return true;
}

bool cognito_form_add(struct secret *form, size_t after, const char *name, struct span value)
{
    return (form->len == after || cognito_secret_append(form, span_of("&", 1))) &&
           add_encoded(form, span_of_string(name)) &&
           cognito_secret_append(form, span_of("=", 1)) && add_encoded(form, value);
}

static int hexadecimal(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool add_decoded(struct secret *value, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.data[i] == '+' ? ' ' : text.data[i];
        if (c == '%') {
            if (text.len - i < 3)
                return false;
            const int high = hexadecimal(text.data[i + 1]);
            const int low = hexadecimal(text.data[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (unsigned char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || !cognito_secret_append(value, span_of(&c, 1)))
            return false;
    }
    return true;
}

enum form_found cognito_form_find(struct span form, const char *name, struct secret *value)
{
    enum form_found found = FORM_ABSENT;
    while (form.len > 0) {
        const size_t end = span_position(form, '&');
        const struct span pair = span_first(form, end);
        const size_t equals = span_position(pair, '=');
        form = span_after(form, end + 1);
        if (!span_is(span_first(pair, equals), name))
            continue;
        if (found == FORM_FOUND || !add_decoded(value, span_after(pair, equals + 1)))
            return FORM_FAULTY;
        found = FORM_FOUND;
    }
    return found;
}
