/* SPDX-License-Identifier: MIT */
#include "base/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

static bool add(void *context, struct span lines)
{
    return cognito_secret_append(context, lines);
}

/* Read by lines, it is the same file. */
static void expect_lines(const char *path, const struct safefile_rules *rules, const char *content)
{
    struct secret text = {0};
    assert_int_equal(cognito_safefile_lines(path, rules, add, &text, &why), SAFEFILE_READ);
    assert_true(span_is(secret_span(&text), content));
    cognito_secret_free(&text);
}

/* The words are about AT. */
static void expect_not(const char *path, const struct safefile_rules *rules,
                       enum safefile_result result, const char *at, const char *words)
{
    struct safefile file;
    char wanted[8192];
    (void)snprintf(wanted, sizeof wanted, "%s: %s", at, words);
    assert_int_equal(reading_result(path, rules, &file, &why), result);
    assert_string_equal(why.text, wanted);
    /* Nor is it read by lines, for the same reason. */
    struct secret text = {0};
    why.text[0] = '\0';
    assert_int_equal(cognito_safefile_lines(path, rules, add, &text, &why), result);
    assert_string_equal(why.text, wanted);
    cognito_secret_free(&text);
}

/* ---- by lines ---- */

struct pieces {
    size_t count;
    size_t whole; /* of those that end with a newline */
    size_t bytes;
    size_t enough; /* the piece that ends it */
};

static bool count(void *context, struct span lines)
{
    struct pieces *pieces = context;
    assert_true(lines.len > 0 && lines.len <= FILE_BLOCK_MAX);
    pieces->whole += lines.data[lines.len - 1] == '\n';
    pieces->bytes += lines.len;
    return ++pieces->count != pieces->enough;
}

static void pieces_are_whole_lines(void **state)
{
    enum { LINE = 1000, LINES = 50, SIZE = LINE * LINES };
    static const struct safefile_rules large = {.max_size = SIZE};
    static char text[SIZE];
    memset(text, 'x', SIZE);
    for (size_t i = LINE; i <= SIZE; i += LINE)
        text[i - 1] = '\n';
    const char *path = scratch_write(*state, "lines", span_of(text, SIZE), 0644);
    struct pieces pieces = {0};
    assert_int_equal(cognito_safefile_lines(path, &large, count, &pieces, &why), SAFEFILE_READ);
    assert_int_equal(pieces.bytes, SIZE);
    assert_int_equal(pieces.whole, pieces.count);
    assert_true(pieces.count > 1);
    /* The last line has no newline. */
    path = scratch_write(*state, "cut", span_of(text, SIZE - 1), 0644);
    pieces = (struct pieces){0};
    assert_int_equal(cognito_safefile_lines(path, &large, count, &pieces, &why), SAFEFILE_READ);
    assert_int_equal(pieces.bytes, SIZE - 1);
    assert_int_equal(pieces.whole, pieces.count - 1);
    /* Nobody wants the rest. */
    for (size_t enough = 1; enough <= 2; enough++) {
        pieces = (struct pieces){.enough = enough};
        assert_int_equal(cognito_safefile_lines(path, &large, count, &pieces, &why),
                         SAFEFILE_REFUSED);
        assert_int_equal(pieces.count, enough);
    }
    /* Without one newline. */
    memset(text, 'x', SIZE);
    path = scratch_write(*state, "endless", span_of(text, SIZE), 0644);
    pieces = (struct pieces){0};
    assert_int_equal(cognito_safefile_lines(path, &large, count, &pieces, &why), SAFEFILE_READ);
    assert_int_equal(pieces.bytes, SIZE);
    assert_int_equal(pieces.whole, 0);
}

