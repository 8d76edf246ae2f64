/* SPDX-License-Identifier: MIT */
/* Key sets: both readers take the same sets, and find the same keys in them. */
#include <string.h>

#include "failing.h"
#include "fuzz.h"
#include "mutate.h"
#include "oracle.h"
#include "token/jwks.h"

static void compare(const struct jwks *keys, const struct oracle_keys *expected)
{
    AGREE(cognito_jwks_count(keys) == expected->count, "%zu keys, not %zu",
          cognito_jwks_count(keys), expected->count);
    for (size_t i = 0; i < expected->count; i++) {
        const struct oracle_key *one = &expected->key[i];
        const struct jwk *key = cognito_jwks_at(keys, i);
        AGREE(key != NULL && span_is(key->kid, one->kid) &&
                  span_equal(key->modulus, span_of(one->modulus, one->modulus_len)) &&
                  key->exponent == one->exponent,
              "another key %zu", i);
        AGREE(cognito_jwks_find(keys, span_of_string(one->kid)) == key, "%s is not found",
              one->kid);
    }
    AGREE(cognito_jwks_at(keys, expected->count) == NULL, "a key too many");
    AGREE(cognito_jwks_find(keys, span_of_string("")) == NULL, "a key without a kid");
}

static void check_memory(struct span text)
{
    for (size_t nth = 1; nth < 80; nth++) {
        struct jwks *keys = NULL;
        failing_begin(nth);
        const enum cognito_status status = cognito_jwks_parse(text, &keys, NULL);
        const bool failed = failing_end();
        AGREE(!failed || status == COGNITO_SYSTEM_MEMORY, "no memory, and %s",
              cognito_status_row(status)->code);
        cognito_jwks_free(keys);
        if (!failed)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct oracle_keys expected;
    const struct span text = span_of(data, size);
    struct jwks *keys = NULL;
    struct complaint why = {{0}};
    oracle_read_keys(text, &expected);
    const enum cognito_status status = cognito_jwks_parse(text, &keys, &why);
    AGREE((status == COGNITO_ACCEPTED) == expected.good, "%s (%s), and the oracle says %d",
          cognito_status_row(status)->code, why.text, expected.good);
    AGREE(status == COGNITO_ACCEPTED || status == COGNITO_JWKS_JSON ||
              status == COGNITO_JWKS_INVALID || status == COGNITO_KEY_NONE,
          "%s", cognito_status_row(status)->code);
    AGREE((status == COGNITO_ACCEPTED) == (why.text[0] == '\0'), "words: %s", why.text);
    if (status == COGNITO_ACCEPTED) {
        compare(keys, &expected);
        check_memory(text);
    }
    cognito_jwks_free(keys);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    return mutate_json(data, size, max_size, &dice);
}
