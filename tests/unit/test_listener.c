/* SPDX-License-Identifier: MIT */
/* The time limit of the listener; what it takes and ignores is in tests/login. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client/listener.h"

/* A port that is free at this moment, as text. */
static void free_port(char text[8])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    const int one = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(one >= 0);
    assert_int_equal(bind(one, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(one, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(close(one), 0);
    assert_true(snprintf(text, 8, "%d", (int)ntohs(address.sin_port)) > 0);
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int connect_to(const char *port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                        .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int one = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(one >= 0);
    assert_int_equal(connect(one, (const struct sockaddr *)&address, sizeof address), 0);
    return one;
}

static void it_gives_up_in_time(void **state)
{
    (void)state;
    enum { PATIENCE = 150 };
    char port[8];
    char *items[] = {port};
    const struct list ports = {items, 1};
    struct listener listener;
    struct secret code OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    free_port(port);
    assert_true(cognito_listener_open(&ports, &listener, &why));
    /* Somebody who connects and says nothing does not prolong it. */
    const int silent = connect_to(port);
    const int64_t start = milliseconds_now();
    assert_int_equal(cognito_listener_wait(&listener, "state", PATIENCE, &code, &why),
                     CALLBACK_STRANGE);
    assert_true(milliseconds_now() - start >= PATIENCE);
    assert_true(milliseconds_now() - start < PATIENCE + 20000);
    assert_non_null(strstr(why.text, "nobody came back from the browser in time"));
    assert_non_null(strstr(why.text, listener.redirect));
    assert_int_equal(code.len, 0);
    assert_int_equal(close(silent), 0);
    cognito_listener_close(&listener);
}

static void without_time_it_does_not_wait(void **state)
{
    (void)state;
    char port[8];
    char *items[] = {port};
    const struct list ports = {items, 1};
    struct listener listener;
    struct secret code OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    free_port(port);
    assert_true(cognito_listener_open(&ports, &listener, &why));
    assert_int_equal(cognito_listener_wait(&listener, "state", 0, &code, &why), CALLBACK_STRANGE);
    cognito_listener_close(&listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_up_in_time),
        cmocka_unit_test(without_time_it_does_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
