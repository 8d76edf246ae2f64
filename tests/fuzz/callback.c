/* SPDX-License-Identifier: MIT */
/*
 * What the browser brings back: the input is a request to the listener of cognito-login, which
 * waits at a socket of ours by a clock of ours. A code is only taken from a request that a second
 * reading finds to be that of this sign-in. The same bytes are read as a form and as an address
 * that was pasted.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "client/callback.h"
#include "client/form.h"
#include "client/listener.h"
#include "fuzz.h"

#define STATE "Zm9yIHRoaXMgc2lnbi1pbiBhbG9uZSBhbmQgbm8gb3RoZXI"
#define REDIRECT "http://localhost:28090/callback"

/* ---- the clock, which moves when nothing comes ---- */

static int64_t milliseconds;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __real_poll(struct pollfd *polled, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout);

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    *time = (struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000};
    return 0;
}

int __wrap_poll(struct pollfd *polled, nfds_t count, int timeout)
{
    const int ready = __real_poll(polled, count, 0);
    milliseconds += ready == 0 ? timeout : 0;
    return ready;
}

int __wrap_fprintf(FILE *stream, const char *format, ...) PRINTF_LIKE(2, 3);

/* What the listener says of each request that it ignores. */
int __wrap_fprintf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    int len = 0;
    va_start(arguments, format);
    if (strncmp(format, "cognito-login: ", 15) != 0)
        len = vfprintf(stream, format, arguments);
    va_end(arguments);
    return len;
}

/* ---- a second reading ---- */

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)((found - digits) % 16);
}

/* The only member NAME of QUERY, decoded; NULL if there is none, or two, or it is malformed. To be
 * freed. */
static char *member(const char *query, const char *name, bool *absent)
{
    char *copy = fuzz_string(span_of_string(query));
    char *place = NULL;
    char *value = NULL;
    bool bad = false;
    *absent = true;
    for (char *pair = strtok_r(copy, "&", &place); pair != NULL;
         pair = strtok_r(NULL, "&", &place)) {
        const size_t equals = strcspn(pair, "=");
        if (strlen(name) != equals || strncmp(pair, name, equals) != 0)
            continue;
        bad = bad || !*absent;
        *absent = false;
        free(value);
        value = fuzz_memory(strlen(pair) + 1);
        char *out = value;
        for (const char *c = pair + equals + (pair[equals] == '='); *c != '\0'; c++) {
            const int high = *c == '%' ? digit(c[1]) : -1;
            const int low = high < 0 ? -1 : digit(c[2]);
            bad = bad || (*c == '%' && (low < 0 || high + low == 0));
            *out++ = *c == '+' ? ' ' : *c == '%' ? (char)(high * 16 + low) : *c;
            c += low < 0 ? 0 : 2;
        }
    }
    free(copy);
    if (bad) {
        free(value);
        value = NULL;
    }
    return value;
}

/* What a query of this sign-in brings; CODE is to be freed. */
static enum callback expect(const char *query, char **code)
{
    bool no_state;
    bool no_error;
    bool no_code;
    char *state = member(query, "state", &no_state);
    char *error = member(query, "error", &no_error);
    *code = member(query, "code", &no_code);
    const bool ours = state != NULL && strcmp(state, STATE) == 0;
    enum callback result = CALLBACK_STRANGE;
    if (ours && no_code && error != NULL && error[0] != '\0')
        result = CALLBACK_REFUSED;
    else if (ours && no_error && *code != NULL && (*code)[0] != '\0' && strlen(*code) <= 4096)
        result = CALLBACK_CODE;
    free(state);
    free(error);
    return result;
}

/* QUERY as a string: a NUL in it is as good as one that is encoded. To be freed. */
static char *without_nul(struct span query)
{
    char *string = fuzz_memory(query.len * 3 + 1);
    size_t used = 0;
    for (size_t i = 0; i < query.len; i++) {
        const char plain[] = {(char)query.data[i], '\0'};
        const char *added = plain[0] == '\0' ? "%00" : plain;
        memcpy(string + used, added, strlen(added));
        used += strlen(added);
    }
    return string;
}

/* The query of a complete request for the callback, or NULL. To be freed. */
static char *query_of(struct span request)
{
    static const char start[] = "GET /callback?";
    struct span line = fuzz_part(&request, '\n');
    int hosts = 0;
    bool good = true;
    while (request.len > 0) {
        struct span header = fuzz_part(&request, '\n');
        if (header.len > 0 && header.data[header.len - 1] == '\r')
            header.len--;
        if (header.len < 5 || strncasecmp((const char *)header.data, "Host:", 5) != 0)
            continue;
        char *value = fuzz_string(span_after(header, 5));
        good = good && strlen(value) == header.len - 5 &&
               strcmp(value + strspn(value, " \t"), "localhost:28090") == 0;
        hosts++;
        free(value);
    }
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        line.len--;
    const size_t len = sizeof start - 1;
    if (!good || hosts != 1 || !span_is(span_first(line, len), start))
        return NULL;
    struct span rest = span_after(line, len);
    const struct span query = fuzz_part(&rest, ' ');
    const bool version = span_is(rest, "HTTP/1.1") || span_is(rest, "HTTP/1.0");
    return version ? without_nul(query) : NULL;
}

