/* SPDX-License-Identifier: MIT */
/* Map and deny list as files: whole ones, wrong ones, large ones. */
#include "host/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failing.h"
#include "scratch.h"
#include "unit.h"

static struct complaint why;
static char map_path[PATH_SIZE_MAX], deny_path[PATH_SIZE_MAX];
static struct config config;
static struct configs configs = {&config, 1};

static int begin(void **state)
{
    if (scratch_make(state) != 0)
        return -1;
    (void)snprintf(map_path, sizeof map_path, "%s", scratch_path(*state, "map"));
    (void)snprintf(deny_path, sizeof deny_path, "%s", scratch_path(*state, "deny"));
    config = (struct config){0};
    return 0;
}

static int end(void **state)
{
    cognito_map_free(&config.policy.map);
    return scratch_remove(state);
}

static bool read_for(const char *user)
{
    why.text[0] = '\0';
    return cognito_lists_read(&configs, user, &why);
}

/* The complaint is about the line (0: none) of PATH, and begins with these words. */
static void expect_complaint(const char *path, int line, const char *words)
{
    char wanted[PATH_SIZE_MAX + 128];
    if (line == 0)
        (void)snprintf(wanted, sizeof wanted, "%s: %s", path, words);
    else
        (void)snprintf(wanted, sizeof wanted, "%s:%d: %s", path, line, words);
    if (strncmp(why.text, wanted, strlen(wanted)) != 0)
        FAIL_ROW("%s, not %s\n", why.text, wanted);
}

/* The numbers of the lines that are kept, one after the other. */
static const char *kept(void)
{
    static char numbers[256];
    struct map_line line;
    size_t len = 0;
    numbers[0] = '\0';
    for (size_t at = 0; cognito_map_next(&config.policy.map, &at, &line) && len < 200;)
        len += (size_t)sprintf(numbers + len, "%zu ", line.number);
    return numbers;
}

static void only_what_is_about_the_user_is_kept(void **state)
{
    (void)scratch_text(*state, "map",
                       "# people\nalice sub:1\nbob sub:2\n\nalice group:g\n"
                       "alice2 sub:3\n alice user:\"a b\"");
    config.map_file = map_path;
    assert_true(read_for("alice"));
    assert_string_equal(kept(), "2 5 7 ");
    assert_true(read_for("bob"));
    assert_string_equal(kept(), "3 ");
    assert_true(read_for(cognito_user_from_token));
    assert_string_equal(kept(), "2 3 5 6 7 ");
    assert_true(read_for("carol"));
    assert_string_equal(kept(), "");
    assert_true(read_for(NULL));
    assert_string_equal(kept(), "");
}

static void without_lists_there_is_nothing_to_read(void **state)
{
    (void)state;
    size_t line = 7;
    assert_true(read_for("alice"));
    assert_string_equal(kept(), "");
    assert_int_equal(cognito_lists_deny(&config, NULL, &line, &why), COGNITO_ACCEPTED);
    assert_int_equal(line, 0);
}

static void a_broken_list_is_refused_whoever_it_is_for(void **state)
{
    static const char *const users[] = {NULL, "alice", "bob", cognito_user_from_token};
    static char *const paths[] = {map_path, deny_path};
    static const char *const good[] = {"alice sub:1\n", "sub:1\n"};
    for (size_t i = 0; i < COUNT_OF(paths) * COUNT_OF(users); i++) {
        char *path = paths[i / COUNT_OF(users)];
        const char *user = users[i % COUNT_OF(users)];
        const char *name = strrchr(path, '/') + 1;
        char text[256];
        config.map_file = path == map_path ? path : NULL;
        config.deny_file = path == deny_path ? path : NULL;
        assert_false(read_for(user));
        expect_complaint(path, 0, "No such file");
        (void)snprintf(text, sizeof text, "# good\n%sbad\n%s", good[i / COUNT_OF(users)],
                       good[i / COUNT_OF(users)]);
        (void)scratch_text(*state, name, text);
        assert_false(read_for(user));
        expect_complaint(path, 3, "an unknown selector");
        (void)scratch_write(*state, name, span_of_string("# good\n"), 0666);
        assert_false(read_for(user));
        expect_complaint(path, 0, "this file can be written to");
        (void)scratch_write(*state, name, span_of_string("# good\n"), 0600);
        assert_true(read_for(user));
        assert_int_equal(unlink(path), 0);
    }
}

