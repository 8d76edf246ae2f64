/* SPDX-License-Identifier: MIT */
#include "pamworld.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "failing.h"
#include "fuzz.h"
#include "host/ledger.h"
#include "host/nudge.h"
#include "signer.h"

static const char *const first_issuers[] = {
    "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01",
    "https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ExAmPlE01", NULL};
static const char *const second_issuers[] = {
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_SeCoNd002",
    "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_SeCoNd002", NULL};
static const char *const first_clients[] = {"1example23456789abcdefghij", "another", NULL};
static const char *const second_clients[] = {"2example23456789abcdefghij", NULL};
static const char *const groups[] = {"admins", "ops", NULL};
static const char *const none[] = {NULL};
static const char *const claims[] = {"cognito:username", "sub", "email", "custom:name"};
static const struct oracle_grant grants[] = {{"nobody", "sub",
                                              "5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"},
                                             {"nobody", "user", "nobody"},
                                             {"alice", "email", "alice@example.com"},
                                             {"alice", "group", "admins"},
                                             {"root", "group", "ops"},
                                             {"low", "sub", "low"},
                                             {"missing", "user", "missing"},
                                             {NULL, NULL, NULL}};
static const int later_by[] = {0, 1, -1, 9, 10, 11, -10, -11, 3600, 3610, -3600, 86400, -200000000};
static const char *const users[] = {
    "nobody", "alice", "root", "low",    "missing",
    NULL,     "",      "n:b",  "Nobody", "5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d"};

enum key_state {
    FRESH,
    STALE,
    OLD,
    GONE,
    BROKEN,
    USELESS,
    TWINS,
    FUTURE,
    PLACED,
    TWO,
    TWO_ALIKE,
    TWO_FIRST_GONE,
    WRITABLE,
    LINK,
    TWO_CONVERSATIONS,
    RAW,
    KEY_STATES
};

enum damage {
    UNKNOWN_KEY = 1,
    UNKNOWN_ARGUMENT,
    RELATIVE,
    NO_FILE,
    MAP_BROKEN,
    DENY_BROKEN,
    NO_CLIENT,
    FILE_ONLY_ARGUMENT,
    DAMAGES
};

static bool chosen(const struct world *world, enum choice choice, unsigned int bit)
{
    return (world->choice[choice] & bit) != 0;
}

static unsigned int damage_of(const struct world *world)
{
    return world->choice[DAMAGE] < DAMAGES ? world->choice[DAMAGE] : 0;
}

static enum key_state keys_of(const struct world *world)
{
    return (enum key_state)(world->choice[KEYS] % KEY_STATES);
}

static bool has_two_pools(const struct world *world)
{
    const enum key_state state = keys_of(world);
    return state == TWO || state == TWO_ALIKE || state == TWO_FIRST_GONE ||
           state == TWO_CONVERSATIONS;
}

/* ---- key sets ---- */

static struct secret set_of(enum signer first, enum signer second, const char *change)
{
    struct secret set = {0};
    signer_add(&set, "{\"keys\":[");
    signer_add_jwk(&set, first);
    signer_add(&set, ",");
    signer_add_jwk(&set, second);
    signer_add(&set, change);
    signer_add(&set, "]}");
    return set;
}

static struct secret first_set(const struct world *world)
{
    struct secret set = {0};
    switch (keys_of(world)) {
    case BROKEN:
        signer_add(&set, "{\"keys\":[}");
        return set;
    case USELESS:
        signer_add(&set, "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"x\"}]}");
        return set;
    case TWINS:
        return set_of(SIGNER_ID, SIGNER_ID, "");
    case RAW:
        (void)!cognito_secret_append(&set, world->raw);
        return set;
    default:
        return set_of(SIGNER_ID, SIGNER_ACCESS, ",{\"kty\":\"EC\",\"kid\":\"x\"}");
    }
}

static void set_age(const char *path, int64_t age)
{
    const struct timespec times[2] = {{.tv_sec = FUZZ_NOW - age}, {.tv_sec = FUZZ_NOW - age}};
    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)
        fuzz_fail("%s: %m", path);
}

