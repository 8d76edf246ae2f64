/* SPDX-License-Identifier: MIT */
/*
 * The PAM module: a Cognito ID token is the password. The entry points gather, decide, log one line
 * and return; everything else is in src/. The only file that knows PAM.
 *
 * It runs inside other people's processes, often as root, sometimes setuid with an attacker's
 * environment: nothing here opens a network connection, forks, waits, reads the environment or
 * changes what the process shares. Below us, libcrypto loads its configuration at its first use,
 * from OPENSSL_CONF unless the program is setuid (a library context of our own would not keep it
 * from that, and would ignore a FIPS host's configuration); NSS may open Unix sockets (nscd, sssd)
 * to look accounts up; and the nudge is a datagram to a Unix socket.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_modules.h>
#include <security/pam_ext.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/secret.h"
#include "base/status.h"
#include "host/config.h"
#include "host/decide.h"
#include "host/dialogue.h"
#include "host/ledger.h"
#include "host/lists.h"
#include "host/nudge.h"
#include "host/pools.h"

/* What authenticate leaves for the account phase of the same handle. */
#define ACCEPTANCES "pam_cognito_acceptance"

struct acceptance {
    struct acceptance *next;
    struct list line; /* the arguments of the PAM line that accepted; no two acceptances share it */
    struct configs configs;
    const struct config *config; /* of the pool that judged, one of these */
    struct identity who;
};

/* A stack may have several lines of ours, and an application may try again on one handle. Each line
 * has its last attempt's acceptance here, or none. */
struct acceptances {
    struct acceptance *first;
    const struct acceptance *exporter; /* whom the PAM environment is about; NULL: nobody */
};

/* One call of pam_sm_authenticate. */
struct attempt {
    pam_handle_t *pamh;
    int argc;
    const char **argv;
    struct acceptances *kept; /* of this handle; libpam frees them */
    bool silent;
    bool debug;
    bool delayed;     /* a delay has been asked for */
    char *name;       /* a copy: libpam's may be freed while the application answers */
    const char *user; /* NAME, or cognito_user_from_token; NULL before it is known */
    struct configs configs;
    struct pools pools;
    const struct pool *pool; /* that accepted */
    struct identity who;
    struct complaint why;
    bool forwarded;     /* the answer went on to the modules after us, who have the last word */
    uint32_t reference; /* in the log line and in what the person sees */
};

/* ---- codes ---- */

static int pam_code(enum cognito_status status)
{
    switch (cognito_status_row(status)->kind) {
    case KIND_ACCEPTED:
        return PAM_SUCCESS;
    case KIND_OUTAGE:
        return PAM_AUTHINFO_UNAVAIL;
    case KIND_MISCONFIGURED:
        return PAM_SERVICE_ERR;
    case KIND_NO_MEMORY:
        return PAM_BUF_ERR;
    case KIND_REFUSED:
        break;
    }
    return PAM_AUTH_ERR;
}

static int syslog_level(enum cognito_status status)
{
    switch (cognito_status_row(status)->level) {
    case LEVEL_INFO:
        return LOG_INFO;
    case LEVEL_NOTICE:
        return LOG_NOTICE;
    case LEVEL_WARNING:
        return LOG_WARNING;
    case LEVEL_ERROR:
        break;
    }
    return LOG_ERR;
}

static int64_t now(void)
{
    struct timespec time;
    /* A clock that cannot be read is one before the build. */
    /* equivalent: a second later is before the build as well */
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? (int64_t)time.tv_sec : 0;
}

static uint32_t random_number(void)
{
    uint32_t number;
    /* equivalent: any other number does as well */
    return getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number ? number : 0;
}

/* ---- log ---- */

static struct escaped item(pam_handle_t *pamh, int type)
{
    const void *value = NULL;
    if (pam_get_item(pamh, type, &value) != PAM_SUCCESS || value == NULL)
        return (struct escaped){{0}};
    return cognito_escape(span_of_string(value));
}

static struct escaped name_of(const struct attempt *attempt)
{
    return cognito_escape(span_of_string(attempt->name == NULL ? "" : attempt->name));
}

