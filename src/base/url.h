/* SPDX-License-Identifier: MIT */
/*
 * URLs of servers, RFC 3986 section 3: which ones are taken at all, and which of them the programs
 * call. libcurl parses a URL again before it connects, and is kept to the same schemes.
 */
#ifndef COGNITO_BASE_URL_H
#define COGNITO_BASE_URL_H

#include "base/span.h"

/* The parts of a URL; all of them borrow from its text. */
struct url {
    struct span scheme; /* lower-case letters and digits */
    struct span host;   /* letters, digits, - and . ; or an IPv6 address in its brackets */
    struct span port;   /* the digits of a number from 1 to 65535; empty: none is given */
    struct span path;   /* begins with '/'; may be empty */
    struct span tail;   /* query and fragment, from the first '?' or '#'; may be empty */
};

/* NULL and the parts of TEXT in URL; or what is wrong with TEXT, and URL is untouched. User names,
 * white space, control characters and bytes that are not ASCII are refused. */
const char *cognito_url_parse(struct span text, struct url *url);

/* NULL, or what is wrong with TEXT as a URL that is called: nothing but https is. */
const char *cognito_url_fault(struct span text);

/* The same for one that is called with something of ours behind it: no '?' and no '#'. */
const char *cognito_url_base_fault(struct span text);

/* NULL, or what is wrong with TEXT as a host, with or without a port behind it. */
const char *cognito_url_host_fault(struct span text);

/* NULL, or what is wrong with TEXT as a proxy: http, https or socks5h, a host and maybe a port. */
const char *cognito_url_proxy_fault(struct span text);

#endif
