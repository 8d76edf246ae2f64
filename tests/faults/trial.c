/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "../pam/capture.h"
#include "base/status.h"
#include "calls.h"
#include "fault.h"
#include "surroundings.h"

enum { CALLS_LIMIT = 5000, WAYS_LIMIT = 16, TELLING = 12 };

/* In the first stack an answer of PAM_IGNORE would let everybody in, in the second it shows. */
static const char *const stacks[] = {"scenario", "strict"};

struct outcome {
    int authenticated, account;
    bool accepted;   /* says the log */
    char reason[64]; /* of the refusal, says the log; empty: it says none */
    bool left_out;   /* one of several pools, says the log, and with it its keys */
    bool asked;      /* the person, so that configuration and keys were read */
    bool explained;  /* the log says why the account phase refused */
    bool silence;    /* the log says that libpam does not say something */
    size_t exported; /* settings in the PAM environment */
    size_t delays;   /* that libpam was asked for */
    size_t verdicts; /* lines that say either */
    size_t count;    /* of faults */
};

/* ---- conversation ---- */

struct person {
    const struct text *token;
    size_t part;
    bool asked;
};

/* What to answer to this prompt: the whole token, or the next part of it. */
static char *answer_to(const struct person *person, const char *prompt)
{
    static const char after[] = "continue after character ";
    const char *found = strstr(prompt, after);
    size_t from = found == NULL ? 0 : strtoul(found + sizeof after - 1, NULL, 10);
    if (from > person->token->len)
        from = person->token->len;
    return strndup(person->token->data + from,
                   person->part == 0 ? person->token->len : person->part);
}