static void log_accepted(const struct attempt *attempt)
{
    const struct identity *who = &attempt->who;
    const struct escaped user = cognito_escape(span_of_string(who->account));
    const struct escaped subject = cognito_escape(who->subject);
    const struct escaped key_id = cognito_escape(span_of_string(who->key_id));
    const struct escaped token_id = cognito_escape(who->token_id);
    const struct escaped rhost = item(attempt->pamh, PAM_RHOST);
    pam_syslog(attempt->pamh, syslog_level(COGNITO_ACCEPTED),
               "accepted; user=%s sub=%s kid=%s jti=%s exp=%lld rhost=%s ref=%08x", user.text,
               subject.text, key_id.text, token_id.text, (long long)who->expires_at, rhost.text,
               (unsigned int)attempt->reference);
}

/* Nobody has been refused yet: the modules after us have the last word, and log it. */
static void log_handed_on(const struct attempt *attempt, enum cognito_status status)
{
    const struct escaped user = name_of(attempt);
    const struct escaped rhost = item(attempt->pamh, PAM_RHOST);
    pam_syslog(attempt->pamh, LOG_INFO,
               "handed on to the next module; user=%s rhost=%s reason=%s ref=%08x", user.text,
               rhost.text, cognito_status_row(status)->code, (unsigned int)attempt->reference);
}

/* The words of a refusal: what is wrong, what was seen, what to do. */
static void log_refused(const struct attempt *attempt, enum cognito_status status)
{
    const struct status_row *row = cognito_status_row(status);
    const struct escaped user = name_of(attempt);
    const struct escaped tty = item(attempt->pamh, PAM_TTY);
    const struct escaped ruser = item(attempt->pamh, PAM_RUSER);
    const struct escaped rhost = item(attempt->pamh, PAM_RHOST);
    const char *seen = attempt->why.text;
    pam_syslog(attempt->pamh, syslog_level(status),
               "authentication failure; logname= uid=%u euid=%u tty=%s ruser=%s rhost=%s user=%s "
               "reason=%s ref=%08x: %s%s%s%s; %s",
               (unsigned int)getuid(), (unsigned int)geteuid(), tty.text, ruser.text, rhost.text,
               user.text, row->code, (unsigned int)attempt->reference, row->text,
               seen[0] == '\0' ? "" : " (", seen, seen[0] == '\0' ? "" : ")", row->remedy);
}

/* ---- conversation ---- */

static void discard(char *reply)
{
    if (reply != NULL)
        cognito_wipe(reply, strlen(reply));
    free(reply);
}

/* One message to the application. What it replies, NULL if nothing, is the caller's to discard. */
static char *converse(pam_handle_t *pamh, int style, const char *text)
{
    const void *item = NULL;
    if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
        return NULL;
    const struct pam_conv *conversation = item;
    if (conversation->conv == NULL)
        return NULL;
    const struct pam_message message = {style, text};
    const struct pam_message *messages = &message;
    struct pam_response *responses = NULL;
    const int result = conversation->conv(1, &messages, &responses, conversation->appdata_ptr);
    char *reply = responses == NULL ? NULL : responses->resp;
    free(responses);
    if (result == PAM_SUCCESS)
        return reply;
    discard(reply);
    return NULL;
}

static enum answered ask(void *context, const char *prompt, struct secret *answer)
{
    const struct attempt *attempt = context;
    char *reply = converse(attempt->pamh, PAM_PROMPT_ECHO_OFF, prompt);
    enum answered answered = ANSWER_MISSING;
    if (reply != NULL)
        answered =
            cognito_secret_append(answer, span_of_string(reply)) ? ANSWER_GIVEN : ANSWER_NO_MEMORY;
    discard(reply);
    if (attempt->debug)
        pam_syslog(attempt->pamh, LOG_DEBUG, "%zu bytes answered", answer->len);
    return answered;
}

static void tell(const struct attempt *attempt)
{
    char text[sizeof "Token refused (ref 00000000)"];
    if (attempt->silent)
        return;
    (void)snprintf(text, sizeof text, "Token refused (ref %08x)", (unsigned int)attempt->reference);
    discard(converse(attempt->pamh, PAM_ERROR_MSG, text));
}

/* ---- authentication ---- */

static void free_attempt(struct attempt *attempt)
{
    free(attempt->name);
    cognito_identity_free(&attempt->who);
    cognito_pools_free(&attempt->pools);
    cognito_configs_free(&attempt->configs);
}

/* Against guessing: 2 to 3 seconds after a failure. libpam's own jitter follows the clock. Before
 * anything is judged, and not where nothing was answered. */
