/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include <curl/curl.h>

enum {
    CONNECT_MS = 2000,
    WHOLE_MS = 5000,
    HEADERS_MAX = 65536, /* bytes of all answer headers; libcurl keeps each of them */
    HTTP_OK = 200,
};

/* What has come in so far. */
struct answer {
    struct secret *body;
    size_t max_size;
    size_t header_bytes;
    const char *fault; /* a literal: why we stopped libcurl; NULL: we did not */
    char words[CURL_ERROR_SIZE];
};

/* How the URL may be reached. */
struct route {
    CURLU *url; /* owned */
    bool plain; /* http to a loopback address */
};

bool cognito_fetch_begin(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void cognito_fetch_end(void)
{
    curl_global_cleanup();
}

static void close_route(struct route *route)
{
    curl_url_cleanup(route->url);
}

static void close_transfer(CURL **transfer)
{
    curl_easy_cleanup(*transfer);
}

static void free_part(char **part)
{
    curl_free(*part);
}

/* 127.0.0.0/8 (RFC 1122, 3.2.1.3) or ::1 (RFC 4291, 2.5.3), written as a number: what a name means
 * is for others to say. */
static bool is_loopback(char *host)
{
    struct in_addr four;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    const size_t len = strlen(host);
    if (len < 2 || host[0] != '[' || host[len - 1] != ']')
        return false;
    host[len - 1] = '\0';
    struct in6_addr six;
    return inet_pton(AF_INET6, host + 1, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* The URL is taken apart by the parser that will also fetch it, so that the two cannot differ. */
static bool find_route(const char *text, struct route *route, struct complaint *why)
{
    route->url = curl_url();
    if (route->url == NULL)
        return cognito_complain(why, "out of memory");
    if (curl_url_set(route->url, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK)
        return cognito_complain(why, "%s: not a URL, or one with a user in it", text);
    char *scheme OWNED(free_part) = NULL;
    char *host OWNED(free_part) = NULL;
    if (curl_url_get(route->url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(route->url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return cognito_complain(why, "%s: not a URL", text);
    route->plain = strcmp(scheme, "http") == 0;
    if (strcmp(scheme, "https") == 0 || (route->plain && is_loopback(host)))
        return true;
    return cognito_complain(why, "%s: only https is fetched, and http from loopback addresses",
                            text);
}

static size_t take_header(char *data, size_t one, size_t len, void *context)
{
    (void)data;
    struct answer *answer = context;
    len *= one;
    if (len > HEADERS_MAX - answer->header_bytes) {
        answer->fault = "the headers of the answer are too long";
        return CURL_WRITEFUNC_ERROR;
    }
    answer->header_bytes += len;
    return len;
}

static size_t take_body(char *data, size_t one, size_t len, void *context)
{
    struct answer *answer = context;
    len *= one;
    if (len > answer->max_size - answer->body->len)
        answer->fault = "the answer is too long";
    else if (!cognito_secret_append(answer->body, span_of(data, len)))
        answer->fault = "out of memory";
    return answer->fault == NULL ? len : CURL_WRITEFUNC_ERROR;
}

/* No redirects, no HTTP/0.9 (which has no status), no HTTP/2 for one small answer, and no word of
 * Accept-Encoding: libcurl then decodes no content. */
static bool set_protocol(CURL *transfer, const struct route *route)
{
    return curl_easy_setopt(transfer, CURLOPT_CURLU, route->url) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, route->plain ? "http" : "https") ==
               CURLE_OK &&
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
           curl_easy_setopt(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK;
}

/* Distributions build libcurl with a folder of the system's certificates, which would be trusted
 * along with the file: it goes. */
static bool set_authorities(CURL *transfer, struct span pem)
{
    if (pem.len == 0)
        return true;
    struct curl_blob blob = {(void *)(uintptr_t)pem.data, pem.len, CURL_BLOB_COPY};
    return curl_easy_setopt(transfer, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_PROXY_CAINFO_BLOB, &blob) == CURLE_OK;
}

static bool set_verification(CURL *transfer)
{
    return curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK;
}

static bool set_limits(CURL *transfer, size_t max_size)
{
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else the end of the transfer waits for the thread that looks up the name, beyond every time
     * limit. The process ends soon and takes the thread with it. */
    if (curl_easy_setopt(transfer, CURLOPT_QUICK_EXIT, 1L) != CURLE_OK)
        return false;
#endif
    return curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
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
    return answer->words[0] != '\0' ? answer->words : curl_easy_strerror(code);
}

static bool judge_answer(CURL *transfer, const char *url, struct complaint *why)
{
    long status = 0;
    if (curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        return cognito_complain(why, "no HTTP status from %s", url);
    if (status != HTTP_OK)
        return cognito_complain(why, "HTTP %ld from %s%s", status, url,
                                status / 100 == 3 ? " (redirects are not followed)" : "");
    struct curl_header *encoding;
    if (curl_easy_header(transfer, "Content-Encoding", 0, CURLH_HEADER, -1, &encoding) !=
        CURLHE_MISSING)
        return cognito_complain(why, "an encoded answer, which was not asked for, from %s", url);
    return true;
}

bool cognito_fetch(const struct fetch_request *request, struct secret *body, struct complaint *why)
{
    struct route route OWNED(close_route) = {0};
    if (!find_route(request->url, &route, why))
        return false;
    CURL *transfer OWNED(close_transfer) = curl_easy_init();
    if (transfer == NULL)
        return cognito_complain(why, "libcurl could not begin");
    struct answer answer = {.body = body, .max_size = request->max_size};
    if (!set_protocol(transfer, &route) ||
        !set_proxy(transfer, route.plain ? NULL : request->proxy) ||
        !set_authorities(transfer, request->authorities) || !set_verification(transfer) ||
        !set_limits(transfer, request->max_size) || !set_answer(transfer, &answer))
        return cognito_complain(why, "libcurl does not take what is asked of it for %s",
                                request->url);
    const CURLcode code = curl_easy_perform(transfer);
    if (code != CURLE_OK)
        return cognito_complain(why, "nothing from %s: %s", request->url, fault_of(code, &answer));
    return judge_answer(transfer, request->url, why);
}
