/* SPDX-License-Identifier: MIT */
#include "client/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* A second ends between two ticks, so two seconds are watched. */
static void no_file_is_from_the_future(void **state)
{
    (void)state;
    const int64_t begin = cognito_clock_milliseconds();
    while (cognito_clock_milliseconds() < begin + 2200) {
        struct stat status;
        FILE *file = tmpfile();
        assert_non_null(file);
        assert_true(fputc('x', file) == 'x' && fflush(file) == 0);
        assert_return_code(fstat(fileno(file), &status), 0);
        assert_true(status.st_mtime <= cognito_clock_seconds());
        assert_int_equal(fclose(file), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_file_is_from_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
