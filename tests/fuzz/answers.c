/* SPDX-License-Identifier: MIT */
/*
 * What a pool answers cognito-login, once it has come through HTTP: the first byte of the input is
 * what is called, and then there are answers, each a byte for the status and a body that ends with
 * a NUL. What is taken from an answer is what a second reader finds in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/challenge.h"
#include "client/oauth.h"
#include "client/password.h"
#include "client/poolapi.h"
#include "client/receipt.h"
#include "fuzz.h"
#include "mutate.h"
#include "oracle.h"
#include "signer.h"

static struct span answers;
static struct span last_body;
static long last_status;
static size_t asked;

/* In place of HTTP. */
bool __wrap_cognito_http_send(const struct http_settings *settings,
                              const struct http_request *request, struct http_answer *answer,
                              struct complaint *why);

bool __wrap_cognito_http_send(const struct http_settings *settings,
                              const struct http_request *request, struct http_answer *answer,
                              struct complaint *why)
{
    static const long statuses[] = {200, 400, 403, 500, 204, 302, 404, 299};
    (void)settings;
    if (answers.len == 0 || asked++ > 40)
        return cognito_complain(why, "%s: no answer", request->url);
    const unsigned int how = fuzz_byte(&answers);
    last_status = statuses[how % 8];
    last_body = fuzz_part(&answers, '\0');
    if (last_status == 302 && !request->want_redirect)
        last_status = 200;
    if (request->max_size != 0 && last_body.len > request->max_size)
        return cognito_complain(why, "%s: the answer is too long", request->url);
    answer->status = last_status;
    answer->date = how & 128 ? FUZZ_NOW : 0;
    if (!cognito_secret_append(&answer->body, last_body))
        fuzz_fail("no memory");
    return true;
}

static char *issuers[] = {
    (char *)(uintptr_t) "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01"};
static char *scopes[] = {(char *)(uintptr_t) "openid"};

static struct profile profile = {.name = (char *)(uintptr_t) "default",
                                 .user_pool = (char *)(uintptr_t) "eu-central-1_ExAmPlE01",
                                 .client_id = (char *)(uintptr_t) "1example23456789abcdefghij",
                                 .domain = (char *)(uintptr_t) "https://example.com",
                                 .endpoint = (char *)(uintptr_t) "https://api.example.com/",
                                 .jwks_uri = (char *)(uintptr_t) "https://keys.example.com/",
                                 .issuers = {issuers, 1},
                                 .scopes = {scopes, 1},
                                 .clock_skew = 60,
                                 .timeout = 20};
static const struct http_settings settings;

static void check_words(const struct complaint *why, bool expected)
{
    AGREE((why->text[0] != '\0') == expected, "words: %s", why->text);
    for (const char *c = why->text; *c != '\0'; c++)
        AGREE(*c >= ' ' && *c <= '~', "the byte %02x", (unsigned char)*c);
}

static bool is_string(const struct tree *tree, const char *name, struct span text)
{
    const struct value *value = reader_member(tree->root, name);
    return reader_is_string(value) && span_equal(value->text, text);
}

/* ---- the token endpoint ---- */

/* Three parts, none of them empty, with a dot between each two (RFC 7515, 7.1). */
static bool is_compact(struct span text)
{
    size_t dots = 0;
    unsigned char before = '.';
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
        if (c == '.' && before == '.')
            return false;
        dots += c == '.';
        before = c;
    }
    return dots == 2 && before != '.' && text.len <= TOKEN_SIZE_MAX;
}

static bool can_be_kept(struct span refresh)
{
    bool good = refresh.len <= REFRESH_TOKEN_MAX;
    for (size_t i = 0; good && i < refresh.len; i++)
        good = refresh.data[i] > ' ' && refresh.data[i] < 0x7f;
    return good;
}

static void check_grant(enum grant grant, const struct tokens *tokens)
{
    struct tree tree;
    reader_open(&tree, last_body);
    const struct value *id = reader_member(tree.root, "id_token");
    const struct value *refresh = reader_member(tree.root, "refresh_token");
    if (refresh != NULL && refresh->kind == IS_NULL)
        refresh = NULL;
    const bool good =
        tree.fault == NULL && last_status < 300 && asked > 0 && reader_is_string(id) &&
        is_compact(id->text) &&
        (refresh == NULL || (reader_is_string(refresh) && can_be_kept(refresh->text)));
    AGREE((grant == GRANT_GIVEN) == good, "the grant %d", grant);
    if (grant == GRANT_GIVEN)
        AGREE(span_equal(secret_span(&tokens->id), id->text) &&
                  span_equal(secret_span(&tokens->refresh),
                             refresh == NULL ? span_of("", 0) : refresh->text),
              "other tokens");
    if (grant == GRANT_REFUSED)
        AGREE(tree.fault == NULL && last_status >= 300 && last_status < 500 &&
                  is_string(&tree, "error", span_of_string("invalid_grant")),
              "refused without invalid_grant");
    reader_close(&tree);
}

