/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "host/ledger.h"

#define NOW INT64_C(1700000000)

static char above[PATH_SIZE_MAX];
static char folder[PATH_SIZE_MAX + 8];
static struct identity who;
static struct complaint why;

static int make_folder(void **state)
{
    const char *temporary = getenv("TMPDIR");
    (void)state;
    (void)snprintf(above, sizeof above, "%s/pam_cognito.XXXXXX",
                   temporary == NULL ? "/tmp" : temporary);
    if (mkdtemp(above) == NULL)
        return -1;
    (void)snprintf(folder, sizeof folder, "%s/used", above);
    who = (struct identity){.expires_at = NOW + 3600};
    who.issuer = span_of_string("https://issuer.example/pool");
    who.token_id = span_of_string("7b1d");
    why.text[0] = '\0';
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *open = opendir(folder);
    struct dirent *entry;
    while (open != NULL && (entry = readdir(open)) != NULL)
        (void)unlinkat(dirfd(open), entry->d_name, 0);
    if (open != NULL)
        (void)closedir(open);
    (void)rmdir(folder);
    (void)unlink(folder);
    return rmdir(above);
}

static enum cognito_status enter_at(int64_t now)
{
    return cognito_ledger_enter(folder, &who, span_of_string("a.b.c"), now, &why);
}

static enum cognito_status enter(void)
{
    return enter_at(NOW);
}

static size_t entries(void)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;)
        count += entry->d_name[0] == '.' ? 0 : 1;
    (void)closedir(open);
    return count;
}

static void make_entry(const char *name)
{
    char path[sizeof folder + 128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    const int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    (void)close(file);
}

static void make_entries(int64_t expiry, int count)
{
    char name[96];
    for (int i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%lld-%064d", (long long)expiry, i);
        make_entry(name);
    }
}

static void a_token_is_entered_once(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(enter(), COGNITO_POLICY_USED);
    assert_int_equal(enter_at(NOW + 3600 + 10), COGNITO_POLICY_USED); /* within any skew */
    assert_int_equal(entries(), 1);
}

static void the_entry_has_the_form_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    DIR *open = opendir(folder);
    struct stat status;
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        assert_int_equal(strncmp(entry->d_name, "1700003600-", 11), 0);
        assert_int_equal(strlen(entry->d_name), 11 + 64);
        assert_int_equal(strspn(entry->d_name + 11, "0123456789abcdef"), 64);
        assert_int_equal(fstatat(dirfd(open), entry->d_name, &status, 0), 0);
        assert_int_equal(status.st_size, 0);
    }
    (void)closedir(open);
}

static void what_differs_in_jti_or_issuer_is_another_token(void **state)
{
    (void)state;
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    who.token_id = span_of_string("7b1e");
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    who.issuer = span_of_string("https://issuer.example/other");
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(entries(), 3);
}

static void a_token_without_jti_is_known_by_its_text(void **state)
{
    (void)state;
    who.token_id = span_of(NULL, 0);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(enter(), COGNITO_POLICY_USED);
    assert_int_equal(cognito_ledger_enter(folder, &who, span_of_string("a.b.d"), NOW, &why),
                     COGNITO_ACCEPTED);
    /* And a jti of that text is something else. */
    who.token_id = span_of_string("a.b.c");
    assert_int_equal(enter(), COGNITO_ACCEPTED);
}

static void a_rehearsal_looks_and_writes_nothing(void **state)
{
    (void)state;
    const struct span token = span_of_string("a.b.c");
    assert_int_equal(cognito_ledger_look(folder, &who, token, &why), COGNITO_ACCEPTED);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(cognito_ledger_look(folder, &who, token, &why), COGNITO_POLICY_USED);
    who.token_id = span_of_string("another");
    assert_int_equal(cognito_ledger_look(folder, &who, token, &why), COGNITO_ACCEPTED);
    assert_int_equal(entries(), 1);
}

static void without_the_folder_above_both_say_so(void **state)
{
    (void)state;
    char deep[sizeof folder + 8];
    (void)snprintf(deep, sizeof deep, "%s/used", folder);
    const struct span token = span_of_string("a.b.c");
    assert_int_equal(cognito_ledger_enter(deep, &who, token, NOW, &why), COGNITO_SYSTEM_LEDGER);
    assert_non_null(strstr(why.text, "used: No such file or directory"));
    assert_int_equal(cognito_ledger_look(deep, &who, token, &why), COGNITO_SYSTEM_LEDGER);
    assert_non_null(strstr(why.text, "used: No such file or directory"));
}

static void a_ledger_that_others_can_use_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0701, 0710, 0740, 0770, 0777, 01777};
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(folder, modes[i]), 0);
        assert_int_equal(enter(), COGNITO_SYSTEM_LEDGER);
        assert_int_equal(entries(), 0);
        assert_non_null(strstr(why.text, folder));
    }
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
}

