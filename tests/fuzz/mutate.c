/* SPDX-License-Identifier: MIT */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "reader.h"

static const char *const names[] = {"iss",
                                    "sub",
                                    "aud",
                                    "azp",
                                    "exp",
                                    "iat",
                                    "nbf",
                                    "auth_time",
                                    "token_use",
                                    "jti",
                                    "nonce",
                                    "cognito:username",
                                    "cognito:groups",
                                    "email",
                                    "email_verified",
                                    "preferred_username",
                                    "custom:name",
                                    "identities",
                                    "alg",
                                    "kid",
                                    "typ",
                                    "crit",
                                    "b64",
                                    "zip",
                                    "enc",
                                    "jku",
                                    "jwk",
                                    "x5u",
                                    "x5c",
                                    "x5t",
                                    "x5t#S256",
                                    "cty",
                                    "kty",
                                    "n",
                                    "e",
                                    "use",
                                    "key_ops",
                                    "d",
                                    "p",
                                    "q",
                                    "dp",
                                    "dq",
                                    "qi",
                                    "oth",
                                    "k",
                                    "keys",
                                    "id_token",
                                    "refresh_token",
                                    "error",
                                    "error_description",
                                    "__type",
                                    "message",
                                    "code",
                                    "ChallengeName",
                                    "ChallengeParameters",
                                    "Session",
                                    "AuthenticationResult",
                                    "IdToken",
                                    "RefreshToken"};

/* FUZZ_NOW is 1,800,000,000; the skew is 10 and a day has 86,400 seconds. */
static const char *const values[] = {
    "1800000000",
    "1800003600",
    "1799999990",
    "1799999991",
    "1800000010",
    "1800000011",
    "1800086400",
    "1800086410",
    "1800086411",
    "1799996400",
    "1799996399",
    "1799992800",
    "1799992799",
    "1.8e9",
    "1.8000036e9",
    "18000036e2",
    "1800003600.0",
    "1800003600.5",
    "2199023255551",
    "2199023255552",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "0",
    "-1",
    "-0",
    "1e400",
    "null",
    "true",
    "false",
    "\"true\"",
    "[]",
    "{}",
    "\"\"",
    "\"id\"",
    "\"access\"",
    "\"nobody\"",
    "\"alice\"",
    "\"root\"",
    "\"low\"",
    "\"n\\u006fbody\"",
    "\"Nobody\"",
    "\"nobody \"",
    "\"-nobody\"",
    "\"a/b\"",
    "\"alice@example.com\"",
    "[\"admins\"]",
    "[\"readers\",\"admins\"]",
    "[\"admins\",1]",
    "\"1example23456789abcdefghij\"",
    "\"2example23456789abcdefghij\"",
    "\"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01\"",
    "\"https:\\/\\/cognito-idp.eu-central-1.amazonaws.com\\/eu-central-1_ExAmPlE01\"",
    "\"https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01\"",
    "\"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_SeCoNd002\"",
    "\"5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d\"",
    "\"RS256\"",
    "\"none\"",
    "\"HS256\"",
    "\"JWT\"",
    "\"jWt\"",
    "\"RSA\"",
    "\"EC\"",
    "\"sig\"",
    "\"enc\"",
    "[\"verify\"]",
    "[\"sign\"]",
    "\"AQAB\"",
    "\"Aw\"",
    "\"AQ\"",
    "\"AQABAQ\"",
    "\"_____w\"",
    "\"AAEAAQ\"",
    "\"a\\nb\"",
    "\"\\u0085\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\u0000\"",
    "[[[[[[[]]]]]]]",
    "[[[[[[[[]]]]]]]]",
    "\"SMS_MFA\"",
    "\"EMAIL_OTP\"",
    "\"SOFTWARE_TOKEN_MFA\"",
    "\"SELECT_MFA_TYPE\"",
    "\"NEW_PASSWORD_REQUIRED\"",
    "\"PASSWORD_VERIFIER\"",
    "\"MFA_SETUP\"",
    "\"NotAuthorizedException\"",
    "\"CodeMismatchException\"",
    "\"invalid_grant\""};

enum { NAMES = sizeof names / sizeof names[0], VALUES = sizeof values / sizeof values[0] };

