/* SPDX-License-Identifier: MIT */
#include "surroundings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "../pam/capture.h"
#include "../pam/text.h"

enum { NAME_AFTER_DASH = 64, OLD_ENTRIES = 3 };

/* ---- files ---- */

static uint64_t sum; /* nftw has no context */

static void add(const void *bytes, size_t len)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ byte[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static int add_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)type;
    if (where->level == 1 && strcmp(path + where->base, "state") == 0)
        return FTW_SKIP_SUBTREE; /* the ledger has its own rules */
    add(path, strlen(path));
    add(&status->st_mode, sizeof status->st_mode);
    add(&status->st_size, sizeof status->st_size);
    add(&status->st_mtim, sizeof status->st_mtim);
    add(&status->st_ctim, sizeof status->st_ctim);
    return FTW_CONTINUE;
}

static uint64_t sum_of_files(const char *folder)
{
    sum = UINT64_C(0xcbf29ce484222325);
    if (nftw(folder, add_entry, 16, FTW_PHYS | FTW_ACTIONRETVAL) != 0)
        give_up("%s: %m", folder);
    return sum;
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        give_up("/proc/self/fd: %m");
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    return count;
}

/* ---- the ledger ---- */

static void ledger_path(char path[static 8192], const char *folder, const char *name)
{
    (void)snprintf(path, 8192, "%s/state/used%s%s", folder, name[0] == '\0' ? "" : "/", name);
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static bool is_old(const char *name)
{
    return strtoll(name, NULL, 10) < 1000000000;
}

/* EXP-SHA256, empty, nobody else's. */
static bool is_whole(const char *folder, const char *name)
{
    char path[8192];
    struct stat status;
    ledger_path(path, folder, name);
    const char *slash = strchr(name, '/');
    name = slash == NULL ? name : slash + 1;
    const size_t digits = strspn(name, "0123456789");
    return digits > 0 && name[digits] == '-' &&
           strspn(name + digits + 1, "0123456789abcdef") == NAME_AFTER_DASH &&
           strlen(name + digits + 1) == NAME_AFTER_DASH && lstat(path, &status) == 0 &&
           S_ISREG(status.st_mode) && status.st_size == 0 && (status.st_mode & 07777) == 0600;
}

/* The entries of today in LEDGER/DAY; SIZE_MAX if something else is there. */
static size_t count_entries_in(const char *folder, const char *day)
{
    char path[8192];
    size_t count = 0;
    ledger_path(path, folder, day);
    DIR *ledger = opendir(path);
    if (ledger == NULL)
        return errno == ENOENT ? 0 : SIZE_MAX;
    for (const struct dirent *entry; (entry = readdir(ledger)) != NULL;) {
        char name[512];
        const bool is_day = entry->d_type == DT_DIR && *day == '\0';
        (void)snprintf(name, sizeof name, "%.100s%s%s", day, *day == '\0' ? "" : "/",
                       entry->d_name);
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "readme") == 0)
            continue;
        if (is_day)
            count += count_entries_in(folder, entry->d_name);
        else
            count += is_whole(folder, name) ? !is_old(entry->d_name) : SIZE_MAX / 2;
    }
    (void)closedir(ledger);
    return count;
}

static size_t count_entries(const char *folder)
{
    return count_entries_in(folder, "");
}

static void make_file(const char *folder, const char *name)
{
    char path[8192];
    ledger_path(path, folder, name);
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || close(descriptor) != 0)
        give_up("%s: %m", path);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

/* Every other time the folder of the ledger itself has to be made. */
void surroundings_prepare_ledger(const char *folder)
{
    static unsigned int times;
    char path[8192];
    (void)snprintf(path, sizeof path, "%s/state", folder);
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        give_up("%s: %m", path);
    ledger_path(path, folder, "");
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        give_up("%s: %m", path);
    if (times++ % 8 == 0)
        return;
    if (mkdir(path, 0700) != 0)
        give_up("%s: %m", path);
    make_file(folder, "readme");
    for (int i = 0; i < OLD_ENTRIES; i++) {
        char name[128];
        (void)snprintf(name, sizeof name, "%d-%064d", 1000 + i, i);
        make_file(folder, name);
    }
    ledger_path(path, folder, "1000");
    if (mkdir(path, 0700) != 0)
        give_up("%s: %m", path);
    make_file(folder, "1000/86400000-" ZEROS);
}

/* ---- both ---- */

void surroundings_look(struct surroundings *now, const char *folder)
{
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 7);
    *now = (struct surroundings){.files = sum_of_files(folder),
                                 .entries = count_entries(folder),
                                 .error = ERR_peek_error()};
    now->descriptors = count_descriptors();
    now->allocations = capture_live_allocations();
}

static bool is_ledger_right(size_t before, size_t after, bool fresh, bool accepted)
{
    if (after == before)
        return !fresh || !accepted;
    return fresh && after == before + 1;
}

bool surroundings_are(const struct surroundings *before, const char *folder, bool fresh,
                      bool accepted, char *change, size_t size)
{
    const size_t allocations = capture_live_allocations();
    const size_t entries = count_entries(folder);
    if (ERR_peek_error() != before->error || ERR_peek_last_error() != before->error)
        (void)snprintf(change, size, "the error queue of OpenSSL has changed");
    else if (allocations != before->allocations)
        (void)snprintf(change, size, "%zd blocks of memory were left",
                       (ssize_t)(allocations - before->allocations));
    else if (count_descriptors() != before->descriptors)
        (void)snprintf(change, size, "a descriptor was left");
    else if (sum_of_files(folder) != before->files)
        (void)snprintf(change, size, "a file has changed");
    else if (!is_ledger_right(before->entries, entries, fresh, accepted))
        (void)snprintf(change, size, "the ledger had %zu entries and has %zu", before->entries,
                       entries);
    else
        return true;
    return false;
}
