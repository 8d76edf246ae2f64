/* SPDX-License-Identifier: MIT */
#include "client/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/clock.h"
#include "client/descriptor.h"

/* Where there is none, cognito-login has SIGPIPE ignored. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

enum {
    REQUEST_MAX = 8192,
    CONNECTIONS_MAX = 16, /* browsers open some that they never use */
    CONNECTION_MS = 10000,
    BACKLOG = 16,
};

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
    *descriptor = -1;
}

void cognito_listener_close(struct listener *listener)
{
    close_one(&listener->sockets[0]);
    close_one(&listener->sockets[1]);
    close_one(&listener->browser);
}

/* ---- the sockets ---- */

void cognito_listener_redirect(const char *port, char redirect[LISTENER_REDIRECT_SIZE])
{
    (void)snprintf(redirect, LISTENER_REDIRECT_SIZE, "http://localhost:%.5s" CALLBACK_PATH, port);
}

/* A loopback socket, or -1 with errno. SO_REUSEADDR lets us in where an earlier sign-in has just
 * ended; it does not let two listen at once. */
static int listen_at(int family, uint16_t port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6,
                               .sin6_port = htons(port),
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in four = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const bool is_six = family == AF_INET6;
    const struct sockaddr *address = is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    const socklen_t len = is_six ? sizeof six : sizeof four;
    const int on = 1;
    int descriptor = cognito_descriptor_socket(family);
    if (descriptor < 0)
        return -1;
    if ((is_six && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) ||
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(descriptor, address, len) != 0 || listen(descriptor, BACKLOG) != 0) {
        const int error = errno;
        close_one(&descriptor);
        errno = error;
    }
    return descriptor;
}

/* A machine without one of the two families has nobody who could listen there in our place; where
 * somebody else does, the code might go to them. */
static bool listen_on(struct listener *listener, uint16_t port)
{
    static const int families[] = {AF_INET, AF_INET6};
    int heard = 0;
    for (size_t i = 0; i < 2; i++) {
        listener->sockets[i] = listen_at(families[i], port);
        if (listener->sockets[i] >= 0) {
            heard++;
        } else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) {
            cognito_listener_close(listener);
            return false;
        }
    }
    return heard > 0;
}

static bool complain_taken(const struct list *ports, struct complaint *why)
{
    char text[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < ports->count && used + 8 < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.5s", i == 0 ? "" : ", ",
                                 ports->items[i]);
    return cognito_complain(why,
                            "every port of the profile is taken (%s); end what listens there, or "
                            "use --no-browser",
                            text);
}

bool cognito_listener_open(const struct list *ports, struct listener *listener,
                           struct complaint *why)
{
    *listener = (struct listener){.sockets = {-1, -1}, .browser = -1};
    for (size_t i = 0; i < ports->count; i++) {
        const uint16_t port = (uint16_t)strtoul(ports->items[i], NULL, 10);
        if (!listen_on(listener, port))
            continue;
        (void)snprintf(listener->host, sizeof listener->host, "localhost:%.5s", ports->items[i]);
        cognito_listener_redirect(ports->items[i], listener->redirect);
        return true;
    }
    return complain_taken(ports, why);
}

/* ---- requests ---- */

struct connection {
    int descriptor; /* -1: none */
    int64_t deadline;
    uint64_t
        number; /* the later it came, the higher; the clock does not tell those of one moment */
    size_t len;
    char request[REQUEST_MAX + 1];
};

struct room {
    struct connection connections[CONNECTIONS_MAX];
    uint64_t welcomed;
};

static void leave(struct connection *connection)
{
    close_one(&connection->descriptor);
    cognito_wipe(connection->request, sizeof connection->request);
    connection->len = 0;
}

static void empty_room(struct room **room)
{
    if (*room == NULL)
        return;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        leave(&(*room)->connections[i]);
    free(*room);
}

static struct room *make_room(void)
{
    struct room *room = calloc(1, sizeof *room);
    for (size_t i = 0; room != NULL && i < CONNECTIONS_MAX; i++)
        room->connections[i].descriptor = -1;
    return room;
}

