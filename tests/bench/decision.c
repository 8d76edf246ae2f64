/* SPDX-License-Identifier: MIT */
/*
 * decision POOL TURNS: the rows verify_cold and verify_warm and the points of the slopes. POOL is
 * the folder that tests/bench/run has made. With a third argument only this: "warm" is the point of
 * that name, what cognito_verify takes; "count" reads a set and decides TURNS times by
 * tests/vectors.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "contest.h"
#include "subject.h"
#include "token/map.h"

/* ---- keys already imported ---- */

/*
 * Every judgement imports its key, so that its time tells nothing. What it would be with a key that
 * was imported before is measured by taking the import away: while IMPORTED is set, the four calls
 * of OpenSSL that make it up give that key out again.
 */
static EVP_PKEY *imported;
static EVP_PKEY_CTX *const placeholder = (EVP_PKEY_CTX *)&imported;

EVP_PKEY_CTX *__real_EVP_PKEY_CTX_new_from_name(OSSL_LIB_CTX *library, const char *name,
                                                const char *properties);
EVP_PKEY_CTX *__wrap_EVP_PKEY_CTX_new_from_name(OSSL_LIB_CTX *library, const char *name,
                                                const char *properties);
int __real_EVP_PKEY_fromdata_init(EVP_PKEY_CTX *context);
int __wrap_EVP_PKEY_fromdata_init(EVP_PKEY_CTX *context);
int __real_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters);
int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters);
void __real_EVP_PKEY_CTX_free(EVP_PKEY_CTX *context);
void __wrap_EVP_PKEY_CTX_free(EVP_PKEY_CTX *context);

EVP_PKEY_CTX *__wrap_EVP_PKEY_CTX_new_from_name(OSSL_LIB_CTX *library, const char *name,
                                                const char *properties)
{
    return imported != NULL ? placeholder
                            : __real_EVP_PKEY_CTX_new_from_name(library, name, properties);
}

int __wrap_EVP_PKEY_fromdata_init(EVP_PKEY_CTX *context)
{
    return context == placeholder ? 1 : __real_EVP_PKEY_fromdata_init(context);
}

int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters)
{
    if (context != placeholder)
        return __real_EVP_PKEY_fromdata(context, key, selection, parameters);
    *key = imported;
    return EVP_PKEY_up_ref(imported);
}

void __wrap_EVP_PKEY_CTX_free(EVP_PKEY_CTX *context)
{
    if (context != placeholder)
        __real_EVP_PKEY_CTX_free(context);
}

/* ---- the rows ---- */

static void measure_decision(const char *pool, size_t turns)
{
    struct subject subject OWNED(close_subject);
    open_subject(&subject, pool, "jwks.json", "token", "daemon");
    struct contest contest = {decide_cold, import_and_verify, &subject, 8, turns};
    report_row("verify_cold", &contest);
    imported = subject.key;
    contest.ours = decide_warm;
    contest.floor = verify_imported;
    report_row("verify_warm", &contest);
    imported = NULL;
}

/* ---- the slopes ---- */

/* What a decision costs beyond OpenSSL's part, by the size of the token. */
static void measure_tokens(const char *pool, size_t turns)
{
    for (size_t size = 2048; size <= 16384; size *= 2) {
        char name[32];
        struct subject subject OWNED(close_subject);
        (void)snprintf(name, sizeof name, "token-%zu", size);
        open_subject(&subject, pool, "jwks.json", name, "daemon");
        const struct contest contest = {decide_warm, import_and_verify, &subject, 4, turns};
        report_point("slope_token", strlen(subject.token_text), &contest);
    }
}

/* What reading a key set costs, by the number of its keys. */
static void measure_sets(const char *pool, size_t turns)
{
    for (size_t keys = 2; keys <= 64; keys *= 2) {
        char name[32];
        struct subject subject OWNED(close_subject);
        (void)snprintf(name, sizeof name, "jwks-%zu.json", keys);
        open_subject(&subject, pool, name, "token", "daemon");
        const struct contest contest = {read_set, nothing, &subject, 64 / keys, turns};
        report_point("slope_keys", keys, &contest);
    }
}

/* LINES lines, of which the last grants daemon, the account, to daemon, the person. */
static char *make_map(size_t lines, size_t *len)
{
    enum { LINE = 64 };
    char *map = malloc(lines * LINE + 1);
    if (map == NULL)
        give_up("no memory");
    *len = 0;
    for (size_t i = 1; i < lines; i++)
        *len += (size_t)sprintf(map + *len, "person%06zu  sub:%08zx-8b7a-4a52-9c0d-1e2f3a4b5c6d\n",
                                i, i);
    *len += (size_t)sprintf(map + *len, "daemon  user:daemon\n");
    return map;
}

/* The map of measure_maps. */
static struct span map_text;

/* Reads the map and keeps what is about daemon, as before a prompt, then decides. */
static void read_map_and_decide(void *context)
{
    struct subject *subject = context;
    struct lines lines = {map_text, 0};
    const char *fault;
    cognito_map_free(&subject->policy.map);
    if (!cognito_map_add(&subject->policy.map, &lines, "daemon", &fault))
        give_up("the map is refused");
    decide_warm(context);
}

static void decide_without_map(void *context)
{
    struct subject *subject = context;
    const struct map map = subject->policy.map;
    subject->policy.has_map = false;
    subject->policy.map = (struct map){0};
    decide_warm(context);
    subject->policy.has_map = true;
    subject->policy.map = map;
}

static void free_text(char **text)
{
    free(*text);
}

/* What a map costs, read and searched as in a login, by the number of its lines. */
static void measure_maps(const char *pool, size_t turns)
{
    struct subject subject OWNED(close_subject);
    open_subject(&subject, pool, "jwks.json", "token", "daemon");
    subject.policy.has_map = true;
    for (size_t lines = 10; lines <= 100000; lines *= 10) {
        size_t len;
        char *map OWNED(free_text) = make_map(lines, &len);
        map_text = span_of(map, len);
        const struct contest contest = {read_map_and_decide, decide_without_map, &subject,
                                        lines > 1000 ? 1 : 4,
                                        lines > 1000 ? turns / 10 + 1 : turns};
        report_point("slope_map", lines, &contest);
    }
    cognito_map_free(&subject.policy.map);
}

/* ---- one thing at a time ---- */

static void measure_warm(const char *pool, size_t turns)
{
    struct subject subject OWNED(close_subject);
    open_subject(&subject, pool, "jwks.json", "token", "daemon");
    const struct contest contest = {decide_warm, nothing, &subject, 8, turns};
    report_point("warm", strlen(subject.token_text), &contest);
}

/* Nothing is measured: callgrind looks on. */
static void repeat(const char *vectors, size_t times)
{
    struct subject subject OWNED(close_subject);
    open_subject(&subject, vectors, "jwks.json", "accepted--cognito-exact-form.token", "nobody");
    for (size_t i = 0; i < times; i++) {
        read_set(&subject);
        decide_warm(&subject);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4)
        give_up("usage: decision POOL TURNS [warm | count]");
    const char *pool = argv[1];
    const size_t turns = number_of(argv[2]);
    const char *only = argc == 4 ? argv[3] : "";
    if (strcmp(only, "warm") == 0) {
        measure_warm(pool, turns);
    } else if (strcmp(only, "count") == 0) {
        repeat(pool, turns);
    } else {
        measure_decision(pool, turns);
        measure_tokens(pool, turns / 8 + 1);
        measure_sets(pool, turns / 8 + 1);
        measure_maps(pool, turns / 8 + 1);
    }
    return 0;
}
