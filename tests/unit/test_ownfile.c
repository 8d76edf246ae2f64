/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "scratch.h"

#include "client/ownfile.h"

/* ---- the accounts of this test, in the place of libc's ---- */

enum { SOMEBODY_ELSE = 54321 };

static char own_name[] = "alice";
static char other_name[] = "mallory";

static struct {
    gid_t own;      /* our primary group */
    gid_t other;    /* mallory's */
    char **members; /* of any group */
    size_t next;    /* for getpwent */
} accounts;

static struct passwd *account(size_t i)
{
    static struct passwd entries[2];
    entries[0] = (struct passwd){.pw_name = own_name, .pw_uid = geteuid(), .pw_gid = accounts.own};
    entries[1] =
        (struct passwd){.pw_name = other_name, .pw_uid = SOMEBODY_ELSE, .pw_gid = accounts.other};
    return i < COUNT_OF(entries) ? &entries[i] : NULL;
}

struct passwd *getpwuid(uid_t uid)
{
    return uid == geteuid() ? account(0) : NULL;
}

void setpwent(void)
{
    accounts.next = 0;
}

struct passwd *getpwent(void)
{
    return account(accounts.next++);
}

void endpwent(void)
{
}

struct group *getgrgid(gid_t gid)
{
    static struct group group;
    group = (struct group){.gr_name = own_name, .gr_gid = gid, .gr_mem = accounts.members};
    return accounts.members == NULL ? NULL : &group;
}

/* A group that is ours alone, as useradd makes one. */
static void live_alone(void)
{
    static char *nobody[] = {NULL};
    accounts.own = getegid();
    accounts.other = getegid() + 1;
    accounts.members = nobody;
}

static int make_home(void **state)
{
    live_alone();
    return scratch_make(state);
}

/* ---- what is expected ---- */

static const char text[] = "user_pool = x\n";

static void reads(const char *path)
{
    struct secret content OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    if (cognito_ownfile_read(path, sizeof text, &content, &why) != SAFEFILE_READ)
        FAIL_ROW("%s\n", why.text);
    assert_true(span_is(secret_span(&content), text));
}

/* What is at fault is named by the end of its path at least. */
static void refuses(const char *path, enum safefile_result expected, const char *at,
                    const char *what)
{
    struct secret content = {0};
    struct complaint why = {{0}};
    char words[COMPLAINT_MAX];
    assert_true(snprintf(words, sizeof words, "%s: %s", at, what) > 0);
    if (cognito_ownfile_read(path, sizeof text, &content, &why) != expected ||
        strstr(why.text, words) == NULL)
        FAIL_ROW("\"%s\" expected, not \"%s\"\n", words, why.text);
    assert_null(content.data);
}

static void refuses_since_others_write(const char *path, const char *at)
{
    char what[COMPLAINT_MAX];
    assert_true(snprintf(what, sizeof what, "others can write to it; fix: chmod go-w %s", at) > 0);
    refuses(path, SAFEFILE_REFUSED, at, what);
}

static const char *make_folder(const char *above, const char *name, mode_t mode)
{
    const char *path = scratch_path(above, name);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static const char *make_link(const char *target, const char *above, const char *name)
{
    const char *path = scratch_path(above, name);
    assert_int_equal(symlink(target, path), 0);
    return path;
}

/* ---- the group ---- */

/* ~, ~/.config, ~/.config/cognito-login and config, as umask 002 makes them. */
static void a_group_of_ones_own_may_write(void **state)
{
    static char *only_us[] = {own_name, NULL};
    assert_int_equal(chmod(*state, 0775), 0);
    const char *folder = make_folder(*state, ".config", 0775);
    const char *path = scratch_write(folder, "config", span_of_string(text), 0664);
    reads(path);
    accounts.members = only_us;
    reads(path);
}

static void a_group_with_others_in_it_may_not_write(void **state)
{
    static char *both[] = {own_name, other_name, NULL};
    const char *path = scratch_write(*state, "config", span_of_string(text), 0664);
    accounts.members = both;
    refuses_since_others_write(path, path);
    live_alone();
    accounts.other = accounts.own; /* mallory's primary group: no member is named */
    refuses_since_others_write(path, path);
    live_alone();
    accounts.own++; /* a group that is not our primary one */
    refuses_since_others_write(path, path);
    live_alone();
    accounts.members = NULL; /* a group that nobody knows */
    refuses_since_others_write(path, path);
    live_alone();
    reads(path);
}

/* What an access control list grants others shows as a right of the group. */
static void a_group_with_an_access_list_may_not_write(void **state)
{
    static const unsigned char list[] = {
        2,  0, 0, 0,                         /* the version */
        1,  0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* the owner: rw */
        2,  0, 6, 0, 0x31, 0xd4, 0,    0,    /* the user 54321: rw */
        4,  0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* the group: r */
        16, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* the mask: rw */
        32, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* all others: r */
    };
    const char *path = scratch_write(*state, "config", span_of_string(text), 0644);
    if (setxattr(path, "system.posix_acl_access", list, sizeof list, 0) != 0)
        SKIP_BECAUSE("this file system has no access control lists");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0664);
    refuses_since_others_write(path, path);
}

