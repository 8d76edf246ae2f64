/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "client/parent.h"

#define FROM_STATE " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 19 20"

static bool read_start(const char *stat, int64_t *start)
{
    return cognito_parent_start(span_of_string(stat), start);
}

static void the_start_is_the_22nd_field(void **state)
{
    (void)state;
    int64_t start = 0;
    assert_true(read_start("17 (ssh)" FROM_STATE, &start));
    assert_int_equal(start, 4711);
}

static void the_name_may_hold_anything(void **state)
{
    (void)state;
    int64_t start = 0;
    assert_true(read_start("17 (a) S 1 2 (b) (\n)" FROM_STATE, &start));
    assert_int_equal(start, 4711);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const stats[] = {
        "",
        "17",
        "17 (ssh",
        "17 (ssh)",
        "17 (ssh) ",
        "17 (ssh) S 1 2 3",
        "17 (ssh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711",
        "17 (ssh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 19",
        "17 (ssh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 -1 19",
        "17 (ssh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 0 19",
    };
    for (size_t i = 0; i < sizeof stats / sizeof stats[0]; i++) {
        int64_t start = 77;
        assert_false(read_start(stats[i], &start));
        assert_int_equal(start, 77);
    }
}

static void our_parent_is_found(void **state)
{
    (void)state;
    const struct parent parent = cognito_parent();
    assert_int_equal(parent.pid, getppid());
    assert_true(parent.start > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_is_the_22nd_field),
        cmocka_unit_test(the_name_may_hold_anything),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(our_parent_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