static void put_keys(const struct world *world, const char *path, struct span set)
{
    static const int64_t ages[KEY_STATES] = {[STALE] = 8 * 86400, [OLD] = 7200, [FUTURE] = -7200};
    struct stat status;
    if (lstat(path, &status) == 0 && (S_ISLNK(status.st_mode) || keys_of(world) == LINK)) {
        (void)unlink(path);
        fuzz_forget(path);
    }
    if (keys_of(world) == LINK && symlink("/dev/null", path) == 0)
        return;
    fuzz_write(path, set);
    set_age(path, ages[keys_of(world)]);
    if (chmod(path, keys_of(world) == WRITABLE ? 0666 : 0644) != 0)
        fuzz_fail("%s: %m", path);
}

static void make_cache(struct world *world)
{
    static struct oracle_keys keys[POOLS_MAX];
    const char *folder = fuzz_path("cache");
    const char *first = fuzz_path("cache/eu-central-1_ExAmPlE01.jwks");
    const enum key_state state = keys_of(world);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        fuzz_fail("%s: %m", folder);
    struct secret set = first_set(world);
    oracle_read_keys(secret_span(&set), &keys[0]);
    put_keys(world, state == PLACED ? fuzz_path("placed.jwks") : first, secret_span(&set));
    if (state == GONE || state == TWO_FIRST_GONE || state == PLACED) {
        (void)unlink(first);
        fuzz_forget(first);
    }
    cognito_secret_free(&set);
    const bool useless = state == STALE || state == GONE || state == TWO_FIRST_GONE ||
                         state == WRITABLE || state == LINK;
    world->keys[0] = useless || !keys[0].good ? NULL : &keys[0];
    /* A week after the clock was set back or on, keys are stale as well. */
    if (state != PLACED && llabs(world->now - FUZZ_NOW) > 6 * 86400)
        world->keys[0] = NULL;
    world->keys_good = world->keys[0] != NULL || state == TWO_FIRST_GONE;
    if (!has_two_pools(world))
        return;
    set = state == TWO_ALIKE ? set_of(SIGNER_OTHER, SIGNER_ID, "")
                             : set_of(SIGNER_OTHER, SIGNER_OTHER + 1, "");
    oracle_read_keys(secret_span(&set), &keys[1]);
    fuzz_write(fuzz_path("cache/us-east-1_SeCoNd002.jwks"), secret_span(&set));
    set_age(fuzz_path("cache/us-east-1_SeCoNd002.jwks"), 0);
    cognito_secret_free(&set);
    world->keys[1] = llabs(world->now - FUZZ_NOW) > 6 * 86400 ? NULL : &keys[1];
    world->keys_good = world->keys[0] != NULL || world->keys[1] != NULL;
    if (world->keys[0] != NULL && world->keys[1] != NULL)
        oracle_share_keys(world->keys[0], world->keys[1]);
}

/* ---- configuration ---- */

static void add_option(const struct world *world, struct secret *text, enum choice choice,
                       unsigned int bit, const char *line)
{
    if (!chosen(world, choice, bit))
        return;
    signer_add(text, line);
    signer_add(text, "\n");
}

static void add_path(struct secret *text, const char *key, const char *path)
{
    signer_add(text, key);
    signer_add(text, " = ");
    signer_add(text, path);
    signer_add(text, "\n");
}

/* What may stand in a section. */
static void add_of_service(const struct world *world, struct secret *text)
{
    add_option(world, text, OPTIONS, SINGLE_USE, "single_use");
    add_option(world, text, OPTIONS, EXPORT_ENV, "export_env = yes");
    add_option(world, text, OPTIONS, FORWARD_PASS, "forward_pass = yes");
    add_option(world, text, OPTIONS, TRY_FIRST_PASS, "try_first_pass = yes");
    add_option(world, text, OPTIONS, USE_FIRST_PASS, "use_first_pass");
    add_option(world, text, OPTIONS, USER_FROM_TOKEN_OPTION, "user_from_token = yes");
    add_option(world, text, POLICIES, WITH_GROUPS, "require_group = admins\nrequire_group = ops");
    add_option(world, text, POLICIES, WITH_TOKEN_AGE, "max_token_age = 1h");
    add_option(world, text, POLICIES, WITH_AUTH_AGE, "max_auth_age = 120m");
    add_option(world, text, POLICIES, ALLOW_ROOT, "allow_root = yes");
    add_option(world, text, POLICIES, UID_MIN_0, "uid_min = 0");
    if (chosen(world, POLICIES, WITH_MAP))
        add_path(text, "map_file", fuzz_path("map"));
    signer_add(text, "username_claim = ");
    signer_add(text, claims[world->choice[CLAIM] & 3]);
    signer_add(text, chosen(world, CLAIM, 4) ? "\n" : "\nallow_writable_claim = yes\n");
}