static bool ask_for_delay(struct attempt *attempt)
{
    if (!attempt->delayed)
        attempt->delayed =
            /* equivalent: a microsecond more or less */
            pam_fail_delay(attempt->pamh, 2000000U + random_number() % 1000000U) == PAM_SUCCESS;
    return attempt->delayed;
}

static enum cognito_status judge(void *context, struct span held, struct complaint *why)
{
    struct attempt *attempt = context;
    struct explanation explanation = {.passed = NULL};
    if (!ask_for_delay(attempt))
        return COGNITO_SYSTEM_MEMORY;
    const struct login login = {&attempt->pools, attempt->user, now(), LEDGER_FOLDER,
                                .rehearsal = false};
    const enum cognito_status status =
        cognito_decide(&login, held, &attempt->who, &attempt->pool, &explanation);
    *why = explanation.why;
    return status;
}

/* Whose account it is for: a copy, as the application can set PAM_USER while it answers. */
static enum cognito_status know_user(struct attempt *attempt, const char *user)
{
    attempt->name = strdup(user);
    attempt->user = attempt->name;
    return attempt->name != NULL ? COGNITO_ACCEPTED : COGNITO_SYSTEM_MEMORY;
}

/* As far as nobody has to be asked. Only where the administrator wants it so, and nobody has said,
 * does the token decide. */
static enum cognito_status look_for_user(struct attempt *attempt)
{
    const void *given = NULL;
    /* Not to be known is no reason to take the name from the token. */
    if (pam_get_item(attempt->pamh, PAM_USER, &given) != PAM_SUCCESS) {
        (void)cognito_complain(&attempt->why, "libpam does not say whether a user is known");
        return COGNITO_SYSTEM_MEMORY;
    }
    if (given != NULL && *(const char *)given != '\0')
        return know_user(attempt, given);
    if (attempt->configs.items[0].user_from_token)
        attempt->user = cognito_user_from_token;
    return COGNITO_ACCEPTED;
}

/* The lists, of which only what is about the user is kept; nothing while no user is known. */
static enum cognito_status read_lists(struct attempt *attempt)
{
    return cognito_lists_read(&attempt->configs, attempt->user, &attempt->why)
               ? COGNITO_ACCEPTED
               : COGNITO_SYSTEM_CONFIG;
}

/* Configuration, lists, clock and keys: before anything is asked, and whoever it is for. */
static enum cognito_status prepare(struct attempt *attempt)
{
    const void *service = NULL;
    /* A service whose name is not known would be judged without what its section asks for. */
    if (pam_get_item(attempt->pamh, PAM_SERVICE, &service) != PAM_SUCCESS || service == NULL) {
        (void)cognito_complain(&attempt->why, "libpam does not say which service it is");
        return COGNITO_SYSTEM_MEMORY;
    }
    /* equivalent: libpam counts arguments from 0 up */
    if (attempt->argc < 0 || !cognito_configs_read(service, (size_t)attempt->argc, attempt->argv,
                                                   &attempt->configs, &attempt->why))
        return COGNITO_SYSTEM_CONFIG;
    attempt->debug = attempt->configs.items[0].debug;
    enum cognito_status status = look_for_user(attempt);
    if (status == COGNITO_ACCEPTED)
        status = read_lists(attempt);
    if (status != COGNITO_ACCEPTED)
        return status;
    status = cognito_pools_open(&attempt->configs, now(), &attempt->pools, &attempt->why);
    /* equivalent: these words are never one byte long */
    if (attempt->pools.left_out.text[0] != '\0')
        pam_syslog(attempt->pamh, LOG_ERR, "a pool is left out: %s", attempt->pools.left_out.text);
    return status;
}

/* Whether newer keys might change the outcome of the next attempt. */
static bool wants_newer_keys(const struct attempt *attempt, enum cognito_status status)
{
    switch (status) {
    case COGNITO_KEY_UNKNOWN:
    case COGNITO_KEY_NONE:
    case COGNITO_KEY_STALE:
    case COGNITO_JWKS_JSON:
    case COGNITO_JWKS_INVALID:
        return true;
    default:
        return attempt->pools.count > 0 && !attempt->pools.fresh;
    }
}

