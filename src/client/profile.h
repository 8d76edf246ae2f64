/* SPDX-License-Identifier: MIT */
/*
 * A profile: which pool to sign in to and which hosts may have its tokens. Read from a file of
 * profiles by the parser of the module's file. What stands before the sections is the profile
 * "default", and what [profile NAME] does not set itself.
 */
#ifndef COGNITO_CLIENT_PROFILE_H
#define COGNITO_CLIENT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/options.h"
#include "base/secret.h"

#define PROFILE_DEFAULT "default"

enum { PROFILE_NAME_MAX = 64 };

struct profile {
    char *name;      /* lower-case letters, digits, - _ . @; not . or .., so safe in a path */
    char *user_pool; /* <region>_<id> */
    char *client_id;
    char *domain;            /* of managed login, as a URL without a path; NULL: none */
    char *endpoint;          /* of the user pools API, a URL */
    char *jwks_uri;          /* where the key set is fetched */
    char *identity_provider; /* goes there at once instead of the page that asks; NULL */
    char *password_flow;     /* "srp", "plain" or NULL: srp */
    char *ca_file;           /* certificates, or NULL: the system's */
    char *proxy;             /* or NULL: as the environment says */
    struct list issuers;     /* accepted ones */
    struct list scopes;      /* openid is one of them */
    struct list ports;       /* of the loopback listener, in the order they are tried; numbers */
    struct list hosts;       /* patterns of hosts that may have the token */
    int64_t clock_skew;      /* seconds */
    int64_t timeout;         /* seconds that one request may take */
};

/* The option table, for documents and their test. */
const struct option_row *cognito_profile_options(size_t *count);

/* Reads the profile NAME (NULL: the default) of the file PATH. False, with a complaint that names
 * file and line, PROFILE untouched, if anything in the file is wrong or there is no such profile.
 */
MUST_USE bool cognito_profile_read(const char *path, const char *name, struct profile *profile,
                                   struct complaint *why);

/* The same for TEXT, PATH being its name in complaints. */
MUST_USE bool cognito_profile_parse(struct span text, const char *path, const char *name,
                                    struct profile *profile, struct complaint *why);

enum profile_default {
    DEFAULT_ANY,  /* whatever stands before the sections is the default */
    DEFAULT_POOL, /* not what only the sections share: it has user_pool or client_id */
};

/* Adds the names of the profiles of the file PATH to NAMES: the default, then those that sections
 * name. None if there is no such file. False, with a complaint that names file and line, if
 * anything in it is wrong. */
MUST_USE bool cognito_profile_names(const char *path, enum profile_default which,
                                    struct list *names, struct complaint *why);

/* The same for TEXT, PATH being its name in complaints. */
MUST_USE bool cognito_profile_names_of(struct span text, const char *path,
                                       enum profile_default which, struct list *names,
                                       struct complaint *why);

/* The patterns of hosts with a space between them, and a NUL behind. False without memory. */
MUST_USE bool cognito_profile_hosts(const struct profile *profile, struct secret *text);

void cognito_profile_free(struct profile *profile);

#endif