static void add_config(const struct world *world, struct secret *text, int pool)
{
    const unsigned int damage = damage_of(world);
    signer_add(text, "# made by the harness\nuser_pool = ");
    signer_add(text, pool == 0 ? "eu-central-1_ExAmPlE01\n" : "us-east-1_SeCoNd002\n");
    if (damage != NO_CLIENT)
        signer_add(text, pool == 0 ? "client_id = 1example23456789abcdefghij another\n"
                                   : "client_id = 2example23456789abcdefghij\n");
    add_path(text, "cache_dir", fuzz_path("cache"));
    if (keys_of(world) == PLACED)
        add_path(text, "jwks_file", fuzz_path("placed.jwks"));
    if (world->choice[DENIED] != 0)
        add_path(text, "deny_file", fuzz_path("deny"));
    add_option(world, text, POLICIES, SMALL_TOKENS, "max_token_size = 1100");
    add_option(world, text, POLICIES, NO_SKEW, "clock_skew = 0");
    if (damage == UNKNOWN_KEY)
        signer_add(text, "client_ids = x\n");
    if (chosen(world, ORDER, 1))
        signer_add(text, chosen(world, ORDER, 8) ? "uid_min = 4294967294\nsingle_use = no\n" : "");
    if (chosen(world, ORDER, 1))
        signer_add(text, "[service sudo sshd]\n");
    add_of_service(world, text);
    if (keys_of(world) == TWO_CONVERSATIONS && pool == 1)
        signer_add(text, chosen(world, OPTIONS, FORWARD_PASS)
                             ? "[service sshd]\nforward_pass = no\n"
                             : "[service sshd]\nforward_pass\n");
    if (chosen(world, ORDER, 2))
        signer_add(text, "[service login]\nsingle_use = yes\nuid_min = 0\nallow_root\n");
}

static void put_config(const struct world *world, int pool)
{
    struct secret text = {0};
    add_config(world, &text, pool);
    fuzz_write(fuzz_path(pool == 0 ? "conf" : "conf.second"), secret_span(&text));
    cognito_secret_free(&text);
}

static void put_map(const struct world *world)
{
    struct secret text = {0};
    for (const struct oracle_grant *one = grants; one->account != NULL; one++) {
        signer_add(&text, one->account);
        signer_add(&text, " ");
        signer_add(&text, one->kind);
        signer_add(&text, chosen(world, ORDER, 4) ? ":\"" : ":");
        signer_add(&text, one->value);
        signer_add(&text, chosen(world, ORDER, 4) ? "\"\n" : "\n");
    }
    if (damage_of(world) == MAP_BROKEN)
        signer_add(&text, "alice\n");
    fuzz_write(fuzz_path("map"), secret_span(&text));
    cognito_secret_free(&text);
}

static void put_deny_list(const struct world *world)
{
    struct secret text = {0};
    signer_add(&text, "# who is shut out\n");
    add_option(world, &text, DENIED, 2, "sub:5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d");
    add_option(world, &text, DENIED, 4, "user:\"alice\"");
    add_option(world, &text, DENIED, 8, "  jti:j-1");
    add_option(world, &text, DENIED, 16, "issued-before:2027-01-15T08:00:00Z");
    if (damage_of(world) == DENY_BROKEN)
        signer_add(&text, "everybody\n");
    fuzz_write(fuzz_path("deny"), secret_span(&text));
    cognito_secret_free(&text);
}

bool world_denies(const struct world *world, const struct oracle_answer *who)
{
    const struct value *name = reader_member(who->claims.root, "cognito:username");
    return (chosen(world, DENIED, 2) &&
            span_is(who->subject, "5f7d3c1e-8b7a-4a52-9c0d-1e2f3a4b5c6d")) ||
           (chosen(world, DENIED, 4) &&
            (span_is(who->username, "alice") ||
             (reader_is_string(name) && span_is(name->text, "alice")))) ||
           (chosen(world, DENIED, 8) && span_is(who->jti, "j-1")) ||
           (chosen(world, DENIED, 16) && who->issued_at < FUZZ_NOW);
}

void world_deny_all(void)
{
    fuzz_write(fuzz_path("deny"), span_of_string("issued-before:2199023255551\n"));
}