static void others_may_not_write(void **state)
{
    const char *folder = make_folder(*state, "folder", 0700);
    const char *path = scratch_write(folder, "config", span_of_string(text), 0646);
    refuses_since_others_write(path, path);
    assert_int_equal(chmod(path, 0644), 0);
    reads(path);
    assert_int_equal(chmod(folder, 0707), 0);
    refuses_since_others_write(path, folder);
    assert_int_equal(chmod(folder, 0777 | S_ISVTX), 0);
    if (geteuid() == 0)
        reads(path);
    else
        refuses_since_others_write(path, folder);
}

/* ---- links ---- */

/* ~/.config/cognito-login -> ../dotfiles/cognito-login, as stow has it, and its file a link again.
 */
static void links_are_followed(void **state)
{
    const char *config = make_folder(*state, ".config", 0755);
    const char *dotfiles = make_folder(*state, "dotfiles", 0755);
    const char *target = make_folder(dotfiles, "cognito-login", 0755);
    const char *real = scratch_write(*state, "real", span_of_string(text), 0600);
    make_link("../dotfiles/./cognito-login//", config, "cognito-login");
    make_link(real, target, "config");
    reads(scratch_path(config, "cognito-login/config"));
    reads(scratch_path(config, "cognito-login/../cognito-login/config"));
}

static void folders_behind_a_link_and_before_it_are_judged(void **state)
{
    const char *shared = make_folder(*state, "shared", 0700);
    const char *own = make_folder(*state, "own", 0700);
    const char *path = make_link("../own/config", shared, "config");
    const char *target = scratch_write(own, "config", span_of_string(text), 0600);
    reads(path);
    assert_int_equal(chmod(shared, 0777), 0); /* others can replace the link */
    refuses_since_others_write(path, shared);
    assert_int_equal(chmod(shared, 0700), 0);
    assert_int_equal(chmod(own, 0777), 0); /* others can replace the file */
    refuses(path, SAFEFILE_REFUSED, "/own", "others can write to it; fix: chmod go-w /");
    assert_int_equal(chmod(own, 0700), 0);
    assert_int_equal(chmod(target, 0606), 0);
    refuses(path, SAFEFILE_REFUSED, "/own/config", "others can write to it; fix: chmod go-w /");
}

static void links_without_end_or_target_are_refused(void **state)
{
    make_link("b", *state, "a");
    const char *loop = make_link("a", *state, "b");
    refuses(loop, SAFEFILE_REFUSED, "", "Too many levels of symbolic links");
    refuses(make_link("nowhere", *state, "c"), SAFEFILE_MISSING, "/nowhere", "No such file");
}

static void what_another_user_owns_is_refused(void **state)
{
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give files away");
    const char *folder = make_folder(*state, "folder", 0755);
    const char *path = scratch_write(folder, "config", span_of_string(text), 0644);
    const char *link = make_link(path, *state, "link");
    assert_int_equal(lchown(link, SOMEBODY_ELSE, SOMEBODY_ELSE), 0);
    refuses(link, SAFEFILE_REFUSED, link, "it belongs to another user");
    assert_int_equal(lchown(link, 0, 0), 0);
    reads(link);
    assert_int_equal(chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE), 0);
    refuses(path, SAFEFILE_REFUSED, path, "it belongs to another user");
    assert_int_equal(chown(path, 0, 0), 0);
    assert_int_equal(chown(folder, SOMEBODY_ELSE, SOMEBODY_ELSE), 0);
    refuses(path, SAFEFILE_REFUSED, folder, "it belongs to another user");
}

/* ---- the file ---- */

static void what_is_no_file_of_this_size_is_refused(void **state)
{
    const char *fifo = scratch_path(*state, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    refuses(fifo, SAFEFILE_REFUSED, fifo, "not a regular file");
    refuses(*state, SAFEFILE_REFUSED, *state, "not a regular file");
    refuses("config", SAFEFILE_REFUSED, "config", "not the absolute path");
    const char *none = scratch_path(*state, "none");
    refuses(none, SAFEFILE_MISSING, none, "No such file");
    const char *path = scratch_write(*state, "config", span_of_string(text), 0600);
    refuses(scratch_path(path, "x"), SAFEFILE_MISSING, "", "Not a directory");
    const char *large = scratch_write(*state, "large", span_of(text, sizeof text), 0600);
    struct secret content OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    assert_int_equal(cognito_ownfile_read(large, sizeof text, &content, &why), SAFEFILE_READ);
    assert_int_equal(content.len, sizeof text);
    cognito_secret_free(&content);
    assert_int_equal(cognito_ownfile_read(large, sizeof text - 1, &content, &why),
                     SAFEFILE_REFUSED);
    assert_non_null(strstr(why.text, "large: larger than 14 bytes"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_home, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_group_of_ones_own_may_write),
        TEST(a_group_with_others_in_it_may_not_write),
        TEST(a_group_with_an_access_list_may_not_write),
        TEST(others_may_not_write),
        TEST(links_are_followed),
        TEST(folders_behind_a_link_and_before_it_are_judged),
        TEST(links_without_end_or_target_are_refused),
        TEST(what_another_user_owns_is_refused),
        TEST(what_is_no_file_of_this_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
