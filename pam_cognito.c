/* SPDX-License-Identifier: MIT */
/*
 * The PAM module: a Cognito ID token is the password. The entry points gather, decide, log one line
 * and return; everything else is in src/. The only file that knows PAM.
 *
 * It runs inside other people's processes, often as root, sometimes setuid with an attacker's
 * environment: nothing here opens a connection, forks, waits, reads the environment or changes what
 * the process shares.
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
#include "host/pools.h"

/* What authenticate leaves for the account phase of the same handle. */
#define ACCEPTANCE "pam_cognito_acceptance"

struct acceptance {
    char *user;
    int64_t good_until; /* exp and the skew, seconds since the epoch */
};

/* One call of pam_sm_authenticate. */
struct attempt {
    pam_handle_t *pamh;
    bool silent;
    bool debug;
    const char *user; /* libpam's; NULL before it is known */
    struct configs configs;
    struct pools pools;
    struct identity who;
    struct complaint why;
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
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? (int64_t)time.tv_sec : 0;
}

static uint32_t random_number(void)
{
    uint32_t number = 0;
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

static void log_accepted(const struct attempt *attempt)
{
    const struct identity *who = &attempt->who;
    const struct escaped user = cognito_escape(span_of_string(attempt->user));
    const struct escaped subject = cognito_escape(who->subject);
    const struct escaped key_id = cognito_escape(span_of_string(who->key_id));
    const struct escaped token_id = cognito_escape(who->token_id);
    const struct escaped rhost = item(attempt->pamh, PAM_RHOST);
    pam_syslog(attempt->pamh, LOG_INFO,
               "accepted; user=%s sub=%s kid=%s jti=%s exp=%lld rhost=%s ref=%08x", user.text,
               subject.text, key_id.text, token_id.text, (long long)who->expires_at, rhost.text,
               (unsigned int)attempt->reference);
}

/* The words of a refusal: what is wrong, what was seen, what to do. */
static void log_refused(const struct attempt *attempt, enum cognito_status status)
{
    const struct status_row *row = cognito_status_row(status);
    const struct escaped user =
        cognito_escape(span_of_string(attempt->user == NULL ? "" : attempt->user));
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

/* One message to the application. The reply, if any, is the caller's to wipe and free. */
static bool converse(pam_handle_t *pamh, int style, const char *text, char **reply)
{
    const void *item = NULL;
    if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
        return false;
    const struct pam_conv *conversation = item;
    if (conversation->conv == NULL)
        return false;
    const struct pam_message message = {style, text};
    const struct pam_message *messages = &message;
    struct pam_response *responses = NULL;
    const int result = conversation->conv(1, &messages, &responses, conversation->appdata_ptr);
    if (responses != NULL) {
        *reply = responses->resp;
        free(responses);
    }
    return result == PAM_SUCCESS;
}

static bool ask(void *context, const char *prompt, struct secret *answer)
{
    const struct attempt *attempt = context;
    char *reply = NULL;
    bool good = converse(attempt->pamh, PAM_PROMPT_ECHO_OFF, prompt, &reply) && reply != NULL;
    if (good)
        good = cognito_secret_append(answer, span_of_string(reply));
    if (reply != NULL)
        cognito_wipe(reply, strlen(reply));
    free(reply);
    if (attempt->debug)
        pam_syslog(attempt->pamh, LOG_DEBUG, "%zu bytes answered", answer->len);
    return good;
}

static void tell(const struct attempt *attempt)
{
    char text[sizeof "Token refused (ref 00000000)"];
    char *reply = NULL;
    if (attempt->silent)
        return;
    if (snprintf(text, sizeof text, "Token refused (ref %08x)", (unsigned int)attempt->reference) <
        0)
        return;
    (void)converse(attempt->pamh, PAM_ERROR_MSG, text, &reply);
    free(reply);
}

/* ---- authentication ---- */

static void free_attempt(struct attempt *attempt)
{
    cognito_identity_free(&attempt->who);
    cognito_pools_free(&attempt->pools);
    cognito_configs_free(&attempt->configs);
}

static enum cognito_status judge(void *context, struct span held, struct complaint *why)
{
    struct attempt *attempt = context;
    struct explanation explanation = {0};
    const enum cognito_status status =
        cognito_decide(&attempt->pools, held, attempt->user, now(), &attempt->who, &explanation);
    *why = explanation.why;
    return status;
}

/* Configuration, clock and keys: before anything is asked, and whoever it is for. */
static enum cognito_status prepare(struct attempt *attempt, int argc, const char **argv)
{
    const void *service = NULL;
    if (pam_get_item(attempt->pamh, PAM_SERVICE, &service) != PAM_SUCCESS)
        service = NULL;
    if (argc < 0 ||
        !cognito_configs_read(service, (size_t)argc, argv, &attempt->configs, &attempt->why))
        return COGNITO_SYSTEM_CONFIG;
    attempt->debug = attempt->configs.items[0].debug;
    const enum cognito_status status =
        cognito_pools_open(&attempt->configs, now(), &attempt->pools, &attempt->why);
    if (status == COGNITO_ACCEPTED && attempt->pools.left_out.text[0] != '\0')
        pam_syslog(attempt->pamh, LOG_ERR, "a pool is left out: %s", attempt->pools.left_out.text);
    return status;
}

/* Against guessing: 2 to 3 seconds after a failure. libpam's own jitter follows the clock. */
static bool ask_for_delay(pam_handle_t *pamh)
{
    return pam_fail_delay(pamh, 2000000U + random_number() % 1000000U) == PAM_SUCCESS;
}

static size_t largest_token(const struct configs *configs)
{
    int64_t largest = 0;
    for (size_t i = 0; i < configs->count; i++)
        if (configs->items[i].policy.max_token_size > largest)
            largest = configs->items[i].policy.max_token_size;
    return (size_t)largest;
}

static enum cognito_status authenticate(struct attempt *attempt, int argc, const char **argv)
{
    const enum cognito_status prepared = prepare(attempt, argc, argv);
    if (prepared != COGNITO_ACCEPTED)
        return prepared;
    if (!ask_for_delay(attempt->pamh))
        return COGNITO_SYSTEM_MEMORY;
    if (pam_get_user(attempt->pamh, &attempt->user, NULL) != PAM_SUCCESS || attempt->user == NULL) {
        attempt->user = NULL;
        (void)cognito_complain(&attempt->why, "no user name was given");
        return COGNITO_HOST_CONVERSATION;
    }
    const struct dialogue dialogue = {ask, judge, attempt, largest_token(&attempt->configs)};
    return cognito_dialogue_hold(&dialogue, &attempt->why);
}

/* ---- what is left for the account phase ---- */

static void free_acceptance(pam_handle_t *pamh, void *data, int error_status)
{
    struct acceptance *acceptance = data;
    (void)pamh;
    (void)error_status;
    if (acceptance != NULL)
        free(acceptance->user);
    free(acceptance);
}

/* The skew that was applied is at most the largest one configured. */
static int64_t good_until(const struct attempt *attempt)
{
    int64_t skew = 0;
    for (size_t i = 0; i < attempt->configs.count; i++)
        if (attempt->configs.items[i].policy.clock_skew > skew)
            skew = attempt->configs.items[i].policy.clock_skew;
    return attempt->who.expires_at + skew;
}

static enum cognito_status leave_acceptance(const struct attempt *attempt)
{
    struct acceptance *acceptance = calloc(1, sizeof *acceptance);
    if (acceptance == NULL)
        return COGNITO_SYSTEM_MEMORY;
    acceptance->user = strdup(attempt->user);
    acceptance->good_until = good_until(attempt);
    if (acceptance->user == NULL ||
        pam_set_data(attempt->pamh, ACCEPTANCE, acceptance, free_acceptance) != PAM_SUCCESS) {
        free_acceptance(attempt->pamh, acceptance, 0);
        return COGNITO_SYSTEM_MEMORY;
    }
    return COGNITO_ACCEPTED;
}

/* ---- entry points ---- */

PAM_EXTERN __attribute__((visibility("default"))) int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct attempt attempt OWNED(free_attempt) = {.pamh = pamh,
                                                  .silent = ((unsigned int)flags & PAM_SILENT) != 0,
                                                  .reference = random_number()};
    enum cognito_status status = COGNITO_UNDECIDED;
    /* What an earlier attempt on this handle left must not outlive a refusal. */
    if (pam_set_data(pamh, ACCEPTANCE, NULL, NULL) != PAM_SUCCESS)
        status = COGNITO_SYSTEM_MEMORY;
    else
        status = authenticate(&attempt, argc, argv);
    if (status == COGNITO_ACCEPTED)
        status = leave_acceptance(&attempt);
    if (status == COGNITO_ACCEPTED) {
        log_accepted(&attempt);
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

static int judge_acceptance(pam_handle_t *pamh, const struct acceptance *acceptance)
{
    const void *user = NULL;
    if (pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || user == NULL ||
        strcmp(user, acceptance->user) != 0) {
        pam_syslog(pamh, LOG_WARNING, "account refused: the user name changed since the token");
        return PAM_PERM_DENIED;
    }
    if (now() >= acceptance->good_until) {
        const struct escaped name = cognito_escape(span_of_string(user));
        pam_syslog(pamh, LOG_NOTICE, "account refused; user=%s reason=claim.expired", name.text);
        return PAM_ACCT_EXPIRED;
    }
    return PAM_SUCCESS;
}

PAM_EXTERN __attribute__((visibility("default"))) int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct complaint why = {{0}};
    const void *data = NULL;
    (void)flags;
    if (argc < 0 || !cognito_config_arguments((size_t)argc, argv, &why)) {
        pam_syslog(pamh, LOG_ERR, "account refused; reason=system.config: %s", why.text);
        return PAM_SERVICE_ERR;
    }
    const int found = pam_get_data(pamh, ACCEPTANCE, &data);
    if (found == PAM_SUCCESS && data != NULL)
        return judge_acceptance(pamh, data);
    /* Somebody else let this person in, with a key for instance: that is not ours to judge. The
     * only PAM_IGNORE there is. */
    return found == PAM_SUCCESS || found == PAM_NO_MODULE_DATA ? PAM_IGNORE : PAM_PERM_DENIED;
}
