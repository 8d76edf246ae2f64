/* SPDX-License-Identifier: MIT */
/*
 * One HTTP request and its answer, within bounds of size and time. The only unit of the client that
 * knows libcurl, and so the only one that calls anybody.
 *
 * https alone, certificate and name verified, TLS 1.2 or later; the same holds for a proxy that is
 * spoken to by https. No redirects, no credentials, no cookies, no compression, nothing from
 * ~/.netrc. The proxy is the profile's or else, as on any laptop, the one of the environment
 * (https_proxy, all_proxy, no_proxy).
 */
#ifndef COGNITO_CLIENT_HTTP_H
#define COGNITO_CLIENT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/span.h"

enum {
    HTTP_SECONDS = 20,         /* what a request may take where nobody says otherwise */
    HTTP_ANSWER_MAX = 1 << 20, /* bytes of an answer's body where nobody says otherwise */
};

/* What is the same for all requests of a profile. Everything is borrowed. */
struct http_settings {
    const char *proxy; /* NULL: as the environment says */
    struct span
        authorities; /* trusted certificates in PEM, instead of the system's; empty: those */
    int64_t seconds; /* from the look-up of the name to the end of the answer; 0: the
                        default */
};

struct http_request {
    const char *method;         /* "GET" or "POST" */
    const char *url;            /* holds no secret: complaints name it */
    const char *const *headers; /* "Name: value", the last one NULL; NULL: none of our own */
    struct span body;           /* of a POST */
    size_t max_size;            /* bytes of the answer's body, declared or not; 0: the default */
    bool want_redirect;         /* a redirect is an answer, too: its body is the address */
};

struct http_answer {
    long status;        /* 200 to 299, or 400 and more; 300 to 399 only if that was wanted */
    struct secret body; /* may hold tokens */
    int64_t date;       /* the server's clock, seconds since the epoch; 0: it does not say */
};

/* Once before the first request. False, with WHY, if libcurl cannot start. */
MUST_USE bool cognito_http_begin(struct complaint *why);

/* Once after the last. */
void cognito_http_end(void);

/*
 * Sends REQUEST and puts what comes back into ANSWER, which is the caller's (its body may be empty)
 * and to be freed with cognito_http_answer_free. Whatever the status: a refusal has a body worth
 * reading. False, with WHY in words for the person (no network, no such name, a certificate that is
 * not trusted, too slow, too long) and ANSWER untouched, if there is no such answer.
 */
MUST_USE bool cognito_http_send(const struct http_settings *settings,
                                const struct http_request *request, struct http_answer *answer,
                                struct complaint *why);

/* Wipes and frees; an answer full of zeros is fine. */
void cognito_http_answer_free(struct http_answer *answer);

#endif
