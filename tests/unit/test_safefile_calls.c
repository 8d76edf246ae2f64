/* SPDX-License-Identifier: MIT */
/*
 * What no test can bring about with real files: calls that fail, and owners without being root.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "failing.h"
#include "reading.h"
#include "scratch.h"
#include "unit.h"

enum { MAX = 1000 };

static const struct safefile_rules plain = {.max_size = MAX};
static struct complaint why;

enum { STATUSES_MAX = 16 };

/* The call number NTH of a function, from 1, fails. */
struct failure {
    size_t nth, calls;
    int error;
};

static struct failure fail_open, fail_openat, fail_fstat, fail_fstatat, fail_readlinkat, fail_read;

/* What fstat says, call by call: everything is root's and 0755, but for what is set here. */
static struct {
    bool on;
    size_t calls;
    uid_t euid;
    struct {
        bool set;
        uid_t owner;
        mode_t mode; /* permissions */
        off_t size;  /* 0: as it is */
    } call[STATUSES_MAX + 1];
} pretended;

static bool fails(struct failure *failure)
{
    if (++failure->calls != failure->nth)
        return false;
    errno = failure->error;
    return true;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __real_fstat(int descriptor, struct stat *status);
int __wrap_fstat(int descriptor, struct stat *status);
int __real_fstatat(int folder, const char *path, struct stat *status, int flags);
int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags);
ssize_t __real_readlinkat(int folder, const char *path, char *target, size_t size);
ssize_t __wrap_readlinkat(int folder, const char *path, char *target, size_t size);
ssize_t __real_read(int descriptor, void *data, size_t len);
ssize_t __wrap_read(int descriptor, void *data, size_t len);
int __wrap___open_2(const char *path, int flags);
int __wrap___openat_2(int folder, const char *path, int flags);
ssize_t __wrap___readlinkat_chk(int folder, const char *path, char *target, size_t size,
                                size_t room);
ssize_t __wrap___read_chk(int descriptor, void *data, size_t len, size_t room);
uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return fails(&fail_open) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return fails(&fail_openat) ? -1 : __real_openat(folder, path, flags, mode);
}

int __wrap_fstat(int descriptor, struct stat *status)
{
    if (fails(&fail_fstat))
        return -1;
    const int result = __real_fstat(descriptor, status);
    const size_t call = ++pretended.calls;
    if (!pretended.on || result != 0)
        return result;
    status->st_uid = 0;
    status->st_mode = (status->st_mode & S_IFMT) | 0755;
    if (call <= STATUSES_MAX && pretended.call[call].set) {
        status->st_uid = pretended.call[call].owner;
        status->st_mode = (status->st_mode & S_IFMT) | pretended.call[call].mode;
        if (pretended.call[call].size != 0)
            status->st_size = pretended.call[call].size;
    }
    return 0;
}

int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags)
{
    return fails(&fail_fstatat) ? -1 : __real_fstatat(folder, path, status, flags);
}

ssize_t __wrap_readlinkat(int folder, const char *path, char *target, size_t size)
{
    return fails(&fail_readlinkat) ? -1 : __real_readlinkat(folder, path, target, size);
}

ssize_t __wrap_read(int descriptor, void *data, size_t len)
{
    return fails(&fail_read) ? -1 : __real_read(descriptor, data, len);
}

/* What fortified headers call instead. */
int __wrap___open_2(const char *path, int flags)
{
    return __wrap_open(path, flags);
}

int __wrap___openat_2(int folder, const char *path, int flags)
{
    return __wrap_openat(folder, path, flags);
}

ssize_t __wrap___readlinkat_chk(int folder, const char *path, char *target, size_t size,
                                size_t room)
{
    return size > room ? -1 : __wrap_readlinkat(folder, path, target, size);
}

ssize_t __wrap___read_chk(int descriptor, void *data, size_t len, size_t room)
{
    return len > room ? -1 : __wrap_read(descriptor, data, len);
}

