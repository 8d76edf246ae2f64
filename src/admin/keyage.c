/* SPDX-License-Identifier: MIT */
#include "admin/keyage.h"

#include <stddef.h>
#include <sys/stat.h>

int64_t cognito_keys_written(const struct config *config)
{
    char path[PATH_SIZE_MAX];
    struct stat status;
    const char *file = config->jwks_file;
    if (file == NULL && cognito_config_cache_path(config, path))
        file = path;
    return file != NULL && stat(file, &status) == 0 ? (int64_t)status.st_mtime : 0;
}
