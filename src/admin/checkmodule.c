/* SPDX-License-Identifier: MIT */
/* The modules' files: whether libpam finds them, and whether ours can be loaded. */
#include "admin/checks.h"

#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/pammodules.h"
#include "base/safefile.h"

enum { MODULE_SIZE_MAX = 67108864 }; /* bytes; ours has 200,000 */

#define EVERYWHERE "pam_permit.so" /* the module that every libpam comes with */

/* Reading it judges owner and mode, of the folders above as well. */
static bool is_trusted(const char *path, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = MODULE_SIZE_MAX};
    char resolved[PATH_SIZE_MAX];
    struct safefile file = {0};
    if (realpath(path, resolved) == NULL ||
        cognito_safefile_read(resolved, &rules, &file, why) != SAFEFILE_READ)
        return false;
    cognito_secret_free(&file.content);
    return true;
}

/* Whether the libpam of this host could load the module PATH: not one of another architecture. */
static bool is_loadable(const char *path)
{
    if (!is_trusted(path, NULL))
        return false; /* loading it would run it */
    void *module = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (module != NULL)
        (void)dlclose(module);
    return module != NULL;
}

/* The directory of the first module that PATTERN finds and that can be loaded. */
static bool find_modules(const char *pattern, char folder[PATH_SIZE_MAX])
{
    glob_t found;
    bool good = false;
    if (glob(pattern, 0, NULL, &found) != 0)
        return false;
    for (size_t i = 0; i < found.gl_pathc && !good; i++) {
        const char *end = strrchr(found.gl_pathv[i], '/');
        good = is_loadable(found.gl_pathv[i]);
        (void)snprintf(folder, PATH_SIZE_MAX, "%.*s", (int)(end - found.gl_pathv[i]),
                       found.gl_pathv[i]);
    }
    globfree(&found);
    return good;
}

const char *cognito_pam_module_folder(char folder[PATH_SIZE_MAX], const char *fallback)
{
    static const char *const patterns[] = {
        PAMDIR "/" EVERYWHERE,
        "/usr/lib/*-linux-*/security/" EVERYWHERE,
        "/lib/*-linux-*/security/" EVERYWHERE,
        "/usr/lib64/security/" EVERYWHERE,
        "/usr/lib/security/" EVERYWHERE,
        "/lib/security/" EVERYWHERE,
    };
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (find_modules(patterns[i], folder))
            return folder;
    (void)snprintf(folder, PATH_SIZE_MAX, "%s", fallback);
    return folder;
}

static void check_ours(const char *path, struct findings *findings)
{
    struct complaint why = {{0}};
    if (!is_trusted(path, &why)) {
        cognito_find(findings, FINDING_FAIL, "module", "chown root:root, chmod 644", "%s",
                     why.text);
        return;
    }
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL || dlsym(module, "pam_sm_authenticate") == NULL)
        cognito_find(findings, FINDING_FAIL, "module", "install pam_cognito again", "%s: %s", path,
                     module == NULL ? dlerror() : "no PAM module");
    else
        cognito_find(findings, FINDING_OK, "module", "", "%s can be loaded", path);
    if (module != NULL)
        (void)dlclose(module);
}

static void check_one(const struct pam_line *line, const char *folder, bool *ours_was_seen,
                      struct findings *findings)
{
    char path[PATH_SIZE_MAX];
    const bool ours = cognito_pam_kind(line) == PAM_KIND_OURS;
    if (ours && *ours_was_seen)
        return;
    *ours_was_seen = *ours_was_seen || ours;
    if (line->path[0] == '/')
        (void)snprintf(path, sizeof path, "%s", line->path);
    else
        (void)snprintf(path, sizeof path, "%.3000s/%s", folder, line->path);
    if (access(path, F_OK) != 0 && (ours || !line->may_miss))
        cognito_find(findings, FINDING_FAIL, "module",
                     ours ? "configure --with-pamdir with that folder and install again, or write "
                            "the whole path in the line"
                          : "install it, or remove the line",
                     "%s:%zu: there is no %s", line->file, line->number, path);
    else if (ours)
        check_ours(path, findings);
}

void cognito_check_modules(const struct pam_stack *stack, struct findings *findings)
{
    char folder[PATH_SIZE_MAX];
    bool ours_was_seen = false;
    (void)cognito_pam_module_folder(folder, PAMDIR);
    for (size_t i = 0; i < stack->count; i++)
        if (!stack->lines[i].substack)
            check_one(&stack->lines[i], folder, &ours_was_seen, findings);
}