size_t dice_roll(struct dice *dice, size_t sides)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(dice->state >> 33) % sides;
}

size_t mutate_bytes(uint8_t *data, size_t size, size_t max_size, struct dice *dice)
{
    (void)dice;
    return LLVMFuzzerMutate(data, size, max_size);
}

/* Puts LEN bytes of TEXT in the place of CUT bytes at OFFSET; nothing happens if they do not fit.
 */
static size_t splice(uint8_t *data, size_t size, size_t max_size, size_t offset, size_t cut,
                     const void *text, size_t len)
{
    if (offset + cut > size || size - cut + len > max_size)
        return size;
    memmove(data + offset + len, data + offset + cut, size - offset - cut);
    if (len > 0)
        memcpy(data + offset, text, len);
    return size - cut + len;
}

size_t mutate_part(uint8_t *data, size_t total, size_t max_size, size_t offset, size_t size,
                   size_t (*mutation)(uint8_t *, size_t, size_t, struct dice *), struct dice *dice)
{
    const size_t room = size + (max_size > total ? max_size - total : 0);
    uint8_t *copy = fuzz_memory(room + 1);
    if (size > 0)
        memcpy(copy, data + offset, size);
    const size_t len = mutation(copy, size, room, dice);
    total = splice(data, total, max_size, offset, size, copy, len);
    free(copy);
    return total;
}

/* Any member or element of any list below ROOT. */
static const struct value *pick(const struct value *root, struct dice *dice)
{
    const struct value *at = root;
    for (int depth = 0; depth < 8 && at->count > 0; depth++) {
        const struct value *item = at->first;
        for (size_t i = dice_roll(dice, at->count); i > 0; i--)
            item = item->next;
        at = item;
        if (dice_roll(dice, 2) == 0)
            break;
    }
    return at;
}

static const char *any_value(struct dice *dice)
{
    return values[dice_roll(dice, VALUES)];
}

static size_t add_member(uint8_t *data, size_t size, size_t max_size, size_t offset, bool alone,
                         struct dice *dice)
{
    uint8_t *text = fuzz_memory(512);
    size_t len = 0;
    const char *const pieces[] = {"\"", names[dice_roll(dice, NAMES)], "\":", any_value(dice),
                                  alone ? "" : ","};
    for (size_t i = 0; i < 5; i++) {
        memcpy(text + len, pieces[i], strlen(pieces[i]));
        len += strlen(pieces[i]);
    }
    size = splice(data, size, max_size, offset, 0, text, len);
    free(text);
    return size;
}

static size_t change_value(uint8_t *data, size_t size, size_t max_size, const struct value *value,
                           struct dice *dice)
{
    const size_t offset = (size_t)(value->source.data - data);
    const char *text = any_value(dice);
    switch (dice_roll(dice, 4)) {
    case 0:
        return mutate_part(data, size, max_size, offset, value->source.len, mutate_bytes, dice);
    case 1: /* again, as a further element or a broken one */
        return splice(data, size, max_size, offset, 0, value->source.data, value->source.len);
    default:
        return splice(data, size, max_size, offset, value->source.len, text, strlen(text));
    }
}

size_t mutate_json(uint8_t *data, size_t size, size_t max_size, struct dice *dice)
{
    struct tree tree;
    if (dice_roll(dice, 4) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    uint8_t *copy = fuzz_memory(size);
    if (size > 0)
        memcpy(copy, data, size);
    reader_open(&tree, span_of(data, size));
    if (tree.fault != NULL) {
        size = LLVMFuzzerMutate(data, size, max_size);
    } else {
        const struct value *value = pick(tree.root, dice);
        const struct value *known = reader_member(tree.root, names[dice_roll(dice, NAMES)]);
        if (known != NULL && dice_roll(dice, 2) == 0)
            value = known;
        const size_t offset = (size_t)(value->source.data - data);
        if (value->kind == IS_OBJECT && (value == tree.root || dice_roll(dice, 2) == 0))
            size = add_member(data, size, max_size, offset + 1, value->count == 0, dice);
        else
            size = change_value(data, size, max_size, value, dice);
    }
    reader_close(&tree);
    free(copy);
    return size;
}
