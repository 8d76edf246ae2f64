/* SPDX-License-Identifier: MIT */
#include "token/claims.h"

#include "base/base64url.h"
#include "base/limits.h"

/* 2^41 seconds are 69,000 years: far enough, and no sum with a skew can overflow. */
#define TIME_LIMIT (INT64_C(1) << 41)

/* Cognito's tokens live 5 minutes to 24 hours. */
#define LIFETIME_MAX INT64_C(86400)

/* The payload is decoded here for the first time: only what is signed is ever read. */
bool cognito_check_payload_json(struct judgement *j)
{
    struct secret bytes OWNED(cognito_secret_free) = {0};
    const size_t size = base64url_decoded_size(j->payload_text.len);
    if (!cognito_secret_reserve(&bytes, size + 1))
        return REFUSE(j, COGNITO_SYSTEM_MEMORY, "%s", "");
    if (!cognito_base64url_decode(j->payload_text, bytes.data))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the payload");
    struct json_fault fault;
    j->claims = cognito_json_parse(span_of(bytes.data, size), &fault);
    if (j->claims == NULL && fault.what == NULL)
        return REFUSE(j, COGNITO_SYSTEM_MEMORY, "%s", "");
    if (j->claims == NULL)
        return REFUSE(j, COGNITO_TOKEN_JSON, "in the payload, %s at byte %zu", fault.what,
                      fault.at);
    j->found.claims = j->claims;
    return cognito_pass(j, "%zu bytes", size);
}

/* As many members of every kind as Cognito's ID tokens have. */
void cognito_read_dummy(void)
{
    static const char usual[] =
        "{\"sub\":\"00000000-0000-0000-0000-000000000000\",\"email_verified\":true,"
        "\"iss\":\"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_000000000\","
        "\"cognito:username\":\"00000000-0000-0000-0000-000000000000\","
        "\"origin_jti\":\"00000000-0000-0000-0000-000000000000\",\"cognito:groups\":[\"a\",\"b\"],"
        "\"aud\":\"00000000000000000000000000\","
        "\"event_id\":\"00000000-0000-0000-0000-000000000000\",\"token_use\":\"id\","
        "\"auth_time\":1700000000,\"exp\":1700003600,\"iat\":1700000000,"
        "\"jti\":\"00000000-0000-0000-0000-000000000000\",\"email\":\"nobody@example.com\"}";
    struct json_fault fault;
    cognito_json_free(cognito_json_parse(span_of_string(usual), &fault));
}

/* Check 15, RFC 7519 section 4.1.1. */
bool cognito_check_issuer(struct judgement *j)
{
    struct span issuer;
    if (cognito_json_string(j->claims, "iss", &issuer) != JSON_FOUND)
        return REFUSE(j, COGNITO_CLAIM_ISSUER, "no iss that is a string");
    if (!cognito_list_has(&j->policy->issuers, issuer))
        return REFUSE(j, COGNITO_CLAIM_ISSUER, "%s", "");
    j->found.issuer = issuer;
    return cognito_pass_value(j, "iss", issuer);
}

/* Check 16: Cognito signs access tokens with keys of the same set. */
bool cognito_check_token_use(struct judgement *j)
{
    struct span use;
    if (cognito_json_string(j->claims, "token_use", &use) != JSON_FOUND)
        return REFUSE(j, COGNITO_CLAIM_TOKEN_USE, "no token_use that is a string");
    if (span_is(use, "access"))
        return REFUSE(j, COGNITO_CLAIM_TOKEN_USE, "it is an access token");
    if (!span_is(use, "id"))
        return REFUSE(j, COGNITO_CLAIM_TOKEN_USE, "%s", "");
    return cognito_pass_value(j, "token_use", use);
}

/* Check 17: aud, RFC 7519 section 4.1.3, is one string in an ID token of Cognito; azp, OpenID
 * Connect Core 3.1.3.7, would have to say the same. */
bool cognito_check_audience(struct judgement *j)
{
    struct span audience;
    struct span party;
    if (cognito_json_string(j->claims, "aud", &audience) != JSON_FOUND)
        return REFUSE(j, COGNITO_CLAIM_AUDIENCE, "no aud that is one string");
    if (!cognito_list_has(&j->policy->client_ids, audience))
        return REFUSE(j, COGNITO_CLAIM_AUDIENCE, "%s", "");
    const enum json_found found = cognito_json_string(j->claims, "azp", &party);
    /* equivalent: what is compared then was never set, which valgrind sees */
    if (found != JSON_ABSENT && (found != JSON_FOUND || !span_equal(party, audience)))
        return REFUSE(j, COGNITO_CLAIM_AUDIENCE, "azp is not aud");
    return cognito_pass_value(j, "aud", audience);
}