static void make_arguments(struct world *world)
{
    static char conf[2][4200];
    const unsigned int damage = damage_of(world);
    (void)snprintf(conf[0], sizeof conf[0], "conf=%s",
                   damage == RELATIVE ? "conf" : fuzz_path(damage == NO_FILE ? "nothing" : "conf"));
    (void)snprintf(conf[1], sizeof conf[1], "conf=%s", fuzz_path("conf.second"));
    world->argument_count = 0;
    world->arguments[world->argument_count++] = conf[0];
    if (has_two_pools(world))
        world->arguments[world->argument_count++] = conf[1];
    if (chosen(world, OPTIONS, DEBUG))
        world->arguments[world->argument_count++] = "debug";
    if (damage == UNKNOWN_ARGUMENT)
        world->arguments[world->argument_count++] = "nullok";
    if (damage == FILE_ONLY_ARGUMENT)
        world->arguments[world->argument_count++] = "max_token_age=soon";
    world->config_good =
        (damage == 0 || (damage == MAP_BROKEN && !chosen(world, POLICIES, WITH_MAP)) ||
         (damage == DENY_BROKEN && world->choice[DENIED] == 0)) &&
        keys_of(world) != TWO_CONVERSATIONS &&
        ((world->choice[CLAIM] & 3) < 2 || !chosen(world, CLAIM, 4));
}

static struct oracle_rules rules_of(const struct world *world, int pool)
{
    return (struct oracle_rules){
        .issuers = pool == 0 ? first_issuers : second_issuers,
        .clients = pool == 0 ? first_clients : second_clients,
        .groups = chosen(world, POLICIES, WITH_GROUPS) ? groups : none,
        .username_claim = claims[world->choice[CLAIM] & 3],
        .grants = chosen(world, POLICIES, WITH_MAP) ? grants : NULL,
        .skew = chosen(world, POLICIES, NO_SKEW) ? 0 : 10,
        .token_age = chosen(world, POLICIES, WITH_TOKEN_AGE) ? 3600 : 0,
        .auth_age = chosen(world, POLICIES, WITH_AUTH_AGE) ? 7200 : 0,
        .size_max = chosen(world, POLICIES, SMALL_TOKENS) ? 1100 : 16384,
    };
}

/* ---- the token ---- */

static void spoil(const struct world *world, struct secret *token)
{
    switch (world->choice[TOKEN] % 8) {
    case 1:
        token->data[token->len - 1 - world->choice[PLAN_AT] % 300] ^= 1;
        break;
    case 2:
        signer_add(token, "\r\n");
        break;
    case 3:
        signer_add(token, ".AAAA");
        break;
    case 4:
        token->len -= world->choice[PLAN_AT] % 64;
        break;
    case 5:
        signer_add(token, "A");
        break;
    default:
        break;
    }
}

static void mint(struct world *world)
{
    const enum signer signer = (enum signer)(world->choice[SIGNER] % SIGNERS);
    struct secret header = {0};
    if (world->header.len == 0)
        signer_add_header(&header, signer);
    const struct span used = world->header.len == 0 ? secret_span(&header) : world->header;
    signer_add_token(&world->token, used, world->payload, signer);
    spoil(world, &world->token);
    cognito_secret_free(&header);
}

/* ---- the ledger ---- */

