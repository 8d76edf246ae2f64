/* SPDX-License-Identifier: MIT */
/*
 * Decisions without end: soak [COUNT]. COUNT, or SOAK in the environment, is how many (20,000);
 * SOAK_SEED the seed, which is printed.
 *
 * Good tokens, tokens that are signed and wrong, and good tokens that were spoiled at random go to
 * cognito_decide, with the configuration and the keys read anew now and then. A good token is
 * always accepted; a wrong one is always refused, for its reason; whatever was spoiled is refused,
 * unless it is still the same. Memory does not grow. TAP.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "../pam/mint.h"
#include "../pam/world.h"
#include "host/config.h"
#include "host/decide.h"
#include "host/ledger.h"
#include "host/lists.h"
#include "host/pools.h"

#ifdef __SANITIZE_ADDRESS__
enum { MEMORY_TELLS = 0 };
#else
enum { MEMORY_TELLS = 1 };
#endif

enum { COUNT = 20000, REOPEN = 1000, TOKEN_MAX = 8192, GROWTH_MAX = 512 /* KiB */ };

/* What is minted, and what becomes of it. */
static const struct kind {
    const char *name, *claim, *value;
    enum cognito_status status;
} kinds[] = {
    {"good", NULL, NULL, COGNITO_ACCEPTED},
    {"long", "custom:fill", NULL, COGNITO_ACCEPTED},
    {"expired", "exp", "1700000000", COGNITO_CLAIM_EXPIRED},
    {"issuer", "iss", "\"https://example.com/\"", COGNITO_CLAIM_ISSUER},
    {"access", "token_use", "\"access\"", COGNITO_CLAIM_TOKEN_USE},
    {"client", "aud", "\"another\"", COGNITO_CLAIM_AUDIENCE},
    {"person", "cognito:username", "\"somebody\"", COGNITO_POLICY_USER},
    {"denied", "sub", "\"denied\"", COGNITO_POLICY_DENIED},
    {"stranger", NULL, NULL, COGNITO_KEY_UNKNOWN},
    {"forged", NULL, NULL, COGNITO_SIGNATURE_INVALID},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct soak {
    struct world world;
    struct text tokens[KINDS];
    struct configs configs;
    struct pools pools;
    unsigned short state[3];
    size_t accepted, refused, spoiled;
};

static unsigned long number(struct soak *soak, size_t below)
{
    return (unsigned long)nrand48(soak->state) % below;
}

/* ---- the pool ---- */

static void write_file(struct soak *soak, const char *name, const char *content)
{
    char path[sizeof soak->world.folder + 64];
    struct text expanded = world_expand(&soak->world, content);
    (void)snprintf(path, sizeof path, "%s/%s", soak->world.folder, name);
    FILE *file = fopen(path, "we");
    if (file == NULL || fputs(expanded.data, file) < 0 || fclose(file) != 0)
        give_up("%s: %m", path);
    text_free(&expanded);
}

static void write_files(struct soak *soak)
{
    write_file(soak, "main.conf",
               "user_pool = us-east-1_AbCdEf123\nclient_id = client another-one\n"
               "jwks_file = ${dir}/keys\nmap_file = ${dir}/map\ndeny_file = ${dir}/deny\n");
    write_file(soak, "keys", "{\"keys\":[${jwk:id},${jwk:access}]}\n");
    write_file(soak, "map", "# map\nnobody  user:nobody\nanother  group:others\n");
    write_file(soak, "deny", "sub:denied\njti:another\n");
}

static void mint_one(struct soak *soak, const struct kind *kind, struct text *token)
{
    static const char *const claims[][2] = {
        {"sub", "\"7d8ca528-4931-4254-9273-ea5ee853f271\""},
        {"iss", "\"https:\\/\\/cognito-idp.us-east-1.amazonaws.com\\/us-east-1_AbCdEf123\""},
        {"cognito:username", "\"nobody\""},
        {"cognito:groups", "[\"admins\"]"},
        {"aud", "\"client\""},
        {"token_use", "\"id\""},
        {"auth_time", "${now-60}"},
        {"exp", "${now+86000}"},
        {"iat", "${now-60}"},
        {"jti", "\"5b3b0f4c-6a6a-4e7a-8f0e-0d4c6c1b7a55\""}};
    struct draft draft = {.broken_bit = strcmp(kind->name, "forged") == 0 ? 77 : -1};
    struct draft copy = draft_copy(&draft, kind->name);
    copy.key = strdup(strcmp(kind->name, "stranger") == 0 ? "stranger" : "id");
    copy.length = strcmp(kind->name, "long") == 0 ? 4001 : 0;
    struct text kid = {0};
    text_print(&kid, "\"%s\"", key_id(mint_key(copy.key)));
    members_set(&copy.header, "kid", kid.data);
    members_set(&copy.header, "alg", "\"RS256\"");
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        struct text value = world_expand(&soak->world, claims[i][1]);
        members_set(&copy.claims, claims[i][0], value.data);
        text_free(&value);
    }
    if (kind->value != NULL)
        members_set(&copy.claims, kind->claim, kind->value);
    if (strcmp(kind->name, "expired") == 0)
        members_set(&copy.claims, "iat", "1699990000");
    *token = draft_mint(&copy);
    text_free(&kid);
    draft_free(&copy);
}

