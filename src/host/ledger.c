/* SPDX-License-Identifier: MIT */
#include "host/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/safefile.h"

enum {
    DIGEST_SIZE = 32,                         /* SHA-256 */
    DAY_SIZE = 20 + 1,                        /* a number */
    NAME_SIZE = 20 + 1 + 2 * DIGEST_SIZE + 1, /* EXP-hex */
    PRUNE_LOOK_MAX = 1024,                    /* names looked at for one insertion */
    PRUNE_REMOVE_MAX = 64,                    /* entries removed for one insertion */
    TRIES_MAX = 1000,                         /* to enter, each one foiled by somebody who prunes */
};

#define DAY INT64_C(86400)

/* How long an entry outlives its token: more than any clock skew, and than a clock set back a day.
 */
#define KEPT DAY

/* An entry is DAY/TEXT. */
struct name {
    char day[DAY_SIZE]; /* on which the token expires, counted from the epoch */
    char text[NAME_SIZE];
};

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define MAKE_FILE (O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC)

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        (void)closedir(*folder);
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static enum cognito_status trouble(struct complaint *why, const char *folder, const char *what)
{
    (void)cognito_complain(why, "%s: %s", folder, what);
    return COGNITO_SYSTEM_LEDGER;
}

/* ---- names ---- */

/* The issuer, a byte that no issuer holds, and the jti; or the token itself where it has none, as
 * those of 2021. The signature is deterministic, so a token has one text. */
static bool digest(const struct identity *who, struct span token, unsigned char result[DIGEST_SIZE])
{
    EVP_MD_CTX *context OWNED(free_context) = EVP_MD_CTX_new();
    const bool named = who->token_id.len > 0;
    const struct span what = named ? who->token_id : token;
    return context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(context, who->issuer.data, who->issuer.len) == 1 &&
           EVP_DigestUpdate(context, named ? "\0j" : "\0t", 2) == 1 &&
           EVP_DigestUpdate(context, what.data, what.len) == 1 &&
           EVP_DigestFinal_ex(context, result, NULL) == 1;
}

static bool name_of(const struct identity *who, struct span token, struct name *name)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[DIGEST_SIZE];
    (void)ERR_set_mark();
    const bool good = digest(who, token, bytes);
    (void)ERR_pop_to_mark();
    if (!good)
        return false;
    (void)snprintf(name->day, sizeof name->day, "%lld", (long long)(who->expires_at / DAY));
    const int start = snprintf(name->text, sizeof name->text, "%lld-", (long long)who->expires_at);
    if (start < 0 || (size_t)start + sizeof bytes * 2 + 1 > sizeof name->text)
        return false;
    char *at = name->text + start;
    for (size_t i = 0; i < sizeof bytes; i++) {
        *at++ = hex[bytes[i] >> 4];
        *at++ = hex[bytes[i] & 15];
    }
    *at = '\0';
    return true;
}

/* ---- pruning ---- */

/* Whether NAME is an entry whose token expired more than a day ago. Other files are left alone. */
static bool is_over(const char *name, int64_t now)
{
    const struct span text = span_of_string(name);
    const size_t dash = span_position(text, '-');
    int64_t expiry;
    if (text.len - dash != 1 + 2 * DIGEST_SIZE ||
        !cognito_json_integer_text(span_first(text, dash), &expiry) || expiry <= 0)
        return false;
    return expiry + KEPT < now;
}

/* Whether NAME is a day all of whose entries are over. */
static bool is_day_over(const char *name, int64_t now)
{
    int64_t day;
    return name[strspn(name, "0123456789")] == '\0' &&
           cognito_json_integer_text(span_of_string(name), &day) && day < (now - KEPT) / DAY;
}

/* What one insertion may still do. */
struct pruning {
    int64_t now;
    int looks;
    int removals;
};

static DIR *list(int above, const char *name)
{
    const int folder = openat(above, name, OPEN_FOLDER);
    DIR *listing = folder < 0 ? NULL : fdopendir(folder);
    if (listing == NULL && folder >= 0)
        (void)close(folder);
    return listing;
}

/* The next name, until there are no more of them or enough was done. */
static const char *next_name(DIR *listing, struct pruning *left)
{
    if (left->looks == 0 || left->removals == 0)
        return NULL;
    left->looks--;
    const struct dirent *entry = readdir(listing);
    return entry == NULL ? NULL : entry->d_name;
}

static void prune_entry(int folder, const char *name, struct pruning *left)
{
    if (is_over(name, left->now) && unlinkat(folder, name, 0) == 0)
        left->removals--;
}

/* The entries of a day that is over, and the day if none is left. Whoever wanted to enter one in
 * the meantime makes the day anew. */
static void prune_day(int ledger, const char *day, struct pruning *left)
{
    DIR *listing OWNED(close_folder) = list(ledger, day);
    const char *name;
    while (listing != NULL && (name = next_name(listing, left)) != NULL)
        prune_entry(dirfd(listing), name, left);
    (void)unlinkat(ledger, day, AT_REMOVEDIR);
}

/* Days are few, however many entries there are. Failing to tidy up refuses nobody: what matters has
 * been decided. */
