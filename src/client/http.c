/* SPDX-License-Identifier: MIT */
/*
 * refresh/fetch.c sets libcurl up in a similar way, and on purpose apart from this: it is all that
 * a host sends, sandboxed, never asks the environment for a proxy, has other time limits, and posts
 * nothing. Every change made for people at laptops would otherwise be one of the hosts. What they
 * share is what differs between releases of libcurl (sys/curlcompat.h), and the headers.
 */
#include "config.h"

#include "client/http.h"

#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "base/url.h"
#include "sys/curlcompat.h"
#include "sys/headers.h"

enum {
    CONNECT_SECONDS = 10,
    DATE_MAX = 63, /* characters; RFC 9110, 5.6.7 has 29 */
};

/* What has come in so far. */
struct arrival {
    struct secret body;
    struct headers headers;
    size_t max_size;
    const char *fault; /* a literal: why we stopped libcurl; NULL: we did not */
    char words[CURL_ERROR_SIZE];
};

bool cognito_http_begin(struct complaint *why)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ||
           cognito_complain(why, "libcurl cannot start");
}

void cognito_http_end(void)
{
    curl_global_cleanup();
}

void cognito_http_answer_free(struct http_answer *answer)
{
    cognito_secret_free(&answer->body);
}

static void free_arrival(struct arrival *arrival)
{
    cognito_secret_free(&arrival->body);
    cognito_headers_free(&arrival->headers);
}

static void close_transfer(CURL **transfer)
{
    curl_easy_cleanup(*transfer);
}

static void free_headers(struct curl_slist **headers)
{
    curl_slist_free_all(*headers);
}

/* ---- what comes in ---- */

/* Fewer bytes than there were end the transfer. */
static size_t take_header(char *data, size_t one, size_t len, void *context)
{
    struct arrival *arrival = context;
    len *= one;
    arrival->fault = cognito_headers_take(&arrival->headers, span_of(data, len));
    return arrival->fault == NULL ? len : 0;
}

static size_t take_body(char *data, size_t one, size_t len, void *context)
{
    struct arrival *arrival = context;
    len *= one;
    if (len > arrival->max_size - arrival->body.len)
        arrival->fault = "the answer is too long";
    else if (!cognito_secret_append(&arrival->body, span_of(data, len)))
        arrival->fault = "out of memory";
    return arrival->fault == NULL ? len : 0;
}

/* ---- how ---- */

/* No redirects, which could carry a token away, no HTTP/0.9 (which has no status), and no word of
 * Accept-Encoding: libcurl then decodes no content. */
static bool set_protocol(CURL *transfer, const char *url)
{
    return curl_easy_setopt(transfer, CURLOPT_URL, url) == CURLE_OK &&
           cognito_curl_only_https(transfer) &&
           curl_easy_setopt(transfer, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ==
               CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_ACCEPT_ENCODING, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_USERAGENT, "cognito-login/" PACKAGE_VERSION) ==
               CURLE_OK;
}

/* Without CURLOPT_PROXY, libcurl looks at the environment. */
static bool set_proxy(CURL *transfer, const char *proxy)
{
    return (proxy == NULL || (curl_easy_setopt(transfer, CURLOPT_PROXY, proxy) == CURLE_OK &&
                              curl_easy_setopt(transfer, CURLOPT_NOPROXY, "") == CURLE_OK)) &&
           curl_easy_setopt(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK;
}

static bool set_authorities(CURL *transfer, const struct span *pem)
{
    return pem->len == 0 || cognito_curl_trust(transfer, pem);
}

/* The server, and a proxy that is itself spoken to by TLS, are verified in the same way. */
static bool set_verification(CURL *transfer)
{
    return curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK;
}

static bool set_limits(CURL *transfer, int64_t seconds, size_t max_size)
{
    return cognito_curl_end_at_once(transfer) &&
           curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_TIMEOUT,
                            (long)(seconds == 0 ? HTTP_SECONDS : seconds)) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max_size) == CURLE_OK;
}

static bool set_arrival(CURL *transfer, struct arrival *arrival)
{
    return curl_easy_setopt(transfer, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_HEADERDATA, arrival) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_WRITEDATA, arrival) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_ERRORBUFFER, arrival->words) == CURLE_OK;
}

