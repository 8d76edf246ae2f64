/* SPDX-License-Identifier: MIT */
/*
 * The HTTP of cognito-login: the first byte of the input is what is asked for, the rest is what a
 * server sends, whatever that is. It comes through the real libcurl, by a socket of ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <curl/curl.h>

#include "client/http.h"
#include "fuzz.h"

enum { WANT_REDIRECT = 1, SMALL = 2, POST = 4, SERVER_MAX = 100000 };

static struct span served;
static int server = -1;

static int listening = -1;
static char name[32];

/* libcurl has connected and is about to ask: everything it will get is there already. */
static int serve(void *context, char *ip, char *local_ip, int port, int local_port)
{
    (void)context;
    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (server >= 0)
        return CURL_PREREQFUNC_OK; /* once more by the same connection */
    server = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (server < 0 ||
        (served.len > 0 &&
         send(server, served.data, served.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) ||
        shutdown(server, SHUT_WR) != 0)
        fuzz_fail("no server: %m");
    return CURL_PREREQFUNC_OK;
}

/* Of no folder: an abstract address, unix(7). */
static void listen_once(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(name, sizeof name, "fuzz-http-%ld", (long)getpid());
    memcpy(address.sun_path + 1, name, strlen(name));
    const socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0 || bind(listening, (const struct sockaddr *)&address, len) != 0 ||
        listen(listening, 8) != 0)
        fuzz_fail("no socket: %m");
}

CURLcode __real_curl_easy_perform(CURL *transfer);
CURLcode __wrap_curl_easy_perform(CURL *transfer);

CURLcode __wrap_curl_easy_perform(CURL *transfer)
{
    /* What is under the TLS is what is fuzzed. */
    if (curl_easy_setopt(transfer, CURLOPT_URL, "http://127.0.0.1:9/") != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "http") != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_ABSTRACT_UNIX_SOCKET, name) != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_PREREQFUNCTION, serve) != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, 2000L) != CURLE_OK)
        fuzz_fail("libcurl does not take a socket");
    return __real_curl_easy_perform(transfer);
}

static bool has(struct span text, const char *word)
{
    return text.len > 0 && memmem(text.data, text.len, word, strlen(word)) != NULL;
}

/* Whether an answer like this could come of what was served. */
static void check_answer(const struct http_request *request, const struct http_answer *answer)
{
    char status[16];
    const size_t max = request->max_size == 0 ? 1048576 : request->max_size;
    (void)snprintf(status, sizeof status, "%ld", answer->status);
    /* libcurl takes a first line of HTTP/ and nonsense for one with 200. */
    AGREE(has(served, status) || answer->status == 200, "the status %s out of nothing", status);
    AGREE(answer->status >= 200 && answer->status <= 999, "the status %s", status);
    AGREE(answer->status / 100 != 3 || request->want_redirect, "a redirect that was not wanted");
    AGREE(answer->body.len <= max && answer->body.len <= served.len, "a body of %zu",
          answer->body.len);
    AGREE(answer->date >= 0, "a date before the epoch");
    /* A header that is folded and a body in chunks come out otherwise than they were sent. */
    char *text = fuzz_string(served);
    if (answer->status / 100 != 3 && answer->body.len > 0 && strcasestr(text, "chunked") == NULL)
        AGREE(memmem(served.data, served.len, answer->body.data, answer->body.len) != NULL,
              "a body out of nothing");
    free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    AGREE(cognito_http_begin(NULL), "libcurl does not start");
    listen_once();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    const unsigned int how = fuzz_byte(&input);
    const struct http_settings settings = {.seconds = 5};
    const struct http_request request = {.method = (how & POST) != 0 ? "POST" : "GET",
                                         .url = "https://127.0.0.1:9/",
                                         .body = span_of_string((how & POST) != 0 ? "x=y" : ""),
                                         .max_size = (how & SMALL) != 0 ? 100 : 0,
                                         .want_redirect = (how & WANT_REDIRECT) != 0};
    struct http_answer answer = {0};
    struct complaint why = {{0}};
    served = span_first(input, SERVER_MAX);
    const bool good = cognito_http_send(&settings, &request, &answer, &why);
    AGREE(good == (why.text[0] == '\0'), "words: %s", why.text);
    if (good)
        check_answer(&request, &answer);
    else
        AGREE(answer.body.data == NULL, "no answer, and something is in it");
    cognito_http_answer_free(&answer);
    if (server >= 0)
        (void)close(server);
    server = -1;
    return 0;
}