static void reopen(struct soak *soak, int64_t now)
{
    struct complaint why = {{0}};
    char argument[sizeof soak->world.folder + 16];
    const char *arguments[] = {argument};
    (void)snprintf(argument, sizeof argument, "conf=%s/main.conf", soak->world.folder);
    cognito_pools_free(&soak->pools);
    cognito_configs_free(&soak->configs);
    if (!cognito_configs_read("soak", 1, arguments, &soak->configs, &why) ||
        !cognito_lists_read(&soak->configs, "nobody", &why) ||
        cognito_pools_open(&soak->configs, now, &soak->pools, &why) != COGNITO_ACCEPTED)
        give_up("%s", why.text);
}

/* ---- spoiling ---- */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n";

/* Changes LEN bytes at TEXT, of which there may be TOKEN_MAX, in one of a few ways. */
static size_t spoil_once(struct soak *soak, char *text, size_t len)
{
    const size_t at = number(soak, len);
    const size_t part = 1 + number(soak, 32) % (len - at);
    switch (number(soak, 7)) {
    case 0:
        text[at] = (char)(text[at] ^ (1 << number(soak, 8)));
        return len;
    case 1:
        text[at] = alphabet[number(soak, sizeof alphabet - 1)];
        return len;
    case 2: /* a part is lost */
        memmove(text + at, text + at + part, len - at - part);
        return len - part;
    case 3: /* a part comes twice */
        if (len + part > TOKEN_MAX)
            return len;
        memmove(text + at + part, text + at, len - at);
        return len + part;
    case 4: /* cut */
        return at;
    case 5: { /* the end of another token */
        const struct text *other = &soak->tokens[number(soak, KINDS)];
        const size_t from = number(soak, other->len);
        const size_t more = other->len - from < TOKEN_MAX - at ? other->len - from : TOKEN_MAX - at;
        memcpy(text + at, other->data + from, more);
        return at + more;
    }
    default: /* two bytes change places */
        for (size_t other = number(soak, len); other != at;) {
            const char byte = text[at];
            text[at] = text[other];
            text[other] = byte;
            break;
        }
        return len;
    }
}

static size_t spoil(struct soak *soak, char *text, size_t len)
{
    const size_t times = 1 + number(soak, 3);
    for (size_t i = 0; i < times && len > 0; i++)
        len = spoil_once(soak, text, len);
    return len;
}

/* Whether TEXT is, after all, one of the tokens that are accepted. */
static bool is_good(const struct soak *soak, const char *text, size_t len)
{
    const struct span token = cognito_token_text(span_of(text, len));
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].status == COGNITO_ACCEPTED &&
            span_equal(token, span_of(soak->tokens[i].data, soak->tokens[i].len)))
            return true;
    return false;
}

