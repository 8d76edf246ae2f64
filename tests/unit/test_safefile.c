/* SPDX-License-Identifier: MIT */
#include "base/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "reading.h"
#include "scratch.h"
#include "unit.h"

enum { STRANGER = 65534, MAX = 1000 };

static const struct safefile_rules plain = {.max_size = MAX};
static struct complaint why;

/* The words are about AT. */
static void expect_not(const char *path, const struct safefile_rules *rules,
                       enum safefile_result result, const char *at, const char *words)
{
    struct safefile file;
    char wanted[8192];
    (void)snprintf(wanted, sizeof wanted, "%s: %s", at, words);
    assert_int_equal(reading_result(path, rules, &file, &why), result);
    assert_string_equal(why.text, wanted);
}

static void good_files(void **state)
{
    const char *path = scratch_text(*state, "file", "content\n");
    struct safefile file;
    struct stat status;
    reading_expect(path, &plain, "content\n");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(reading_result(path, &plain, &file, &why), SAFEFILE_READ);
    assert_int_equal(file.mtime, status.st_mtime);
    cognito_secret_free(&file.content);
    reading_expect(scratch_text(*state, "empty", ""), &plain, "");
    reading_expect(scratch_path(*state, "./file"), &plain, "content\n");
    reading_expect(scratch_path(*state, "/file"), &plain, "content\n");
}

static void missing_files(void **state)
{
    const char *path = scratch_path(*state, "none");
    expect_not(path, &plain, SAFEFILE_MISSING, path, "No such file or directory");
    expect_not(scratch_path(*state, "none/file"), &plain, SAFEFILE_MISSING, path,
               "No such file or directory");
    const char *file = scratch_text(*state, "file", "x");
    expect_not(scratch_path(*state, "file/below"), &plain, SAFEFILE_MISSING, file,
               "Not a directory");
}

static void paths_that_are_none(void **state)
{
    (void)state;
    char endless[5000];
    memset(endless, 'x', sizeof endless);
    endless[0] = '/';
    endless[sizeof endless - 1] = '\0';
    static const char words[] = "not the absolute path of a file";
    expect_not("", &plain, SAFEFILE_REFUSED, "", words);
    expect_not("file", &plain, SAFEFILE_REFUSED, "file", words);
    expect_not("./file", &plain, SAFEFILE_REFUSED, "./file", words);
    expect_not("/", &plain, SAFEFILE_REFUSED, "/", words);
    expect_not("/tmp/", &plain, SAFEFILE_REFUSED, "/tmp/", words);
    struct safefile file;
    assert_int_equal(reading_result(endless, &plain, &file, &why), SAFEFILE_REFUSED);
    expect_not("/none-of-this-name", &plain, SAFEFILE_MISSING, "/none-of-this-name",
               "No such file or directory");
}

static void sizes(void **state)
{
    char content[MAX + 2];
    memset(content, 'x', sizeof content);
    const char *most = scratch_write(*state, "most", span_of(content, MAX), 0644);
    content[MAX] = '\0';
    reading_expect(most, &plain, content);
    const char *beyond = scratch_write(*state, "beyond", span_of(content, MAX + 1), 0644);
    expect_not(beyond, &plain, SAFEFILE_REFUSED, beyond, "larger than 1000 bytes");
    const struct safefile_rules nothing = {.max_size = 0};
    expect_not(most, &nothing, SAFEFILE_REFUSED, most, "larger than 0 bytes");
}

/* Its size says 0, and there is something to read: as if it grew meanwhile. */
static void a_file_that_grows(void **state)
{
    (void)state;
    struct stat status;
    if (stat("/proc/version", &status) != 0 || status.st_uid != 0 || status.st_size != 0)
        SKIP_BECAUSE("no /proc/version of root's");
    expect_not("/proc/version", &plain, SAFEFILE_REFUSED, "/proc/version",
               "it grew while it was read");
}

