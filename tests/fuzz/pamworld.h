/* SPDX-License-Identifier: MIT */
/*
 * The host in which the module is fuzzed: what the first bytes of an input choose, the files that
 * come of it, the accounts, the clock, and the rules by which the oracle judges the same. The
 * configuration is put together here, so that the oracle knows it without reading it.
 */
#ifndef TESTS_FUZZ_PAMWORLD_H
#define TESTS_FUZZ_PAMWORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/span.h"
#include "oracle.h"

enum choice {
    OPTIONS,  /* bits: below */
    POLICIES, /* bits: below */
    CLAIM,    /* which claim names the person, and whether that is allowed */
    KEYS,     /* the state of the key cache, and a second pool */
    USER,
    ACCOUNT, /* how the look-up of the account goes */
    CLOCK,
    PLAN, /* how the conversation goes */
    PLAN_AT,
    SIGNER,
    TOKEN, /* what is done to it after it was signed */
    FAULT,
    FAULT_AT,
    EARLIER, /* a password that a module before us has asked for */
    AGAIN,   /* what follows the first call */
    PHASE,   /* the account phase */
    LEDGER,
    DAMAGE, /* something is wrong with the configuration */
    DENIED,
    ORDER, /* where options stand */
    CHOICES
};

enum {
    SINGLE_USE = 1,
    EXPORT_ENV = 2,
    FORWARD_PASS = 4,
    TRY_FIRST_PASS = 8,
    USE_FIRST_PASS = 16,
    USER_FROM_TOKEN_OPTION = 32,
    SILENT = 64,
    DEBUG = 128,
};

enum {
    WITH_MAP = 1,
    WITH_GROUPS = 2,
    WITH_TOKEN_AGE = 4,
    WITH_AUTH_AGE = 8,
    ALLOW_ROOT = 16,
    UID_MIN_0 = 32,
    SMALL_TOKENS = 64,
    NO_SKEW = 128,
};

enum { ARGUMENTS_MAX = 8, POOLS_MAX = 2 };

struct world {
    unsigned char choice[CHOICES];
    struct span header, payload, raw; /* of the input */
    const char *arguments[ARGUMENTS_MAX];
    int argument_count;
    bool config_good, keys_good; /* as they should be found */
    struct oracle_rules rules[POOLS_MAX];
    struct oracle_keys *keys[POOLS_MAX]; /* usable ones; NULL: that pool is left out */
    int64_t now;
    struct secret token;
};

/* Reads INPUT and makes everything in it so. */
void world_open(struct world *world, struct span input);
void world_close(struct world *world);

/* The name that the login is for, or NULL. */
const char *world_user(const struct world *world);

/* The uid of NAME, or -1 if there is no such account, or it is looked up in vain. */
int64_t world_uid(const struct world *world, const char *name);

int64_t world_uid_min(const struct world *world);

/* Whether a line of the deny list fits. */
bool world_denies(const struct world *world, const struct oracle_answer *who);
/* Denies everybody from now on. */
void world_deny_all(void);

bool world_ledger_works(const struct world *world);

/* How often the refresher was nudged since the last call. */
size_t world_nudges(void);

/* The world whose clock, accounts and ledger the module sees. */
void world_enter(const struct world *world);

#endif