bool world_ledger_works(const struct world *world)
{
    return world->choice[LEDGER] % 5 < 2;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

/* Whatever it is. */
static void remove_ledger(const char *folder)
{
    if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        fuzz_fail("%s: %m", folder);
}

static void make_ledger(const struct world *world)
{
    static int made = -1;
    static bool touched = true;
    const int state = world->choice[LEDGER] % 5;
    const char *folder = fuzz_path("used");
    if (made != state || touched) {
        remove_ledger(folder);
        if ((state == 1 || state == 2) && mkdir(folder, state == 1 ? 0700 : 0755) != 0)
            fuzz_fail("%s: %m", folder);
        fuzz_forget(folder);
        if (state == 3)
            fuzz_write(folder, span_of_string("a file"));
    }
    made = state;
    touched = chosen(world, OPTIONS, SINGLE_USE);
}

/* ---- all of it ---- */

static const struct world *entered;
static size_t nudges;
static unsigned int lookups;

void world_open(struct world *world, struct span input)
{
    memset(world, 0, sizeof *world);
    for (size_t i = 0; i < CHOICES; i++)
        world->choice[i] = (unsigned char)fuzz_byte(&input);
    world->header = fuzz_part(&input, '\0');
    world->payload = fuzz_part(&input, '\0');
    world->raw = input;
    world->now = FUZZ_NOW + later_by[world->choice[CLOCK] % (sizeof later_by / sizeof later_by[0])];
    for (int pool = 0; pool < POOLS_MAX; pool++)
        world->rules[pool] = rules_of(world, pool);
    make_cache(world);
    put_config(world, 0);
    if (has_two_pools(world))
        put_config(world, 1);
    put_map(world);
    put_deny_list(world);
    make_arguments(world);
    make_ledger(world);
    mint(world);
}

void world_close(struct world *world)
{
    cognito_secret_free(&world->token);
    entered = NULL;
}

void world_enter(const struct world *world)
{
    entered = world;
    lookups = 0;
}

const char *world_user(const struct world *world)
{
    return users[world->choice[USER] % (sizeof users / sizeof users[0])];
}

size_t world_nudges(void)
{
    const size_t sent = nudges;
    nudges = 0;
    return sent;
}

int64_t world_uid_min(const struct world *world)
{
    if (chosen(world, POLICIES, UID_MIN_0))
        return 0;
    return chosen(world, ORDER, 1) && chosen(world, ORDER, 8) ? INT64_C(4294967294) : 1000;
}

int64_t world_uid(const struct world *world, const char *name)
{
    static const struct {
        const char *name;
        int64_t uid;
    } accounts[] = {{"nobody", 60000}, {"alice", 1000}, {"root", 0}, {"low", 999}, {"missing", -1}};
    const unsigned int how = world->choice[ACCOUNT] % 8;
    if (how >= 2 && how <= 4)
        return -1;
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++)
        if (strcmp(accounts[i].name, name) == 0)
            return accounts[i].uid;
    return 1500;
}

/* ---- in place of the host ---- */

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
ssize_t __wrap_getrandom(void *buffer, size_t size, unsigned int flags);
int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                      struct passwd **found);
enum cognito_status __wrap_cognito_ledger_enter(const char *folder, const struct identity *who,
                                                struct span token, int64_t now,
                                                struct complaint *why);
enum cognito_status __real_cognito_ledger_enter(const char *folder, const struct identity *who,
                                                struct span token, int64_t now,
                                                struct complaint *why);
void __wrap_cognito_nudge(const char *path);

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    if (entered->choice[FAULT] % 8 == 4)
        return -1;
    *time = (struct timespec){.tv_sec = (time_t)entered->now};
    return 0;
}

ssize_t __wrap_getrandom(void *buffer, size_t size, unsigned int flags)
{
    (void)flags;
    memset(buffer, entered->choice[FAULT_AT], size);
    return entered->choice[FAULT] % 8 == 3 ? -1 : (ssize_t)size;
}

int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                      struct passwd **found)
{
    const unsigned int how = entered->choice[ACCOUNT] % 8;
    const int64_t uid = world_uid(entered, name);
    *found = NULL;
    if (how == 2 || (how == 1 && lookups++ == 0))
        return ERANGE;
    if (how == 3)
        return EIO;
    if (uid < 0 && how != 4)
        return 0;
    if (strlen(name) >= size)
        return ERANGE;
    memset(entry, 0, sizeof *entry);
    (void)snprintf(buffer, size, "%s", name);
    if (how == 4)
        buffer[0] ^= 0x20; /* a directory that does not mind */
    entry->pw_name = buffer;
    entry->pw_uid = (uid_t)uid;
    *found = entry;
    return 0;
}

enum cognito_status __wrap_cognito_ledger_enter(const char *folder, const struct identity *who,
                                                struct span token, int64_t now,
                                                struct complaint *why)
{
    AGREE(strcmp(folder, "/var/lib/pam_cognito/used") == 0, "a ledger in %s", folder);
    return __real_cognito_ledger_enter(fuzz_path(entered->choice[LEDGER] % 5 == 4 ? "nothing/used"
                                                                                  : "used"),
                                       who, token, now, why);
}

void __wrap_cognito_nudge(const char *path)
{
    AGREE(strcmp(path, "/run/pam_cognito/refresh") == 0, "a nudge to %s", path);
    nudges++;
}