/* ---- deciding ---- */

static enum cognito_status decide(struct soak *soak, struct span token, int64_t now)
{
    struct identity who = {0};
    struct explanation explanation = {0};
    const struct login login = {&soak->pools, "nobody", now, LEDGER_FOLDER, .rehearsal = true};
    const enum cognito_status status = cognito_decide(&login, token, &who, NULL, &explanation);
    cognito_identity_free(&who);
    return status;
}

static bool one(struct soak *soak, int64_t now)
{
    char text[TOKEN_MAX];
    const size_t kind = number(soak, KINDS);
    const struct text *token = &soak->tokens[kind];
    size_t len = token->len;
    memcpy(text, token->data, len);
    const bool spoiled = number(soak, 4) != 0;
    if (spoiled)
        len = spoil(soak, text, len);
    const enum cognito_status status = decide(soak, span_of(text, len), now);
    const bool good = is_good(soak, text, len);
    soak->spoiled += spoiled;
    soak->accepted += status == COGNITO_ACCEPTED;
    soak->refused += status != COGNITO_ACCEPTED;
    if ((status == COGNITO_ACCEPTED) == good && (spoiled || status == kinds[kind].status))
        return true;
    printf("# %s, %s: %s\n", kinds[kind].name, spoiled ? "spoiled" : "as it was minted",
           cognito_status_row(status)->code);
    return false;
}

/* In KiB; 0 where it is not known. */
static long resident(void)
{
    long size = 0;
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    const int got = fscanf(file, "%ld %ld", &size, &pages);
    (void)fclose(file);
    return got == 2 ? pages * (getpagesize() / 1024) : 0;
}

static uint64_t setting(const char *name, uint64_t by_default)
{
    const char *text = getenv(name);
    return text == NULL || text[0] == '\0' ? by_default : strtoull(text, NULL, 10);
}

static void begin(struct soak *soak, const char *root, uint64_t seed)
{
    for (size_t i = 0; i < 3; i++)
        soak->state[i] = (unsigned short)(seed >> (16 * i));
    world_open(&soak->world, root);
    world_let(&soak->world, "dir", soak->world.folder);
    write_files(soak);
    for (size_t i = 0; i < KINDS; i++)
        mint_one(soak, &kinds[i], &soak->tokens[i]);
}

static void end(struct soak *soak)
{
    cognito_pools_free(&soak->pools);
    cognito_configs_free(&soak->configs);
    for (size_t i = 0; i < KINDS; i++)
        text_free(&soak->tokens[i]);
    world_close(&soak->world);
    mint_free();
}

int main(int argc, char **argv)
{
    static struct soak soak;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        give_up("getrandom: %m");
    const uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : setting("SOAK", COUNT);
    const uint64_t seed = setting("SOAK_SEED", random);
    const int64_t now = time(NULL);
    char *root = world_make_root(BUILD_FOLDER);
    long early = 0;
    uint64_t done = 0;
    begin(&soak, root, seed);
    printf("1..2\n");
    for (bool good = true; good && done < count; done += good) {
        if (done % REOPEN == 0)
            reopen(&soak, now);
        if (done == count / 10)
            early = resident();
        good = one(&soak, now);
    }
    const long growth = resident() - early;
    printf("# figure: %" PRIu64 " decisions, %zu accepted, %zu refused, %zu of them spoiled; "
           "resident %ld KiB, grown by %ld since the first tenth; seed %" PRIu64 "\n",
           done, soak.accepted, soak.refused, soak.spoiled, early + growth, growth, seed);
    printf("%s 1 - each verdict is the right one\n", done == count ? "ok" : "not ok");
    const bool flat = !MEMORY_TELLS || growth <= GROWTH_MAX;
    printf("%s 2 - memory does not grow%s\n", flat ? "ok" : "not ok",
           MEMORY_TELLS ? "" : " # SKIP the sanitizer keeps what is freed");
    end(&soak);
    world_remove_root(root);
    return done == count && flat ? 0 : 1;
}
