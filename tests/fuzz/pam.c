/* SPDX-License-Identifier: MIT */
/*
 * The whole of pam_sm_authenticate and pam_sm_acct_mgmt, with a conversation, files, accounts and a
 * clock of the harness. The input chooses the world and holds header and payload of a token that is
 * then signed. Whoever is let in has to be let in by the oracle, under every fault; and without a
 * fault the oracle and the module agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/status.h"
#include "fakepam.h"
#include "failing.h"
#include "fuzz.h"
#include "mutate.h"
#include "pamtalk.h"
#include "pamworld.h"
#include "work.h"

enum { FAULT_NONE, FAULT_MEMORY, FAULT_PAM, FAULT_RANDOM, FAULT_CLOCK };
enum { AGAIN_SAME = 1, AGAIN_NEW_HANDLE = 2, AGAIN_SPOILT = 4, AGAIN_LIKE = 128 };
enum {
    PHASE_CALL = 1,
    PHASE_USER = 2,
    PHASE_DENIED = 4,
    PHASE_LATER = 8,
    PHASE_ARGUMENT = 16,
    PHASE_GONE = 32,
    PHASE_FAULT = 64,
    PHASE_RENAMED = 128 /* and this one is before it: the application sets PAM_USER */
};
enum { NO_CONVERSATION_PLAN = 9 };

static unsigned int fault_of(const struct world *world)
{
    const unsigned int fault = world->choice[FAULT] % 8;
    return fault > FAULT_CLOCK ? FAULT_NONE : fault;
}

/* ---- what the oracle says ---- */

struct verdict {
    bool accepted;
    bool unusual;
    char account[256];
    char subject[256];
    char key[600]; /* for the ledger */
    int64_t expires_at;
    size_t pool;
};

static bool host_accepts(const struct world *world, const struct oracle_answer *who)
{
    const int64_t uid = world_uid(world, who->account);
    if (world_denies(world, who) || uid < 0)
        return false;
    if (uid == 0)
        return (world->choice[POLICIES] & ALLOW_ROOT) != 0 && who->by_map;
    return uid >= world_uid_min(world);
}

static void note(const struct oracle_answer *who, struct span token, struct verdict *verdict)
{
    verdict->accepted = true;
    verdict->expires_at = who->expires_at;
    (void)snprintf(verdict->account, sizeof verdict->account, "%s", who->account);
    (void)snprintf(verdict->subject, sizeof verdict->subject, "%.*s", (int)who->subject.len,
                   (const char *)who->subject.data);
    const struct span id = who->jti.len > 0 ? who->jti : token;
    (void)snprintf(verdict->key, sizeof verdict->key, "%.*s|%.*s", (int)who->issuer.len,
                   (const char *)who->issuer.data, (int)id.len, (const char *)id.data);
}

static struct verdict judge(const struct world *world, struct span token, const char *user)
{
    struct verdict verdict = {0};
    const bool from_token =
        (world->choice[OPTIONS] & USER_FROM_TOKEN_OPTION) != 0 && (user == NULL || user[0] == '\0');
    for (size_t pool = 0; pool < POOLS_MAX && !verdict.accepted; pool++) {
        struct oracle_answer answer;
        const struct oracle_question question = {token,
                                                 world->keys[pool],
                                                 &world->rules[pool],
                                                 from_token ? USER_FROM_TOKEN : USER_NAMED,
                                                 user,
                                                 world->now};
        if (world->keys[pool] == NULL || (user == NULL && !from_token))
            continue;
        oracle_judge(&question, &answer);
        verdict.unusual = verdict.unusual || answer.unusual;
        if (answer.accepted && host_accepts(world, &answer)) {
            note(&answer, token, &verdict);
            verdict.pool = pool;
        }
        oracle_close(&answer);
    }
    return verdict;
}

/* ---- one call ---- */

struct call {
    const struct world *world;
    struct pam_handle *pamh;
    struct talk talk;
    char *user;    /* before the call, or as it will be typed; NULL: none. Owned. */
    char *earlier; /* PAM_AUTHTOK before the call. Owned. */
    bool user_was_set;
    bool renamed; /* PAM_USER became another one during the conversation */
    int result;
    bool faulty;
    struct verdict verdict; /* of what let in, or should have */
};