uid_t __wrap_geteuid(void)
{
    return pretended.on ? pretended.euid : __real_geteuid();
}

static void pretend_nothing(void)
{
    memset(&pretended, 0, sizeof pretended);
    fail_open = fail_openat = fail_fstat = fail_fstatat = fail_readlinkat = fail_read =
        (struct failure){0};
}

static void pretend(size_t call, uid_t owner, mode_t mode, off_t size)
{
    assert_true(call >= 1 && call <= STATUSES_MAX);
    pretended.call[call].set = true;
    pretended.call[call].owner = owner;
    pretended.call[call].mode = mode;
    pretended.call[call].size = size;
}

/* Each call in turn, until there are no more of them. */
static void expect_failures(const char *path, struct failure *failure)
{
    static const struct {
        int error;
        enum safefile_result result;
        const char *words;
    } errors[] = {
        {EIO, SAFEFILE_REFUSED, "Input/output error"},
        {ENOMEM, SAFEFILE_NO_MEMORY, "out of memory"},
        {ENOENT, SAFEFILE_MISSING, "No such file or directory"},
        {ENOTDIR, SAFEFILE_MISSING, "Not a directory"},
        {EMFILE, SAFEFILE_REFUSED, "Too many open files"},
    };
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        size_t nth = 1;
        for (;; nth++) {
            struct safefile file;
            pretend_nothing();
            *failure = (struct failure){nth, 0, errors[i].error};
            const enum safefile_result result = reading_result(path, &plain, &file, &why);
            if (failure->calls < nth) {
                assert_int_equal(result, SAFEFILE_READ);
                cognito_secret_free(&file.content);
                break;
            }
            assert_int_equal(result, errors[i].result);
            assert_non_null(strstr(why.text, errors[i].words));
            assert_int_equal(why.text[0], '/');
        }
        assert_true(nth > 1);
    }
    pretend_nothing();
}

static void calls_that_fail(void **state)
{
    const char *path = scratch_text(*state, "file", "content");
    expect_failures(path, &fail_open);
    expect_failures(path, &fail_openat);
    expect_failures(path, &fail_fstat);
    expect_failures(path, &fail_readlinkat);
    expect_failures(path, &fail_read);
    /* By way of a link there are more. */
    assert_int_equal(symlink("/", scratch_path(*state, "root")), 0);
    char by_link[PATH_SIZE_MAX];
    (void)snprintf(by_link, sizeof by_link, "root%s", path);
    const char *other = scratch_path(*state, by_link);
    expect_failures(other, &fail_open);
    expect_failures(other, &fail_openat);
    expect_failures(other, &fail_fstat);
    expect_failures(other, &fail_fstatat);
    expect_failures(other, &fail_readlinkat);
    /* A signal is no failure. */
    fail_read = (struct failure){1, 0, EINTR};
    reading_expect(path, &plain, "content");
    assert_int_equal(fail_read.calls, 3);
    fail_read = (struct failure){2, 0, EINTR};
    reading_expect(path, &plain, "content");
    pretend_nothing();
}

static void without_memory(void **state)
{
    const char *path = scratch_text(*state, "file", "content");
    size_t nth = 1;
    for (;; nth++) {
        struct safefile file;
        failing_begin(nth);
        const enum safefile_result result = reading_result(path, &plain, &file, &why);
        const bool failed = failing_end();
        assert_int_equal(result, failed ? SAFEFILE_NO_MEMORY : SAFEFILE_READ);
        if (!failed) {
            cognito_secret_free(&file.content);
            break;
        }
        char wanted[PATH_SIZE_MAX];
        (void)snprintf(wanted, sizeof wanted, "%s: out of memory", path);
        assert_string_equal(why.text, wanted);
    }
    assert_true(nth > 2);
}

static bool add(void *context, struct span lines)
{
    return cognito_secret_append(context, lines);
}

