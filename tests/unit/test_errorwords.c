/* SPDX-License-Identifier: MIT */
#include "base/errorwords.h"

#include <errno.h>

#include "unit.h"

static void words(void **state)
{
    (void)state;
    assert_string_equal(cognito_error_words(ENOENT), "No such file or directory");
    assert_string_equal(cognito_error_words(EACCES), "Permission denied");
}

/* Something is always said. */
static void no_such_error(void **state)
{
    (void)state;
    static const int errors[] = {-1, 9999};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const char *said = cognito_error_words(errors[i]);
        assert_true(strlen(said) > 0);
        assert_int_equal(strncasecmp(said, "unknown error", strlen("unknown error")), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(no_such_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