static void prune(int ledger, int64_t now)
{
    struct pruning left = {now, PRUNE_LOOK_MAX, PRUNE_REMOVE_MAX};
    DIR *listing OWNED(close_folder) = list(ledger, ".");
    const char *name;
    while (listing != NULL && (name = next_name(listing, &left)) != NULL) {
        if (is_day_over(name, now))
            prune_day(ledger, name, &left);
        else
            prune_entry(ledger, name, &left); /* of an earlier version, which had no days */
    }
}

/* ---- the folder ---- */

/* A folder could not be opened; said is why. */
static enum cognito_status no_folder(void)
{
    return errno == ENOMEM ? COGNITO_SYSTEM_MEMORY : COGNITO_SYSTEM_LEDGER;
}

/* Opens the folder that FOLDER is in. */
static int open_parent(const char *folder, struct complaint *why)
{
    char parent[PATH_SIZE_MAX];
    const char *slash = strrchr(folder, '/');
    const size_t len = slash == NULL ? 0 : (size_t)(slash - folder);
    if (len == 0 || len >= sizeof parent) {
        (void)trouble(why, folder, "not a path that a ledger can have");
        errno = EINVAL;
        return -1;
    }
    memcpy(parent, folder, len);
    parent[len] = '\0';
    return cognito_safefolder_open(parent, why);
}

/* Packages and tmpfiles.d make it; without them the first login does, as far as one folder goes. A
 * folder that a crash takes away again would take the entries in it along. */
static int open_or_make(const char *folder, struct complaint *why)
{
    if (mkdir(folder, 0700) == 0) {
        int parent OWNED(close_descriptor) = open_parent(folder, why);
        if (parent < 0)
            return -1;
        if (fsync(parent) != 0) {
            (void)trouble(why, folder, strerrordesc_np(errno));
            return -1;
        }
    } else if (errno != EEXIST) {
        (void)trouble(why, folder, strerrordesc_np(errno));
        return -1;
    }
    return cognito_safefolder_open(folder, why);
}

/* Only its owner may write to the ledger: whoever can take an entry out can use a token again. */
static bool is_private(int descriptor, const char *folder, struct complaint *why)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || status.st_uid != geteuid() ||
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return cognito_complain(why,
                                "%s: has to be of mode 0700 and belong to the user of the "
                                "process, which is root but for screen lockers",
                                folder);
    return true;
}

/* ---- an entry ---- */

/* Whether NAME is in LEDGER. */
static enum cognito_status look_for(int ledger, const char *name, const char *folder,
                                    struct complaint *why)
{
    struct stat status;
    if (fstatat(ledger, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        return COGNITO_POLICY_USED;
    return errno == ENOENT ? COGNITO_ACCEPTED : trouble(why, folder, strerrordesc_np(errno));
}

/* Opens a day of LEDGER, which is made if it is missing. */
static int open_day(int ledger, const char *day)
{
    if (mkdirat(ledger, day, 0700) != 0 && errno != EEXIST)
        return -1;
    return openat(ledger, day, OPEN_FOLDER);
}

/* In a day that was removed while it was open nothing can be made: then there is a new one. The new
 * name of the day has to be on the disk like that of the entry, whoever made it. */
static enum cognito_status make_entry(int ledger, const struct name *name, const char *folder,
                                      struct complaint *why)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        int day OWNED(close_descriptor) = open_day(ledger, name->day);
        int entry OWNED(close_descriptor) = day < 0 ? -1 : openat(day, name->text, MAKE_FILE, 0600);
        if (entry < 0 && errno == ENOENT)
            continue;
        if (entry < 0 && errno == EEXIST)
            return COGNITO_POLICY_USED;
        if (entry < 0 || fsync(day) != 0 || fsync(ledger) != 0)
            return trouble(why, folder, strerrordesc_np(errno));
        return COGNITO_ACCEPTED;
    }
    return trouble(why, folder, "what is made in it is removed at once");
}

enum cognito_status cognito_ledger_enter(const char *folder, const struct identity *who,
                                         struct span token, int64_t now, struct complaint *why)
{
    struct name name;
    if (!name_of(who, token, &name))
        return COGNITO_SYSTEM_CRYPTO;
    int ledger OWNED(close_descriptor) = open_or_make(folder, why);
    if (ledger < 0)
        return no_folder();
    if (!is_private(ledger, folder, why))
        return COGNITO_SYSTEM_LEDGER;
    enum cognito_status status = look_for(ledger, name.text, folder, why);
    if (status == COGNITO_ACCEPTED)
        status = make_entry(ledger, &name, folder, why);
    if (status == COGNITO_ACCEPTED)
        prune(ledger, now);
    return status;
}

enum cognito_status cognito_ledger_look(const char *folder, const struct identity *who,
                                        struct span token, struct complaint *why)
{
    struct name name;
    char path[DAY_SIZE + NAME_SIZE];
    if (!name_of(who, token, &name))
        return COGNITO_SYSTEM_CRYPTO;
    int ledger OWNED(close_descriptor) = cognito_safefolder_open(folder, why);
    if (ledger < 0 && errno == ENOENT) {
        int parent OWNED(close_descriptor) = open_parent(folder, why);
        return parent < 0 ? no_folder() : COGNITO_ACCEPTED; /* the first login makes it */
    }
    if (ledger < 0)
        return no_folder();
    (void)snprintf(path, sizeof path, "%s/%s", name.day, name.text);
    const enum cognito_status status = look_for(ledger, name.text, folder, why);
    return status == COGNITO_ACCEPTED ? look_for(ledger, path, folder, why) : status;
}