static void call_oauth(bool renew)
{
    static const struct pkce pkce;
    struct tokens tokens = {0};
    struct complaint why = {{0}};
    const struct span presented = span_of_string("presented");
    const enum grant grant =
        renew ? cognito_oauth_renew(&settings, &profile, presented, &tokens, &why)
              : cognito_oauth_exchange(&settings, &profile, presented, &pkce, "http://localhost/",
                                       &tokens, &why);
    check_grant(grant, &tokens);
    check_words(&why, grant != GRANT_GIVEN);
    tokens_free(&tokens);
}

static void call_probe(void)
{
    struct complaint hint = {{0}};
    struct complaint why = {{0}};
    const bool good = cognito_oauth_probe(&settings, &profile, "https://example.com/oauth2/x",
                                          "http://localhost:28090/callback", &hint, &why);
    check_words(&why, !good);
    AGREE(good || asked == 0 || last_status >= 300, "a page that is good is refused");
}

/* ---- the API ---- */

static void call_poolapi(void)
{
    const struct poolapi api = {&settings, "https://api.example.com/"};
    const struct poolapi_member members[] = {{"AuthFlow", span_of_string("X\"\\\n\xc3\xa4")}};
    const struct poolapi_request request = {"InitiateAuth",   members, 1,
                                            "AuthParameters", members, 1};
    struct poolapi_answer answer = {0};
    struct complaint why = {{0}};
    struct tree tree;
    const bool good = cognito_poolapi_call(&api, &request, &answer, &why);
    reader_open(&tree, last_body);
    AGREE(good == (asked > 0 && tree.fault == NULL), "an answer: %d", good);
    check_words(&why, !good);
    if (good) {
        AGREE((answer.fault[0] != '\0') == (last_status >= 300), "the fault %s", answer.fault);
        AGREE(span_equal(secret_span(&answer.text), last_body), "another text");
        (void)cognito_poolapi_explain(&answer, "client", &why);
        check_words(&why, true);
    }
    reader_close(&tree);
    cognito_poolapi_free(&answer);
}

/* ---- challenges ---- */

static bool ask(void *context, const char *question, bool echo, struct secret *answer,
                struct complaint *why)
{
    (void)echo;
    AGREE(strlen(question) < 320, "a long question");
    for (const char *c = question; *c != '\0'; c++)
        AGREE(*c >= ' ' && *c <= '~', "a question with the byte %02x", (unsigned char)*c);
    if (++*(size_t *)context > 60)
        return cognito_complain(why, "nobody answers any more");
    signer_add(answer, *(size_t *)context % 7 == 6 ? "" : "an answer");
    return true;
}

static bool choose(void *context, const char *question, const char *const *things, size_t count,
                   size_t *chosen, struct complaint *why)
{
    (void)question;
    AGREE(count > 1 && count <= 3 && things[count - 1] != NULL, "%zu things", count);
    *chosen = ++*(size_t *)context % (count + 1);
    return *chosen < count || cognito_complain(why, "nothing chosen");
}

static bool tell(void *context, const char *sentence, struct complaint *why)
{
    (void)context;
    (void)why;
    AGREE(sentence[0] != '\0', "nothing to tell");
    return true;
}

static bool is_challenge(const struct tree *tree)
{
    const struct value *name = reader_member(tree->root, "ChallengeName");
    const struct value *session = reader_member(tree->root, "Session");
    const struct value *parameters = reader_member(tree->root, "ChallengeParameters");
    if (tree->fault != NULL || !reader_is_string(name) || name->text.len < 1 || name->text.len > 63)
        return false;
    for (size_t i = 0; i < name->text.len; i++)
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", name->text.data[i]) == NULL)
            return false;
    return !(reader_is_string(session) && session->text.len > 8192) &&
           (parameters == NULL || parameters->kind == IS_NULL || parameters->kind == IS_OBJECT);
}

static void read_challenge(void)
{
    size_t rounds = 0;
    const struct person person = {&rounds, ask, choose, tell};
    struct challenge challenge = {{0}, {0}, NULL};
    struct responses responses = {.count = 0};
    struct complaint why = {{0}};
    struct tree tree;
    (void)fuzz_byte(&answers);
    const struct span body = fuzz_part(&answers, '\0');
    const bool good = cognito_challenge_read(body, &challenge, &why);
    reader_open(&tree, body);
    AGREE(good == is_challenge(&tree), "a challenge: %d, %s", good, why.text);
    check_words(&why, !good);
    if (good) {
        const bool asked_for = cognito_challenge_ask(&challenge, &person, &responses, &why);
        AGREE(!asked_for || responses.count > 0, "nothing to answer with");
        AGREE(is_string(&tree, "ChallengeName", span_of_string(challenge.name)), "another name");
        (void)cognito_challenge_repeatable(challenge.name);
    }
    cognito_responses_free(&responses);
    cognito_challenge_free(&challenge);
    reader_close(&tree);
}