static const char *reason_of(const struct pam_handle *pamh, char reason[64])
{
    const char *text = pamh->log_count == 0 ? "" : pamh->log[pamh->log_count - 1].text;
    const char *found = strstr(text, " reason=");
    reason[0] = '\0';
    if (found != NULL)
        (void)snprintf(reason, 64, "%.*s", (int)strcspn(found + 8, " :"), found + 8);
    return reason;
}

/* The table of the documents, once more. */
static int code_of(const char *reason)
{
    static const char *const outages[] = {"system.clock", "system.crypto", "system.ledger",
                                          "jwks.json",    "jwks.invalid",  "key.none",
                                          "key.stale"};
    if (strcmp(reason, "system.config") == 0)
        return PAM_SERVICE_ERR;
    if (strcmp(reason, "system.memory") == 0)
        return PAM_BUF_ERR;
    for (size_t i = 0; i < sizeof outages / sizeof outages[0]; i++)
        if (strcmp(reason, outages[i]) == 0)
            return PAM_AUTHINFO_UNAVAIL;
    return PAM_AUTH_ERR;
}

static bool is_base64url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* No 16 characters of payload or signature in a row. */
static void check_no_token(const struct world *world, const char *text)
{
    enum { WINDOW = 16 };
    const struct span token = secret_span(&world->token);
    const struct span secret = span_after(token, span_position(token, '.') + 1);
    size_t run = 0;
    for (const char *c = text; *c != '\0'; c++) {
        run = is_base64url(*c) ? run + 1 : 0;
        for (size_t at = 0; run >= WINDOW && at + WINDOW <= secret.len; at++)
            AGREE(secret.data[at] != (unsigned char)c[1 - WINDOW] ||
                      !span_equal(span_first(span_after(secret, at), WINDOW),
                                  span_of(c + 1 - WINDOW, WINDOW)),
                  "a part of the token in: %s", text);
    }
}

static bool is_handed_on(const char *text)
{
    static const char words[] = "handed on to the next module; user=";
    return strncmp(text, words, sizeof words - 1) == 0;
}

static void check_log(const struct call *call)
{
    const struct pam_handle *pamh = call->pamh;
    size_t ends = 0;
    char reason[64];
    for (size_t i = 0; i < pamh->log_count; i++) {
        const char *text = pamh->log[i].text;
        for (const char *c = text; *c != '\0'; c++)
            AGREE(*c >= ' ' && *c <= '~', "a log line with the byte %02x", (unsigned char)*c);
        ends += strncmp(text, "accepted; ", 10) == 0 ||
                strncmp(text, "authentication failure; ", 24) == 0 || is_handed_on(text);
        AGREE(!is_handed_on(text) ||
                  (pamh->authtok_settings == 1 && pamh->log[i].priority == LOG_INFO),
              "%s", text);
        AGREE(strncmp(text, "authentication failure; ", 24) != 0 || pamh->authtok_settings == 0,
              "a failure of what was handed on: %s", text);
        check_no_token(call->world, text);
    }
    AGREE(ends == 1, "%zu lines at the end of an attempt", ends);
    reason_of(pamh, reason);
    AGREE((call->result == PAM_SUCCESS) == (reason[0] == '\0'), "%d and %s", call->result, reason);
    if (call->result != PAM_SUCCESS)
        AGREE(code_of(reason) == call->result, "%d for %s", call->result, reason);
    AGREE(strcmp(reason, "system.undecided") != 0, "no decision");
}

/* ---- what is always so ---- */

static bool conversation_is_there(const struct world *world)
{
    return world->choice[PLAN] % 16 != NO_CONVERSATION_PLAN;
}

static void check_words(const struct call *call)
{
    char expected[64] = "";
    const char *text = call->pamh->log[call->pamh->log_count - 1].text;
    const char *ref = strstr(text, " ref=");
    AGREE(ref != NULL, "no reference in %s", text);
    (void)snprintf(expected, sizeof expected, "Token refused (ref %.8s)", ref + 5);
    if (call->talk.messages > 0)
        AGREE(call->talk.messages == 1 && strcmp(call->talk.message, expected) == 0, "said: %s",
              call->talk.message);
    if (call->result == PAM_SUCCESS)
        AGREE(call->talk.messages == 0, "a word to the person who is let in");
}