static void good_files(void **state)
{
    const char *path = scratch_text(*state, "file", "content\n");
    struct safefile file;
    struct stat status;
    reading_expect(path, &plain, "content\n");
    expect_lines(path, &plain, "content\n");
    expect_lines(scratch_text(*state, "two", "one\n\ntwo"), &plain, "one\n\ntwo");
    expect_lines(scratch_text(*state, "nothing", ""), &plain, "");
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

/* The cache: one more user may own the folder and what is in it, and nobody else. */
static void one_more_owner(void **state)
{
    static const struct safefile_owner refresher = {{"refresher"}, STRANGER};
    static const struct safefile_owner missing = {{"refresher"}, -1};
    static const struct safefile_rules cache = {.max_size = MAX, .owner = &refresher};
    static const struct safefile_rules nobodys = {.max_size = MAX, .owner = &missing};
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give files to others");
    assert_int_equal(chmod(*state, 0755), 0);
    const char *folder = scratch_path(*state, "cache");
    assert_int_equal(mkdir(folder, 0755), 0);
    const char *file = scratch_text(*state, "cache/set", "x");
    assert_int_equal(chown(folder, STRANGER, 0), 0);
    assert_int_equal(chown(file, STRANGER, 0), 0);
    reading_expect(file, &cache, "x");
    reading_expect(scratch_path(*state, "cache/./set"), &cache, "x");
    expect_not(file, &plain, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
    expect_not(file, &nobodys, SAFEFILE_REFUSED, folder,
               "this folder belongs to uid 65534, neither to root nor to refresher, who does not "
               "exist");
    assert_int_equal(chown(file, 0, 0), 0);
    reading_expect(file, &cache, "x");
    assert_int_equal(chown(file, STRANGER - 1, 0), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, file,
               "this file belongs to uid 65533, neither to root nor to refresher");
    assert_int_equal(chown(file, STRANGER, 0), 0);
    assert_int_equal(chown(folder, STRANGER - 1, 0), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder belongs to uid 65533, neither to root nor to refresher");
    assert_int_equal(chown(folder, STRANGER, 0), 0);
    assert_int_equal(chmod(folder, 0775), 0);
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder can be written to by its group or by others");
    assert_int_equal(chmod(folder, 01777), 0); /* sticky counts for root's folders alone */
    expect_not(file, &cache, SAFEFILE_REFUSED, folder,
               "this folder can be written to by its group or by others");
    assert_int_equal(chmod(folder, 0755), 0);
    /* The folder alone, and none above it. */
    const char *deeper = scratch_path(*state, "cache/deeper");
    assert_int_equal(mkdir(deeper, 0755), 0);
    assert_int_equal(chown(deeper, STRANGER, 0), 0);
    expect_not(scratch_text(*state, "cache/deeper/set", "x"), &cache, SAFEFILE_REFUSED, folder,
               "this folder belongs to a user who is not trusted");
}

/* ---- links on the way ---- */

/* Whoever owns the folder that a link is in decides where the link leads. */
static void a_link_in_the_folder_of_a_stranger(void **state)
{
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give files to others");
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir(scratch_path(*state, "roots"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(*state, "strangers"), 0755), 0);
    (void)scratch_text(*state, "roots/file", "x");
    assert_int_equal(symlink("../roots", scratch_path(*state, "strangers/link")), 0);
    const char *strangers = scratch_path(*state, "strangers");
    const char *file = scratch_path(*state, "strangers/link/file");
    reading_expect(file, &plain, "x");
    assert_int_equal(chown(strangers, STRANGER, 0), 0);
    expect_not(file, &plain, SAFEFILE_REFUSED, strangers,
               "this folder belongs to a user who is not trusted");
    /* And by a way that leads through it and out again. */
    expect_not(scratch_path(*state, "strangers/../roots/file"), &plain, SAFEFILE_REFUSED, strangers,
               "this folder belongs to a user who is not trusted");
    /* A link that leads there, and on to root's. */
    assert_int_equal(symlink("strangers/link", scratch_path(*state, "way")), 0);
    expect_not(scratch_path(*state, "way/file"), &plain, SAFEFILE_REFUSED, strangers,
               "this folder belongs to a user who is not trusted");
    assert_int_equal(chown(strangers, 0, 0), 0);
    reading_expect(scratch_path(*state, "way/file"), &plain, "x");
    assert_int_equal(chmod(strangers, 0777), 0);
    expect_not(file, &plain, SAFEFILE_REFUSED, strangers,
               "this folder can be written to by its group or by others");
    /* In a folder like /tmp it is the owner of the link. */
    assert_int_equal(chmod(strangers, 01777), 0);
    reading_expect(file, &plain, "x");
    const char *link = scratch_path(*state, "strangers/link");
    assert_int_equal(lchown(link, STRANGER, 0), 0);
    expect_not(file, &plain, SAFEFILE_REFUSED, link,
               "this link belongs to a user who is not trusted");
}

/* Absolute ones, to ".." and of many steps, all to the same file. */
static void links_of_all_kinds(void **state)
{
    char target[512];
    (void)snprintf(target, sizeof target, "%s/a/b", (const char *)*state);
    assert_int_equal(mkdir(scratch_path(*state, "a"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(*state, "a/b"), 0755), 0);
    (void)scratch_text(*state, "a/b/file", "x");
    assert_int_equal(symlink(target, scratch_path(*state, "absolute")), 0);
    assert_int_equal(symlink("../a/b/.", scratch_path(*state, "a/up")), 0);
    assert_int_equal(symlink("/", scratch_path(*state, "root")), 0);
    static const char *const ways[] = {"absolute/file",          "a/up/file",
                                       "a/up/../up/file",        "absolute/../../absolute/file",
                                       "a/./b//../../a/up/file", "a/b/../b/file"};
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        reading_expect(scratch_path(*state, ways[i]), &plain, "x");
    (void)snprintf(target, sizeof target, "root/../..%s/a/b/file", (const char *)*state);
    reading_expect(scratch_path(*state, target), &plain, "x");
    expect_not(scratch_path(*state, "root/none-of-this-name/file"), &plain, SAFEFILE_MISSING,
               "/none-of-this-name", "No such file or directory");
}

/* "l0/" or longer, to the folder of LINKS links one after another. */
static void make_chain(const char *folder, int links)
{
    char name[16];
    char target[16] = "end";
    assert_int_equal(mkdir(scratch_path(folder, "end"), 0755), 0);
    (void)scratch_text(folder, "end/file", "x");
    for (int i = links; i > 0; i--) {
        (void)snprintf(name, sizeof name, "l%d", i);
        assert_int_equal(symlink(target, scratch_path(folder, name)), 0);
        memcpy(target, name, sizeof target);
    }
}

static void links_without_end(void **state)
{
    static const char many[] = "Too many levels of symbolic links";
    make_chain(*state, LINKS_MAX + 1);
    char *real = realpath(*state, NULL);
    reading_expect(scratch_path(*state, "l2/file"), &plain, "x");
    expect_not(scratch_path(*state, "l1/file"), &plain, SAFEFILE_REFUSED, scratch_path(real, "l41"),
               many);
    free(real);
}

/* What a link leads to is as long as a path may be, and then there is more. */
static void paths_that_grow_too_long(void **state)
{
    static const char words[] = "File name too long";
    char target[PATH_SIZE_MAX];
    char name[NAME_MAX + 4] = "";
    for (size_t i = 0; i + 2 < sizeof target; i += 2)
        memcpy(target + i, "./", 3);
    const size_t len = strlen(target);
    assert_int_equal(symlink(target, scratch_path(*state, "long")), 0);
    expect_not(scratch_path(*state, "long/x/file"), &plain, SAFEFILE_REFUSED,
               scratch_path(*state, "long"), words);
    target[len - 4] = '\0';
    assert_int_equal(symlink(target, scratch_path(*state, "shorter")), 0);
    (void)scratch_text(*state, "file", "x");
    reading_expect(scratch_path(*state, "shorter/file"), &plain, "x");
    memset(name, 'x', NAME_MAX + 1);
    memcpy(name + NAME_MAX + 1, "/f", 3);
    expect_not(scratch_path(*state, name), &plain, SAFEFILE_REFUSED, *state, words);
}

/* A path without links that is longer than one may be: 20 folders of 255 bytes, ten at a link. */
static void paths_that_lead_too_deep(void **state)
{
    enum { DEPTH = 20, HALF = DEPTH / 2 };
    char name[NAME_MAX + 1];
    char target[HALF * (NAME_MAX + 1) + 1] = "";
    int folders[DEPTH + 1];
    memset(name, 'd', NAME_MAX);
    name[NAME_MAX] = '\0';
    folders[0] = open(*state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < DEPTH; i++) {
        assert_int_equal(mkdirat(folders[i], name, 0755), 0);
        folders[i + 1] = openat(folders[i], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(folders[i + 1] >= 0);
    }
    for (int i = 0; i < HALF; i++) {
        strcat(target, name);
        strcat(target, "/");
    }
    assert_int_equal(symlinkat(target, folders[0], "down"), 0);
    assert_int_equal(symlinkat(target, folders[HALF], "down"), 0);
    struct safefile file;
    assert_int_equal(reading_result(scratch_path(*state, "down/none"), &plain, &file, &why),
                     SAFEFILE_MISSING);
    assert_int_equal(reading_result(scratch_path(*state, "down/down/none"), &plain, &file, &why),
                     SAFEFILE_REFUSED);
    assert_int_equal(unlinkat(folders[HALF], "down", 0), 0);
    for (int i = DEPTH; i-- > 0;) {
        assert_int_equal(close(folders[i + 1]), 0);
        assert_int_equal(unlinkat(folders[i], name, AT_REMOVEDIR), 0);
    }
    assert_int_equal(close(folders[0]), 0);
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
    char endless[PATH_SIZE_MAX + 1];
    memset(endless, 'x', sizeof endless);
    endless[0] = '/';
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(cognito_safefolder_open(endless, &why), -1);
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
        IN_SCRATCH(pieces_are_whole_lines),
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
        IN_SCRATCH(one_more_owner),
        IN_SCRATCH(a_link_in_the_folder_of_a_stranger),
        IN_SCRATCH(links_of_all_kinds),
        IN_SCRATCH(links_without_end),
        IN_SCRATCH(paths_that_grow_too_long),
        IN_SCRATCH(paths_that_lead_too_deep),
        IN_SCRATCH(folders),
        IN_SCRATCH(descriptor_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
