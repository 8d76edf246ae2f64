/* SPDX-License-Identifier: MIT */
#include "host/account.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/accountname.h"
#include "base/limits.h"

enum { PASSWD_BUFFER_FIRST = 4096 };

static enum cognito_status refuse(struct complaint *why, const char *what)
{
    (void)cognito_complain(why, "%s", what);
    return COGNITO_POLICY_ACCOUNT;
}

/* Those that stand for somebody who has no number here (nobody, and what -1
 * becomes in 16 bits) or for "no change". */
static bool is_nobody(uid_t uid)
{
    return uid == 65534 || uid == 65535 || uid == (uid_t)-1;
}

static enum cognito_status judge(uid_t uid, const struct account_rules *rules,
                                 struct complaint *why)
{
    if (uid == 0)
        return rules->root ? COGNITO_ACCEPTED
                           : refuse(why, "root, without both allow_root and a line of map_file");
    if (is_nobody(uid)) {
        (void)cognito_complain(why, "uid %lld, which is never opened", (long long)uid);
        return COGNITO_POLICY_ACCOUNT;
    }
    if ((int64_t)uid < rules->uid_min) {
        (void)cognito_complain(why, "uid %lld, and uid_min is %lld", (long long)uid,
                               (long long)rules->uid_min);
        return COGNITO_POLICY_ACCOUNT;
    }
    return COGNITO_ACCEPTED;
}

enum cognito_status cognito_account_uid(const char *name, uid_t *uid, struct complaint *why)
{
    for (size_t size = PASSWD_BUFFER_FIRST; size <= PASSWD_BUFFER_MAX; size *= 4) {
        char *buffer = malloc(size);
        if (buffer == NULL)
            return COGNITO_SYSTEM_MEMORY;
        struct passwd entry;
        struct passwd *found = NULL;
        const int error = getpwnam_r(name, &entry, buffer, size, &found);
        /* A directory may look names up without regard to case. */
        const bool same = found != NULL && strcmp(found->pw_name, name) == 0;
        free(buffer);
        if (found != NULL && !same)
            return refuse(why, "the account has another name");
        if (found != NULL) {
            *uid = entry.pw_uid;
            return COGNITO_ACCEPTED;
        }
        if (error != ERANGE)
            return refuse(why, error == 0 ? "there is no such account"
                                          : "the account cannot be looked up");
    }
    return refuse(why, "the entry of the account is too long");
}

enum cognito_status cognito_check_account(const char *name, const struct account_rules *rules,
                                          struct complaint *why)
{
    uid_t uid;
    if (!cognito_account_name(span_of_string(name)))
        return refuse(why, "not a name that an account can have");
    const enum cognito_status status = cognito_account_uid(name, &uid, why);
    return status == COGNITO_ACCEPTED ? judge(uid, rules, why) : status;
}
