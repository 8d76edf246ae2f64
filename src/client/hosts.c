/* SPDX-License-Identifier: MIT */
#include "client/hosts.h"

#include <string.h>

#define SEPARATORS " \t\r\n,"

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool fits(unsigned char pattern, unsigned char c)
{
    return pattern == '?' || lower(pattern) == lower(c);
}

/* Only the last star is ever stretched further: no pattern makes this take exponential time. */
static bool matches(struct span pattern, struct span host)
{
    size_t p = 0;
    size_t h = 0;
    size_t star = pattern.len; /* the last star met, and how far it has been stretched */
    size_t stretched = 0;
    while (h < host.len) {
        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            stretched = h;
        } else if (p < pattern.len && fits(pattern.data[p], host.data[h])) {
            p++;
            h++;
        } else if (star < pattern.len) {
            p = star + 1;
            h = ++stretched;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.data[p] == '*')
        p++;
    return p == pattern.len;
}

bool cognito_hosts_match(const char *patterns, struct span host, struct complaint *why)
{
    const char *rest = patterns == NULL ? "" : patterns;
    if (strchr(rest, '!') != NULL)
        return cognito_complain(why,
                                "COGNITO_ASKPASS_HOSTS has a '!' in it; there are no exceptions "
                                "here, name the hosts that may have the token");
    for (rest += strspn(rest, SEPARATORS); *rest != '\0'; rest += strspn(rest, SEPARATORS)) {
        const size_t len = strcspn(rest, SEPARATORS);
        if (matches(span_of(rest, len), host))
            return true;
        rest += len;
    }
    return cognito_complain(why,
                            "the host %s may not have the token; if it may, add it to "
                            "COGNITO_ASKPASS_HOSTS",
                            cognito_escape(host).text);
}