/* By lines: each reading, and the memory for it, may fail; a signal is no failure. */
static void lines_that_cannot_be_read(void **state)
{
    static const char content[] = "one\ntwo\n";
    const char *path = scratch_text(*state, "file", content);
    struct secret text = {0};
    for (size_t nth = 1; nth <= 2; nth++) {
        fail_read = (struct failure){nth, 0, EIO};
        assert_int_equal(cognito_safefile_lines(path, &plain, add, &text, &why), SAFEFILE_REFUSED);
        assert_non_null(strstr(why.text, "Input/output error"));
        text.len = 0;
        fail_read = (struct failure){nth, 0, EINTR};
        assert_int_equal(cognito_safefile_lines(path, &plain, add, &text, &why), SAFEFILE_READ);
        assert_int_equal(fail_read.calls, 3);
        assert_true(span_is(secret_span(&text), content));
        text.len = 0;
    }
    pretend_nothing();
    cognito_secret_free(&text);
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
        failing_begin(nth);
        const enum safefile_result result = cognito_safefile_lines(path, &plain, add, &text, &why);
        failed = failing_end();
        assert_int_equal(result == SAFEFILE_READ, !failed);
        cognito_secret_free(&text);
    }
}

/* How often a path is judged: the last time it is the file, before that its folder. */
static size_t count_statuses(const char *path, const struct safefile_rules *rules)
{
    struct safefile file;
    pretend_nothing();
    pretended.on = true;
    assert_int_equal(reading_result(path, rules, &file, &why), SAFEFILE_READ);
    cognito_secret_free(&file.content);
    assert_true(pretended.calls <= STATUSES_MAX);
    return pretended.calls;
}

static void expect_pretended(const char *path, const struct safefile_rules *rules,
                             const char *words)
{
    struct safefile file;
    pretended.on = true;
    pretended.calls = 0;
    const enum safefile_result result = reading_result(path, rules, &file, &why);
    if (words == NULL && result != SAFEFILE_READ)
        FAIL_ROW("%s\n", why.text);
    if (words != NULL && strstr(why.text, words) == NULL)
        FAIL_ROW("%s, not %s\n", why.text, words);
    if (result == SAFEFILE_READ)
        cognito_secret_free(&file.content);
    pretend_nothing();
}

static const char strange_file[] = "this file belongs to a user who is not trusted";
static const char strange_folder[] = "this folder belongs to a user who is not trusted";
static const char open_folder[] = "this folder can be written to by its group or by others";

static void pretended_owners(void **state)
{
    const char *path = scratch_text(*state, "file", "content");
    const size_t last = count_statuses(path, &plain);
    for (size_t call = 1; call <= last; call++) {
        const char *strange = call == last ? strange_file : strange_folder;
        pretend_nothing();
        pretended.euid = 1234;
        pretend(call, 1234, 0755, 0);
        expect_pretended(path, &plain, NULL);
        pretended.euid = 1234;
        pretend(call, 1235, 0755, 0);
        expect_pretended(path, &plain, strange);
        pretend(call, 1, 0755, 0); /* the first one after root */
        expect_pretended(path, &plain, strange);
        if (call == last)
            continue;
        pretend(call, 0, 01777, 0);
        expect_pretended(path, &plain, NULL);
        pretend(call, 0, 0777, 0);
        expect_pretended(path, &plain, open_folder);
        pretended.euid = 1234;
        pretend(call, 1234, 01777, 0);
        expect_pretended(path, &plain, open_folder);
    }
}