static bool tells(const struct person *person, const char *said)
{
    const size_t len = strlen(said);
    for (size_t i = 0; len >= TELLING && i + TELLING <= person->token->len; i++)
        if (memmem(said, len, person->token->data + i, TELLING) != NULL)
            return true;
    return false;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *context)
{
    struct person *person = context;
    bool mute;
    const int result = calls_converse(&mute);
    for (int i = 0; i < count; i++) {
        person->asked = person->asked || messages[i]->msg_style == PAM_PROMPT_ECHO_OFF;
        if (tells(person, messages[i]->msg))
            fault_object("a piece of the token is in a message");
    }
    if (result != PAM_SUCCESS || count < 1)
        return result;
    *responses = calloc((size_t)count, sizeof **responses);
    for (int i = 0; i < count && *responses != NULL && !mute; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            (*responses)[i].resp = answer_to(person, messages[i]->msg);
    return *responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

/* ---- one transaction ---- */

static pam_handle_t *start(struct world *world, const char *service,
                           const struct pam_conv *conversation)
{
    struct text user = world_expand(world, "${user}");
    pam_handle_t *pamh = NULL;
    char folder[sizeof world->folder + 8];
    (void)snprintf(folder, sizeof folder, "%s/pam.d", world->folder);
    if (pam_start_confdir(service, user.data[0] == '\0' ? NULL : user.data, conversation, folder,
                          &pamh) != PAM_SUCCESS)
        give_up("pam_start_confdir failed");
    void (*delay)(int, unsigned int, void *) = capture_delay;
    const void *item;
    memcpy(&item, &delay, sizeof item);
    if (pam_set_item(pamh, PAM_FAIL_DELAY, item) != PAM_SUCCESS)
        give_up("PAM_FAIL_DELAY is not known");
    text_free(&user);
    return pamh;
}

/* What the log says of the authentication, and that it says nothing of the token. */
static void read_log(struct outcome *outcome, const struct person *person)
{
    for (size_t i = 0; i < captured()->count; i++) {
        const char *line = captured()->lines[i].text;
        const char *refused = strstr(line, "authentication failure; ");
        if (refused == NULL)
            refused = strstr(line, ": handed on to the next module; ");
        const char *reason = refused == NULL ? NULL : strstr(refused, " reason=");
        if (strstr(line, ": accepted; ") != NULL) {
            outcome->accepted = true;
            outcome->verdicts++;
        } else if (reason != NULL) {
            (void)snprintf(outcome->reason, sizeof outcome->reason, "%.*s",
                           (int)strcspn(reason + 8, " "), reason + 8);
            outcome->verdicts++;
        }
        outcome->silence = outcome->silence || strstr(line, "libpam does not say") != NULL;
        outcome->left_out = outcome->left_out || strstr(line, "a pool is left out: ") != NULL;
        if (tells(person, line))
            fault_object("a piece of the token is in the log");
    }
}

static void read_account_log(struct outcome *outcome, const struct person *person)
{
    for (size_t i = 0; i < captured()->count; i++) {
        const char *line = captured()->lines[i].text;
        outcome->explained = outcome->explained || strstr(line, ": account refused") != NULL;
        if (tells(person, line))
            fault_object("a piece of the token is in the log of the account phase");
    }
}

static size_t exported(pam_handle_t *pamh)
{
    char **environment = pam_getenvlist(pamh);
    size_t count = 0;
    for (; environment != NULL && environment[count] != NULL; count++)
        free(environment[count]);
    free(environment);
    return count;
}

/* The faults that are armed meet both phases, or only the second if time passes between them. */
static struct outcome play(struct world *world, const struct trial *trial, const char *service,
                           void (*arm)(const void *how), const void *how)
{
    struct person person = {world_token(world, trial->token), trial->part, .asked = false};
    const struct pam_conv conversation = {converse, &person};
    struct outcome outcome = {0};
    if (person.token == NULL)
        give_up("there is no token %s", trial->token);
    pam_handle_t *pamh = start(world, service, &conversation);
    capture_reset();
    if (trial->later == 0)
        arm(how);
    outcome.authenticated = pam_authenticate(pamh, 0);
    read_log(&outcome, &person);
    outcome.asked = person.asked;
    outcome.exported = exported(pamh);
    outcome.delays = captured()->delays_asked;
    capture_move_clock(trial->later);
    if (trial->later != 0)
        arm(how);
    outcome.account = pam_acct_mgmt(pamh, 0);
    fault_disarm();
    outcome.count = fault_count();
    capture_move_clock(-trial->later);
    read_account_log(&outcome, &person);
    (void)pam_end(pamh, outcome.account);
    capture_reset();
    return outcome;
}

/* ---- what must hold ---- */

/* The code that the reason in the log stands for. */
static int code_of(const char *reason, enum cognito_kind *kind)
{
    static const int codes[] = {[KIND_ACCEPTED] = PAM_SUCCESS,
                                [KIND_REFUSED] = PAM_AUTH_ERR,
                                [KIND_OUTAGE] = PAM_AUTHINFO_UNAVAIL,
                                [KIND_MISCONFIGURED] = PAM_SERVICE_ERR,
                                [KIND_NO_MEMORY] = PAM_BUF_ERR};
    for (int status = 0; status <= COGNITO_ACCEPTED; status++) {
        const struct status_row *row = cognito_status_row((enum cognito_status)status);
        if (strcmp(row->code, reason) != 0)
            continue;
        *kind = row->kind;
        return codes[row->kind];
    }
    return -1;
}

/* Whether the one call that failed is of libpam's, or of libc's and only about memory. */
static bool lacked_memory(void)
{
    static const char *const names[] = {"asprintf", "calloc", "malloc", "realloc", "strdup"};
    const struct fault_record *record = fault_record();
    bool found = strncmp(record->name, "pam_", 4) == 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        found = found || strstr(record->name, names[i]) != NULL;
    return found && record->seed == 0;
}

/* Whoever is woken by it should not look for a fault in the configuration, nor for memory where it
 * was libpam. */
static bool misleads(const struct outcome *outcome)
{
    if (outcome->count == 1 && strcmp(fault_record()->name, "pam_get_item") == 0 &&
        strcmp(outcome->reason, "system.memory") == 0 && !outcome->silence)
        return true;
    const bool settled = outcome->asked || strncmp(fault_record()->name, "pam_", 4) == 0;
    return outcome->count == 1 && settled && lacked_memory() &&
           strcmp(outcome->reason, "system.memory") != 0 && !fault_may_blame(outcome->reason);
}

static const char *judge_refusal(const struct trial *trial, const struct outcome *outcome)
{
    enum cognito_kind kind = KIND_ACCEPTED;
    const int code = code_of(outcome->reason, &kind);
    if (code == -1)
        return "a refusal without a reason";
    /* libpam's own modules after us may fail as well, but with the code of the first failure. */
    if (outcome->authenticated != code)
        return "the code is not that of the reason";
    const bool missing = outcome->left_out && strcmp(outcome->reason, "key.unknown") == 0;
    if (trial->acceptable && kind == KIND_REFUSED && outcome->count > 0 && !missing &&
        !fault_may_blame(outcome->reason))
        return "the person is blamed for what failed here";
    if (trial->acceptable && !missing && misleads(outcome))
        return "the reason is not what failed";
    if (trial->acceptable && outcome->count == 0)
        return "a good token was refused though nothing failed";
    return NULL;
}

static const char *judge(const struct trial *trial, const struct outcome *outcome)
{
    const bool through = outcome->authenticated == PAM_SUCCESS;
    if (fault_objection()[0] != '\0')
        return fault_objection();
    if (outcome->authenticated == PAM_IGNORE || outcome->account == PAM_IGNORE)
        return "PAM_IGNORE";
    if (outcome->verdicts != 1)
        return "not one line in the log";
    if (through != outcome->accepted)
        return "the result is not what the log says";
    if (through && !trial->acceptable)
        return "the token was accepted";
    if (outcome->account == PAM_SUCCESS && (!through || trial->later != 0))
        return "the account phase passed";
    if (through && trial->later == 0 && outcome->count == 0 && outcome->account != PAM_SUCCESS)
        return "the account phase failed though nothing else did";
    if (through && outcome->delays == 0)
        return "nothing would hold up the next attempt";
    if (through && outcome->exported != trial->exports)
        return "what the session may know is not all there";
    if (through && outcome->account == PAM_AUTH_ERR)
        return "PAM_IGNORE from the account phase, or a code that it does not have";
    if (through && outcome->account != PAM_SUCCESS && !outcome->explained)
        return "the account phase refused without a word";
    return through ? NULL : judge_refusal(trial, outcome);
}

/* ---- again and again ---- */

static void complain(struct world *world, const char *service, const struct outcome *outcome,
                     const char *what)
{
    const struct fault_record *record = fault_record();
    if (record->seed != 0)
        world_fail(world, "%s: %s, with %zu faults by the seed %llu; codes %d, %d, reason %s",
                   service, what, outcome->count, (unsigned long long)record->seed,
                   outcome->authenticated, outcome->account, outcome->reason);
    else
        world_fail(world, "%s: %s, after call %zu, %s, failed in way %zu; codes %d, %d, reason %s",
                   service, what, record->number, record->name, record->way, outcome->authenticated,
                   outcome->account, outcome->reason);
}

static struct outcome try_once(struct world *world, const struct trial *trial, const char *service,
                               void (*arm)(const void *how), const void *how)
{
    struct surroundings before;
    char change[256] = "";
    if (trial->fresh)
        surroundings_prepare_ledger(world->folder);
    surroundings_look(&before, world->folder);
    const struct outcome outcome = play(world, trial, service, arm, how);
    const char *what = judge(trial, &outcome);
    if (what == NULL && !surroundings_are(&before, world->folder, trial->fresh, outcome.accepted,
                                          change, sizeof change))
        what = change;
    if (what != NULL)
        complain(world, service, &outcome, what);
    return outcome;
}

struct in_turn {
    size_t number, way;
};

static void arm_in_turn(const void *how)
{
    const struct in_turn *turn = how;
    fault_arm(turn->number, turn->way);
}

struct at_random {
    uint64_t seed;
    unsigned int per_mille;
};

static void arm_at_random(const void *how)
{
    const struct at_random *random = how;
    fault_arm_at_random(random->seed, random->per_mille);
}

static size_t run_in_turn(struct world *world, const struct trial *trial, const char *service)
{
    size_t runs = 0;
    for (size_t number = 1; number < CALLS_LIMIT; number++) {
        for (size_t way = 0; way < WAYS_LIMIT && world->failure[0] == '\0'; way++) {
            const struct in_turn turn = {number, way};
            const struct outcome outcome = try_once(world, trial, service, arm_in_turn, &turn);
            if (outcome.count == 0 && way == 0)
                return runs;
            if (outcome.count == 0)
                break;
            runs++;
        }
    }
    world_fail(world, "%s: there are always more calls", service);
    return runs;
}

static size_t run_at_random(struct world *world, const struct trial *trial, const char *service)
{
    for (size_t i = 0; i < trial->random_rounds && world->failure[0] == '\0'; i++) {
        const struct at_random random = {trial->seed + i,
                                         (unsigned int)(2 + (trial->seed + i) % 60)};
        (void)try_once(world, trial, service, arm_at_random, &random);
    }
    return trial->random_rounds;
}

void trial_spend(struct world *world, const struct trial *trial)
{
    static const struct in_turn none = {0, 0};
    for (int warm = 0; warm < (trial->fresh ? 3 : 1); warm++) {
        if (trial->fresh)
            surroundings_prepare_ledger(world->folder);
        const struct outcome outcome = play(world, trial, stacks[0], arm_in_turn, &none);
        if (trial->acceptable != outcome.accepted ||
            (!trial->acceptable && strcmp(outcome.reason, trial->reason) != 0))
            world_fail(world, "without a fault: codes %d, %d, reason %s", outcome.authenticated,
                       outcome.account, outcome.reason);
    }
}

size_t trial_run(struct world *world, const struct trial *trial)
{
    size_t runs = 0;
    /* What libraries keep for ever they allocate now. */
    trial_spend(world, trial);
    for (size_t i = 0; i < sizeof stacks / sizeof stacks[0]; i++) {
        runs += run_in_turn(world, trial, stacks[i]);
        runs += run_at_random(world, trial, stacks[i]);
    }
    return runs;
}