static void something_else_in_its_place_is_refused(void **state)
{
    (void)state;
    const int file = open(folder, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    (void)close(file);
    assert_int_equal(enter(), COGNITO_SYSTEM_LEDGER);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(symlink("/nonexistent", folder), 0);
    assert_int_equal(enter(), COGNITO_SYSTEM_LEDGER);
}

static void a_link_in_the_place_of_an_entry_counts_as_used(void **state)
{
    (void)state;
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    DIR *open = opendir(folder);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        assert_int_equal(unlinkat(dirfd(open), entry->d_name, 0), 0);
        assert_int_equal(symlinkat("elsewhere", dirfd(open), entry->d_name), 0);
        break;
    }
    (void)closedir(open);
    assert_int_equal(enter(), COGNITO_POLICY_USED);
    assert_int_equal(cognito_ledger_look(folder, &who, span_of_string("a.b.c"), &why),
                     COGNITO_POLICY_USED);
}

static void entries_go_a_day_after_their_tokens(void **state)
{
    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    make_entries(NOW - 86400, 3);     /* not yet over a day */
    make_entries(NOW - 86400 - 1, 5); /* just over */
    make_entries(1, 5);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(entries(), 3 + 1);
}

static void pruning_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    make_entries(5, 150);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(entries(), 150 - 64 + 1);
    for (int i = 0; i < 2; i++) {
        who.issued_at = i;
        who.token_id = span_of_string(i == 0 ? "x" : "y");
        assert_int_equal(enter(), COGNITO_ACCEPTED);
    }
    assert_int_equal(entries(), 3);
}

static void what_is_no_entry_is_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {
        "README",
        "5-abc",
        "-0000000000000000000000000000000000000000000000000000000000000000",
        "0-0000000000000000000000000000000000000000000000000000000000000000",
        "-5-000000000000000000000000000000000000000000000000000000000000000",
        "x5-0000000000000000000000000000000000000000000000000000000000000000",
        "5-00000000000000000000000000000000000000000000000000000000000000000",
    };
    const size_t count = sizeof names / sizeof names[0];
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < count; i++)
        make_entry(names[i]);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(entries(), count + 1);
}

/* The end of a child that runs what BODY does. */
static int in_a_child(int (*body)(void))
{
    int status = -1;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int enter_without_room(void)
{
    const struct rlimit nothing = {0, 0};
    (void)umask(0777);
    return setrlimit(RLIMIT_FSIZE, &nothing) != 0 || enter() != COGNITO_ACCEPTED ||
           enter() != COGNITO_POLICY_USED;
}

static void neither_file_size_limit_nor_umask_matter(void **state)
{
    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(in_a_child(enter_without_room), 0);
    assert_int_equal(enter(), COGNITO_POLICY_USED);
}

/* A race of many: each waits at a pipe until all are there. */
static void of_five_hundred_exactly_one_enters(void **state)
{
    (void)state;
    enum { MANY = 500 };
    static pid_t children[MANY];
    int gate[2];
    int accepted = 0;
    int used = 0;
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < MANY; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char byte;
            (void)close(gate[1]);
            if (read(gate[0], &byte, 1) != 0)
                _exit(9);
            const enum cognito_status status = enter();
            _exit(status == COGNITO_ACCEPTED ? 0 : status == COGNITO_POLICY_USED ? 1 : 2);
        }
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    for (int i = 0; i < MANY; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        accepted += WEXITSTATUS(status) == 0 ? 1 : 0;
        used += WEXITSTATUS(status) == 1 ? 1 : 0;
    }
    assert_int_equal(accepted, 1);
    assert_int_equal(used, MANY - 1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_token_is_entered_once),
        IN_FOLDER(the_entry_has_the_form_of_the_contract),
        IN_FOLDER(what_differs_in_jti_or_issuer_is_another_token),
        IN_FOLDER(a_token_without_jti_is_known_by_its_text),
        IN_FOLDER(a_rehearsal_looks_and_writes_nothing),
        IN_FOLDER(without_the_folder_above_both_say_so),
        IN_FOLDER(a_ledger_that_others_can_use_is_refused),
        IN_FOLDER(something_else_in_its_place_is_refused),
        IN_FOLDER(a_link_in_the_place_of_an_entry_counts_as_used),
        IN_FOLDER(entries_go_a_day_after_their_tokens),
        IN_FOLDER(pruning_is_bounded),
        IN_FOLDER(what_is_no_entry_is_left_alone),
        IN_FOLDER(neither_file_size_limit_nor_umask_matter),
        IN_FOLDER(of_five_hundred_exactly_one_enters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
