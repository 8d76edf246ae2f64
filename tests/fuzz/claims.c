/* SPDX-License-Identifier: MIT */
/*
 * Claims and policy: the input is three bytes that say how it is judged, and the payload of a token
 * that is signed with a good key, so that the signature stops nothing.
 */
#include "fuzz.h"
#include "judging.h"
#include "mutate.h"
#include "signer.h"

enum { CHOICES = 3 };

static struct judging_keys keys;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct secret set = {0};
    signer_add(&set, "{\"keys\":[");
    signer_add_jwk(&set, SIGNER_ID);
    signer_add(&set, ",");
    signer_add_jwk(&set, SIGNER_ACCESS);
    signer_add(&set, "]}");
    judging_open(&keys, secret_span(&set));
    cognito_secret_free(&set);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    const unsigned int how = fuzz_byte(&input);
    const unsigned int who = fuzz_byte(&input);
    const unsigned int later = fuzz_byte(&input);
    struct secret header = {0};
    struct secret token = {0};
    signer_add_header(&header, SIGNER_ID);
    signer_add_token(&token, secret_span(&header), input, SIGNER_ID);
    judging_compare(&keys, secret_span(&token), how, who, later);
    cognito_secret_free(&header);
    cognito_secret_free(&token);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    if (size < CHOICES || dice_roll(&dice, 16) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    if (dice_roll(&dice, 4) == 0)
        data[dice_roll(&dice, CHOICES)] = (uint8_t)dice_roll(&dice, 256);
    return mutate_part(data, size, max_size, CHOICES, size - CHOICES, mutate_json, &dice);
}