/* One more user may own the folder and the file. */
static void pretended_owner_of_the_folder(void **state)
{
    static const struct safefile_owner refresher = {{"refresher"}, 77};
    static const struct safefile_rules cache = {.max_size = MAX, .owner = &refresher};
    static const char others_file[] =
        "this file belongs to uid 78, neither to root nor to refresher";
    static const char others_folder[] =
        "this folder belongs to uid 78, neither to root nor to refresher";
    const char *path = scratch_text(*state, "set", "content");
    const size_t last = count_statuses(path, &cache);
    static const struct {
        uid_t above, folder, file;
        mode_t mode; /* of the folder above */
        const char *words;
    } rows[] = {
        {0, 77, 77, 0755, NULL},          {0, 77, 0, 0755, NULL},
        {0, 77, 1234, 0755, NULL},        {0, 0, 77, 0755, NULL},
        {1234, 77, 77, 0755, NULL},       {0, 77, 77, 01777, NULL},
        {0, 77, 78, 0755, others_file},   {0, 78, 77, 0755, others_folder},
        {0, 78, 78, 0755, others_folder}, {77, 77, 77, 0755, strange_folder},
        {0, 77, 77, 0777, open_folder},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        pretend_nothing();
        pretended.euid = 1234;
        pretend(last - 2, rows[i].above, rows[i].mode, 0);
        pretend(last - 1, rows[i].folder, 0755, 0);
        pretend(last, rows[i].file, 0755, 0);
        expect_pretended(path, &cache, rows[i].words);
    }
}

static void pretended_sizes(void **state)
{
    const char *path = scratch_text(*state, "file", "content");
    const size_t last = count_statuses(path, &plain);
    pretend_nothing();
    pretend(last, 0, 0644, -1);
    expect_pretended(path, &plain, "larger than 1000 bytes");
    pretend(last, 0, 0644, MAX + 1);
    expect_pretended(path, &plain, "larger than 1000 bytes");
    pretend(last, 0, 0644, MAX);
    expect_pretended(path, &plain, "it shrank while it was read");
    pretend(last, 0, 0644, 8);
    expect_pretended(path, &plain, "it shrank while it was read");
    pretend(last, 0, 0644, 7);
    expect_pretended(path, &plain, NULL);
    pretend(last, 0, 0644, 6);
    expect_pretended(path, &plain, "it grew while it was read");
    pretend(last, 0, 0644, 3);
    expect_pretended(path, &plain, "it grew while it was read");
    static const struct safefile_rules enough = {.max_size = 7};
    expect_pretended(path, &enough, NULL);
}

/* ---- folders ---- */

static size_t count_openat(const char *path)
{
    pretend_nothing();
    const int opened = cognito_safefolder_open(path, &why);
    assert_true(opened >= 0);
    assert_int_equal(close(opened), 0);
    return fail_openat.calls;
}

/* Descriptors are not lost on the way. */
static void folders_whose_calls_fail(void **state)
{
    const char *folder = scratch_path(*state, "folder");
    assert_int_equal(mkdir(folder, 0755), 0);
    const size_t count = count_openat(folder);
    const int before = dup(0);
    for (size_t nth = 1; nth <= count; nth++) {
        pretend_nothing();
        fail_openat = (struct failure){nth, 0, EMFILE};
        why.text[0] = '\0';
        assert_int_equal(cognito_safefolder_open(folder, &why), -1);
        assert_int_equal(errno, nth == count ? EMFILE : EACCES);
        assert_non_null(strstr(why.text, "Too many open files"));
    }
    pretend_nothing();
    fail_open = (struct failure){1, 0, EMFILE};
    why.text[0] = '\0';
    assert_int_equal(cognito_safefolder_open(folder, &why), -1);
    assert_int_equal(errno, EACCES);
    assert_string_equal(why.text, "/: Too many open files");
    pretend_nothing();
    failing_begin(1);
    assert_int_equal(cognito_safefolder_open(folder, &why), -1);
    assert_int_equal(errno, ENOMEM);
    assert_true(failing_end());
    assert_non_null(strstr(why.text, "/folder: out of memory"));
    pretend_nothing();
    const int after = dup(0);
    assert_int_equal(after, before + 1);
    assert_int_equal(close(before), 0);
    assert_int_equal(close(after), 0);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(calls_that_fail),
        IN_SCRATCH(without_memory),
        IN_SCRATCH(lines_that_cannot_be_read),
        IN_SCRATCH(pretended_owners),
        IN_SCRATCH(pretended_owner_of_the_folder),
        IN_SCRATCH(pretended_sizes),
        IN_SCRATCH(folders_whose_calls_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