/* ---- the listener ---- */

static int listening = -1;
static struct sockaddr_un address = {.sun_family = AF_UNIX};

/* Of no folder: an abstract address, unix(7). */
static void listen_once(void)
{
    (void)snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "fuzz-%ld", (long)getpid());
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening < 0 || bind(listening, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listening, 4) != 0)
        fuzz_fail("no socket: %m");
}

static int connect_to_it(struct span request)
{
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 ||
        connect(descriptor, (const struct sockaddr *)&address, sizeof address) != 0 ||
        (request.len > 0 && send(descriptor, request.data, request.len, MSG_NOSIGNAL) < 0) ||
        shutdown(descriptor, SHUT_WR) != 0)
        fuzz_fail("no connection: %m");
    return descriptor;
}

static void check_answer(int descriptor, enum callback result)
{
    char answer[1024];
    const ssize_t len = recv(descriptor, answer, sizeof answer - 1, MSG_DONTWAIT);
    answer[len < 0 ? 0 : len] = '\0';
    if (result == CALLBACK_CODE)
        AGREE(strncmp(answer, "HTTP/1.1 200 ", 13) == 0, "answered: %s", answer);
    else if (result == CALLBACK_REFUSED)
        AGREE(strncmp(answer, "HTTP/1.1 400 ", 13) == 0, "answered: %s", answer);
    else
        AGREE(len <= 0 || strncmp(answer, "HTTP/1.1 404 ", 13) == 0, "answered: %s", answer);
}

static void check_request(struct span request)
{
    struct secret code = {0};
    struct complaint why = {{0}};
    struct listener listener = {.sockets = {dup(listening), -1},
                                .browser = -1,
                                .host = "localhost:28090",
                                .redirect = REDIRECT};
    char *expected_code = NULL;
    const bool complete = request.len > 0 && request.len <= 8192 &&
                          memmem(request.data, request.len, "\r\n\r\n", 4) != NULL;
    char *query = complete ? query_of(request) : NULL;
    const enum callback expected = query == NULL ? CALLBACK_STRANGE : expect(query, &expected_code);
    const int browser = connect_to_it(request);
    const enum callback result = cognito_listener_wait(&listener, STATE, 15000, &code, &why);
    AGREE(result == expected, "the listener: %d, not %d", result, expected);
    if (result == CALLBACK_CODE)
        AGREE(span_is(secret_span(&code), expected_code), "another code");
    cognito_listener_answer(&listener, result == CALLBACK_CODE);
    check_answer(browser, result);
    cognito_listener_close(&listener);
    (void)close(browser);
    cognito_secret_free(&code);
    free(query);
    free(expected_code);
}

/* ---- forms and addresses ---- */

static void check_form(struct span text)
{
    struct secret form = {0};
    struct secret value = {0};
    struct secret other = {0};
    AGREE(cognito_form_add(&form, 0, "a", span_of_string("1")) &&
              cognito_form_add(&form, 0, "x", text) &&
              cognito_form_add(&form, 0, "b", span_of_string("2")),
          "no memory");
    const enum form_found found = cognito_form_find(secret_span(&form), "x", &value);
    if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)
        AGREE(found == FORM_FAULTY, "a NUL in a form");
    else
        AGREE(found == FORM_FOUND && span_equal(secret_span(&value), text), "not what went in");
    AGREE(cognito_form_find(secret_span(&form), "b", &other) == FORM_FOUND &&
              span_is(secret_span(&other), "2"),
          "the member behind it");
    cognito_secret_free(&form);
    cognito_secret_free(&value);
    cognito_secret_free(&other);
}

static void check_address(struct span text)
{
    struct span query;
    struct secret code = {0};
    char *expected_code = NULL;
    char *address_text = fuzz_string(text);
    if (cognito_callback_query(span_of_string(address_text), REDIRECT, &query, NULL)) {
        AGREE(strncmp(address_text, REDIRECT "?", strlen(REDIRECT) + 1) == 0, "another address");
        char *copy = fuzz_string(query);
        const enum callback expected = expect(copy, &expected_code);
        AGREE(cognito_callback_read(query, STATE, &code, NULL) == expected, "not %d", expected);
        free(copy);
    }
    cognito_secret_free(&code);
    free(address_text);
    free(expected_code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span input = span_of(data, size);
    if (listening < 0)
        listen_once();
    check_request(input);
    check_form(input);
    check_address(input);
    return 0;
}
