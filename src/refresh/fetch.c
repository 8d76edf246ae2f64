/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/fetch.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "base/url.h"
#include "sys/curlcompat.h"
#include "sys/headers.h"

enum {
    CONNECT_MS = 2000,
    WHOLE_MS = 5000,
    HTTP_OK = 200,
    HTTP_NOT_MODIFIED = 304,
    STRONG_SECONDS = 60, /* between Last-Modified and Date */
};

/* What has come in so far. */
struct answer {
    struct secret *body;
    struct headers headers;
    size_t max_size;
    const char *fault; /* a literal: why we stopped libcurl; NULL: we did not */
    char words[CURL_ERROR_SIZE];
};

/* One exchange with a server, and what it owns. */
struct exchange {
    struct curl_slist *headers;
    CURL *transfer;
    struct answer answer;
};

bool cognito_fetch_begin(void)
{
    return cognito_curl_bound_lookups() && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void cognito_fetch_end(void)
{
    curl_global_cleanup();
}

static void close_exchange(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->transfer);
    curl_slist_free_all(exchange->headers);
    cognito_headers_free(&exchange->answer.headers);
}

/* Fewer bytes than there were end the transfer. */
static size_t take_header(char *data, size_t one, size_t len, void *context)
{
    struct answer *answer = context;
    len *= one;
    answer->fault = cognito_headers_take(&answer->headers, span_of(data, len));
    return answer->fault == NULL ? len : 0;
}

static size_t take_body(char *data, size_t one, size_t len, void *context)
{
    struct answer *answer = context;
    len *= one;
    if (len > answer->max_size - answer->body->len)
        answer->fault = "the answer is too long";
    else if (!cognito_secret_append(answer->body, span_of(data, len)))
        answer->fault = "out of memory";
    return answer->fault == NULL ? len : 0;
}

/* No redirects, no HTTP/0.9 (which has no status), no HTTP/2 for one small answer, and no word of
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
           curl_easy_setopt(transfer, CURLOPT_USERAGENT, "cognito-refresh/" PACKAGE_VERSION) ==
               CURLE_OK;
}

/* The empty string, not NULL, keeps libcurl from looking for a proxy elsewhere. */
static bool set_proxy(CURL *transfer, const char *proxy)
{
    return curl_easy_setopt(transfer, CURLOPT_PROXY, proxy == NULL ? "" : proxy) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_NOPROXY, "") == CURLE_OK &&
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

static bool set_limits(CURL *transfer, size_t max_size)
{
    /* The thread that looks up a name goes with the process, which ends soon. */
    return cognito_curl_end_at_once(transfer) &&
           curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, (long)WHOLE_MS) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max_size) == CURLE_OK;
}

static bool set_answer(CURL *transfer, struct answer *answer)
{
    return curl_easy_setopt(transfer, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_HEADERDATA, answer) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_ERRORBUFFER, answer->words) == CURLE_OK;
}

static const char *fault_of(CURLcode code, const struct answer *answer)
{
    if (answer->fault != NULL)
        return answer->fault;
    if (code == CURLE_FILESIZE_EXCEEDED)
        return "the answer is too long";
    if (code == CURLE_SSL_CACERT_BADFILE)
        return "the certificates to trust cannot be read; check ca_file";
    return answer->words[0] != '\0' ? answer->words : curl_easy_strerror(code);
}

/* ---- conditional requests: RFC 9110, 13.1 ---- */

