/* SPDX-License-Identifier: MIT */
#include "host/keycache.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "minting.h"
#include "scratch.h"
#include "unit.h"

#define NOW INT64_C(1800000000)

static struct complaint why;
static bool fresh;
static char pool[] = MINT_POOL;

static struct config config_of(void **state)
{
    static char root[] = "root";
    return (struct config){.user_pool = pool,
                           .cache_dir = *state,
                           .refresh_user = root,
                           .max_stale = 1000,
                           .refresh_interval = 100};
}

static enum cognito_status read_keys(const struct config *config, struct jwks **keys)
{
    struct jwks *const untouched = (struct jwks *)&why;
    *keys = untouched;
    why.text[0] = '\0';
    const enum cognito_status status = cognito_keycache_read(config, NOW, keys, &fresh, &why);
    assert_int_equal(status == COGNITO_ACCEPTED, *keys != untouched);
    assert_int_equal(status == COGNITO_ACCEPTED, why.text[0] == '\0');
    return status;
}

/* Writes the cached set; it was fetched AGE seconds before NOW. */
static const char *cache(void **state, const char *content, int64_t age)
{
    const char *path = scratch_text(*state, MINT_POOL ".jwks", content);
    const struct timespec times[2] = {{.tv_sec = NOW - age}, {.tv_sec = NOW - age}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

static void expect(const struct config *config, enum cognito_status status, const char *path,
                   const char *words)
{
    struct jwks *keys;
    char wanted[COMPLAINT_MAX];
    (void)snprintf(wanted, sizeof wanted, "%s: %s", path, words);
    assert_int_equal(read_keys(config, &keys), status);
    if (status == COGNITO_ACCEPTED) {
        assert_int_equal(cognito_jwks_count(keys), 2);
        cognito_jwks_free(keys);
    } else {
        assert_string_equal(why.text, wanted);
    }
}

static void ages(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    const struct config config = config_of(state);
    static const int64_t good[] = {0, 1, 999, 1000, -1, -1000};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect(&config, COGNITO_ACCEPTED, cache(state, set, good[i]), "");
    expect(&config, COGNITO_KEY_STALE, cache(state, set, 1001),
           "1001 s old, and max_stale is 1000");
    expect(&config, COGNITO_KEY_STALE, cache(state, set, 700000000),
           "700000000 s old, and max_stale is 1000");
    expect(&config, COGNITO_KEY_STALE, cache(state, set, -1001),
           "1001 s old, and max_stale is 1000");
}

/* A set from the future is never fresh: the refresher is to be told. */
static void freshness(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    const struct config config = config_of(state);
    static const struct {
        int64_t age;
        bool fresh;
    } rows[] = {{0, true}, {99, true}, {100, false}, {1000, false}, {-1, false}, {-99, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fresh = !rows[i].fresh;
        expect(&config, COGNITO_ACCEPTED, cache(state, set, rows[i].age), "");
        assert_int_equal(fresh, rows[i].fresh);
    }
}

/* A time that no clock ever said: as far from now as the file system goes. */
static void impossible_times(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    const struct config config = config_of(state);
    const char *path = cache(state, set, 0);
    static const int64_t times[] = {0, -1, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        const struct timespec both[2] = {{.tv_sec = times[i]}, {.tv_sec = times[i]}};
        struct jwks *keys;
        assert_int_equal(utimensat(AT_FDCWD, path, both, 0), 0);
        assert_int_equal(read_keys(&config, &keys), COGNITO_KEY_STALE);
    }
}

static void missing_or_not_trusted(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    const struct config config = config_of(state);
    const char *path = scratch_path(*state, MINT_POOL ".jwks");
    expect(&config, COGNITO_KEY_NONE, path, "No such file or directory");
    assert_int_equal(chmod(cache(state, set, 0), 0666), 0);
    expect(&config, COGNITO_KEY_NONE, path,
           "this file can be written to by its group or by others");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    expect(&config, COGNITO_KEY_NONE, path, "a symbolic link is not followed");
}

static void what_it_holds(void **state)
{
    const struct config config = config_of(state);
    expect(&config, COGNITO_JWKS_JSON, cache(state, "", 0), "an object was expected at byte 0");
    expect(&config, COGNITO_JWKS_INVALID, cache(state, "{}", 0), "no array named keys");
    expect(&config, COGNITO_KEY_NONE, cache(state, "{\"keys\":[]}", 0),
           "none of its 0 keys can verify an ID token");
    char *large OWNED(mint_free) = malloc(JWKS_SIZE_MAX + 2);
    memset(large, ' ', JWKS_SIZE_MAX + 1);
    large[JWKS_SIZE_MAX + 1] = '\0';
    expect(&config, COGNITO_KEY_NONE, cache(state, large, 0), "larger than 262144 bytes");
    /* Its age is judged before what it holds. */
    expect(&config, COGNITO_KEY_STALE, cache(state, "{}", 1001),
           "1001 s old, and max_stale is 1000");
}

/* jwks_file has no age, is read instead of the cache, and trusts no owner of a folder. */
static void a_placed_set(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    struct config config = config_of(state);
    char placed[PATH_SIZE_MAX];
    (void)snprintf(placed, sizeof placed, "%s/placed", (const char *)*state);
    config.jwks_file = placed;
    (void)cache(state, set, 0);
    expect(&config, COGNITO_KEY_NONE, placed, "No such file or directory");
    (void)scratch_text(*state, "placed", set);
    const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, placed, old, 0), 0);
    expect(&config, COGNITO_ACCEPTED, placed, "");
    if (geteuid() != 0)
        SKIP_BECAUSE("only root can give folders to others");
    assert_int_equal(chown(placed, 65534, 0), 0);
    expect(&config, COGNITO_KEY_NONE, placed, "this file belongs to a user who is not trusted");
}

/* root's, the process's own or refresh_user's; whoever else has it can write keys of his own. */
static void the_refreshers_folder(void **state)
{
    static char daemon_name[] = "daemon";
    static char nobody_name[] = "no-such-user-here";
    const struct passwd *daemon = getpwnam("daemon");
    if (geteuid() != 0 || daemon == NULL)
        SKIP_BECAUSE("only root can give folders to others, and daemon has to be there");
    char *set OWNED(mint_free) = mint_standard_set();
    char folder[PATH_SIZE_MAX];
    char words[COMPLAINT_MAX];
    (void)snprintf(folder, sizeof folder, "%s/cache", (const char *)*state);
    assert_int_equal(mkdir(folder, 0755), 0);
    void *inside = folder;
    struct config config = config_of(&inside);
    const char *path = cache(&inside, set, 0);
    expect(&config, COGNITO_ACCEPTED, path, "");
    const uid_t uid = daemon->pw_uid;
    assert_int_equal(chown(folder, uid, 0), 0);
    assert_int_equal(chown(path, uid, 0), 0);
    (void)snprintf(words, sizeof words,
                   "this folder belongs to uid %u, neither to root nor to root", (unsigned)uid);
    expect(&config, COGNITO_KEY_NONE, folder, words);
    config.refresh_user = daemon_name;
    expect(&config, COGNITO_ACCEPTED, path, "");
    assert_int_equal(chown(path, 65533, 0), 0);
    expect(&config, COGNITO_KEY_NONE, path,
           "this file belongs to uid 65533, neither to root nor to daemon");
    assert_int_equal(chown(path, uid, 0), 0);
    config.refresh_user = nobody_name;
    (void)snprintf(words, sizeof words,
                   "this folder belongs to uid %u, neither to root nor to no-such-user-here, who "
                   "does not exist",
                   (unsigned)uid);
    expect(&config, COGNITO_KEY_NONE, folder, words);
    assert_int_equal(chown(folder, 0, 0), 0);
    assert_int_equal(chown(path, 0, 0), 0);
    expect(&config, COGNITO_ACCEPTED, path, "");
}

static void too_long_a_path(void **state)
{
    (void)state;
    char folder[PATH_SIZE_MAX];
    memset(folder, 'x', sizeof folder);
    folder[0] = '/';
    folder[sizeof folder - 1] = '\0';
    const struct config config = {.cache_dir = folder, .user_pool = pool, .max_stale = 1};
    struct jwks *keys;
    assert_int_equal(read_keys(&config, &keys), COGNITO_KEY_NONE);
    assert_string_equal(why.text, "cache_dir: too long");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(ages),
        IN_SCRATCH(freshness),
        IN_SCRATCH(impossible_times),
        IN_SCRATCH(missing_or_not_trusted),
        IN_SCRATCH(what_it_holds),
        IN_SCRATCH(a_placed_set),
        IN_SCRATCH(the_refreshers_folder),
        IN_SCRATCH(too_long_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
