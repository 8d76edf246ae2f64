/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/descriptor.h"

static void is_not_inherited(int descriptor)
{
    assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void does_not_wait(int descriptor)
{
    assert_int_equal(fcntl(descriptor, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static void a_pipe_is_one_and_is_not_inherited(void **state)
{
    (void)state;
    int ends[2];
    char byte = '\0';
    assert_true(cognito_descriptor_pipe(ends));
    is_not_inherited(ends[0]);
    is_not_inherited(ends[1]);
    assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'x');
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static int connect_to(int listening)
{
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(client >= 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, len), 0);
    return client;
}

static void sockets_do_not_wait_and_are_not_inherited(void **state)
{
    (void)state;
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int listening = cognito_descriptor_socket(AF_INET);
    assert_true(listening >= 0);
    is_not_inherited(listening);
    does_not_wait(listening);
    assert_int_equal(bind(listening, (const struct sockaddr *)&any, sizeof any), 0);
    assert_int_equal(listen(listening, 1), 0);
    assert_int_equal(cognito_descriptor_accept(listening), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
    const int client = connect_to(listening);
    struct pollfd ready = {listening, POLLIN, 0};
    assert_int_equal(poll(&ready, 1, 10000), 1);
    const int accepted = cognito_descriptor_accept(listening);
    assert_true(accepted >= 0);
    is_not_inherited(accepted);
    does_not_wait(accepted);
    assert_int_equal(close(accepted), 0);
    assert_int_equal(close(client), 0);
    assert_int_equal(close(listening), 0);
}

/* What fails leaves nothing open, and says why. */
static void without_descriptors_they_fail(void **state)
{
    (void)state;
    struct rlimit before;
    int ends[2];
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = dup(STDIN_FILENO);
    assert_true(next >= 0);
    assert_int_equal(close(next), 0);
    const struct rlimit none = {(rlim_t)next, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_false(cognito_descriptor_pipe(ends));
    assert_int_equal(errno, EMFILE);
    assert_int_equal(cognito_descriptor_socket(AF_INET), -1);
    assert_int_equal(errno, EMFILE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(cognito_descriptor_accept(STDIN_FILENO), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_is_one_and_is_not_inherited),
        cmocka_unit_test(sockets_do_not_wait_and_are_not_inherited),
        cmocka_unit_test(without_descriptors_they_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