static bool add_header(struct curl_slist **headers, const char *header)
{
    struct curl_slist *longer = curl_slist_append(*headers, header);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

/* "Expect:" keeps libcurl from asking whether the body is welcome. */
static bool set_message(CURL *transfer, const struct http_request *request,
                        struct curl_slist **headers)
{
    for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
        if (!add_header(headers, request->headers[i]))
            return false;
    if (strcmp(request->method, "POST") == 0) {
        const char *body = request->body.len == 0 ? "" : (const char *)request->body.data;
        if (!add_header(headers, "Expect:") ||
            curl_easy_setopt(transfer, CURLOPT_POST, 1L) != CURLE_OK ||
            curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE,
                             (curl_off_t)request->body.len) != CURLE_OK ||
            curl_easy_setopt(transfer, CURLOPT_POSTFIELDS, body) != CURLE_OK)
            return false;
    } else if (strcmp(request->method, "GET") != 0) {
        return false;
    }
    return *headers == NULL || curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

/* ---- what became of it ---- */

static bool complain_transfer(CURLcode code, const struct arrival *arrival, const char *url,
                              struct complaint *why)
{
    const char *words = arrival->words[0] != '\0' ? arrival->words : curl_easy_strerror(code);
    if (arrival->fault != NULL)
        return cognito_complain(why, "%s: %s", url, arrival->fault);
    switch (code) {
    case CURLE_FILESIZE_EXCEEDED:
        return cognito_complain(why, "%s: the answer is too long", url);
    case CURLE_OPERATION_TIMEDOUT:
        return cognito_complain(why, "%s: no answer in time (%s)", url, words);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return cognito_complain(why,
                                "%s cannot be reached (%s); is there a network, and is the name "
                                "right?",
                                url, words);
    case CURLE_PEER_FAILED_VERIFICATION:
        return cognito_complain(why,
                                "%s: the server's certificate is not trusted (%s); is the clock of "
                                "this machine right, and is a proxy in between?",
                                url, words);
    case CURLE_SSL_CACERT_BADFILE:
        return cognito_complain(why, "%s: the certificates to trust cannot be read; check ca_file",
                                url);
    default:
        return cognito_complain(why, "%s: %s", url, words);
    }
}

static int64_t date_of(const struct headers *headers)
{
    char date[DATE_MAX + 1];
    cognito_headers_copy(headers, HEADER_DATE, date, sizeof date);
    const time_t seconds = curl_getdate(date, NULL);
    return seconds < 0 ? 0 : (int64_t)seconds;
}

static bool judge(CURL *transfer, const struct headers *headers, const char *url, long *status,
                  struct complaint *why)
{
    if (curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, status) != CURLE_OK)
        return cognito_complain(why, "%s: no HTTP status", url);
    /* RFC 9110, 15: three digits. libcurl makes more of a first line that is nonsense. */
    if (*status < 200 || *status > 999)
        return cognito_complain(why, "%s: HTTP %ld", url, *status);
    if (cognito_headers_have(headers, HEADER_CONTENT_ENCODING))
        return cognito_complain(why, "%s: an encoded answer, which was not asked for", url);
    return true;
}

/* A redirect is never followed: that is for the browser to do. */
static bool judge_redirect(const struct http_request *request, long status, struct arrival *arrival,
                           struct complaint *why)
{
    if (status / 100 != 3)
        return true;
    if (!request->want_redirect)
        return cognito_complain(why, "%s: HTTP %ld, and redirects are not followed", request->url,
                                status);
    const struct span location = cognito_headers_value(&arrival->headers, HEADER_LOCATION);
    cognito_secret_free(&arrival->body);
    if (location.len == 0)
        return cognito_complain(why, "%s: a redirect to nowhere", request->url);
    return cognito_secret_append(&arrival->body, location) ||
           cognito_complain(why, "out of memory");
}

bool cognito_http_send(const struct http_settings *settings, const struct http_request *request,
                       struct http_answer *answer, struct complaint *why)
{
    const char *unfit = cognito_url_fault(span_of_string(request->url));
    if (unfit != NULL)
        return cognito_complain(why, "%s: %s", request->url, unfit);
    struct curl_slist *headers OWNED(free_headers) = NULL;
    struct arrival arrival OWNED(free_arrival) = {
        .max_size = request->max_size == 0 ? HTTP_ANSWER_MAX : request->max_size};
    CURL *transfer OWNED(close_transfer) = curl_easy_init();
    if (transfer == NULL)
        return cognito_complain(why, "libcurl cannot begin");
    if (!set_protocol(transfer, request->url) || !set_proxy(transfer, settings->proxy) ||
        !set_authorities(transfer, &settings->authorities) || !set_verification(transfer) ||
        !set_limits(transfer, settings->seconds, arrival.max_size) ||
        !set_arrival(transfer, &arrival) || !set_message(transfer, request, &headers))
        return cognito_complain(why, "libcurl does not take what is asked of it for %s",
                                request->url);
    const CURLcode code = curl_easy_perform(transfer);
    if (code != CURLE_OK)
        return complain_transfer(code, &arrival, request->url, why);
    long status = 0;
    if (!judge(transfer, &arrival.headers, request->url, &status, why) ||
        !judge_redirect(request, status, &arrival, why))
        return false;
    *answer = (struct http_answer){status, arrival.body, date_of(&arrival.headers)};
    arrival.body = (struct secret){0}; /* now the caller's */
    return true;
}