static size_t largest_token(const struct configs *configs)
{
    int64_t largest = 0; /* equivalent: no size that can be configured is less than 1 */
    for (size_t i = 0; i < configs->count; i++)
        if (configs->items[i].policy.max_token_size > largest)
            largest = configs->items[i].policy.max_token_size;
    return (size_t)largest;
}

/* Asks for a user where none is known, and keeps what the map says of the one who answered. */
static enum cognito_status find_user(struct attempt *attempt)
{
    if (attempt->user == cognito_user_from_token)
        return COGNITO_ACCEPTED;
    const char *user = NULL;
    if (pam_get_user(attempt->pamh, &user, NULL) != PAM_SUCCESS || user == NULL) {
        (void)cognito_complain(&attempt->why, "no user name was given");
        return COGNITO_HOST_CONVERSATION;
    }
    if (attempt->user != NULL)
        return COGNITO_ACCEPTED; /* it was known before */
    const enum cognito_status status = know_user(attempt, user);
    return status == COGNITO_ACCEPTED ? read_lists(attempt) : status;
}

/* The application can set PAM_USER while it answers. That name is not the one that was judged. */
static enum cognito_status confirm_user(struct attempt *attempt)
{
    const void *user = NULL;
    if (pam_get_item(attempt->pamh, PAM_USER, &user) != PAM_SUCCESS) {
        (void)cognito_complain(&attempt->why, "libpam does not say whether the user is the same");
        return COGNITO_SYSTEM_MEMORY;
    }
    const char *before = attempt->name == NULL ? "" : attempt->name;
    if (strcmp(user == NULL ? "" : user, before) == 0)
        return COGNITO_ACCEPTED;
    (void)cognito_complain(&attempt->why, "the user name changed during the conversation");
    return COGNITO_HOST_CONVERSATION;
}

static void forward(void *context, struct span answer)
{
    struct attempt *attempt = context;
    char password[FORWARD_MAX] = "";
    /* equivalent: the dialogue hands on nothing as long; this stands where the copy is made */
    if (answer.len >= sizeof password)
        return;
    if (answer.len > 0) /* equivalent: that memcpy may not be given NULL is for the sanitizers */
        memcpy(password, answer.data, answer.len);
    /* If it fails, the modules after us have no password: they ask or refuse. */
    attempt->forwarded = pam_set_item(attempt->pamh, PAM_AUTHTOK, password) == PAM_SUCCESS;
    cognito_wipe(password, sizeof password);
}

static enum first_pass first_pass_of(const struct config *config)
{
    if (config->use_first_pass)
        return FIRST_PASS_ONLY;
    return config->try_first_pass ? FIRST_PASS_TRIED : FIRST_PASS_IGNORED;
}

static enum cognito_status talk(struct attempt *attempt)
{
    const struct config *config = &attempt->configs.items[0];
    const void *earlier = NULL;
    if (pam_get_item(attempt->pamh, PAM_AUTHTOK, &earlier) != PAM_SUCCESS || earlier == NULL)
        earlier = "";
    const struct dialogue dialogue = {
        .ask = ask,
        .judge = judge,
        .forward = config->forward_pass ? forward : NULL,
        .context = attempt,
        .first_pass = first_pass_of(config),
        .earlier = span_of_string(earlier),
        .max_size = largest_token(&attempt->configs),
    };
    return cognito_dialogue_hold(&dialogue, &attempt->why);
}

static enum cognito_status authenticate(struct attempt *attempt)
{
    enum cognito_status status = prepare(attempt);
    if (status == COGNITO_ACCEPTED)
        status = find_user(attempt);
    if (status == COGNITO_ACCEPTED)
        status = talk(attempt);
    return status == COGNITO_ACCEPTED ? confirm_user(attempt) : status;
}

/* ---- what an accepted token leaves ---- */

static void free_acceptance(struct acceptance *acceptance)
{
    cognito_list_free(&acceptance->line);
    cognito_identity_free(&acceptance->who);
    cognito_configs_free(&acceptance->configs);
    free(acceptance);
}

static void free_acceptances(pam_handle_t *pamh, void *data, int error_status)
{
    struct acceptances *kept = data;
    (void)pamh;
    (void)error_status;
    while (kept->first != NULL) {
        struct acceptance *first = kept->first;
        kept->first = first->next;
        free_acceptance(first);
    }
    free(kept);
}