/* Takes PREFIX off the front of TEXT. */
static bool take(struct span *text, const char *prefix)
{
    const size_t len = strlen(prefix);
    if (!span_equal(span_first(*text, len), span_of_string(prefix)))
        return false;
    *text = span_after(*text, len);
    return true;
}

/* The next line of REST, RFC 9112, 2.2, without its end. */
static struct span next_line(struct span *rest)
{
    const size_t end = span_position(*rest, '\n');
    struct span line = span_first(*rest, end);
    *rest = span_after(*rest, end + 1);
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* The header Host says under which name we were asked: another one than ours is a page of somebody
 * else that had its own name lead to this machine. */
static bool has_host(struct span headers, const char *host)
{
    bool found = false;
    while (headers.len > 0) {
        struct span line = next_line(&headers);
        if (line.len < 5 || strncasecmp((const char *)line.data, "host:", 5) != 0)
            continue;
        line = span_after(line, 5);
        while (line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
            line = span_after(line, 1);
        if (found || !span_is(line, host))
            return false;
        found = true;
    }
    return found;
}

/* Whether REQUEST, complete with its headers, is a GET of the callback at HOST. */
static bool find_query(struct span request, const char *host, struct span *query)
{
    struct span line = next_line(&request);
    if (!take(&line, "GET " CALLBACK_PATH "?"))
        return false;
    const size_t end = span_position(line, ' ');
    const struct span version = span_after(line, end + 1);
    if (!span_is(version, "HTTP/1.1") && !span_is(version, "HTTP/1.0"))
        return false;
    *query = span_first(line, end);
    return has_host(request, host);
}

/* ---- answers ---- */

#define HEADERS                                                                                    \
    "Cache-Control: no-store\r\n"                                                                  \
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"                      \
    "Content-Type: text/html; charset=utf-8\r\n"                                                   \
    "Referrer-Policy: no-referrer\r\n"                                                             \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Connection: close\r\n"

/* To one that may have gone, without waiting for it: all of this fits any socket's buffer. */
static void say(int descriptor, const char *text)
{
    (void)send(descriptor, text, strlen(text), MSG_NOSIGNAL);
    (void)shutdown(descriptor, SHUT_WR);
}

static void say_nothing(struct connection *connection)
{
    say(connection->descriptor, "HTTP/1.1 404 Not Found\r\n" HEADERS "Content-Length: 0\r\n\r\n");
    leave(connection);
}

void cognito_listener_answer(struct listener *listener, bool worked)
{
    if (listener->browser < 0)
        return;
    say(listener->browser,
        worked ? "HTTP/1.1 200 OK\r\n" HEADERS "\r\n"
                 "<!DOCTYPE html><title>Signed in</title><p>You are signed in. You can close this "
                 "page and go back to the terminal.\n"
               : "HTTP/1.1 400 Bad Request\r\n" HEADERS "\r\n"
                 "<!DOCTYPE html><title>Not signed in</title><p>You are not signed in. The "
                 "terminal says why.\n");
    close_one(&listener->browser);
}

/* ---- waiting ---- */

/* What one wait for the browser has to know. */
struct wait {
    struct listener *listener;
    const char *state;
    struct room *room;
    struct secret *code;
    struct complaint *why;
};

/* A place for a new connection: a free one, or that of the oldest. */
static struct connection *place(struct room *room)
{
    struct connection *oldest = &room->connections[0];
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        if (room->connections[i].descriptor < 0)
            return &room->connections[i];
        if (room->connections[i].number < oldest->number)
            oldest = &room->connections[i];
    }
    leave(oldest);
    return oldest;
}

static void welcome(struct room *room, int listening)
{
    const int descriptor = cognito_descriptor_accept(listening);
    if (descriptor < 0)
        return;
    struct connection *connection = place(room);
    connection->descriptor = descriptor;
    connection->deadline = cognito_clock_milliseconds() + CONNECTION_MS;
    connection->number = ++room->welcomed;
}

/* The end of the headers is in, RFC 9112, 2.1. */
static bool is_complete(const struct connection *connection)
{
    return memmem(connection->request, connection->len, "\r\n\r\n", 4) != NULL;
}

static enum callback judge_request(struct wait *wait, struct connection *connection)
{
    struct span query;
    enum callback result = CALLBACK_STRANGE;
    if (find_query(span_of(connection->request, connection->len), wait->listener->host, &query)) {
        result = cognito_callback_read(query, wait->state, wait->code, wait->why);
        if (result == CALLBACK_STRANGE)
            (void)fprintf(stderr, "cognito-login: a request to %s was ignored: %s\n",
                          wait->listener->redirect, wait->why->text);
    }
    if (result == CALLBACK_STRANGE) {
        say_nothing(connection);
        return result;
    }
    wait->listener->browser = connection->descriptor; /* now the listener's */
    connection->descriptor = -1;
    leave(connection);
    return result;
}

static enum callback hear(struct wait *wait, struct connection *connection)
{
    const ssize_t got = read(connection->descriptor, connection->request + connection->len,
                             REQUEST_MAX - connection->len);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return CALLBACK_STRANGE;
    if (got <= 0) {
        leave(connection);
        return CALLBACK_STRANGE;
    }
    connection->len += (size_t)got;
    if (is_complete(connection))
        return judge_request(wait, connection);
    if (connection->len == REQUEST_MAX)
        say_nothing(connection);
    return CALLBACK_STRANGE;
}

enum { ALSO = CONNECTIONS_MAX + 2, POLLED };

static void prepare(const struct wait *wait, struct pollfd polled[POLLED])
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *connection = &wait->room->connections[i];
        if (connection->descriptor >= 0 && connection->deadline <= cognito_clock_milliseconds())
            leave(connection);
        polled[i] = (struct pollfd){connection->descriptor, POLLIN, 0};
    }
    for (size_t i = 0; i < 2; i++)
        polled[CONNECTIONS_MAX + i] = (struct pollfd){wait->listener->sockets[i], POLLIN, 0};
    const struct listener_also *also = wait->listener->also;
    polled[ALSO] = (struct pollfd){also == NULL ? -1 : also->descriptor, POLLIN, 0};
}

