/* SPDX-License-Identifier: MIT */
#include "client/session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "client/compact.h"
#include "client/expiry.h"
#include "client/profiles.h"
#include "client/receipt.h"
#include "client/refreshstore.h"
#include "client/renewal.h"
#include "client/signals.h"

/* ---- opening ---- */

static bool read_authorities(const char *path, struct secret *pem, struct complaint *why)
{
    static const struct safefile_rules rules = {.max_size = AUTHORITIES_SIZE_MAX};
    struct safefile file = {0};
    if (path == NULL)
        return true;
    if (cognito_safefile_read(path, &rules, &file, why) != SAFEFILE_READ)
        return false;
    *pem = file.content; /* now the caller's */
    return pem->len > 0 || cognito_complain(why, "%s: no certificates in it", path);
}

static bool open_session(const struct places *places, const char *name, bool look_only,
                         struct session *session, struct complaint *why)
{
    *session = (struct session){.store = {.state = -1, .runtime = -1, .lock = -1}};
    if (!cognito_profiles_read(places, name, &session->profile, why))
        return false;
    const struct profile *profile = &session->profile;
    if (!read_authorities(profile->ca_file, &session->authorities, why) ||
        !(look_only ? cognito_store_look(places, profile, &session->store, why)
                    : cognito_store_open(places, profile, &session->store, why))) {
        cognito_session_close(session);
        return false;
    }
    session->http = (struct http_settings){profile->proxy, secret_span(&session->authorities),
                                           profile->timeout};
    return true;
}

bool cognito_session_open(const struct places *places, const char *name, struct session *session,
                          struct complaint *why)
{
    return open_session(places, name, false, session, why);
}

bool cognito_session_look(const struct places *places, const char *name, struct session *session,
                          struct complaint *why)
{
    return open_session(places, name, true, session, why);
}

void cognito_session_close(struct session *session)
{
    cognito_store_close(&session->store);
    cognito_secret_free(&session->authorities);
    cognito_profile_free(&session->profile);
}

/* ---- the token ---- */

enum store_found cognito_session_kept(const struct session *session, struct secret *token,
                                      int64_t *expires_at, struct complaint *why)
{
    struct span payload;
    const enum store_found found = cognito_store_id(&session->store, token, why);
    if (found != STORE_FOUND)
        return found;
    if (cognito_compact_payload(secret_span(token), &payload, why) &&
        cognito_expiry_read(payload, expires_at, why))
        return STORE_FOUND;
    cognito_secret_free(token);
    return STORE_NONE;
}

static bool copy(struct span from, struct secret *to, struct complaint *why)
{
    return cognito_secret_append(to, from) || cognito_complain(why, "out of memory");
}

/* The ID token that is kept, if it still has SECONDS by now. */
static bool take_kept(const struct session *session, int64_t seconds, struct secret *token,
                      int64_t *expires_at, struct complaint *why)
{
    struct secret kept OWNED(cognito_secret_free) = {0};
    int64_t end;
    if (cognito_session_kept(session, &kept, &end, why) != STORE_FOUND ||
        end - (int64_t)time(NULL) < seconds)
        return false;
    *expires_at = end;
    return copy(secret_span(&kept), token, why);
}

static bool complain_over(const struct session *session, const char *what, struct complaint *why)
{
    const char *name = session->profile.name;
    const bool named = strcmp(name, PROFILE_DEFAULT) != 0;
    return cognito_complain(why, "%s; log in: cognito-login%s%s", what, named ? " --profile " : "",
                            named ? name : "");
}

/* ---- refreshing, with the lock held ---- */

/* A pool that rotates has given the old refresh token up when it answers, so nothing comes between
 * the answer and the new one on the disk: it is not judged, no key set is fetched, whatever else
 * the answer holds does not count, and signals wait. The time limit of a request bounds how long.
 */
static enum grant ask_and_store(struct session *session, struct span refresh, bool managed,
                                struct tokens *tokens, struct complaint *why)
{
    struct signals signals OWNED(cognito_signals_release) = {.arrivals = -1};
    if (!cognito_signals_hold_ends(&signals)) {
        (void)cognito_complain(why, "signals cannot be held back");
        return GRANT_FAILED;
    }
    const enum grant grant =
        cognito_renew(&session->http, &session->profile, refresh, managed, tokens, why);
    if (tokens->refresh.len > 0 &&
        !cognito_store_put_refresh(&session->store, secret_span(&tokens->refresh), managed, why))
        return GRANT_FAILED;
    return grant;
}

static enum session_token judge_and_keep(struct session *session, const struct tokens *tokens,
                                         struct secret *token, int64_t *expires_at,
                                         struct complaint *why)
{
    struct identity who OWNED(cognito_identity_free) = {0};
    if (!cognito_receipt_judge(&session->http, &session->profile, tokens, NULL, time(NULL), &who,
                               why) ||
        !cognito_store_put_id(&session->store, secret_span(&tokens->id), why))
        return SESSION_TROUBLE;
    *expires_at = who.expires_at;
    return copy(secret_span(&tokens->id), token, why) ? SESSION_TOKEN : SESSION_TROUBLE;
}