static void check_effects(const struct call *call)
{
    const struct pam_handle *pamh = call->pamh;
    const char *user = pamh->items[PAM_USER];
    const bool accepted = call->result == PAM_SUCCESS;
    if (call->renamed)
        AGREE(!accepted && user != NULL && strcmp(user, TALK_NEW_NAME) == 0,
              "%d for %s, who became %s", call->result, call->user, user == NULL ? "none" : user);
    else if (call->user_was_set && call->user[0] != '\0')
        AGREE(user != NULL && strcmp(user, call->user) == 0 && pamh->user_settings == 0,
              "PAM_USER was %s and is %s", call->user, user == NULL ? "none" : user);
    if (accepted)
        AGREE(user != NULL && strcmp(user, call->verdict.account) == 0,
              "PAM_USER is %s, and the token's account is %s", user == NULL ? "none" : user,
              call->verdict.account);
    AGREE(accepted || call->faulty || pamh->environment_count == 0, "an environment of a refusal");
    for (size_t i = 0; i < pamh->environment_count; i++)
        check_no_token(call->world, pamh->environment[i]);
    if (accepted && (call->world->choice[OPTIONS] & EXPORT_ENV) != 0)
        AGREE(pamh->environment_count == 3 &&
                  strncmp(pamh->environment[0], "COGNITO_SUB=", 12) == 0 &&
                  strcmp(pamh->environment[0] + 12, call->verdict.subject) == 0,
              "not the three settings, or of somebody else");
    AGREE(pamh->delays <= 1 &&
              (pamh->delays == 0 || (pamh->delay >= 2000000 && pamh->delay < 3000000)),
          "%zu delays, of %u", pamh->delays, pamh->delay);
    AGREE(!accepted || pamh->delays == 1, "no delay was asked for");
}

/* Everything that was judged: each answer with those before it, and what was asked for earlier. */
static void find_verdict(struct call *call)
{
    const bool only = (call->world->choice[OPTIONS] & USE_FIRST_PASS) != 0;
    const bool tried = only || (call->world->choice[OPTIONS] & TRY_FIRST_PASS) != 0;
    const char *earlier = call->earlier == NULL ? "" : call->earlier;
    if (tried && (only || earlier[0] != '\0'))
        call->verdict = judge(call->world, span_of_string(earlier), call->user);
    size_t held = 0;
    for (size_t i = 0; i < call->talk.answers && !call->verdict.accepted; i++) {
        const bool unusual = call->verdict.unusual;
        held += call->talk.answer_len[i];
        call->verdict =
            judge(call->world, span_first(secret_span(&call->talk.held), held), call->user);
        call->verdict.unusual = call->verdict.unusual || unusual;
    }
}

static void check_work(const struct call *call)
{
    const bool only = (call->world->choice[OPTIONS] & USE_FIRST_PASS) != 0;
    const bool tried = !only && (call->world->choice[OPTIONS] & TRY_FIRST_PASS) != 0 &&
                       call->earlier != NULL && call->earlier[0] != '\0';
    const size_t judged = call->talk.answers + (only || tried ? 1 : 0);
    const struct work work = work_done();
    AGREE(work.imports == work.verifications, "%zu imports, %zu verifications", work.imports,
          work.verifications);
    if (!call->faulty && call->pamh->delays == 1 && (call->talk.prompts > 0 || only || tried) &&
        call->user != NULL)
        AGREE(work.imports == judged && work.readings == judged,
              "%zu verifications and %zu readings for %zu judgements", work.imports, work.readings,
              judged);
}

/* ---- what is so without a fault ---- */

static bool is_cut(size_t len)
{
    return len == 500 || len == 511 || len == 1020 || len == 1023 || len == 4095;
}

/* By lengths alone: every answer but the last was cut, and the last one was not, or enough was
 * held, or it was accepted. */
static void check_prompts(const struct call *call, bool accepted)
{
    const struct talk *talk = &call->talk;
    const size_t max = call->world->rules[0].size_max;
    size_t held = 0;
    for (size_t i = 0; i < talk->answers; i++) {
        held += talk->answer_len[i];
        const bool more = is_cut(talk->answer_len[i]) && held < max;
        if (i + 1 < talk->prompts)
            AGREE(more, "asked on after %zu bytes, %zu in all", talk->answer_len[i], held);
        else
            AGREE(!more || accepted, "not asked on after %zu bytes", talk->answer_len[i]);
    }
}

