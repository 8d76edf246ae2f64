/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <json-c/json.h>
#include <openssl/evp.h>

#include "token/map.h"

static struct work work;

int __real_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM parameters[]);
int __real_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *input, size_t input_len);
int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM parameters[]);
int __wrap_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *input, size_t input_len);

int __wrap_EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                             OSSL_PARAM parameters[])
{
    work.imports++;
    return __real_EVP_PKEY_fromdata(context, key, selection, parameters);
}

int __wrap_EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                            const unsigned char *input, size_t input_len)
{
    work.verifications++;
    return __real_EVP_DigestVerify(context, signature, len, input, input_len);
}

struct json_object *__real_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);
struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len);

struct json_object *__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                 int len)
{
    work.readings++;
    return __real_json_tokener_parse_ex(tokener, text, len);
}

bool __real_cognito_map_next(const struct map *map, size_t *at, struct map_line *line);
bool __wrap_cognito_map_next(const struct map *map, size_t *at, struct map_line *line);

bool __wrap_cognito_map_next(const struct map *map, size_t *at, struct map_line *line)
{
    const bool found = __real_cognito_map_next(map, at, line);
    work.searches += !found;
    return found;
}

struct work work_done(void)
{
    const struct work done = work;
    work = (struct work){0, 0, 0, 0};
    return done;
}