/* One round; true when the request that counts is in. */
static bool attend(struct wait *wait, struct pollfd polled[POLLED], enum callback *result)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        if (polled[i].revents == 0)
            continue;
        *result = hear(wait, &wait->room->connections[i]);
        if (*result != CALLBACK_STRANGE)
            return true;
    }
    for (size_t i = 0; i < 2; i++)
        if (polled[CONNECTIONS_MAX + i].revents != 0)
            welcome(wait->room, wait->listener->sockets[i]);
    if (polled[ALSO].revents == 0)
        return false;
    const struct listener_also *also = wait->listener->also;
    *result = also->read(also->context, wait->code, wait->why);
    return *result != CALLBACK_STRANGE;
}

enum callback cognito_listener_wait(struct listener *listener, const char *state,
                                    int64_t milliseconds, struct secret *code,
                                    struct complaint *why)
{
    enum { LOOK_AGAIN = 200 };
    struct room *room OWNED(empty_room) = make_room();
    if (room == NULL) {
        (void)cognito_complain(why, "out of memory");
        return CALLBACK_STRANGE;
    }
    struct wait wait = {listener, state, room, code, why};
    const int64_t deadline = cognito_clock_milliseconds() + milliseconds;
    for (int64_t left = milliseconds; left > 0; left = deadline - cognito_clock_milliseconds()) {
        struct pollfd polled[POLLED];
        enum callback result = CALLBACK_STRANGE;
        if (listener->held != NULL && cognito_signals_pending(listener->held)) {
            (void)cognito_complain(why, "the sign-in was interrupted");
            return CALLBACK_STRANGE;
        }
        prepare(&wait, polled);
        if (poll(polled, POLLED, (int)(left < LOOK_AGAIN ? left : LOOK_AGAIN)) < 0)
            continue;
        if (attend(&wait, polled, &result)) {
            close_one(&listener->sockets[0]);
            close_one(&listener->sockets[1]);
            return result;
        }
    }
    (void)cognito_complain(why,
                           "nobody came back from the browser in time; if it shows an error about "
                           "the redirect, %s is not registered with the app client",
                           listener->redirect);
    return CALLBACK_STRANGE;
}