static bool add_header(struct curl_slist **headers, const char *name, const char *value)
{
    char line[VALIDATOR_MAX + 32];
    if (value[0] == '\0')
        return true;
    const int len = snprintf(line, sizeof line, "%s: %s", name, value);
    if (len < 0 || (size_t)len >= sizeof line)
        return false;
    struct curl_slist *longer = curl_slist_append(*headers, line);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

static bool set_condition(CURL *transfer, const struct validators *known,
                          struct curl_slist **headers)
{
    if (known == NULL)
        return true;
    return add_header(headers, "If-None-Match", known->etag) &&
           add_header(headers, "If-Modified-Since", known->modified) &&
           curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

/* A Last-Modified of less than a minute before the answer may be that of two versions in one second
 * (RFC 9110, 8.8.2.2). */
static void keep_validators(const struct headers *headers, struct validators *validators)
{
    char date[VALIDATOR_MAX + 1];
    cognito_headers_copy(headers, HEADER_ETAG, validators->etag, sizeof validators->etag);
    cognito_headers_copy(headers, HEADER_LAST_MODIFIED, validators->modified,
                         sizeof validators->modified);
    cognito_headers_copy(headers, HEADER_DATE, date, sizeof date);
    const time_t modified = curl_getdate(validators->modified, NULL);
    if (modified < 0 || curl_getdate(date, NULL) < modified + STRONG_SECONDS)
        validators->modified[0] = '\0';
}

/* ---- all of it ---- */

static bool fail(struct complaint *why, const char *words, const char *url)
{
    return cognito_complain(why, "%s %s", words, url);
}

static bool open_exchange(struct exchange *exchange, const struct fetch_request *request,
                          struct secret *body, struct complaint *why)
{
    const char *unfit = cognito_url_fault(span_of_string(request->url));
    if (unfit != NULL)
        return cognito_complain(why, "%s: %s", request->url, unfit);
    exchange->answer = (struct answer){.body = body, .max_size = request->max_size};
    CURL *transfer = exchange->transfer = curl_easy_init();
    if (transfer == NULL)
        return fail(why, "libcurl could not begin with", request->url);
    return (set_protocol(transfer, request->url) && set_proxy(transfer, request->proxy) &&
            set_authorities(transfer, &request->authorities) && set_verification(transfer) &&
            set_limits(transfer, request->max_size) && set_answer(transfer, &exchange->answer) &&
            set_condition(transfer, request->known, &exchange->headers)) ||
           fail(why, "libcurl does not take what is asked of it for", request->url);
}

static bool perform(struct exchange *exchange, const char *url, struct complaint *why)
{
    const CURLcode code = curl_easy_perform(exchange->transfer);
    return code == CURLE_OK ||
           cognito_complain(why, "nothing from %s: %s", url, fault_of(code, &exchange->answer));
}

static enum fetch_result judge_answer(const struct exchange *exchange,
                                      const struct fetch_request *request, struct complaint *why)
{
    long status = 0;
    if (curl_easy_getinfo(exchange->transfer, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        (void)fail(why, "no HTTP status from", request->url);
    else if (status == HTTP_NOT_MODIFIED && request->known != NULL)
        return FETCH_UNCHANGED;
    else if (status != HTTP_OK)
        (void)cognito_complain(why, "HTTP %ld from %s%s", status, request->url,
                               status / 100 == 3 && status != HTTP_NOT_MODIFIED
                                   ? " (redirects are not followed)"
                                   : "");
    else if (cognito_headers_have(&exchange->answer.headers, HEADER_CONTENT_ENCODING))
        (void)fail(why, "an encoded answer, which was not asked for, from", request->url);
    else
        return FETCH_READ;
    return FETCH_FAILED;
}

enum fetch_result cognito_fetch(const struct fetch_request *request, struct secret *body,
                                struct validators *validators, struct complaint *why)
{
    struct exchange exchange OWNED(close_exchange) = {0};
    if (!open_exchange(&exchange, request, body, why) || !perform(&exchange, request->url, why))
        return FETCH_FAILED;
    const enum fetch_result result = judge_answer(&exchange, request, why);
    if (result == FETCH_READ)
        keep_validators(&exchange.answer.headers, validators);
    return result;
}

bool cognito_fetch_date(const struct fetch_request *request, char date[VALIDATOR_MAX + 1],
                        struct complaint *why)
{
    struct secret body OWNED(cognito_secret_free) = {0};
    struct exchange exchange OWNED(close_exchange) = {0};
    if (!open_exchange(&exchange, request, &body, why))
        return false;
    if (!perform(&exchange, request->url, why))
        return false;
    cognito_headers_copy(&exchange.answer.headers, HEADER_DATE, date, VALIDATOR_MAX + 1);
    return true;
}
