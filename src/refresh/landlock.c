/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface grows faster than its headers arrive; the values below are its. */

#define BIT(n) (UINT64_C(1) << (n))

/* The rights of the file system by the ABI that brought them: bits 0 to 12 with the first. */
static const struct {
    long abi;
    uint64_t rights;
} known_rights[] = {
    {1, BIT(13) - 1},
    {2, BIT(13)}, /* to link and rename across folders */
    {3, BIT(14)}, /* to truncate */
    {5, BIT(15)}, /* ioctl of a device */
};

enum {
    ABI_NETWORK = 4,
    ABI_SCOPE = 6,
};

#define NETWORK_BIND_TCP BIT(0)
#define SCOPE_ABSTRACT_SOCKET BIT(0)
#define SCOPE_SIGNAL BIT(1)

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_RIGHTS                                                                               \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

/* struct landlock_ruleset_attr as of ABI 6. An older kernel takes it as long as what it does not
 * know is zero. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

static bool complain_errno(struct complaint *why, const char *what, const char *path)
{
    const char *words = strerrordesc_np(errno);
    return cognito_complain(why, "Landlock: %s%s: %s", what, path,
                            words == NULL ? "unknown error" : words);
}

static struct ruleset ruleset_of(long abi)
{
    struct ruleset ruleset = {0};
    for (size_t i = 0; i < sizeof known_rights / sizeof known_rights[0]; i++)
        if (abi >= known_rights[i].abi)
            ruleset.files |= known_rights[i].rights;
    if (abi >= ABI_NETWORK)
        ruleset.network = NETWORK_BIND_TCP;
    if (abi >= ABI_SCOPE)
        ruleset.scope = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
    return ruleset;
}

static bool add_rule(int ruleset, const struct landlock_rule *rule, struct complaint *why)
{
    struct stat status;
    const int target OWNED(close_descriptor) = open(rule->path, O_PATH | O_CLOEXEC);
    if (target < 0)
        return true; /* what is not there, or out of reach, is not needed */
    if (fstat(target, &status) != 0)
        return complain_errno(why, "cannot look at ", rule->path);
    uint64_t rights = READ_RIGHTS | (rule->write ? WRITE_RIGHTS : 0);
    if (!S_ISDIR(status.st_mode))
        rights &= FILE_RIGHTS;
    const struct landlock_path_beneath_attr beneath = {.allowed_access = rights,
                                                       .parent_fd = target};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0U) == 0 ||
           complain_errno(why, "no rule for ", rule->path);
}

bool cognito_landlock_enforce(const struct landlock_rule *rules, size_t count,
                              struct complaint *why)
{
    const long abi =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return true;
    const struct ruleset attributes = ruleset_of(abi);
    const int ruleset OWNED(close_descriptor) =
        (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0U);
    if (ruleset < 0)
        return complain_errno(why, "no set of rules", "");
    for (size_t i = 0; i < count; i++)
        if (!add_rule(ruleset, &rules[i], why))
            return false;
    return syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0 ||
           complain_errno(why, "not enforced", "");
}
