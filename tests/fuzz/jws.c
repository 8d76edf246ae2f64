/* SPDX-License-Identifier: MIT */
/*
 * The compact form, its header, key and signature: the input is a token, judged under the keys of
 * tests/vectors and those of the harness. The mutator takes tokens apart, changes header, payload
 * or form, and signs again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "judging.h"
#include "mutate.h"
#include "signer.h"

static struct judging_keys keys;

/* The set of the vectors, and two keys more in it. FUZZ_VECTORS is their folder. */
static void add_keys(struct secret *set)
{
    char path[4096];
    char text[65536];
    const char *folder = getenv("FUZZ_VECTORS");
    (void)snprintf(path, sizeof path, "%s/jwks.json", folder == NULL ? "." : folder);
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t len = descriptor < 0 ? -1 : read(descriptor, text, sizeof text - 1);
    if (len <= 0)
        fuzz_fail("FUZZ_VECTORS: %s: %m", path);
    (void)close(descriptor);
    text[len] = '\0';
    char *end = strrchr(text, ']');
    if (end == NULL)
        fuzz_fail("%s: no key set", path);
    *end = '\0';
    signer_add(set, text);
    signer_add(set, ",");
    signer_add_jwk(set, SIGNER_ID);
    signer_add(set, ",");
    signer_add_jwk(set, SIGNER_ACCESS);
    signer_add(set, "]}");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct secret set = {0};
    add_keys(&set);
    judging_open(&keys, secret_span(&set));
    cognito_secret_free(&set);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span token = span_of(data, size);
    judging_compare(&keys, token, 0, 0, 0);
    judging_compare(&keys, token, 0, 2, 0);
    return 0;
}

/* ---- mutation ---- */

/* The bytes of a part, or an object if it is none. To be freed. */
static struct secret decoded(struct span part)
{
    struct secret bytes = {0};
    if (!oracle_base64url(part, &bytes)) {
        cognito_secret_free(&bytes);
        signer_add(&bytes, "{\"alg\":\"RS256\"}");
    }
    return bytes;
}

static void mutate_secret(struct secret *bytes, struct dice *dice)
{
    enum { MORE = 512 };
    if (!cognito_secret_reserve(bytes, bytes->len + MORE))
        fuzz_fail("no memory");
    bytes->len = mutate_json(bytes->data, bytes->len, bytes->len + MORE, dice);
}

static size_t sign_again(uint8_t *data, size_t size, size_t max_size, struct dice *dice)
{
    struct span rest = span_of(data, size);
    struct secret header = decoded(fuzz_part(&rest, '.'));
    struct secret payload = decoded(fuzz_part(&rest, '.'));
    struct secret token = {0};
    enum signer signer = (enum signer)dice_roll(dice, SIGNERS);
    if (dice_roll(dice, 2) == 0) {
        cognito_secret_free(&header);
        signer_add_header(&header, signer);
    }
    if (dice_roll(dice, 3) != 0)
        mutate_secret(&header, dice);
    else
        mutate_secret(&payload, dice);
    signer_add_token(&token, secret_span(&header), secret_span(&payload), signer);
    if (token.len <= max_size) {
        memcpy(data, token.data, token.len);
        size = token.len;
    }
    cognito_secret_free(&header);
    cognito_secret_free(&payload);
    cognito_secret_free(&token);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    if (dice_roll(&dice, 3) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    return sign_again(data, size, max_size, &dice);
}