enum presence { REQUIRED, OPTIONAL };

static bool read_time(struct judgement *j, const char *name, enum presence presence, int64_t *time)
{
    const enum json_found found = cognito_json_integer(j->claims, name, time);
    if (found == JSON_ABSENT && presence == OPTIONAL)
        return true;
    if (found == JSON_ABSENT)
        return REFUSE(j, COGNITO_CLAIM_TYPE, "no %s", name);
    /* equivalent: what was not found is still 0 */
    if (found != JSON_FOUND || *time <= 0 || *time >= TIME_LIMIT)
        return REFUSE(j, COGNITO_CLAIM_TYPE, "%s is not a whole number of seconds", name);
    return true;
}

/* Check 18: NumericDate, RFC 7519 section 2. */
bool cognito_check_times(struct judgement *j)
{
    if (!read_time(j, "exp", REQUIRED, &j->found.expires_at) ||
        !read_time(j, "iat", REQUIRED, &j->found.issued_at) ||
        !read_time(j, "auth_time", OPTIONAL, &j->found.signed_in_at) ||
        !read_time(j, "nbf", OPTIONAL, &j->not_before))
        return false;
    return cognito_pass(j, "iat %lld, exp %lld", (long long)j->found.issued_at,
                        (long long)j->found.expires_at);
}

/* Check 19, RFC 7519 section 4.1.4. */
bool cognito_check_expiry(struct judgement *j)
{
    if (j->now >= j->found.expires_at + j->policy->clock_skew)
        return REFUSE(j, COGNITO_CLAIM_EXPIRED, "%lld s ago",
                      (long long)(j->now - j->found.expires_at));
    return cognito_pass(j, "it expires in %lld s", (long long)(j->found.expires_at - j->now));
}

/* Check 20, RFC 7519 section 4.1.5; a token that was issued in the future as well. */
bool cognito_check_not_yet(struct judgement *j)
{
    const int64_t issued = j->found.issued_at;
    const int64_t start = j->not_before > issued ? j->not_before : issued;
    if (start > j->now + j->policy->clock_skew)
        return REFUSE(j, COGNITO_CLAIM_NOT_YET, "it starts in %lld s", (long long)(start - j->now));
    return cognito_pass(j, "it was issued %lld s ago", (long long)(j->now - issued));
}

/* Check 21. */
bool cognito_check_lifetime(struct judgement *j)
{
    const int64_t lifetime = j->found.expires_at - j->found.issued_at;
    if (lifetime <= 0 || lifetime > LIFETIME_MAX + j->policy->clock_skew)
        return REFUSE(j, COGNITO_CLAIM_LIFETIME, "%lld s", (long long)lifetime);
    return cognito_pass(j, "%lld s", (long long)lifetime);
}

/* Whether TEXT, UTF-8, begins with a control character: U+0000 to U+001F, U+007F to U+009F. */
static bool is_control(struct span text)
{
    const unsigned char byte = text.data[0];
    if (byte < 0x20 || byte == 0x7f)
        return true;
    if (byte != 0xc2 || text.len < 2) /* unreachable: less than 2; the guard took it as UTF-8 */
        return false;
    return text.data[1] < 0xa0;
}

/* A claim that names somebody: for people and log lines, so without control characters. */
static bool read_name(const struct json *claims, const char *claim, size_t max, struct span *name)
{
    struct span value;
    if (cognito_json_string(claims, claim, &value) != JSON_FOUND)
        return false;
    if (value.len == 0 || value.len > max)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (is_control(span_after(value, i)))
            return false;
    *name = value;
    return true;
}

/* Check 22, OpenID Connect Core 2. */
bool cognito_check_subject(struct judgement *j)
{
    if (!read_name(j->claims, "sub", SUBJECT_MAX, &j->found.subject))
        return REFUSE(j, COGNITO_CLAIM_SUBJECT, "it has to be a string of 1 to %d bytes",
                      SUBJECT_MAX);
    return cognito_pass_value(j, "sub", j->found.subject);
}

/* Check 23. Where a map is set, a line may grant by something else, and the claim may be absent. */
bool cognito_check_username(struct judgement *j)
{
    if (j->policy->has_map && !cognito_json_has(j->claims, j->policy->username_claim))
        return cognito_pass(j, "none, and the map may do without");
    if (!read_name(j->claims, j->policy->username_claim, USER_NAME_MAX, &j->found.username))
        return REFUSE(j, COGNITO_CLAIM_USERNAME, "%s has to be a string of 1 to %d bytes",
                      j->policy->username_claim, USER_NAME_MAX);
    return cognito_pass_value(j, j->policy->username_claim, j->found.username);
}
