/* SPDX-License-Identifier: MIT */
/* Checks 4 and 6 to 14, each by the decision, which is how anybody ever calls them. */
#include "token/jws.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "judging.h"
#include "minting.h"
#include "unit.h"

static char *token; /* the standard one */

static int begin(void **state)
{
    const int result = judging_begin(state);
    token = mint_token(NULL);
    return result;
}

static int end(void **state)
{
    free(token);
    return judging_end(state);
}

/* A token whose header is this text, well signed. */
static char *with_header(const char *header)
{
    char *payload OWNED(mint_free) = mint_payload(NULL);
    return mint_signed(header, payload, MINT_FIRST);
}

static void expect_header(const char *header, enum cognito_status status, const char *why)
{
    char *changed OWNED(mint_free) = with_header(header);
    judge_expecting(header, changed, status, why);
}

/* ---- check 4 ---- */

static void size_one_line_end_is_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
        enum cognito_status status;
        const char *why;
    } rows[] = {
        {"", "", COGNITO_ACCEPTED, ""},
        {"", "\n", COGNITO_ACCEPTED, ""},
        {"", "\r", COGNITO_ACCEPTED, ""},
        {"", "\r\n", COGNITO_ACCEPTED, ""},
        {"", "\n\n", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {"", "\n\r", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {"", "\r\r", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {"", "\r\n\n", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {"", " ", COGNITO_TOKEN_MALFORMED, "it has a space"},
        {"", "\n ", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {"\n", "", COGNITO_TOKEN_MALFORMED, "it has a line break"},
        {" ", "", COGNITO_TOKEN_MALFORMED, "it has a space"},
        {"\xef\xbb\xbf", "", COGNITO_TOKEN_MALFORMED,
         "it has a character that is not ASCII (another keyboard layout?)"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *changed OWNED(mint_free) = NULL;
        assert_true(asprintf(&changed, "%s%s%s", rows[i].before, token, rows[i].after) > 0);
        judge_expecting("line end", changed, rows[i].status, rows[i].why);
    }
}

static void size_empty(void **state)
{
    (void)state;
    judge_expecting("nothing", "", COGNITO_TOKEN_EMPTY, "");
    judge_expecting("a line end", "\n", COGNITO_TOKEN_EMPTY, "");
    judge_expecting("a line end", "\r\n", COGNITO_TOKEN_EMPTY, "");
    assert_int_equal(judge_at(span_of(NULL, 0), NULL, MINT_ISSUED), COGNITO_TOKEN_EMPTY);
}

static void size_at_the_bound(void **state)
{
    (void)state;
    const int64_t before = judging_policy.max_token_size;
    char why[128];
    judging_policy.max_token_size = (int64_t)strlen(token);
    judge_expecting("at the bound", token, COGNITO_ACCEPTED, "");
    judging_policy.max_token_size--;
    assert_true(snprintf(why, sizeof why, "%zu bytes, and max_token_size is %zu", strlen(token),
                         strlen(token) - 1) > 0);
    judge_expecting("beyond the bound", token, COGNITO_TOKEN_TOO_LONG, why);
    judging_policy.max_token_size = before;
    /* Before anything else is looked at. */
    char *junk OWNED(mint_free) = malloc(TOKEN_SIZE_DEFAULT + 2);
    memset(junk, '\x01', TOKEN_SIZE_DEFAULT + 1);
    junk[TOKEN_SIZE_DEFAULT + 1] = '\0';
    judge_expecting("junk", junk, COGNITO_TOKEN_TOO_LONG, NULL);
    junk[TOKEN_SIZE_DEFAULT] = '\n';
    judge_expecting("junk and a line end", junk, COGNITO_TOKEN_MALFORMED, NULL);
}

/* ---- check 6 ---- */

static void shape_of_parts(void **state)
{
    (void)state;
    static const struct {
        const char *token, *why;
    } rows[] = {
        {"a", "0 dots instead of two"},
        {"a.b", "1 dots instead of two"},
        {"a.b.c.d", "3 dots instead of two"},
        {"a.b.c.d.e", "five parts: an encrypted token (JWE)"},
        {"....", "five parts: an encrypted token (JWE)"},
        {"a.b.c.d.e.f", "5 dots instead of two"},
        {"..", "an empty part"},
        {".b.c", "an empty part"},
        {"a..c", "an empty part"},
        {"a.b.", "an empty part"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        judge_expecting(rows[i].token, rows[i].token, COGNITO_TOKEN_MALFORMED, rows[i].why);
}

static void shape_names_the_kind_of_a_wrong_character(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *why;
    } rows[] = {
        {" \t", "it has a space"},
        {"\n\r", "it has a line break"},
        {"\x01\x08\x1b\x1f\x7f", "it has a control character"},
        {"\x80\xc3\xff", "it has a character that is not ASCII (another keyboard layout?)"},
        {"=", "it has padding"},
        {"+/", "it has a character of base64 that base64url does not have"},
        {"\"'", "it has a quotation mark"},
        {"!#$%&()*,:;<>?@[\\]^`{|}~", "it has a punctuation character (another keyboard layout?)"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (const char *byte = rows[i].bytes; *byte != '\0'; byte++) {
            char text[] = "aa.b?.cc";
            text[4] = *byte;
            judge_expecting(rows[i].why, text, COGNITO_TOKEN_MALFORMED, rows[i].why);
        }
    /* The first one is named. */
    judge_expecting("two kinds", "a=.b .\x01", COGNITO_TOKEN_MALFORMED, "it has padding");
    assert_int_equal(judge_at(LITERAL("aa.b\0.cc"), "alice", MINT_ISSUED), COGNITO_TOKEN_MALFORMED);
    assert_string_equal(judged_why(), "it has a control character");
}

/* ---- check 7 ---- */

static void encoding_of_each_part(void **state)
{
    (void)state;
    judge_expecting("header length", "abcde.bb.cc", COGNITO_TOKEN_ENCODING, "in the header");
    judge_expecting("header spare bits", "ab.bb.cc", COGNITO_TOKEN_ENCODING, "in the header");
    judge_expecting("payload length", "aaaa.b.cccc", COGNITO_TOKEN_ENCODING, "in the payload");
    judge_expecting("payload spare bits", "aaaa.bbb.cccc", COGNITO_TOKEN_ENCODING,
                    "in the payload");
    judge_expecting("signature length", "aaaa.bbbb.ccccc", COGNITO_TOKEN_ENCODING,
                    "in the signature");
    judge_expecting("signature spare bits", "aaaa.bbbb.cd", COGNITO_TOKEN_ENCODING,
                    "in the signature");
    /* The same bytes in another text: the last character's spare bits. */
    char *changed OWNED(mint_free) = strdup(token);
    char *last = changed + strlen(changed) - 1;
    for (int i = 1; i < 16; i++) {
        static const char order[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        const size_t value = (size_t)(strchr(order, token[strlen(token) - 1]) - order);
        *last = order[value + (size_t)i];
        judge_expecting("spare bits", changed, COGNITO_TOKEN_ENCODING, "in the signature");
    }
}

/* ---- the header's JSON ---- */

static void header_json(void **state)
{
    (void)state;
    expect_header("", COGNITO_TOKEN_MALFORMED, "an empty part");
    expect_header("[]", COGNITO_TOKEN_JSON, "in the header, an object was expected at byte 0");
    expect_header("{\"alg\":\"RS256\",\"alg\":\"RS256\"}", COGNITO_TOKEN_JSON,
                  "in the header, a member name twice in one object at byte 20");
    expect_header("{\"alg\":\"none\",\"\\u0061lg\":\"RS256\"}", COGNITO_TOKEN_JSON,
                  "in the header, a member name twice in one object at byte 24");
    expect_header("{\"alg\":'RS256'}", COGNITO_TOKEN_JSON,
                  "in the header, a value was expected at byte 7");
    expect_header("{\"alg\":\"RS256\"}x", COGNITO_TOKEN_JSON,
                  "in the header, something after the object at byte 15");
    expect_header("{\"kid\":\"a\\u0000b\",\"alg\":\"RS256\"}", COGNITO_TOKEN_JSON,
                  "in the header, U+0000 in a string at byte 15");
}

static void header_at_its_bound(void **state)
{
    (void)state;
    char filling[HEADER_SIZE_MAX];
    char *plain OWNED(mint_free) =
        mint_header(MINT_FIRST, (const struct change[]){{"x", "\"\""}, {NULL, NULL}});
    const size_t room = HEADER_SIZE_MAX - strlen(plain);
    memset(filling, 'x', sizeof filling);
    filling[0] = '"';
    filling[room + 1] = '"';
    filling[room + 2] = '\0';
    const struct change fits[] = {{"x", filling}, {NULL, NULL}};
    char *at_bound OWNED(mint_free) = mint_header(MINT_FIRST, fits);
    assert_int_equal(strlen(at_bound), HEADER_SIZE_MAX);
    expect_header(at_bound, COGNITO_ACCEPTED, "");
    filling[room + 1] = 'x';
    filling[room + 2] = '"';
    filling[room + 3] = '\0';
    char *beyond OWNED(mint_free) = mint_header(MINT_FIRST, fits);
    expect_header(beyond, COGNITO_TOKEN_JSON, "a header longer than 1024 bytes");
}

/* ---- check 8 ---- */

static void algorithm(void **state)
{
    (void)state;
    static const char *const others[] = {
        "none",  "None",     "NONE",   "nOnE",  "HS256",  "HS384",    "HS512",         "RS384",
        "RS512", "PS256",    "PS384",  "PS512", "ES256",  "ES384",    "ES512",         "ES256K",
        "EdDSA", "RS1",      "rs256",  "Rs256", "RS256 ", " RS256",   "RS2567",        "RS25",
        "RSA",   "RSA-OAEP", "A128KW", "dir",   "",       "RS256\\n", "SHA256withRSA",
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char *value OWNED(mint_free) = NULL;
        assert_true(asprintf(&value, "\"%s\"", others[i]) > 0);
        const struct change changes[] = {{"alg", value}, {NULL, NULL}};
        char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
        expect_header(header, COGNITO_TOKEN_ALGORITHM, "another alg");
    }
    static const char *const types[] = {"null", "256", "true", "[\"RS256\"]", "{\"RS256\":1}"};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        const struct change changes[] = {{"alg", types[i]}, {NULL, NULL}};
        char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
        expect_header(header, COGNITO_TOKEN_ALGORITHM, "another alg");
    }
    const struct change none[] = {{"alg", NULL}, {NULL, NULL}};
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, none);
    expect_header(header, COGNITO_TOKEN_ALGORITHM, "no alg");
    const struct change named_otherwise[] = {{"alg", NULL}, {"Alg", "\"RS256\""}, {NULL, NULL}};
    char *other OWNED(mint_free) = mint_header(MINT_FIRST, named_otherwise);
    expect_header(other, COGNITO_TOKEN_ALGORITHM, "no alg");
    const struct change escaped[] = {{"alg", "\"\\u0052S256\""}, {NULL, NULL}};
    char *same OWNED(mint_free) = mint_header(MINT_FIRST, escaped);
    expect_header(same, COGNITO_ACCEPTED, "");
}

/* ---- check 9 ---- */

static void header_members(void **state)
{
    (void)state;
    static const char *const refused[] = {"crit", "b64", "zip", "enc",      "jku", "jwk",
                                          "x5u",  "x5c", "x5t", "x5t#S256", "cty"};
    static const char *const values[] = {"null", "\"\"", "true", "[]", "{}"};
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        for (size_t k = 0; k < COUNT_OF(values); k++) {
            const struct change changes[] = {{refused[i], values[k]}, {NULL, NULL}};
            char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
            char why[16];
            assert_true(snprintf(why, sizeof why, "it has %s", refused[i]) > 0);
            expect_header(header, COGNITO_TOKEN_HEADER, why);
        }
    static const struct {
        const char *type;
        enum cognito_status status;
    } types[] = {
        {"\"JWT\"", COGNITO_ACCEPTED},        {"\"jwt\"", COGNITO_ACCEPTED},
        {"\"jWt\"", COGNITO_ACCEPTED},        {"\"JWS\"", COGNITO_TOKEN_HEADER},
        {"\"at+jwt\"", COGNITO_TOKEN_HEADER}, {"\"\"", COGNITO_TOKEN_HEADER},
        {"\"JWT \"", COGNITO_TOKEN_HEADER},   {"\"JW\"", COGNITO_TOKEN_HEADER},
        {"\"XWT\"", COGNITO_TOKEN_HEADER},    {"\"JXT\"", COGNITO_TOKEN_HEADER},
        {"\"JWX\"", COGNITO_TOKEN_HEADER},    {"null", COGNITO_TOKEN_HEADER},
        {"1", COGNITO_TOKEN_HEADER},          {"[\"JWT\"]", COGNITO_TOKEN_HEADER},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        const struct change changes[] = {{"typ", types[i].type}, {NULL, NULL}};
        char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
        expect_header(header, types[i].status,
                      types[i].status == COGNITO_ACCEPTED ? "" : "typ is not JWT");
    }
    const struct change unknown[] = {{"foo", "{\"jku\":1}"}, {NULL, NULL}};
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, unknown);
    expect_header(header, COGNITO_ACCEPTED, "");
}

/* ---- check 10 ---- */

static void key_id(void **state)
{
    (void)state;
    char longest[KEY_ID_MAX + 3];
    char too_long[KEY_ID_MAX + 4];
    memset(longest, 'k', sizeof longest);
    longest[0] = longest[KEY_ID_MAX + 1] = '"';
    longest[KEY_ID_MAX + 2] = '\0';
    memset(too_long, 'k', sizeof too_long);
    too_long[0] = too_long[KEY_ID_MAX + 2] = '"';
    too_long[KEY_ID_MAX + 3] = '\0';
    const struct {
        const char *kid;
        enum cognito_status status;
        const char *why;
    } rows[] = {
        {NULL, COGNITO_TOKEN_KEY_ID, "no kid"},
        {"\"\"", COGNITO_TOKEN_KEY_ID, "not a string of 1 to 128 characters"},
        {"null", COGNITO_TOKEN_KEY_ID, "not a string of 1 to 128 characters"},
        {"1", COGNITO_TOKEN_KEY_ID, "not a string of 1 to 128 characters"},
        {"[\"k\"]", COGNITO_TOKEN_KEY_ID, "not a string of 1 to 128 characters"},
        {longest, COGNITO_KEY_UNKNOWN, ""},
        {too_long, COGNITO_TOKEN_KEY_ID, "not a string of 1 to 128 characters"},
        {"\"k\\u001f\"", COGNITO_TOKEN_KEY_ID, "a character that is not printable ASCII"},
        {"\"k\\n\"", COGNITO_TOKEN_KEY_ID, "a character that is not printable ASCII"},
        {"\"k\\u007f\"", COGNITO_TOKEN_KEY_ID, "a character that is not printable ASCII"},
        {"\"k\xc3\xa9\"", COGNITO_TOKEN_KEY_ID, "a character that is not printable ASCII"},
        {"\" ~\"", COGNITO_KEY_UNKNOWN, ""},
        {"\"..\\/..\\/etc\\/passwd\"", COGNITO_KEY_UNKNOWN, ""},
        {"\"kS+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL=\\u0000\"", COGNITO_TOKEN_JSON, NULL},
        {"\"kS+1\\/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL=\"", COGNITO_ACCEPTED, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct change changes[] = {{"kid", rows[i].kid}, {NULL, NULL}};
        char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
        expect_header(header, rows[i].status, rows[i].why);
    }
}

/* ---- checks 12 to 14 ---- */

static void key_of_the_set(void **state)
{
    (void)state;
    char *payload OWNED(mint_free) = mint_payload(NULL);
    char *stranger OWNED(mint_free) = mint_header(MINT_STRANGER, NULL);
    char *unknown OWNED(mint_free) = mint_signed(stranger, payload, MINT_STRANGER);
    judge_expecting("a key of another pool", unknown, COGNITO_KEY_UNKNOWN, "");
    char *first OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    char *forged OWNED(mint_free) = mint_signed(first, payload, MINT_STRANGER);
    judge_expecting("our kid, another key", forged, COGNITO_SIGNATURE_INVALID, "");
    char *swapped OWNED(mint_free) = mint_signed(first, payload, MINT_SECOND);
    judge_expecting("our kid, our other key", swapped, COGNITO_SIGNATURE_INVALID, "");
    char *second OWNED(mint_free) = mint_header(MINT_SECOND, NULL);
    char *other OWNED(mint_free) = mint_signed(second, payload, MINT_SECOND);
    judge_expecting("our other key", other, COGNITO_ACCEPTED, "");
    /* Another pool has the kid as well. */
    cognito_jwks_share(judging_keys, judging_keys, "us-east-1_Other");
    judge_expecting("a kid of two pools", other, COGNITO_KEY_AMBIGUOUS,
                    "one of them is us-east-1_Other");
    judge_expecting("a key of neither", unknown, COGNITO_KEY_UNKNOWN, "");
    cognito_jwks_share(judging_keys, judging_keys, NULL);
    /* Compared byte by byte: not without case, not as a prefix. */
    static const char *const nearly[] = {"\"ks+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL=\"",
                                         "\"kS+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL\"",
                                         "\"kS+1/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL= \""};
    for (size_t i = 0; i < COUNT_OF(nearly); i++) {
        const struct change changes[] = {{"kid", nearly[i]}, {NULL, NULL}};
        char *header OWNED(mint_free) = mint_header(MINT_FIRST, changes);
        expect_header(header, COGNITO_KEY_UNKNOWN, "");
    }
}

/* The token with these bytes as its signature. */
static char *with_signature(const void *signature, size_t len)
{
    char *encoded OWNED(mint_free) = mint_base64url(signature, len);
    char *changed = NULL;
    const int before = (int)(strrchr(token, '.') - token);
    assert_true(asprintf(&changed, "%.*s.%s", before, token, encoded) > 0);
    return changed;
}

static void signature_length(void **state)
{
    (void)state;
    static const unsigned char zeros[1200];
    static const size_t lengths[] = {1, 32, 64, 128, 255, 257, 512, 1024, 1025, 1200};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char *changed OWNED(mint_free) = with_signature(zeros, lengths[i]);
        char why[64];
        assert_true(snprintf(why, sizeof why, "%zu bytes, and the key has 256", lengths[i]) > 0);
        judge_expecting("length", changed, COGNITO_SIGNATURE_LENGTH, why);
    }
    char *whole OWNED(mint_free) = with_signature(zeros, 256);
    judge_expecting("zeros", whole, COGNITO_SIGNATURE_INVALID, "");
}

static void signature_not_less_than_the_modulus(void **state)
{
    (void)state;
    size_t len;
    unsigned char *modulus = mint_modulus(MINT_FIRST, &len);
    char *equal OWNED(mint_free) = with_signature(modulus, len);
    judge_expecting("the modulus", equal, COGNITO_SIGNATURE_INVALID, "");
    modulus[len - 1]++; /* it is odd: no carry unless it ends in 0xff, and then it is less */
    char *more OWNED(mint_free) = with_signature(modulus, len);
    judge_expecting("the modulus and one", more, COGNITO_SIGNATURE_INVALID, "");
    memset(modulus, 0xff, len);
    char *most OWNED(mint_free) = with_signature(modulus, len);
    judge_expecting("all bits", most, COGNITO_SIGNATURE_INVALID, "");
    memset(modulus, 0, len);
    modulus[len - 1] = 1;
    char *one OWNED(mint_free) = with_signature(modulus, len);
    judge_expecting("one", one, COGNITO_SIGNATURE_INVALID, "");
    free(modulus);
}

static void signature_of_another_kind(void **state)
{
    (void)state;
    char *header OWNED(mint_free) = mint_header(MINT_FIRST, NULL);
    char *payload OWNED(mint_free) = mint_payload(NULL);
    static const struct {
        const char *digest;
        enum mint_padding padding;
    } kinds[] = {{"SHA1", MINT_PKCS1},   {"SHA224", MINT_PKCS1}, {"SHA384", MINT_PKCS1},
                 {"SHA512", MINT_PKCS1}, {"SHA256", MINT_PSS},   {"SHA512", MINT_PSS}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        char *changed OWNED(mint_free) =
            mint_signed_as(header, payload, strlen(payload), MINT_FIRST, kinds[i].digest,
                           kinds[i].padding);
        judge_expecting(kinds[i].digest, changed, COGNITO_SIGNATURE_INVALID, "");
    }
}

/* Header and payload are signed together, and only they. */
static void parts_of_two_tokens(void **state)
{
    (void)state;
    const struct change changes[] = {{"cognito:username", "\"root\""}, {NULL, NULL}};
    char *other OWNED(mint_free) = mint_token(changes);
    char *mixed OWNED(mint_free) = NULL;
    assert_true(asprintf(&mixed, "%.*s%s", (int)(strrchr(other, '.') - other), other,
                         strrchr(token, '.')) > 0);
    judge_expecting("two tokens", mixed, COGNITO_SIGNATURE_INVALID, "");
    char *same OWNED(mint_free) =
        mint_header(MINT_FIRST, (const struct change[]){{"x", "1"}, {NULL, NULL}});
    char *longer OWNED(mint_free) = with_header(same);
    char *header_changed OWNED(mint_free) = NULL;
    assert_true(asprintf(&header_changed, "%.*s%s", (int)(strchr(longer, '.') - longer), longer,
                         strchr(token, '.')) > 0);
    judge_expecting("another header", header_changed, COGNITO_SIGNATURE_INVALID, "");
}

/* Checks that an earlier one keeps from ever being needed hold alone as well. */
static void checks_by_themselves(void **state)
{
    (void)state;
    struct explanation explanation = {0};
    struct judgement judgement = {.explanation = &explanation, .status = COGNITO_UNDECIDED};
    static const struct {
        const char *header, *payload, *signature, *why;
    } parts[] = {
        {"A", "e30", "AA", "in the header"},
        {"e30", "A", "AA", "in the payload"},
        {"e30", "e30", "AB", "in the signature"},
    };
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        judgement.header_text = span_of_string(parts[i].header);
        judgement.payload_text = span_of_string(parts[i].payload);
        judgement.signature_text = span_of_string(parts[i].signature);
        assert_false(cognito_check_encoding(&judgement));
        assert_int_equal(judgement.status, COGNITO_TOKEN_ENCODING);
        assert_string_equal(explanation.why.text, parts[i].why);
    }
    judgement.header_text = LITERAL("e30=");
    assert_false(cognito_check_header_json(&judgement));
    assert_int_equal(judgement.status, COGNITO_TOKEN_ENCODING);
    assert_string_equal(explanation.why.text, "in the header");
    static const size_t sizes[] = {1, (RSA_BITS_MAX / 8 + 1) * 4 / 3 + 1};
    char text[RSA_BITS_MAX / 2];
    memset(text, 'A', sizeof text);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        judging_count_from_here();
        judgement.status = COGNITO_UNDECIDED;
        judgement.signature_text = span_of(text, sizes[i]);
        assert_false(cognito_check_signature(&judgement));
        assert_int_equal(judgement.status, COGNITO_TOKEN_ENCODING);
        assert_string_equal(explanation.why.text, "in the signature");
        assert_false(judgement.verified);
        assert_int_equal(judging_imports() + judging_verifications(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_one_line_end_is_dropped),
        cmocka_unit_test(size_empty),
        cmocka_unit_test(size_at_the_bound),
        cmocka_unit_test(shape_of_parts),
        cmocka_unit_test(shape_names_the_kind_of_a_wrong_character),
        cmocka_unit_test(encoding_of_each_part),
        cmocka_unit_test(header_json),
        cmocka_unit_test(header_at_its_bound),
        cmocka_unit_test(algorithm),
        cmocka_unit_test(header_members),
        cmocka_unit_test(key_id),
        cmocka_unit_test(key_of_the_set),
        cmocka_unit_test(signature_length),
        cmocka_unit_test(signature_not_less_than_the_modulus),
        cmocka_unit_test(signature_of_another_kind),
        cmocka_unit_test(parts_of_two_tokens),
        cmocka_unit_test(checks_by_themselves),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