/* What was left on this handle; NULL if we were not here yet. */
static bool find_acceptances(pam_handle_t *pamh, struct acceptances **kept)
{
    const void *data = NULL;
    const int found = pam_get_data(pamh, ACCEPTANCES, &data);
    /* It is ours, and changed in place: pam_set_data would free the whole of it first. */
    *kept = found == PAM_SUCCESS ? (struct acceptances *)(uintptr_t)data : NULL;
    return found == PAM_SUCCESS || found == PAM_NO_MODULE_DATA;
}

static bool open_acceptances(struct attempt *attempt)
{
    if (!find_acceptances(attempt->pamh, &attempt->kept))
        return cognito_complain(&attempt->why, "libpam does not say what earlier attempts left");
    if (attempt->kept != NULL)
        return true;
    attempt->kept = calloc(1, sizeof *attempt->kept);
    if (attempt->kept != NULL &&
        pam_set_data(attempt->pamh, ACCEPTANCES, attempt->kept, free_acceptances) == PAM_SUCCESS)
        return true;
    free(attempt->kept);
    attempt->kept = NULL;
    return false;
}

static bool is_of_this_line(const struct acceptance *acceptance, const struct attempt *attempt)
{
    bool same = acceptance->line.count == (size_t)attempt->argc;
    for (size_t i = 0; same && i < acceptance->line.count; i++)
        same = strcmp(acceptance->line.items[i], attempt->argv[i]) == 0;
    return same;
}

static const char *const exported[] = {"COGNITO_SUB", "COGNITO_USERNAME", "COGNITO_GROUPS"};

static bool clear_environment(pam_handle_t *pamh)
{
    bool good = true;
    for (size_t i = 0; i < sizeof exported / sizeof exported[0]; i++)
        if (pam_getenv(pamh, exported[i]) != NULL)
            good = pam_putenv(pamh, exported[i]) == PAM_SUCCESS && good;
    return good;
}

/* Nothing of an earlier attempt of this line may outlive a refusal: neither its acceptance nor, in
 * the PAM environment, whom it accepted. What other lines of ours accepted stays, and is judged. */
static bool forget(struct attempt *attempt)
{
    struct acceptances *kept = attempt->kept;
    struct acceptance **place = &kept->first;
    while (*place != NULL && !is_of_this_line(*place, attempt))
        place = &(*place)->next;
    struct acceptance *own = *place;
    if (own != NULL) {
        *place = own->next;
        if (kept->exporter == own)
            kept->exporter = NULL;
        free_acceptance(own);
    }
    return kept->exporter != NULL || clear_environment(attempt->pamh);
}

/* For the account phase. The configuration and the identity move there; the log line still needs
 * the identity, which therefore stays readable in ATTEMPT. */
static struct acceptance *keep(struct attempt *attempt)
{
    struct acceptance *acceptance = calloc(1, sizeof *acceptance);
    bool good = acceptance != NULL;
    for (int i = 0; good && i < attempt->argc; i++)
        good = cognito_list_append(&acceptance->line, span_of_string(attempt->argv[i]));
    if (!good) {
        if (acceptance != NULL)
            free_acceptance(acceptance);
        return NULL;
    }
    acceptance->configs = attempt->configs;
    acceptance->config = attempt->pool->config;
    acceptance->who = attempt->who;
    acceptance->next = attempt->kept->first;
    attempt->kept->first = acceptance;
    attempt->configs = (struct configs){0};
    attempt->who.claims = NULL; /* no longer ours to free */
    return acceptance;
}

static bool export(pam_handle_t *pamh, const char *name, struct span value)
{
    char *setting = NULL;
    /* equivalent: a setting is never empty */
    if (asprintf(&setting, "%s=%.*s", name, (int)value.len, (const char *)value.data) < 0)
        return false;
    const bool good = pam_putenv(pamh, setting) == PAM_SUCCESS;
    free(setting);
    return good;
}

/* What the session may know of the person; never the token. */
static bool export_identity(const struct attempt *attempt, const struct acceptance *acceptance)
{
    struct secret groups OWNED(cognito_secret_free) = {0};
    if (!acceptance->config->export_env)
        return true;
    attempt->kept->exporter = acceptance;
    return cognito_identity_group_names(&acceptance->who, &groups) &&
           export(attempt->pamh, exported[0], acceptance->who.subject) &&
           export(attempt->pamh, exported[1], acceptance->who.username) &&
           export(attempt->pamh, exported[2], secret_span(&groups));
}