/* Its size says 4096, and there is less to read: as if it shrank meanwhile. */
static void a_file_that_shrinks(void **state)
{
    static const char path[] = "/sys/devices/system/cpu/online";
    static const struct safefile_rules large = {.max_size = 1 << 20};
    (void)state;
    struct stat status;
    if (stat(path, &status) != 0 || status.st_uid != 0 || status.st_size == 0)
        SKIP_BECAUSE("no /sys/devices/system/cpu/online of root's");
    expect_not(path, &large, SAFEFILE_REFUSED, path, "it shrank while it was read");
}

static void no_regular_files(void **state)
{
    static const char words[] = "not a regular file";
    const char *fifo = scratch_path(*state, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    expect_not(fifo, &plain, SAFEFILE_REFUSED, fifo, words);
    const char *folder = scratch_path(*state, "folder");
    assert_int_equal(mkdir(folder, 0700), 0);
    expect_not(folder, &plain, SAFEFILE_REFUSED, folder, words);
    const char *up = scratch_path(*state, "folder/..");
    expect_not(up, &plain, SAFEFILE_REFUSED, up, words);
    expect_not("/dev/null", &plain, SAFEFILE_REFUSED, "/dev/null", words);
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *name = scratch_path(*state, "socket");
    assert_true(strlen(name) < sizeof address.sun_path);
    memcpy(address.sun_path, name, strlen(name));
    assert_int_equal(bind(descriptor, (const struct sockaddr *)&address, sizeof address), 0);
    expect_not(name, &plain, SAFEFILE_REFUSED, name, "No such device or address");
    assert_int_equal(close(descriptor), 0);
}

static void links(void **state)
{
    const char *file = scratch_text(*state, "file", "x");
    const char *link = scratch_path(*state, "link");
    assert_int_equal(symlink("file", link), 0);
    expect_not(link, &plain, SAFEFILE_REFUSED, link, "a symbolic link is not followed");
    const char *dangling = scratch_path(*state, "dangling");
    assert_int_equal(symlink("none", dangling), 0);
    expect_not(dangling, &plain, SAFEFILE_REFUSED, dangling, "a symbolic link is not followed");
    /* Links above the file are resolved, and what they lead to is judged. */
    assert_int_equal(mkdir(scratch_path(*state, "real"), 0755), 0);
    assert_int_equal(symlink("real", scratch_path(*state, "folder")), 0);
    (void)scratch_text(*state, "real/file", "y");
    reading_expect(scratch_path(*state, "folder/file"), &plain, "y");
    const char *real = scratch_path(*state, "real");
    assert_int_equal(chmod(real, 0775), 0);
    char *resolved = realpath(real, NULL);
    expect_not(scratch_path(*state, "folder/file"), &plain, SAFEFILE_REFUSED, resolved,
               "this folder can be written to by its group or by others");
    free(resolved);
    assert_int_equal(symlink("loop", scratch_path(*state, "loop")), 0);
    expect_not(scratch_path(*state, "loop/file"), &plain, SAFEFILE_REFUSED,
               scratch_path(*state, "loop"), "Too many levels of symbolic links");
    reading_expect(file, &plain, "x");
}

static void modes_of_the_file(void **state)
{
    static const struct safefile_rules private = {.max_size = MAX, .private = true};
    static const char writable[] = "this file can be written to by its group or by others";
    static const char readable[] = "this file can be read by its group or by others (chmod 600)";
    for (mode_t mode = 0400; mode <= 0777; mode++) {
        if ((mode & 0400) == 0)
            continue;
        const char *path = scratch_text(*state, "file", "x");
        assert_int_equal(chmod(path, mode), 0);
        if (mode & 0022)
            expect_not(path, &plain, SAFEFILE_REFUSED, path, writable);
        else
            reading_expect(path, &plain, "x");
        if (mode & 0022)
            expect_not(path, &private, SAFEFILE_REFUSED, path, writable);
        else if (mode & 0044)
            expect_not(path, &private, SAFEFILE_REFUSED, path, readable);
        else
            reading_expect(path, &private, "x");
        assert_int_equal(unlink(path), 0);
    }
}

static void an_unreadable_file(void **state)
{
    if (geteuid() == 0)
        SKIP_BECAUSE("root reads everything");
    const char *path = scratch_text(*state, "file", "x");
    assert_int_equal(chmod(path, 0), 0);
    expect_not(path, &plain, SAFEFILE_REFUSED, path, "Permission denied");
}

static void folders_that_others_can_write_to(void **state)
{
    static const char words[] = "this folder can be written to by its group or by others";
    assert_int_equal(mkdir(scratch_path(*state, "a"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(*state, "a/b"), 0755), 0);
    const char *file = scratch_text(*state, "a/b/file", "x");
    static const char *const folders[] = {"a", "a/b"};
    static const mode_t modes[] = {0775, 0757, 0777, 0720, 0702};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        const char *folder = scratch_path(*state, folders[i]);
        for (size_t k = 0; k < COUNT_OF(modes); k++) {
            assert_int_equal(chmod(folder, modes[k]), 0);
            char *resolved = realpath(folder, NULL);
            expect_not(file, &plain, SAFEFILE_REFUSED, resolved, words);
            free(resolved);
        }
        assert_int_equal(chmod(folder, 0755), 0);
        reading_expect(file, &plain, "x");
    }
    /* Sticky counts for root's folders alone. */
    const char *sticky = scratch_path(*state, "a");
    assert_int_equal(chmod(sticky, 01777), 0);
    if (geteuid() == 0)
        reading_expect(file, &plain, "x");
    else
        expect_not(file, &plain, SAFEFILE_REFUSED, sticky, words);
}

/* ---- owners: only root can give files away ---- */

static void owners(void **state)
{
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give files to others");
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir(scratch_path(*state, "a"), 0755), 0);
    const char *file = scratch_text(*state, "a/file", "x");
    const char *folder = scratch_path(*state, "a");
    assert_int_equal(chown(file, STRANGER, 0), 0);
    expect_not(file, &plain, SAFEFILE_REFUSED, file,
               "this file belongs to a user who is not trusted");
    assert_int_equal(chown(file, 0, 0), 0);
    assert_int_equal(chown(folder, STRANGER, 0), 0);
    expect_not(file, &plain, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
}

/* The cache: its folder's owner counts, if root owns what is above and nobody else writes there. */
static void owner_of_the_folder(void **state)
{
    static const struct safefile_rules cache = {.max_size = MAX, .trust_folder_owner = true};
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give files to others");
    assert_int_equal(chmod(*state, 0755), 0);
    const char *folder = scratch_path(*state, "cache");
    assert_int_equal(mkdir(folder, 0755), 0);
    const char *file = scratch_text(*state, "cache/set", "x");
    assert_int_equal(chown(folder, STRANGER, 0), 0);
    assert_int_equal(chown(file, STRANGER, 0), 0);
    reading_expect(file, &cache, "x");
    expect_not(file, &plain, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
    assert_int_equal(chown(file, 0, 0), 0);
    reading_expect(file, &cache, "x");
    assert_int_equal(chown(file, STRANGER - 1, 0), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, file,
               "this file belongs to a user who is not trusted");
    assert_int_equal(chown(file, STRANGER, 0), 0);
    assert_int_equal(chmod(folder, 0775), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder can be written to by its group or by others");
    assert_int_equal(chmod(folder, 01777), 0); /* sticky counts for root's folders alone */
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder can be written to by its group or by others");
    assert_int_equal(chmod(folder, 0755), 0);
    /* Whose folder is it, where anybody can make one? */
    assert_int_equal(chmod(*state, 01777), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
    assert_int_equal(chmod(*state, 0755), 0);
    /* The one above has to be root's. */
    const char *deeper = scratch_path(*state, "cache/deeper");
    assert_int_equal(mkdir(deeper, 0755), 0);
    assert_int_equal(chown(deeper, STRANGER, 0), 0);
    expect_not(scratch_text(*state, "cache/deeper/set", "x"), &cache, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
}

/* ---- folders ---- */

static const char open_folder[] = "this folder can be written to by its group or by others";

static void expect_no_folder(const char *path, const char *at, const char *words, int error)
{
    char wanted[8192];
    why.text[0] = '\0';
    assert_int_equal(cognito_safefolder_open(path, &why), -1);
    assert_int_equal(errno, error);
    (void)snprintf(wanted, sizeof wanted, "%s: %s", at, words);
    assert_string_equal(why.text, wanted);
}

static void folders(void **state)
{
    const char *folder = scratch_path(*state, "folder");
    const char *none = scratch_path(*state, "none");
    assert_int_equal(mkdir(folder, 0755), 0);
    (void)scratch_text(*state, "folder/file", "x");
    why.text[0] = '\0';
    const int opened = cognito_safefolder_open(folder, &why);
    assert_true(opened >= 0);
    assert_string_equal(why.text, "");
    assert_int_equal(faccessat(opened, "file", R_OK, 0), 0);
    assert_int_equal(fcntl(opened, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(opened, F_GETFL) & O_ACCMODE, O_RDONLY);
    char byte;
    errno = 0;
    assert_int_equal(read(opened, &byte, 1), -1);
    assert_int_equal(errno, EISDIR); /* not EBADF: it can be listed */
    assert_int_equal(close(opened), 0);
    assert_true(fcntl(0, F_GETFD) >= 0); /* which belongs to the host */
    errno = 0;
    assert_int_equal(cognito_safefolder_open("folder", &why), -1);
    assert_string_equal(why.text, "folder: not the absolute path of a folder");
    expect_no_folder(none, none, "No such file or directory", ENOENT);
    const char *file = scratch_path(*state, "folder/file");
    expect_no_folder(file, file, "Not a directory", EACCES);
    assert_int_equal(chmod(folder, 0777), 0);
    char *resolved = realpath(folder, NULL);
    expect_no_folder(folder, resolved, open_folder, EACCES);
    free(resolved);
}

/* A host may have closed its standard input: 0 is a descriptor like any other. */
static void descriptor_zero(void **state)
{
    const char *folder = scratch_path(*state, "folder");
    const char *deeper = scratch_path(*state, "folder/deeper");
    assert_int_equal(mkdir(folder, 0755), 0);
    assert_int_equal(mkdir(deeper, 0755), 0);
    const char *paths[] = {scratch_text(*state, "folder/file", "x"),
                           scratch_text(*state, "folder/deeper/file", "x")};
    const int kept = fcntl(0, F_DUPFD_CLOEXEC, 10);
    bool zero = false;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        (void)close(0);
        reading_expect(paths[i], &plain, "x");
        why.text[0] = '\0';
        const int opened = cognito_safefolder_open(i == 0 ? folder : deeper, &why);
        assert_true(opened >= 0);
        assert_string_equal(why.text, "");
        zero = zero || opened == 0;
        assert_int_equal(close(opened), 0);
    }
    assert_true(zero);
    if (kept >= 0) {
        assert_int_equal(dup2(kept, 0), 0);
        assert_int_equal(close(kept), 0);
    }
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(good_files),
        IN_SCRATCH(missing_files),
        IN_SCRATCH(paths_that_are_none),
        IN_SCRATCH(sizes),
        IN_SCRATCH(a_file_that_grows),
        IN_SCRATCH(a_file_that_shrinks),
        IN_SCRATCH(no_regular_files),
        IN_SCRATCH(links),
        IN_SCRATCH(modes_of_the_file),
        IN_SCRATCH(an_unreadable_file),
        IN_SCRATCH(folders_that_others_can_write_to),
        IN_SCRATCH(owners),
        IN_SCRATCH(owner_of_the_folder),
        IN_SCRATCH(folders),
        IN_SCRATCH(descriptor_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
