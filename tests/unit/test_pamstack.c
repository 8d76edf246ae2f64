/* SPDX-License-Identifier: MIT */
/* Where the file of a PAM service is, and what its links lead to. */
#include "admin/pamstack.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "unit.h"

static const char text[] = "auth required pam_deny.so\n";

static bool open_service(const char *folder, const char *service, struct pam_file *file,
                         struct complaint *why)
{
    *file = (struct pam_file){.path = ""};
    return cognito_pamstack_open(folder, service, file, why);
}

static void assert_opens(const char *folder, const char *service, const char *target)
{
    struct pam_file file;
    struct complaint why = {{0}};
    char resolved[PATH_SIZE_MAX];
    if (!open_service(folder, service, &file, &why))
        fail_msg("%s", why.text);
    assert_string_equal(file.path, scratch_path(folder, service));
    assert_non_null(realpath(scratch_path(folder, target), resolved));
    assert_string_equal(file.target, resolved);
    assert_int_equal(file.content.len, strlen(text));
    assert_memory_equal(file.content.data, text, strlen(text));
    cognito_secret_free(&file.content);
}

static void assert_refused(const char *folder, const char *service, const char *words)
{
    struct pam_file file;
    struct complaint why = {{0}};
    assert_false(open_service(folder, service, &file, &why));
    assert_non_null(strstr(why.text, words));
    assert_null(file.content.data);
}

static void links_are_followed_and_the_target_is_known(void **state)
{
    const char *folder = *state;
    assert_int_equal(mkdir(scratch_path(folder, "generated"), 0755), 0);
    assert_int_equal(symlink("generated", scratch_path(folder, "static")), 0);
    (void)scratch_text(folder, "plain", text);
    (void)scratch_text(folder, "generated/auth", text);
    assert_int_equal(
        symlink(scratch_path(folder, "generated/auth"), scratch_path(folder, "absolute")), 0);
    assert_int_equal(symlink("static/auth", scratch_path(folder, "relative")), 0);
    assert_int_equal(symlink("relative", scratch_path(folder, "again")), 0);
    assert_opens(folder, "plain", "plain");
    assert_opens(folder, "absolute", "generated/auth");
    assert_opens(folder, "relative", "generated/auth");
    assert_opens(folder, "again", "generated/auth");
}

static void what_others_can_change_is_refused(void **state)
{
    const char *folder = *state;
    char inside[PATH_SIZE_MAX];
    assert_int_equal(mkdir(scratch_path(folder, "open"), 0755), 0);
    (void)scratch_text(folder, "good", text);
    (void)scratch_write(folder, "bad", span_of_string(text), 0666);
    assert_int_equal(symlink("bad", scratch_path(folder, "to-bad")), 0);
    assert_int_equal(symlink("../good", scratch_path(folder, "open/way")), 0);
    assert_int_equal(symlink("open/way", scratch_path(folder, "by-way")), 0);
    assert_int_equal(symlink("circle", scratch_path(folder, "circle")), 0);
    assert_int_equal(symlink("nowhere", scratch_path(folder, "dangling")), 0);
    assert_opens(folder, "by-way", "good");
    assert_int_equal(chmod(scratch_path(folder, "open"), 0777), 0);
    assert_non_null(realpath(scratch_path(folder, "open"), inside));
    assert_refused(folder, "by-way", inside);
    assert_refused(folder, "to-bad", "/bad: this file can be written to");
    assert_refused(folder, "circle", "too many symbolic links");
    assert_refused(folder, "dangling", "/nowhere: ");
    assert_refused(folder, "missing", "/missing: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_are_followed_and_the_target_is_known, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(what_others_can_change_is_refused, scratch_make,
                                        scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
