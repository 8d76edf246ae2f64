/* SPDX-License-Identifier: MIT */
#include "base/url.h"

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower_or_digit(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || is_digit(c);
}

static bool is_name_byte(unsigned char c)
{
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

/* RFC 3986, 3.2.2; an address of IPv4 at its end has dots. */
static bool is_address_byte(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

/* RFC 3986, appendix A: pchar, and what stands between parts behind the host. */
static bool is_path_byte(unsigned char c)
{
    return is_name_byte(c) || (c != '\0' && strchr("/?#_~%!$&'()*+,;=:@", c) != NULL);
}

static bool is_made_of(struct span text, bool (*is_good)(unsigned char))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_good(text.data[i]))
            return false;
    return true;
}

static size_t first_of(struct span text, unsigned char a, unsigned char b)
{
    const size_t position = span_position(text, a);
    const size_t other = span_position(text, b);
    return position < other ? position : other;
}

/* Takes what stands before POSITION off the front of TEXT. */
static struct span take_first(struct span *text, size_t position)
{
    const struct span front = span_first(*text, position);
    *text = span_after(*text, position);
    return front;
}

/* ---- what stands between the scheme and the path: RFC 3986, 3.2 ---- */

static bool take_host(struct span *authority, struct span *host)
{
    if (authority->len == 0 || authority->data[0] != '[') {
        *host = take_first(authority, span_position(*authority, ':'));
        return host->len > 0 && is_made_of(*host, is_name_byte);
    }
    const size_t end = span_position(*authority, ']');
    *host = take_first(authority, end + 1);
    return host->len == end + 1 && end > 1 &&
           is_made_of(span_after(span_first(*host, end), 1), is_address_byte);
}

/* A colon and a number from 1 to 65535, or nothing. */
static bool is_port(struct span text)
{
    int number = 0;
    if (text.len == 0)
        return true;
    if (text.data[0] != ':' || !is_made_of(span_after(text, 1), is_digit))
        return false;
    for (size_t i = 1; i < text.len && number <= 65535; i++)
        number = number * 10 + (text.data[i] - '0');
    return number > 0 && number <= 65535;
}

static const char *read_authority(struct span text, struct url *url)
{
    if (span_position(text, '@') < text.len)
        return "must not contain a user name or password";
    if (!take_host(&text, &url->host))
        return "must name a host: letters, digits, '-' and '.', or an IPv6 address in brackets";
    if (!is_port(text))
        return "must have a number from 1 to 65535 as its port";
    url->port = span_after(text, 1);
    return NULL;
}

const char *cognito_url_parse(struct span text, struct url *url)
{
    struct url found;
    found.scheme = take_first(&text, span_position(text, ':'));
    if (found.scheme.len == 0 || !is_made_of(found.scheme, is_lower_or_digit) ||
        !span_is(take_first(&text, 3), "://"))
        return "must begin with a scheme, such as https://";
    struct span front = take_first(&text, first_of(text, '?', '#'));
    found.tail = text;
    const char *fault = read_authority(take_first(&front, span_position(front, '/')), &found);
    found.path = front;
    if (fault == NULL &&
        !(is_made_of(found.path, is_path_byte) && is_made_of(found.tail, is_path_byte)))
        fault = "must not contain spaces or other characters that a URL has to encode";
    if (fault == NULL)
        *url = found;
    return fault;
}

/* ---- which of them are taken ---- */

static bool begins_with(struct span text, const char *prefix)
{
    return span_is(span_first(text, strlen(prefix)), prefix);
}

const char *cognito_url_fault(struct span text)
{
    struct url url;
    return begins_with(text, "https://") ? cognito_url_parse(text, &url)
                                         : "must begin with https://";
}

const char *cognito_url_base_fault(struct span text)
{
    const char *fault = cognito_url_fault(text);
    if (fault != NULL)
        return fault;
    return first_of(text, '?', '#') == text.len ? NULL : "must not contain '?' or '#'";
}

const char *cognito_url_host_fault(struct span text)
{
    struct url url;
    return read_authority(text, &url);
}

const char *cognito_url_proxy_fault(struct span text)
{
    struct url url;
    if (!begins_with(text, "http://") && !begins_with(text, "https://") &&
        !begins_with(text, "socks5h://"))
        return "must begin with http://, https:// or socks5h://";
    const char *fault = cognito_url_parse(text, &url);
    if (fault != NULL)
        return fault;
    return (url.path.len == 0 || span_is(url.path, "/")) && url.tail.len == 0
               ? NULL
               : "must end after the host and port";
}
