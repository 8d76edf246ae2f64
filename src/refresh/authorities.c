/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/authorities.h"

#include "base/limits.h"

bool cognito_authorities_read(const struct config *config, struct safefile *file,
                              struct complaint *why)
{
    const struct safefile_rules rules = {.max_size = AUTHORITIES_SIZE_MAX};
    if (config->ca_file == NULL)
        return true;
    if (cognito_safefile_read(config->ca_file, &rules, file, why) != SAFEFILE_READ)
        return false;
    /* No certificates would mean the system's. */
    return file->content.len > 0 || cognito_complain(why, "%s: empty", config->ca_file);
}