static bool looks_like_a_token(const char *text)
{
    const char *end = text;
    while (is_base64url(*end) || *end == '.')
        end++;
    return strncmp(text, "eyJ", 3) == 0 && *end == '\0' && end - text >= 64;
}

static void check_forwarding(const struct call *call)
{
    const char *now = call->pamh->items[PAM_AUTHTOK];
    const bool expected = (call->world->choice[OPTIONS] & FORWARD_PASS) != 0 &&
                          call->result != PAM_SUCCESS && call->talk.answers == 1 &&
                          call->talk.held.len < 256;
    AGREE(call->pamh->authtok_settings == expected, "PAM_AUTHTOK was set %zu times",
          call->pamh->authtok_settings);
    if (!expected)
        return;
    char *answer = fuzz_string(secret_span(&call->talk.held));
    AGREE(strcmp(now, looks_like_a_token(answer) ? "\b\n\r\177INCORRECT" : answer) == 0,
          "handed on: %s", now);
    free(answer);
}

static void check_result(const struct call *call, bool used)
{
    const struct world *world = call->world;
    char reason[64];
    reason_of(call->pamh, reason);
    int outage = PAM_SUCCESS;
    if (!world->config_good)
        outage = PAM_SERVICE_ERR;
    else if (world->now < INT64_C(1700000000) || !world->keys_good)
        outage = PAM_AUTHINFO_UNAVAIL;
    if (outage != PAM_SUCCESS) {
        AGREE(call->result == outage && call->talk.prompts == 0, "%d (%s) after %zu prompts",
              call->result, reason, call->talk.prompts);
        return;
    }
    const bool ledger =
        (world->choice[OPTIONS] & SINGLE_USE) == 0 || (world_ledger_works(world) && !used);
    AGREE((call->result == PAM_SUCCESS) == (call->verdict.accepted && ledger && !call->renamed) ||
              call->verdict.unusual,
          "%d (%s), and the oracle says %d", call->result, reason, call->verdict.accepted);
    check_prompts(call, call->result == PAM_SUCCESS);
    check_forwarding(call);
    const bool told = (world->choice[OPTIONS] & SILENT) == 0 && call->result != PAM_SUCCESS &&
                      conversation_is_there(world) && call->pamh->authtok_settings == 0;
    AGREE(call->talk.messages == told, "%zu messages", call->talk.messages);
}

/* ---- calling ---- */

static char *copy(const char *text)
{
    return text == NULL ? NULL : fuzz_string(span_of_string(text));
}

static void prepare_faults(const struct call *call)
{
    const size_t at = 1 + call->world->choice[FAULT_AT];
    failing_begin(fault_of(call->world) == FAULT_MEMORY ? at : 0);
    call->pamh->calls_left = fault_of(call->world) == FAULT_PAM ? at : 0;
}

static void authenticate(struct call *call, const struct talk *like)
{
    struct world *world = (struct world *)(uintptr_t)call->world;
    struct pam_handle *pamh = call->pamh;
    fakepam_forget(pamh);
    call->talk = (struct talk){.world = world, .like = like};
    if ((world->choice[PHASE] & PHASE_RENAMED) != 0)
        call->talk.renames = pamh;
    call->user_was_set = pamh->items[PAM_USER] != NULL;
    call->user = copy(call->user_was_set ? pamh->items[PAM_USER] : pamh->typed_user);
    if (!call->user_was_set && (world->choice[OPTIONS] & USER_FROM_TOKEN_OPTION) != 0) {
        free(call->user); /* nobody types a name then */
        call->user = NULL;
    }
    call->earlier = copy(pamh->items[PAM_AUTHTOK]);
    pamh->conversation = (struct pam_conv){talk_converse, &call->talk};
    pamh->has_conversation = conversation_is_there(world);
    (void)work_done();
    (void)world_nudges();
    prepare_faults(call);
    call->result =
        pam_sm_authenticate(pamh, (world->choice[OPTIONS] & SILENT) != 0 ? PAM_SILENT : 0,
                            world->argument_count, world->arguments);
    call->faulty = failing_end() || pamh->call_failed || fault_of(world) >= FAULT_CLOCK;
    pamh->calls_left = 0;
    call->renamed =
        call->talk.renamed && strcmp(call->user == NULL ? "" : call->user, TALK_NEW_NAME) != 0;
}