/* Each pool has lists of its own. */
static void the_lists_of_each_pool_are_read(void **state)
{
    struct config two[] = {{.map_file = map_path}, {.deny_file = deny_path}};
    struct configs both = {two, 2};
    (void)scratch_text(*state, "map", "alice sub:1\n");
    (void)scratch_text(*state, "deny", "bad\n");
    why.text[0] = '\0';
    assert_false(cognito_lists_read(&both, "alice", &why));
    expect_complaint(deny_path, 1, "an unknown selector");
    (void)scratch_text(*state, "deny", "sub:1\n");
    assert_true(cognito_lists_read(&both, "alice", &why));
    cognito_map_free(&two[0].policy.map);
}

/* What somebody was writing, or a full disk, has left of a list would let in whom it shuts out. */
static void a_deny_list_that_is_empty_or_cut_is_refused(void **state)
{
    static const struct {
        const char *text, *words;
        int line;
    } rows[] = {
        {"", "the file is empty", 0},
        {"sub:the-su", "the last line has no newline", 1},
        {"# nobody", "the last line has no newline", 1},
        {"sub:1\nuser:alice", "the last line has no newline", 2},
        {"sub:1\n ", "the last line has no newline", 2},
        {"sub:1\nuser:", "a selector without a value", 2},
    };
    const struct identity who = {.subject = span_of_string("1")};
    config.deny_file = deny_path;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t line = 7;
        (void)scratch_text(*state, "deny", rows[i].text);
        assert_false(read_for("alice"));
        expect_complaint(deny_path, rows[i].line, rows[i].words);
        assert_int_equal(cognito_lists_deny(&config, &who, &line, &why), COGNITO_SYSTEM_CONFIG);
        expect_complaint(deny_path, rows[i].line, rows[i].words);
        assert_int_equal(line, 7);
    }
    static const char *const good[] = {"# nobody\n", "\n", "sub:2\n"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        (void)scratch_text(*state, "deny", good[i]);
        assert_true(read_for("alice"));
    }
}

static void the_deny_list_is_read_each_time(void **state)
{
    const struct identity who = {.subject = span_of_string("1")};
    size_t line;
    config.deny_file = deny_path;
    (void)scratch_text(*state, "deny", "# nobody\n");
    assert_int_equal(cognito_lists_deny(&config, &who, &line, &why), COGNITO_ACCEPTED);
    assert_int_equal(line, 0);
    (void)scratch_text(*state, "deny", "# somebody\nsub:1\n");
    assert_int_equal(cognito_lists_deny(&config, &who, &line, &why), COGNITO_ACCEPTED);
    assert_int_equal(line, 2);
    assert_int_equal(unlink(deny_path), 0);
    assert_int_equal(cognito_lists_deny(&config, &who, &line, &why), COGNITO_SYSTEM_CONFIG);
}

/* ---- large ones ---- */

/* A map, or a deny list, of LINES lines; the one in the middle is MIDDLE. */
static void write_large(const char *path, size_t lines, const char *middle)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 1; i <= lines; i++) {
        if (i == lines / 2)
            assert_true(fputs(middle, file) >= 0);
        else
            assert_true(fprintf(file, "%ssub:%08zx-8b7a-4a52-9c0d-1e2f3a4b5c6d\n",
                                path == map_path ? "person  " : "", i) > 0);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0644), 0);
}

