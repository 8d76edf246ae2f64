/* SPDX-License-Identifier: MIT */
/*
 * The verbs for what is kept: token, status, logout.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/jsonprint.h"
#include "base/prompt.h"
#include "client/refreshstore.h"
#include "client/session.h"
#include "client/verbs.h"

static int complain(const struct complaint *why, int status)
{
    (void)fprintf(stderr, "cognito-login: %s\n", why->text);
    return status;
}

/* ---- token ---- */

/* Pieces to paste at the module's prompts. Their length is the module's sign that there is more, so
 * that the last one is never that long (see base/prompt.h); were it, an empty line ends it. */
static void print_parts(struct span token, size_t size)
{
    for (size_t at = 0; at <= token.len; at += size) {
        const struct span part = span_first(span_after(token, at), size);
        (void)fwrite(part.data, 1, part.len, stdout);
        (void)putchar('\n');
        if (part.len < size)
            return;
    }
}

static void print_token(const struct request *request, struct span token, int64_t expires_at)
{
    size_t count = 0;
    if (request->parts) {
        print_parts(token, request->sudo ? PART_SUDO : PART_SSH);
        return;
    }
    if (!request->json) {
        (void)fwrite(token.data, 1, token.len, stdout);
        (void)putchar('\n');
        return;
    }
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "id_token", token);
    (void)printf(", \"expires_at\": %" PRId64 "}\n", expires_at);
}

int cognito_verb_token(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session OWNED(cognito_session_close) = {0};
    struct secret token OWNED(cognito_secret_free) = {0};
    int64_t expires_at;
    if (!cognito_session_open(&request->places, request->profile, &session, &why))
        return complain(&why, EXIT_TROUBLE);
    if (cognito_session_token(&session, &token, &expires_at, &why) != SESSION_TOKEN)
        return complain(&why, EXIT_REFUSED);
    print_token(request, secret_span(&token), expires_at);
    return EXIT_GOOD;
}

/* ---- status ---- */

enum { SOON = 300 /* seconds before the end that are worth a warning without a refresh token */ };

static void print_status(const struct request *request, const struct profile *profile,
                         bool has_token, int64_t left, bool can_refresh)
{
    size_t count = 0;
    const bool good = has_token && left > 0;
    if (request->json) {
        (void)putchar('{');
        cognito_json_print_member(stdout, &count, "profile", span_of_string(profile->name));
        (void)printf(", \"logged_in\": %s, \"id_token_seconds\": %" PRId64
                     ", \"can_refresh\": %s}\n",
                     good || can_refresh ? "true" : "false", good ? left : 0,
                     can_refresh ? "true" : "false");
        return;
    }
    if (good)
        (void)printf("profile %s: logged in; the ID token lasts %" PRId64 " min %" PRId64 " s%s\n",
                     profile->name, left / 60, left % 60,
                     can_refresh ? " and is refreshed by itself" : "");
    else if (can_refresh)
        (void)printf("profile %s: logged in; the ID token has expired and is refreshed when it is "
                     "needed\n",
                     profile->name);
    else
        (void)printf("profile %s: not logged in\n", profile->name);
    if (good && !can_refresh && left < SOON)
        (void)fprintf(stderr, "cognito-login: the ID token ends soon, and cannot be refreshed: "
                              "log in again\n");
}

int cognito_verb_status(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session OWNED(cognito_session_close) = {0};
    struct secret token OWNED(cognito_secret_free) = {0};
    int64_t expires_at = 0;
    if (!cognito_session_look(&request->places, request->profile, &session, &why))
        return complain(&why, EXIT_TROUBLE);
    const enum store_found id = cognito_session_kept(&session, &token, &expires_at, &why);
    if (id == STORE_REFUSED)
        return complain(&why, EXIT_REFUSED);
    const enum store_found kept = cognito_store_has_refresh(&session.store, &why);
    if (kept == STORE_REFUSED)
        return complain(&why, EXIT_REFUSED);
    const int64_t left = expires_at - time(NULL);
    print_status(request, &session.profile, id == STORE_FOUND, left, kept == STORE_FOUND);
    return (id == STORE_FOUND && left > 0) || kept == STORE_FOUND ? EXIT_GOOD : EXIT_REFUSED;
}

/* ---- logout ---- */

static void report(const struct request *request, const struct profile *profile, bool found)
{
    size_t count = 0;
    if (!request->json) {
        (void)fprintf(stderr, "%s (profile %s).\n", found ? "Logged out" : "Nobody was logged in",
                      profile->name);
        return;
    }
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "profile", span_of_string(profile->name));
    (void)printf(", \"revoked\": %s}\n", found ? "true" : "false");
}

int cognito_verb_logout(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session OWNED(cognito_session_close) = {0};
    bool found = false;
    if (!cognito_session_open(&request->places, request->profile, &session, &why))
        return complain(&why, EXIT_TROUBLE);
    if (!cognito_session_end(&session, &found, &why))
        return complain(&why, EXIT_REFUSED);
    report(request, &session.profile, found);
    return EXIT_GOOD;
}
