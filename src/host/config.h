/* SPDX-License-Identifier: MIT */
/*
 * The configuration of one pool: defaults, then its file, then the file's section for the PAM
 * service, then the arguments of the PAM line. Refused whole if anything in it is wrong.
 */
#ifndef COGNITO_HOST_CONFIG_H
#define COGNITO_HOST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/limits.h"
#include "base/options.h"
#include "token/policy.h"

#define CONFIG_DEFAULT_PATH "/etc/security/pam_cognito.conf"

struct config {
    struct policy policy;
    struct list paths; /* conf: of the arguments, not of the file */
    size_t section; /* the line where the file's section for the service begins; 0: there is none */
    bool debug;
    char *user_pool; /* <region>_<id>; letters, digits, '-' and one '_', so safe in a path */
    char *jwks_uri;  /* where the key set is fetched; may be NULL where jwks_file is not */
    char *jwks_file; /* a set placed by the administrator, or NULL */
    char *cache_dir; /* where <user_pool>.jwks is kept */
    char *ca_file;   /* certificates for fetching, or NULL: the system's */
    char *proxy;     /* for fetching, or NULL: none */
    char *refresh_user;
    int64_t refresh_interval; /* seconds */
    int64_t max_stale;        /* seconds */
    int64_t uid_min;
    bool allow_root;           /* an explicit line of the map may grant it */
    bool allow_writable_claim; /* username_claim may be one that people can write themselves */
    char *map_file;            /* or NULL */
    char *deny_file;           /* or NULL */
    bool single_use;
    bool export_env;
    /* How the conversation goes; the same for all pools of a PAM line. */
    bool try_first_pass, use_first_pass, forward_pass;
    bool user_from_token;
};

/* What the paths of a PAM line's or a program's arguments give: the pools, in their order. */
struct configs {
    struct config *items; /* owned */
    size_t count;
};

/* The option table, for checks and documents. */
const struct option_row *cognito_config_options(size_t *count);

/*
 * Reads what ARGUMENTS ask for: each conf= is a pool (none: the default path), every other argument
 * overrides each of them; where there are several, one that is about a pool is refused. SERVICE is
 * the PAM service, or NULL for none. False, CONFIGS untouched, with a complaint that names file and
 * line, or the argument, if anything is wrong. What map_file and deny_file name is not read, see
 * lists.h.
 */
MUST_USE bool cognito_configs_read(const char *service, size_t count, const char *const *arguments,
                                   struct configs *configs, struct complaint *why);

void cognito_configs_free(struct configs *configs);

/* Whether ARGUMENTS may stand on an account or session line: conf and debug may. What was accepted
 * is judged there by the configuration of its auth line, and any other option would not count. No
 * file is read. */
MUST_USE bool cognito_config_account_arguments(size_t count, const char *const *arguments,
                                               struct complaint *why);

/* The path of the cached key set. False if it does not fit. */
MUST_USE bool cognito_config_cache_path(const struct config *config, char path[PATH_SIZE_MAX]);

#endif
