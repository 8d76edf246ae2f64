/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

enum safefile_result reading_result(const char *path, const struct safefile_rules *rules,
                                    struct safefile *file, struct complaint *why)
{
    struct safefile untouched;
    memset(file, 0xa5, sizeof *file);
    memset(&untouched, 0xa5, sizeof untouched);
    why->text[0] = '\0';
    const int before = fcntl(2, F_DUPFD_CLOEXEC, 3);
    assert_true(before < 0 || close(before) == 0);
    (void)alarm(20);
    const enum safefile_result result = cognito_safefile_read(path, rules, file, why);
    (void)alarm(0);
    const int after = fcntl(2, F_DUPFD_CLOEXEC, 3);
    assert_true(after < 0 || close(after) == 0);
    assert_int_equal(after, before); /* no descriptor is left */
    if (result != SAFEFILE_READ)
        assert_memory_equal(file, &untouched, sizeof untouched);
    assert_int_equal(result == SAFEFILE_READ, why->text[0] == '\0');
    return result;
}

void reading_expect(const char *path, const struct safefile_rules *rules, const char *content)
{
    struct safefile file;
    struct complaint why;
    if (reading_result(path, rules, &file, &why) != SAFEFILE_READ)
        FAIL_ROW("%s\n", why.text);
    assert_true(span_is(secret_span(&file.content), content));
    cognito_secret_free(&file.content);
}
