/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "host/pools.h"

#include <stdio.h>

#include "minting.h"
#include "scratch.h"
#include "unit.h"

#define NOW (COGNITO_BUILD_EPOCH + 1)

static struct complaint why;
static struct config items[3];
static char pool_names[3][16] = {"us-east-1_A", "us-east-1_B", "us-east-1_C"};
static char files[3][PATH_SIZE_MAX];

/* Three pools by their jwks_file, which has no age; those that are NULL have no file. */
static struct configs place(void **state, const char *const *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(files[i], sizeof files[i], "%s/%s", (const char *)*state, pool_names[i]);
        if (sets[i] != NULL)
            (void)scratch_text(*state, pool_names[i], sets[i]);
        items[i] =
            (struct config){.user_pool = pool_names[i], .cache_dir = *state, .jwks_file = files[i]};
    }
    return (struct configs){items, count};
}

static enum cognito_status open_pools(const struct configs *configs, int64_t now,
                                      struct pools *pools)
{
    struct pools untouched;
    memset(pools, 0xa5, sizeof *pools);
    memset(&untouched, 0xa5, sizeof untouched);
    why.text[0] = '\0';
    const enum cognito_status status = cognito_pools_open(configs, now, pools, &why);
    if (status != COGNITO_ACCEPTED)
        assert_memory_equal(pools, &untouched, sizeof untouched);
    assert_int_equal(status == COGNITO_ACCEPTED, why.text[0] == '\0');
    return status;
}

static char *set_of(enum mint_key key)
{
    char *jwk OWNED(mint_free) = mint_jwk(key, NULL);
    return mint_set((const char *const[]){jwk, NULL});
}

static void the_clock(void **state)
{
    char *set OWNED(mint_free) = mint_standard_set();
    const char *const sets[] = {set};
    const struct configs configs = place(state, sets, 1);
    struct pools pools;
    char words[128];
    assert_int_equal(open_pools(&configs, COGNITO_BUILD_EPOCH, &pools), COGNITO_ACCEPTED);
    cognito_pools_free(&pools);
    assert_int_equal(open_pools(&configs, COGNITO_BUILD_EPOCH - 1, &pools), COGNITO_SYSTEM_CLOCK);
    (void)snprintf(words, sizeof words, "it says %lld, and the build was at %lld",
                   (long long)COGNITO_BUILD_EPOCH - 1, (long long)COGNITO_BUILD_EPOCH);
    assert_string_equal(why.text, words);
    assert_int_equal(open_pools(&configs, 0, &pools), COGNITO_SYSTEM_CLOCK);
    assert_int_equal(open_pools(&configs, -1, &pools), COGNITO_SYSTEM_CLOCK);
}

static void found_by_kid(void **state)
{
    char *first OWNED(mint_free) = set_of(MINT_FIRST);
    char *second OWNED(mint_free) = set_of(MINT_SECOND);
    char *third OWNED(mint_free) = set_of(MINT_STRANGER);
    const char *const sets[] = {first, second, third};
    const struct configs configs = place(state, sets, 3);
    struct pools pools;
    assert_int_equal(open_pools(&configs, NOW, &pools), COGNITO_ACCEPTED);
    assert_int_equal(pools.count, 3);
    assert_string_equal(pools.left_out.text, "");
    for (enum mint_key i = MINT_FIRST; i <= MINT_STRANGER; i++) {
        const struct pool *found = cognito_pools_find(&pools, span_of_string(mint_kid(i)));
        assert_ptr_equal(found, &pools.items[i]);
        assert_ptr_equal(found->config, &items[i]);
    }
    assert_ptr_equal(cognito_pools_find(&pools, LITERAL("unknown")), &pools.items[0]);
    assert_ptr_equal(cognito_pools_find(&pools, span_of(NULL, 0)), &pools.items[0]);
    cognito_pools_free(&pools);
    assert_int_equal(pools.count, 0);
    cognito_pools_free(&pools);
}

static void one_pool_without_keys(void **state)
{
    char *good OWNED(mint_free) = set_of(MINT_FIRST);
    char words[PATH_SIZE_MAX + 64];
    struct pools pools;
    const char *const sets[] = {NULL, good, "{}"};
    const struct configs configs = place(state, sets, 3);
    assert_int_equal(open_pools(&configs, NOW, &pools), COGNITO_ACCEPTED);
    assert_int_equal(pools.count, 1);
    assert_ptr_equal(pools.items[0].config, &items[1]);
    (void)snprintf(words, sizeof words, "%s: no array named keys", files[2]);
    assert_string_equal(pools.left_out.text, words);
    cognito_pools_free(&pools);
}

static void no_pool_with_keys(void **state)
{
    char words[PATH_SIZE_MAX + 64];
    struct pools pools;
    const char *const sets[] = {"{}", NULL};
    const struct configs configs = place(state, sets, 2);
    assert_int_equal(open_pools(&configs, NOW, &pools), COGNITO_KEY_NONE);
    (void)snprintf(words, sizeof words, "%s: No such file or directory", files[1]);
    assert_string_equal(why.text, words);
    const struct configs first = {items, 1};
    assert_int_equal(open_pools(&first, NOW, &pools), COGNITO_JWKS_INVALID);
    assert_int_equal(cognito_pools_open(&first, NOW, &pools, NULL), COGNITO_JWKS_INVALID);
}

/* Whose token would it be? */
static void a_kid_of_two_pools(void **state)
{
    char *both OWNED(mint_free) = mint_standard_set();
    char *one OWNED(mint_free) = set_of(MINT_SECOND);
    char *other OWNED(mint_free) = set_of(MINT_STRANGER);
    struct pools pools;
    const char *const sets[] = {other, both, one};
    const struct configs configs = place(state, sets, 3);
    assert_int_equal(open_pools(&configs, NOW, &pools), COGNITO_ACCEPTED);
    assert_int_equal(pools.count, 3);
    assert_string_equal(pools.left_out.text, "");
    static const struct {
        size_t pool;
        enum mint_key key;
        const char *rival;
    } rows[] = {{0, MINT_STRANGER, NULL},
                {1, MINT_FIRST, NULL},
                {1, MINT_SECOND, "us-east-1_C"},
                {2, MINT_SECOND, "us-east-1_B"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct jwk *key = cognito_jwks_find(pools.items[rows[i].pool].keys,
                                                  span_of_string(mint_kid(rows[i].key)));
        assert_non_null(key);
        if (rows[i].rival == NULL)
            assert_null(key->rival);
        else
            assert_string_equal(key->rival, rows[i].rival);
    }
    cognito_pools_free(&pools);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(the_clock),
        IN_SCRATCH(found_by_kid),
        IN_SCRATCH(one_pool_without_keys),
        IN_SCRATCH(no_pool_with_keys),
        IN_SCRATCH(a_kid_of_two_pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