static enum session_token renew(struct session *session, struct secret *token, int64_t *expires_at,
                                struct complaint *why)
{
    struct secret refresh OWNED(cognito_secret_free) = {0};
    struct tokens tokens OWNED(tokens_free) = {0};
    struct complaint reason = {{0}};
    bool managed;
    switch (cognito_store_refresh(&session->store, &refresh, &managed, why)) {
    case STORE_FOUND:
        break;
    case STORE_NONE:
        (void)complain_over(session, "nobody is logged in", why);
        return SESSION_OVER;
    default:
        return SESSION_TROUBLE;
    }
    switch (ask_and_store(session, secret_span(&refresh), managed, &tokens, &reason)) {
    case GRANT_GIVEN:
        return judge_and_keep(session, &tokens, token, expires_at, why);
    case GRANT_REFUSED:
        /* It will never be good again; those who wait behind us need not ask. */
        if (!cognito_store_drop_refresh(&session->store, why))
            return SESSION_TROUBLE;
        (void)complain_over(session, reason.text, why);
        return SESSION_OVER;
    default:
        (void)cognito_complain(why, "the token cannot be refreshed: %s", reason.text);
        return SESSION_TROUBLE;
    }
}

enum session_token cognito_session_token(struct session *session, struct secret *token,
                                         int64_t *expires_at, struct complaint *why)
{
    struct complaint reason = {{0}};
    if (take_kept(session, SESSION_MARGIN, token, expires_at, NULL))
        return SESSION_TOKEN;
    if (!cognito_store_lock(&session->store, SESSION_LOCK_SECONDS, why))
        return SESSION_TROUBLE;
    /* Somebody may have refreshed it while we waited. */
    if (take_kept(session, SESSION_MARGIN, token, expires_at, NULL))
        return SESSION_TOKEN;
    const enum session_token result = renew(session, token, expires_at, &reason);
    if (result == SESSION_TOKEN || take_kept(session, 1, token, expires_at, NULL))
        return SESSION_TOKEN;
    (void)cognito_complain(why, "%s", reason.text);
    return result;
}

/* ---- the beginning and the end of a login ---- */

/* A token that a logout could not revoke gets another chance before the next takes its place. */
static void revoke_retired(struct session *session)
{
    struct secret retired OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    if (cognito_store_retired(&session->store, &retired, NULL) == STORE_FOUND &&
        !cognito_revoke(&session->http, &session->profile, secret_span(&retired), &why))
        (void)fprintf(stderr,
                      "cognito-login: the refresh token of an earlier login was not revoked and "
                      "is good until it expires: %s\n",
                      why.text);
}

/* What was kept before goes first: never is there the refresh token of one person with the ID
 * token of another. */
bool cognito_session_keep(struct session *session, const struct tokens *tokens, bool managed,
                          struct complaint *why)
{
    struct store *store = &session->store;
    if (!cognito_store_lock(store, SESSION_LOCK_SECONDS, why))
        return false;
    revoke_retired(session);
    return cognito_store_drop_id(store, why) && cognito_store_drop_refresh(store, why) &&
           (tokens->refresh.len == 0 ||
            cognito_store_put_refresh(store, secret_span(&tokens->refresh), managed, why)) &&
           cognito_store_put_id(store, secret_span(&tokens->id), why);
}

/* Retired before the pool is asked, so that no interruption leaves it usable. */
static bool retire_and_revoke(struct session *session, struct span refresh, struct complaint *why)
{
    struct store *store = &session->store;
    struct complaint reason = {{0}};
    struct complaint fault = {{0}};
    const bool retired = cognito_store_retire_refresh(store, refresh, &fault);
    if (cognito_revoke(&session->http, &session->profile, refresh, &reason))
        return cognito_store_drop_refresh(store, why);
    if (!retired)
        return cognito_complain(why, "the pool did not revoke the refresh token: %s; and %s",
                                reason.text, fault.text);
    return cognito_complain(why,
                            "logged out here, but the pool did not revoke the refresh token: %s; "
                            "it is kept to be revoked, and for nothing else: run cognito-login "
                            "logout again",
                            reason.text);
}

bool cognito_session_end(struct session *session, bool *found, struct complaint *why)
{
    struct store *store = &session->store;
    struct secret refresh OWNED(cognito_secret_free) = {0};
    if (!cognito_store_lock(store, SESSION_LOCK_SECONDS, why) || !cognito_store_drop_id(store, why))
        return false;
    const enum store_found kept = cognito_store_refresh_to_revoke(store, &refresh, why);
    *found = kept == STORE_FOUND;
    if (kept == STORE_FOUND)
        return retire_and_revoke(session, secret_span(&refresh), why);
    return kept == STORE_NONE && cognito_store_drop_refresh(store, why);
}