/* A block ends anywhere in a line. */
static void lines_are_counted_across_blocks(void **state)
{
    (void)state;
    const struct identity who = {.subject = span_of_string("me")};
    size_t line;
    config.map_file = map_path;
    config.deny_file = deny_path;
    for (size_t lines = 240; lines < 1400; lines += 11) {
        char number[32];
        write_large(map_path, lines, "alice user:me\n");
        write_large(deny_path, lines, "sub:me\n");
        assert_true(read_for("alice"));
        (void)snprintf(number, sizeof number, "%zu ", lines / 2);
        assert_string_equal(kept(), number);
        assert_int_equal(cognito_lists_deny(&config, &who, &line, &why), COGNITO_ACCEPTED);
        assert_int_equal(line, lines / 2);
    }
}

/* The bytes of this process that nobody shares, as the kernel counts them; 0: it does not say. */
static size_t private_bytes(void)
{
    char line[256];
    size_t sum = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t kibibytes;
        if (sscanf(line, "Private_Dirty: %zu", &kibibytes) == 1)
            sum = kibibytes * 1024;
    }
    if (file != NULL)
        (void)fclose(file);
    return sum;
}

/* 5 MB of each; a stranger at a prompt must not hold them in memory. */
static void large_lists_leave_nothing_in_memory(void **state)
{
    (void)state;
    config.map_file = map_path;
    config.deny_file = deny_path;
    write_large(map_path, 100000, "alice user:me\n");
    write_large(deny_path, 100000, "sub:me\n");
    const size_t before = private_bytes();
    if (before == 0)
        SKIP_BECAUSE("the kernel has no /proc/self/smaps_rollup");
    for (int attempt = 0; attempt < 3; attempt++)
        assert_true(read_for("alice"));
    const size_t after = private_bytes();
    if (after > before + 1048576)
        FAIL_ROW("%zu bytes more\n", after - before);
    assert_string_equal(kept(), "50000 ");
}

static void a_line_that_never_ends_is_refused(void **state)
{
    enum { LEN = 3 * FILE_BLOCK_MAX };
    static char text[LEN];
    memset(text, 'x', LEN);
    memcpy(text, "alice sub:1\n", 12);
    (void)scratch_write(*state, "map", span_of(text, LEN), 0644);
    config.map_file = map_path;
    assert_false(read_for("alice"));
    expect_complaint(map_path, 2, "too long a line");
}

static void without_memory_it_is_refused(void **state)
{
    (void)scratch_text(*state, "map", "alice sub:1\n");
    (void)scratch_text(*state, "deny", "# nobody\n");
    config.map_file = map_path;
    config.deny_file = deny_path;
    bool failed = true;
    size_t nth = 0;
    while (failed) {
        failing_begin(++nth);
        const bool good = read_for("alice");
        failed = failing_end();
        assert_int_equal(good, !failed);
    }
    assert_true(nth > 4);
    /* Once somebody was asked, it is no fault of the list's. */
    failed = true;
    for (nth = 1; failed; nth++) {
        const struct identity who = {.subject = span_of_string("1")};
        size_t line;
        failing_begin(nth);
        const enum cognito_status status = cognito_lists_deny(&config, &who, &line, &why);
        failed = failing_end();
        assert_int_equal(status, failed ? COGNITO_SYSTEM_MEMORY : COGNITO_ACCEPTED);
    }
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(only_what_is_about_the_user_is_kept),
        IN_SCRATCH(without_lists_there_is_nothing_to_read),
        IN_SCRATCH(a_broken_list_is_refused_whoever_it_is_for),
        IN_SCRATCH(the_lists_of_each_pool_are_read),
        IN_SCRATCH(a_deny_list_that_is_empty_or_cut_is_refused),
        IN_SCRATCH(the_deny_list_is_read_each_time),
        IN_SCRATCH(lines_are_counted_across_blocks),
        IN_SCRATCH(large_lists_leave_nothing_in_memory),
        IN_SCRATCH(a_line_that_never_ends_is_refused),
        IN_SCRATCH(without_memory_it_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