/* What this line accepted at an earlier attempt is nothing to the account phase. */
static void check_nothing_is_kept(const struct call *call)
{
    struct pam_handle *pamh = call->pamh;
    if (call->result == PAM_SUCCESS || pamh->call_failed)
        return;
    AGREE(pam_sm_acct_mgmt(pamh, 0, 0, NULL) == PAM_IGNORE, "an acceptance outlives a refusal");
    AGREE(pamh->environment_count == 0, "an environment outlives a refusal");
}

static void check(struct call *call, bool used)
{
    check_work(call); /* before the oracle imports and verifies */
    find_verdict(call);
    AGREE(call->result != PAM_IGNORE, "PAM_IGNORE");
    if (call->result == PAM_SUCCESS)
        AGREE(call->verdict.accepted, "let in, and the oracle says no");
    AGREE(call->pamh->log_count > 0, "no log line");
    if (!call->pamh->call_failed || call->result == PAM_SUCCESS)
        check_log(call);
    check_words(call);
    check_effects(call);
    if (!call->faulty)
        check_result(call, used);
}

static void close_call(struct call *call)
{
    talk_close(&call->talk);
    free(call->user);
    free(call->earlier);
    call->user = call->earlier = NULL;
}

/* ---- the account phase ---- */

static int expected_again(const struct world *world, const struct call *call, struct span token)
{
    const struct verdict later = judge(world, token, call->verdict.account);
    if (world->now >= call->verdict.expires_at + world->rules[call->verdict.pool].skew)
        return PAM_ACCT_EXPIRED;
    return later.accepted ? PAM_SUCCESS : PAM_PERM_DENIED;
}

static void check_account_phase(struct world *world, const struct call *call, struct span token)
{
    static const char *wrong[] = {"conf=relative"};
    struct pam_handle *pamh = call->pamh;
    const unsigned int phase = world->choice[PHASE];
    const bool ours = call->result == PAM_SUCCESS;
    const bool denied = (phase & PHASE_DENIED) != 0 && world->choice[DENIED] != 0;
    world->now += (phase & PHASE_LATER) != 0 ? 3590 : 0;
    if ((phase & PHASE_GONE) != 0)
        world->choice[ACCOUNT] = 3;
    if (denied)
        world_deny_all();
    int expected = ours ? expected_again(world, call, token) : PAM_IGNORE;
    if (expected == PAM_SUCCESS && denied)
        expected = PAM_PERM_DENIED;
    if (ours && (phase & PHASE_USER) != 0) {
        fakepam_set(pamh, PAM_USER, "somebody");
        expected = PAM_PERM_DENIED;
    }
    const bool argument = (phase & PHASE_ARGUMENT) != 0;
    if (argument)
        expected = PAM_SERVICE_ERR;
    fakepam_forget(pamh);
    pamh->calls_left = (phase & PHASE_FAULT) != 0 ? 1 + world->choice[FAULT_AT] % 4U : 0;
    const int result = pam_sm_acct_mgmt(pamh, 0, argument ? 1 : world->argument_count,
                                        argument ? wrong : world->arguments);
    pamh->calls_left = 0;
    AGREE(result == expected || (pamh->call_failed && result == PAM_PERM_DENIED) ||
              (!ours && !world->config_good && result == PAM_SERVICE_ERR),
          "the account phase: %d, not %d", result, expected);
    for (size_t i = 0; i < pamh->log_count; i++)
        check_no_token(world, pamh->log[i].text);
    AGREE(result == PAM_SUCCESS || result == PAM_IGNORE || pamh->call_failed ||
              pamh->log_count == 1,
          "%zu lines of the account phase", pamh->log_count);
}

/* ---- the input ---- */

static void begin(const struct world *world, struct pam_handle *pamh)
{
    static const char *const passwords[] = {NULL, "", "secret", "\b\n\r\177INCORRECT"};
    const unsigned int earlier = world->choice[EARLIER] % 8;
    fakepam_open(pamh);
    fakepam_set(pamh, PAM_SERVICE, "sshd");
    fakepam_set(pamh, PAM_USER, world_user(world));
    fakepam_set(pamh, PAM_RHOST, "192.0.2.1\n");
    if ((world->choice[USER] & 128) != 0)
        pamh->typed_user = copy("alice");
    char *token = fuzz_string(earlier == 5 ? world->raw : secret_span(&world->token));
    fakepam_set(pamh, PAM_AUTHTOK, earlier < 4 ? passwords[earlier] : token);
    free(token);
}

