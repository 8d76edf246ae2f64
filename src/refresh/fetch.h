/* SPDX-License-Identifier: MIT */
/*
 * One URL into a bounded buffer. The only unit of the host that knows libcurl, and so the only one
 * that reaches a network.
 *
 * https alone, certificate and name verified, TLS 1.2 or later; the same holds for a proxy that is
 * spoken to by https. No redirects, no credentials, no compression, nothing from the environment or
 * a home folder; 2 s to connect, 5 s in all. Anything but HTTP 200 is a failure, or 304 where it
 * was asked for.
 *
 * A fetch that is given up leaves the thread that looked up a name behind: the process has to end
 * soon afterwards.
 */
#ifndef COGNITO_REFRESH_FETCH_H
#define COGNITO_REFRESH_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/span.h"

/* What a server said of a body, to ask it whether there is a newer one (RFC 9110, 8.8). */
struct validators {
    char etag[VALIDATOR_MAX + 1];     /* empty: none */
    char modified[VALIDATOR_MAX + 1]; /* Last-Modified; empty: none */
};

enum fetch_result {
    FETCH_FAILED,
    FETCH_UNCHANGED, /* the body that the validators are of is still the one */
    FETCH_READ,
};

struct fetch_request {
    const char *url;
    const char *proxy; /* NULL: none */
    struct span
        authorities; /* trusted certificates in PEM, instead of the system's; empty: those */
    size_t max_size; /* bytes of the body, declared or not */
    const struct validators *known; /* NULL: the body is wanted in any case */
};

/* Once before the first fetch, with the environment already cleared: libcurl looks at it here.
 * False if the library cannot start. */
MUST_USE bool cognito_fetch_begin(void);

/* Once after the last. */
void cognito_fetch_end(void);

/* Appends what REQUEST's URL gives to BODY, which is empty and the caller's, and what the server
 * says of it to VALIDATORS. On FETCH_FAILED, with a complaint that names the URL and the cause,
 * BODY may hold a part. VALIDATORS is untouched but on FETCH_READ. */
MUST_USE enum fetch_result cognito_fetch(const struct fetch_request *request, struct secret *body,
                                         struct validators *validators, struct complaint *why);

/* The value of the one Date header that comes with REQUEST's URL, whatever the HTTP status; empty
 * if there is none, or more than one. False with a complaint if there was no answer. */
MUST_USE bool cognito_fetch_date(const struct fetch_request *request, char date[VALIDATOR_MAX + 1],
                                 struct complaint *why);

#endif
