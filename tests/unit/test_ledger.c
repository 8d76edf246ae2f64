/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(above, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static enum cognito_status enter_at(int64_t now)
{
    return cognito_ledger_enter(folder, &who, span_of_string("a.b.c"), now, &why);
}

static enum cognito_status enter(void)
{
    return enter_at(NOW);
}

/* The names in FOLDER/NAME; those in the directories there, too, if DEEP. */
static size_t names_in(const char *name, bool deep)
{
    size_t count = 0;
    char path[sizeof folder + 512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    DIR *open = opendir(path);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;)
        if (entry->d_name[0] != '.')
            count += deep && entry->d_type == DT_DIR ? names_in(entry->d_name, false) : 1;
    (void)closedir(open);
    return count;
}

static size_t entries(void)
{
    return names_in("", true);
}

static bool is_there(const char *name)
{
    char path[sizeof folder + 128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void make_day(const char *name)
{
    char path[sizeof folder + 128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_entry(const char *name)
{
    char path[sizeof folder + 128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    const int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    (void)close(file);
}

/* In FOLDER/WHERE, which is a day and a slash, or empty: as earlier versions did. */
static void make_entries_in(const char *where, int64_t expiry, int count)
{
    char name[128];
    for (int i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%s%lld-%064d", where, (long long)expiry, i);
        make_entry(name);
    }
}

static void make_entries(int64_t expiry, int count)
{
    make_entries_in("", expiry, count);
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

/* TODAY is the day on which the token of the tests expires, 14 November 2023. */
#define TODAY "19675"

static void the_entry_has_the_form_of_the_contract(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(names_in("", false), 1);
    assert_int_equal(names_in(TODAY, false), 1);
    char day[sizeof folder + 16];
    (void)snprintf(day, sizeof day, "%s/" TODAY, folder);
    assert_int_equal(stat(day, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    DIR *open = opendir(day);
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

/* What was used before the update is used after it. */
static void entries_of_the_old_layout_count(void **state)
{
    (void)state;
    const struct span token = span_of_string("a.b.c");
    char from[sizeof folder + 128];
    char to[sizeof folder + 128];
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    (void)snprintf(from, sizeof from, "%s/" TODAY, folder);
    DIR *open = opendir(from);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(to, sizeof to, "%s/%.80s", folder, entry->d_name);
        assert_int_equal(renameat(dirfd(open), entry->d_name, AT_FDCWD, to), 0);
    }
    (void)closedir(open);
    assert_int_equal(rmdir(from), 0);
    assert_int_equal(enter(), COGNITO_POLICY_USED);
    assert_int_equal(cognito_ledger_look(folder, &who, token, &why), COGNITO_POLICY_USED);
    assert_false(is_there(TODAY));
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
    char day[sizeof folder + 16];
    (void)snprintf(day, sizeof day, "%s/" TODAY, folder);
    DIR *open = opendir(day);
    assert_non_null(open);
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

static void entries_of_the_old_layout_go_a_day_after_their_tokens(void **state)
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

/* A day goes as a whole, when the last token that can be in it has been over for a day. */
static void days_go_a_day_after_their_end(void **state)
{
    (void)state;
    static const int64_t end = INT64_C(19673) * 86400; /* of the day before */
    assert_int_equal(mkdir(folder, 0700), 0);
    make_day("19672");
    make_entries_in("19672/", end - 86400, 3);
    make_entries_in("19672/", end - 1, 3);
    make_day("19671");
    assert_int_equal(enter_at(end + 86400 - 1), COGNITO_ACCEPTED);
    assert_true(is_there("19672"));
    assert_int_equal(names_in("19672", false), 6);
    assert_false(is_there("19671")); /* empty as it was */
    who.token_id = span_of_string("later");
    assert_int_equal(enter_at(end + 86400), COGNITO_ACCEPTED);
    assert_false(is_there("19672"));
    assert_int_equal(entries(), 2);
}

static void a_full_day_goes_in_bounded_steps(void **state)
{
    (void)state;
    static const size_t left[] = {86, 22, 0};
    static char ids[3][4] = {"a", "b", "c"};
    assert_int_equal(mkdir(folder, 0700), 0);
    make_day("19000");
    make_entries_in("19000/", INT64_C(19000) * 86400, 150);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        who.token_id = span_of_string(ids[i]);
        assert_int_equal(enter(), COGNITO_ACCEPTED);
        assert_int_equal(entries(), left[i] + i + 1);
    }
    assert_false(is_there("19000"));
}

/* However many are live, they are not looked at: those that are over are found all the same. */
static void live_entries_hide_none_that_are_over(void **state)
{
    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    make_day(TODAY);
    make_entries_in(TODAY "/", NOW + 60, 70000);
    make_day("19000");
    make_entries_in("19000/", INT64_C(19000) * 86400, 3);
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_false(is_there("19000"));
    assert_int_equal(names_in(TODAY, false), 70001);
}

static void something_else_in_the_place_of_a_day(void **state)
{
    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    make_entry(TODAY);
    assert_int_equal(enter(), COGNITO_SYSTEM_LEDGER);
    assert_non_null(strstr(why.text, folder));
    assert_int_equal(cognito_ledger_look(folder, &who, span_of_string("a.b.c"), &why),
                     COGNITO_SYSTEM_LEDGER);
    char path[sizeof folder + 16];
    (void)snprintf(path, sizeof path, "%s/" TODAY, folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(above, path), 0);
    assert_int_equal(enter(), COGNITO_SYSTEM_LEDGER);
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
    static const char *const days[] = {"1e3", "-5", "lost+found", "19000x", "99999999999999999999"};
    const size_t more = sizeof days / sizeof days[0];
    for (size_t i = 0; i < more; i++)
        make_day(days[i]);
    make_entry("19000"); /* no directory */
    make_day("19001");
    make_entry("19001/README");
    assert_int_equal(enter(), COGNITO_ACCEPTED);
    assert_int_equal(entries(), count + 3);
    for (size_t i = 0; i < more; i++)
        assert_true(is_there(days[i]));
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
    (void)umask(geteuid() == 0 ? 0777
                               : 0077); /* without rights of its own only root can use a folder */
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

/* MANY processes with one token at once: each waits at a pipe until all are there. MEANWHILE is
 * done over and over while they run. Exactly one enters it. */
static void race(int many, void (*meanwhile)(void))
{
    enum { MOST = 500 };
    static pid_t children[MOST];
    int gate[2];
    int accepted = 0;
    int used = 0;
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < many; i++) {
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
    for (int i = 0; i < many; i++) {
        int status = -1;
        while (meanwhile != NULL && waitpid(children[i], &status, WNOHANG) == 0)
            meanwhile();
        if (meanwhile == NULL)
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        accepted += WEXITSTATUS(status) == 0 ? 1 : 0;
        used += WEXITSTATUS(status) == 1 ? 1 : 0;
    }
    assert_int_equal(accepted, 1);
    assert_int_equal(used, many - 1);
}

static void of_five_hundred_exactly_one_enters(void **state)
{
    (void)state;
    race(500, NULL);
}

static size_t removed;

/* What pruning does with a day in which nothing is yet. */
static void remove_today(void)
{
    char path[sizeof folder + 16];
    (void)snprintf(path, sizeof path, "%s/" TODAY, folder);
    removed += rmdir(path) == 0 ? 1 : 0;
}

/* Rounds until the day was taken away from under a login a few times. */
static void of_forty_one_enters_though_the_day_is_removed(void **state)
{
    (void)state;
    static char id[16];
    assert_int_equal(mkdir(folder, 0700), 0);
    removed = 0;
    for (int round = 0; round < 200 && removed < 6; round++) {
        (void)snprintf(id, sizeof id, "round %d", round);
        who.token_id = span_of_string(id);
        race(40, remove_today);
        char command[sizeof folder + 16];
        (void)snprintf(command, sizeof command, "%s/" TODAY, folder);
        (void)nftw(command, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    print_message("a day was removed %zu times\n", removed);
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
        IN_FOLDER(entries_of_the_old_layout_count),
        IN_FOLDER(entries_of_the_old_layout_go_a_day_after_their_tokens),
        IN_FOLDER(days_go_a_day_after_their_end),
        IN_FOLDER(a_full_day_goes_in_bounded_steps),
        IN_FOLDER(live_entries_hide_none_that_are_over),
        IN_FOLDER(something_else_in_the_place_of_a_day),
        IN_FOLDER(pruning_is_bounded),
        IN_FOLDER(what_is_no_entry_is_left_alone),
        IN_FOLDER(neither_file_size_limit_nor_umask_matter),
        IN_FOLDER(of_five_hundred_exactly_one_enters),
        IN_FOLDER(of_forty_one_enters_though_the_day_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