/* Somebody whom sshd refuses, who types as much: as many prompts, and as much handed on. */
static void check_indifference(struct world *world, const struct call *call)
{
    struct pam_handle other;
    struct call again = {.world = world, .pamh = &other};
    begin(world, &other);
    if ((world->choice[OPTIONS] & (TRY_FIRST_PASS | USE_FIRST_PASS)) == 0) {
        authenticate(&again, &call->talk);
        AGREE(again.result == call->result || call->result == PAM_AUTHINFO_UNAVAIL,
              "%d, and %d for an unknown account", call->result, again.result);
        AGREE(again.talk.prompts == call->talk.prompts,
              "%zu prompts, and %zu for an unknown account", call->talk.prompts,
              again.talk.prompts);
        AGREE(other.authtok_settings == call->pamh->authtok_settings, "handed on otherwise");
        close_call(&again);
    }
    fakepam_close(&other);
}

static void play_again(struct world *world, const struct call *first, struct pam_handle *pamh)
{
    const unsigned int how = world->choice[AGAIN];
    const bool used = first->result == PAM_SUCCESS && (world->choice[OPTIONS] & SINGLE_USE) != 0;
    struct pam_handle fresh;
    if ((how & AGAIN_SPOILT) != 0)
        world->token.data[world->token.len / 2] ^= 1;
    struct call call = {.world = world, .pamh = pamh};
    if ((how & AGAIN_NEW_HANDLE) != 0) {
        begin(world, &fresh);
        call.pamh = &fresh;
    }
    authenticate(&call, NULL);
    /* What failed after the token was entered in the ledger has used it up. */
    if ((first->faulty || first->renamed) && (world->choice[OPTIONS] & SINGLE_USE) != 0)
        call.faulty = true;
    check(&call, used);
    if (used && call.verdict.accepted)
        AGREE(strcmp(call.verdict.key, first->verdict.key) != 0 || call.result != PAM_SUCCESS,
              "the same token twice");
    check_nothing_is_kept(&call);
    close_call(&call);
    if ((how & AGAIN_NEW_HANDLE) != 0)
        fakepam_close(&fresh);
}

static void play(struct world *world)
{
    struct pam_handle pamh;
    struct call call = {.world = world, .pamh = &pamh};
    begin(world, &pamh);
    authenticate(&call, NULL);
    check(&call, false);
    if (!call.faulty && call.result != PAM_SUCCESS && (world->choice[AGAIN] & AGAIN_LIKE) != 0 &&
        fault_of(world) == FAULT_NONE)
        check_indifference(world, &call);
    if ((world->choice[AGAIN] & AGAIN_SAME) != 0)
        play_again(world, &call, &pamh);
    else if ((world->choice[PHASE] & PHASE_CALL) != 0 && fault_of(world) == FAULT_NONE)
        check_account_phase(world, &call,
                            call.talk.answers > 0
                                ? secret_span(&call.talk.held)
                                : span_of_string(call.earlier == NULL ? "" : call.earlier));
    AGREE(pam_sm_setcred(&pamh, 0, 0, NULL) == PAM_SUCCESS, "setcred");
    close_call(&call);
    fakepam_close(&pamh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world;
    world_open(&world, span_of(data, size));
    world_enter(&world);
    play(&world);
    world_close(&world);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    struct span rest = span_of(data, size);
    if (size < CHOICES || dice_roll(&dice, 16) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    rest = span_after(rest, CHOICES);
    const struct span header = fuzz_part(&rest, '\0');
    const size_t payload_at = CHOICES + header.len + 1;
    const struct span payload = fuzz_part(&rest, '\0');
    switch (dice_roll(&dice, 8)) {
    case 0:
    case 1:
    case 2:
        data[dice_roll(&dice, CHOICES)] = (uint8_t)dice_roll(&dice, 256);
        return size;
    case 3:
        data[dice_roll(&dice, CHOICES)] ^= (uint8_t)(1U << dice_roll(&dice, 8));
        return size;
    case 4:
        return mutate_part(data, size, max_size, CHOICES, header.len, mutate_json, &dice);
    case 5:
        return LLVMFuzzerMutate(data, size, max_size);
    default:
        if (payload_at > size)
            return LLVMFuzzerMutate(data, size, max_size);
        return mutate_part(data, size, max_size, payload_at, payload.len, mutate_json, &dice);
    }
}