static void sign_in(enum password_flow flow)
{
    size_t rounds = 0;
    const struct person person = {&rounds, ask, choose, tell};
    const struct password_signin signin = {.api = {&settings, "https://api.example.com/"},
                                           .user_pool = profile.user_pool,
                                           .client_id = profile.client_id,
                                           .user = span_of_string("alice"),
                                           .flow = flow,
                                           .person = &person};
    struct tokens tokens = {0};
    struct complaint why = {{0}};
    struct tree tree;
    const bool good = cognito_password_sign_in(&signin, &tokens, &why);
    reader_open(&tree, last_body);
    const struct value *result = reader_member(tree.root, "AuthenticationResult");
    const struct value *id = reader_member(result, "IdToken");
    check_words(&why, !good);
    if (good)
        AGREE(last_status < 300 && tree.fault == NULL && reader_is_string(id) &&
                  span_equal(id->text, secret_span(&tokens.id)),
              "another token than the pool gave");
    else
        AGREE(tokens.id.len == 0, "no sign-in, and a token");
    AGREE(asked <= 13, "%zu calls", asked);
    reader_close(&tree);
    tokens_free(&tokens);
}

/* ---- the receipt ---- */

/* The first body is the key set, the second the payload of a token; a third one is the nonce. */
static void judge_receipt(void)
{
    static const char *const accepted[] = {
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01", NULL};
    static const char *const clients[] = {"1example23456789abcdefghij", NULL};
    static const char *const none[] = {NULL};
    static struct oracle_keys keys;
    struct span rest = answers;
    struct tokens tokens = {.date = FUZZ_NOW};
    struct secret header = {0};
    struct identity who = {0};
    struct complaint why = {{0}};
    const unsigned int how = fuzz_byte(&rest);
    const struct span set = fuzz_part(&rest, '\0');
    const struct span payload = fuzz_part(&rest, '\0');
    char *nonce = fuzz_string(rest);
    signer_add_header(&header, SIGNER_ID);
    signer_add_token(&tokens.id, secret_span(&header), payload, SIGNER_ID);
    const struct oracle_rules rules = {accepted, clients, none,  "cognito:username", NULL, 60,
                                       0,        0,       262144};
    const struct oracle_question question = {
        secret_span(&tokens.id), &keys, &rules, USER_ANY, NULL, FUZZ_NOW};
    struct oracle_answer answer;
    oracle_read_keys(set, &keys);
    oracle_judge(&question, &answer);
    const struct value *said = reader_member(answer.claims.root, "nonce");
    const bool expected = how % 8 == 0 && set.len <= 262144 && keys.good && answer.accepted &&
                          said != NULL && reader_is_string(said) && span_is(said->text, nonce);
    const bool good =
        cognito_receipt_judge(&settings, &profile, &tokens, nonce, FUZZ_NOW, &who, &why);
    AGREE(good == expected || answer.unusual, "the receipt: %d (%s), the oracle: %s", good,
          why.text, answer.why);
    check_words(&why, !good);
    oracle_close(&answer);
    cognito_identity_free(&who);
    cognito_secret_free(&header);
    tokens_free(&tokens);
    free(nonce);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    answers = span_of(data, size);
    const unsigned int what = fuzz_byte(&answers);
    last_body = span_of_string("");
    asked = 0;
    switch (what % 10) {
    case 1:
    case 2:
        call_oauth(what % 10 == 1);
        break;
    case 3:
        call_probe();
        break;
    case 0:
    case 4:
        call_poolapi();
        break;
    case 5:
        read_challenge();
        break;
    case 6:
        judge_receipt();
        break;
    default:
        sign_in((enum password_flow)(what % 10 - 7));
    }
    return 0;
}

/* A body, of those that end with a NUL, by mutations that know JSON. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    struct span rest = span_after(span_of(data, size), 1);
    if (size < 3 || dice_roll(&dice, 4) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (;;) {
        const struct span body = fuzz_part(&rest, '\0');
        if (body.len > 1 && (rest.len == 0 || dice_roll(&dice, 2) == 0))
            return mutate_part(data, size, max_size, (size_t)(body.data - data) + 1, body.len - 1,
                               mutate_json, &dice);
        if (rest.len == 0)
            return LLVMFuzzerMutate(data, size, max_size);
    }
}
