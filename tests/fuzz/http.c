/* SPDX-License-Identifier: MIT */
/*
 * The HTTP of cognito-login: the first byte of the input is what is asked for, the rest is what a
 * server sends, whatever that is. It comes through the real libcurl, by a socket of ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "client/http.h"
#include "fuzz.h"

enum { WANT_REDIRECT = 1, SMALL = 2, POST = 4, SERVER_MAX = 100000 };

static struct span served;
static int server = -1;

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *where)
{
    int pair[2];
    (void)context;
    (void)purpose;
    (void)where;
    if (server >= 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return CURL_SOCKET_BAD;
    server = pair[1];
    if ((served.len > 0 &&
         send(server, served.data, served.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) ||
        shutdown(server, SHUT_WR) != 0)
        fuzz_fail("no server: %m");
    return pair[0];
}

static int connected(void *context, curl_socket_t descriptor, curlsocktype purpose)
{
    (void)context;
    (void)descriptor;
    (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

CURLcode __real_curl_easy_perform(CURL *transfer);
CURLcode __wrap_curl_easy_perform(CURL *transfer);

CURLcode __wrap_curl_easy_perform(CURL *transfer)
{
    if (curl_easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket) != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_SOCKOPTFUNCTION, connected) != CURLE_OK ||
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
    (void)snprintf(status, sizeof status, " %ld", answer->status);
    AGREE(has(served, status) && has(served, "HTTP/"), "the status%s out of nothing", status);
    AGREE(answer->status >= 200 && answer->status <= 999, "the status%s", status);
    AGREE(answer->status / 100 != 3 || request->want_redirect, "a redirect that was not wanted");
    AGREE(answer->body.len <= max && answer->body.len <= served.len, "a body of %zu",
          answer->body.len);
    AGREE(answer->date >= 0, "a date before the epoch");
    if (answer->body.len > 0 && answer->body.len < 64 && !has(served, "chunked"))
        AGREE(memmem(served.data, served.len, answer->body.data, answer->body.len) != NULL,
              "a body out of nothing");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    AGREE(cognito_http_begin(NULL), "libcurl does not start");
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    const unsigned int how = fuzz_byte(&input);
    const struct http_settings settings = {.seconds = 5};
    const struct http_request request = {.method = (how & POST) != 0 ? "POST" : "GET",
                                         .url = "http://127.0.0.1:9/",
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
