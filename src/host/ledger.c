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
    NAME_SIZE = 20 + 1 + 2 * DIGEST_SIZE + 1, /* EXP-hex */
    PRUNE_LOOK_MAX = 65536,                   /* entries looked at for one insertion */
    PRUNE_REMOVE_MAX = 64,                    /* entries removed for one insertion */
};

/* How long an entry outlives its token: more than any clock skew, and than a clock set back a day.
 */
#define KEPT INT64_C(86400)

struct name {
    char text[NAME_SIZE];
};

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

/* Failing to tidy up refuses nobody: what matters has been decided. */
static void prune(int descriptor, int64_t now)
{
    const int copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder OWNED(close_folder) = copy < 0 ? NULL : fdopendir(copy);
    if (folder == NULL) {
        if (copy >= 0)
            (void)close(copy);
        return;
    }
    int removed = 0;
    for (int looked = 0; looked < PRUNE_LOOK_MAX && removed < PRUNE_REMOVE_MAX; looked++) {
        const struct dirent *entry = readdir(folder);
        if (entry == NULL)
            return;
        if (is_over(entry->d_name, now) && unlinkat(descriptor, entry->d_name, 0) == 0)
            removed++;
    }
}

/* ---- the folder ---- */

/* Opens the folder that FOLDER is in. */
static int open_parent(const char *folder, struct complaint *why)
{
    char parent[PATH_SIZE_MAX];
    const char *slash = strrchr(folder, '/');
    const size_t len = slash == NULL ? 0 : (size_t)(slash - folder);
    if (len == 0 || len >= sizeof parent) {
        (void)trouble(why, folder, "not a path that a ledger can have");
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

enum cognito_status cognito_ledger_enter(const char *folder, const struct identity *who,
                                         struct span token, int64_t now, struct complaint *why)
{
    struct name name;
    if (!name_of(who, token, &name))
        return COGNITO_SYSTEM_CRYPTO;
    int descriptor OWNED(close_descriptor) = open_or_make(folder, why);
    if (descriptor < 0 || !is_private(descriptor, folder, why))
        return COGNITO_SYSTEM_LEDGER;
    int entry OWNED(close_descriptor) =
        openat(descriptor, name.text, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (entry < 0 && errno == EEXIST)
        return COGNITO_POLICY_USED;
    if (entry < 0)
        return trouble(why, folder, strerrordesc_np(errno));
    if (fsync(descriptor) != 0)
        return trouble(why, folder, strerrordesc_np(errno));
    prune(descriptor, now);
    return COGNITO_ACCEPTED;
}

enum cognito_status cognito_ledger_look(const char *folder, const struct identity *who,
                                        struct span token, struct complaint *why)
{
    struct name name;
    struct stat status;
    if (!name_of(who, token, &name))
        return COGNITO_SYSTEM_CRYPTO;
    int descriptor OWNED(close_descriptor) = cognito_safefolder_open(folder, why);
    if (descriptor < 0 && errno == ENOENT) {
        int parent OWNED(close_descriptor) = open_parent(folder, why);
        return parent < 0 ? COGNITO_SYSTEM_LEDGER : COGNITO_ACCEPTED; /* the first login makes it */
    }
    if (descriptor < 0)
        return COGNITO_SYSTEM_LEDGER;
    if (fstatat(descriptor, name.text, &status, AT_SYMLINK_NOFOLLOW) == 0)
        return COGNITO_POLICY_USED;
    return errno == ENOENT ? COGNITO_ACCEPTED : trouble(why, folder, strerrordesc_np(errno));
}