/* A name that somebody else has set is never changed. */
static bool name_user(const struct attempt *attempt)
{
    return attempt->user != cognito_user_from_token ||
           pam_set_item(attempt->pamh, PAM_USER, attempt->who.account) == PAM_SUCCESS;
}

/* All of it or nothing. */
static enum cognito_status establish(struct attempt *attempt)
{
    const struct acceptance *acceptance = keep(attempt);
    if (acceptance != NULL && export_identity(attempt, acceptance) && name_user(attempt))
        return COGNITO_ACCEPTED;
    (void)forget(attempt);
    return COGNITO_SYSTEM_MEMORY;
}

/* ---- entry points ---- */

PAM_EXTERN __attribute__((visibility("default"))) int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct attempt attempt OWNED(free_attempt) = {.pamh = pamh,
                                                  .argc = argc,
                                                  .argv = argv,
                                                  .silent = ((unsigned int)flags & PAM_SILENT) != 0,
                                                  .reference = random_number()};
    enum cognito_status status = COGNITO_SYSTEM_MEMORY;
    if (open_acceptances(&attempt) && forget(&attempt))
        status = authenticate(&attempt);
    if (wants_newer_keys(&attempt, status))
        cognito_nudge(NUDGE_SOCKET);
    if (status == COGNITO_ACCEPTED)
        status = establish(&attempt);
    if (status == COGNITO_ACCEPTED) {
        log_accepted(&attempt);
    } else if (attempt.forwarded) {
        log_handed_on(&attempt, status);
    } else {
        log_refused(&attempt, status);
        tell(&attempt);
    }
    return pam_code(status);
}

/* A token gives no credentials beyond the login itself. */
PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_setcred(pam_handle_t *pamh, int flags,
                                                                     int argc, const char **argv)
{
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_SUCCESS;
}

static int account_code(enum cognito_status status)
{
    if (status == COGNITO_CLAIM_EXPIRED)
        return PAM_ACCT_EXPIRED;
    return cognito_status_row(status)->kind == KIND_REFUSED ? PAM_PERM_DENIED : pam_code(status);
}

/* Expiry, deny list and policy once more: what was right when the token came may not be now. */
static int judge_acceptance(pam_handle_t *pamh, const struct acceptance *acceptance)
{
    const void *user = NULL;
    struct explanation explanation = {.passed = NULL};
    if (pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || user == NULL ||
        strcmp(user, acceptance->who.account) != 0) {
        pam_syslog(pamh, LOG_WARNING, "account refused: the user name changed since the token");
        return PAM_PERM_DENIED;
    }
    const enum cognito_status status =
        cognito_decide_again(acceptance->config, &acceptance->who, acceptance->who.account, now(),
                             &explanation);
    if (status != COGNITO_ACCEPTED) {
        const struct status_row *row = cognito_status_row(status);
        const struct escaped name = cognito_escape(span_of_string(user));
        pam_syslog(pamh, syslog_level(status), "account refused; user=%s reason=%s: %s (%s); %s",
                   name.text, row->code, row->text, explanation.why.text, row->remedy);
    }
    return account_code(status);
}

PAM_EXTERN __attribute__((visibility("default"))) int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct complaint why = {""};
    struct acceptances *kept = NULL;
    (void)flags;
    /* equivalent: libpam counts arguments from 0 up */
    if (argc < 0 || !cognito_config_account_arguments((size_t)argc, argv, &why)) {
        pam_syslog(pamh, LOG_ERR, "account refused; reason=system.config: %s", why.text);
        return PAM_SERVICE_ERR;
    }
    if (!find_acceptances(pamh, &kept)) {
        pam_syslog(pamh, LOG_ERR, "account refused: libpam does not say what authentication left");
        return PAM_PERM_DENIED;
    }
    /* Somebody else let this person in, with a key for instance: that is not ours to judge. The
     * only PAM_IGNORE there is. */
    if (kept == NULL || kept->first == NULL)
        return PAM_IGNORE;
    int result = PAM_SUCCESS;
    for (const struct acceptance *one = kept->first; one != NULL && result == PAM_SUCCESS;
         one = one->next)
        result = judge_acceptance(pamh, one);
    return result;
}
