/* SPDX-License-Identifier: MIT */
#include "judging.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <json-c/json.h>

#include "base/limits.h"
#include "minting.h"
#include "token/verify.h"
#include "unit.h"

struct policy judging_policy;
struct jwks *judging_keys;
struct identity judged_who;

static struct explanation explanation;
static char username_claim[] = "cognito:username";
static unsigned int imports;
static unsigned int verifications;
static unsigned int readings;
static unsigned int searches;
static size_t searched_lines;
static bool no_imports;
static const int *pretended;

/* ---- counting ---- */

int __real_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters);
int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters);
int __real_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *data, size_t data_len);
int __wrap_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *data, size_t data_len);

int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM *parameters)
{
    imports++;
    if (no_imports)
        return 0;
    return __real_EVP_PKEY_fromdata(context, key, selection, parameters);
}

/* OpenSSL refuses any other without computing anything. */
static void assert_less_than_modulus(const EVP_PKEY *key, const unsigned char *bytes, size_t len)
{
    BIGNUM *modulus = NULL;
    BIGNUM *signature = BN_bin2bn(bytes, (int)len, NULL);
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
    assert_true(BN_cmp(signature, modulus) < 0);
    BN_free(signature);
    BN_free(modulus);
}

int __wrap_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *data, size_t data_len)
{
    verifications++;
    /* A verification of a signature that has another length would be cheaper than a real one. */
    EVP_PKEY *key = EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(context));
    assert_int_equal(len, EVP_PKEY_get_size(key));
    assert_less_than_modulus(key, signature, len);
    if (pretended != NULL)
        return *pretended;
    return __real_EVP_DigestVerify(context, signature, len, data, data_len);
}

struct json_object *__real_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);
struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);

struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len)
{
    readings++;
    return __real_json_tokener_parse_ex(tokener, text, len);
}

bool __real_cognito_map_next(const struct map *map, size_t *at, struct map_line *line);
bool __wrap_cognito_map_next(const struct map *map, size_t *at, struct map_line *line);

bool __wrap_cognito_map_next(const struct map *map, size_t *at, struct map_line *line)
{
    const bool found = __real_cognito_map_next(map, at, line);
    if (found)
        searched_lines++;
    else
        searches++;
    return found;
}

void judging_pretend_verdict(const int *verdict)
{
    pretended = verdict;
}

void judging_fail_imports(bool fail)
{
    no_imports = fail;
}

void judging_count_from_here(void)
{
    imports = verifications = readings = searches = 0;
    searched_lines = 0;
}

unsigned int judging_imports(void)
{
    return imports;
}

unsigned int judging_verifications(void)
{
    return verifications;
}

size_t judging_searched_lines(void)
{
    return searched_lines;
}

/* ---- the standard pool ---- */

int judging_begin(void **state)
{
    (void)state;
    char *set OWNED(mint_free) = mint_standard_set();
    if (cognito_jwks_parse(span_of_string(set), &judging_keys, NULL) != COGNITO_ACCEPTED)
        return -1;
    judging_policy = (struct policy){.username_claim = username_claim,
                                     .clock_skew = 10,
                                     .max_token_size = TOKEN_SIZE_DEFAULT};
    return cognito_list_append(&judging_policy.issuers, LITERAL("https://other.example/pool")) &&
                   cognito_list_append(&judging_policy.issuers, LITERAL(MINT_ISSUER)) &&
                   cognito_list_append(&judging_policy.client_ids, LITERAL("otherclient")) &&
                   cognito_list_append(&judging_policy.client_ids, LITERAL(MINT_CLIENT))
               ? 0
               : -1;
}

int judging_end(void **state)
{
    (void)state;
    cognito_identity_free(&judged_who);
    cognito_list_free(&judging_policy.issuers);
    cognito_list_free(&judging_policy.client_ids);
    cognito_jwks_free(judging_keys);
    return 0;
}

/* ---- judging ---- */

static void assert_says_nothing_of(struct span token)
{
    enum { TELLING = 12 };
    const size_t len = strlen(explanation.why.text);
    for (size_t i = 0; len >= TELLING && i + TELLING <= token.len; i++)
        if (memmem(explanation.why.text, len, token.data + i, TELLING) != NULL)
            FAIL_ROW("the complaint holds a part of the token: %s\n", explanation.why.text);
}

enum cognito_status judge_at(struct span token, const char *user, int64_t now)
{
    cognito_identity_free(&judged_who);
    struct identity who;
    struct identity untouched;
    memset(&who, 0xa5, sizeof who);
    memset(&untouched, 0xa5, sizeof untouched);
    memset(explanation.why.text, 'x', sizeof explanation.why.text);
    judging_count_from_here();
    const enum cognito_status status =
        cognito_verify(token, judging_keys, &judging_policy, user, now, &who, &explanation);
    if (imports != 1 || verifications != 1 || readings != 1)
        FAIL_ROW("%s: %u imports, %u verifications and %u readings\n",
                 cognito_status_row(status)->code, imports, verifications, readings);
    if (searches != (user == NULL ? 0 : 1))
        FAIL_ROW("%s: the map was searched %u times\n", cognito_status_row(status)->code, searches);
    assert_int_not_equal(status, COGNITO_UNDECIDED);
    assert_non_null(memchr(explanation.why.text, '\0', sizeof explanation.why.text));
    assert_says_nothing_of(token);
    if (status == COGNITO_ACCEPTED) {
        judged_who = who;
        assert_string_equal(explanation.why.text, "");
    } else {
        assert_memory_equal(&who, &untouched, sizeof who);
    }
    return status;
}

enum cognito_status judge(const char *token)
{
    return judge_at(span_of_string(token), "alice", MINT_ISSUED + 1);
}

const char *judged_why(void)
{
    return explanation.why.text;
}

void judge_expecting(const char *what, const char *token, enum cognito_status status,
                     const char *words)
{
    const enum cognito_status given = judge(token);
    if (given != status)
        FAIL_ROW("%s: %s (%s), not %s\n", what, cognito_status_row(given)->code,
                 explanation.why.text, cognito_status_row(status)->code);
    if (words != NULL && strcmp(words, explanation.why.text) != 0)
        FAIL_ROW("%s: %s, not %s\n", what, explanation.why.text, words);
}
