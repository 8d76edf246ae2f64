/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonprint.h"
#include "client/browser.h"
#include "client/callback.h"
#include "client/listener.h"
#include "client/oauth.h"
#include "client/page.h"
#include "client/password.h"
#include "client/person.h"
#include "client/receipt.h"
#include "client/session.h"
#include "client/signals.h"
#include "client/verbs.h"

enum { ADDRESS_MAX = 16384 /* what a person may paste */ };

/* One sign-in through managed login. */
struct sign_in {
    struct session *session;
    struct pkce pkce;
    const char *redirect;
    struct secret address; /* for the browser, with a NUL behind it */
    struct secret code;
};

static void free_sign_in(struct sign_in *sign_in)
{
    cognito_pkce_wipe(&sign_in->pkce);
    cognito_secret_free(&sign_in->address);
    cognito_secret_free(&sign_in->code);
}

static bool prepare(struct sign_in *sign_in, const char *redirect, struct complaint *why)
{
    const struct session *session = sign_in->session;
    struct complaint hint = {{0}};
    sign_in->redirect = redirect;
    if (!cognito_pkce_make(&sign_in->pkce))
        return cognito_complain(why, "OpenSSL gives no random bytes");
    if (!cognito_oauth_address(&session->profile, &sign_in->pkce, redirect, &sign_in->address,
                               why) ||
        !cognito_oauth_probe(&session->http, &session->profile, (const char *)sign_in->address.data,
                             redirect, &hint, why))
        return false;
    if (hint.text[0] != '\0')
        (void)fprintf(stderr, "cognito-login: %s\n", hint.text);
    return true;
}

/* Gives the code for tokens, judges them, keeps them. */
static bool finish(struct sign_in *sign_in, struct identity *who, struct complaint *why)
{
    struct session *session = sign_in->session;
    struct tokens tokens OWNED(tokens_free) = {0};
    if (cognito_oauth_exchange(&session->http, &session->profile, secret_span(&sign_in->code),
                               &sign_in->pkce, sign_in->redirect, &tokens, why) != GRANT_GIVEN ||
        !cognito_receipt_judge(&session->http, &session->profile, &tokens, sign_in->pkce.nonce,
                               time(NULL), who, why))
        return false;
    return cognito_session_keep(session, &tokens, true, why);
}

/* ---- with the browser ---- */

static void open_browser(const struct sign_in *sign_in, const char *browser, struct page *page)
{
    const char *address = (const char *)sign_in->address.data;
    struct complaint reason = {{0}};
    if (!cognito_page_write(&sign_in->session->store, address, page, &reason) ||
        !cognito_browser_open(browser, (const char *)page->url.data, &reason))
        (void)fprintf(stderr, "cognito-login: %s\n", reason.text);
    (void)fprintf(
        stderr,
        "Sign in with your browser. If it did not open, or shows no page to sign in, go to "
        "this address:\n\n  %s\n\n",
        address);
}

/* Whatever ends the waiting, a signal too, the page is removed first. */
static bool await_browser(struct sign_in *sign_in, const char *browser, struct listener *listener,
                          struct complaint *why)
{
    struct signals signals OWNED(cognito_signals_release) = {.arrivals = -1};
    if (!cognito_signals_hold_ends(&signals))
        return cognito_complain(why, "signals cannot be held back");
    struct page page OWNED(cognito_page_remove) = {.file = {.folder = -1}};
    open_browser(sign_in, browser, &page);
    listener->held = &signals;
    const enum callback result =
        cognito_listener_wait(listener, sign_in->pkce.state, INT64_C(1000) * LISTENER_SECONDS,
                              &sign_in->code, why);
    listener->held = NULL;
    return result == CALLBACK_CODE;
}

static bool by_browser(struct sign_in *sign_in, const char *browser, struct identity *who,
                       struct complaint *why)
{
    struct listener listener OWNED(cognito_listener_close) = {.sockets = {-1, -1}, .browser = -1};
    if (!cognito_listener_open(&sign_in->session->profile.ports, &listener, why) ||
        !prepare(sign_in, listener.redirect, why))
        return false;
    const bool worked =
        await_browser(sign_in, browser, &listener, why) && finish(sign_in, who, why);
    cognito_listener_answer(&listener, worked);
    return worked;
}

/* ---- by pasting ---- */

static bool read_line(struct secret *line, struct complaint *why)
{
    unsigned char byte;
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
        if (line->len == ADDRESS_MAX || !cognito_secret_append(line, span_of(&byte, 1)))
            return cognito_complain(why, "the address is too long");
    while (line->len > 0 && line->data[line->len - 1] <= ' ')
        line->len--;
    return line->len > 0 || cognito_complain(why, "no address was pasted");
}

static bool by_pasting(struct sign_in *sign_in, struct identity *who, struct complaint *why)
{
    char redirect[LISTENER_REDIRECT_SIZE];
    struct secret line OWNED(cognito_secret_free) = {0};
    struct complaint reason = {{0}};
    struct span query;
    cognito_listener_redirect(sign_in->session->profile.ports.items[0], redirect);
    if (!prepare(sign_in, redirect, why))
        return false;
    (void)fprintf(stderr,
                  "Go to this address with a browser on any machine and sign in:\n\n  %s\n\n"
                  "The browser then says that it cannot reach localhost. Copy the address that it "
                  "shows\nthere (it begins with %s) and paste it here: ",
                  (const char *)sign_in->address.data, redirect);
    if (!read_line(&line, why) ||
        !cognito_callback_query(secret_span(&line), redirect, &query, why))
        return false;
    switch (cognito_callback_read(query, sign_in->pkce.state, &sign_in->code, &reason)) {
    case CALLBACK_CODE:
        return finish(sign_in, who, why);
    case CALLBACK_REFUSED:
        return cognito_complain(why, "%s", reason.text);
    default:
        return cognito_complain(why, "this address is not of this sign-in: %s", reason.text);
    }
}

/* ---- with a password ---- */

static bool by_password(struct session *session, struct identity *who, struct complaint *why)
{
    const struct profile *profile = &session->profile;
    struct tokens tokens OWNED(tokens_free) = {0};
    const struct password_signin signin = {
        .api = {&session->http, profile->endpoint},
        .user_pool = profile->user_pool,
        .client_id = profile->client_id,
        .flow = profile->password_flow != NULL && strcmp(profile->password_flow, "plain") == 0
                    ? PASSWORD_FLOW_PLAIN
                    : PASSWORD_FLOW_SRP,
        .person = &cognito_person_at_terminal,
    };
    return cognito_password_sign_in(&signin, &tokens, why) &&
           cognito_receipt_judge(&session->http, profile, &tokens, NULL, time(NULL), who, why) &&
           cognito_session_keep(session, &tokens, false, why);
}

/* ---- the verb ---- */

static void report(const struct request *request, const struct profile *profile,
                   const struct identity *who)
{
    size_t count = 0;
    if (!request->json) {
        (void)fprintf(stderr,
                      "Signed in as %s (profile %s); the ID token lasts %" PRId64
                      " minutes and is refreshed by itself.\n",
                      cognito_escape(who->username.len > 0 ? who->username : who->subject).text,
                      profile->name, (who->expires_at - time(NULL)) / 60);
        return;
    }
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "profile", span_of_string(profile->name));
    cognito_json_print_member(stdout, &count, "username", who->username);
    cognito_json_print_member(stdout, &count, "sub", who->subject);
    (void)printf(", \"expires_at\": %" PRId64 "}\n", who->expires_at);
}

static bool by_managed_login(const struct request *request, struct session *session,
                             struct identity *who, struct complaint *why)
{
    struct sign_in sign_in OWNED(free_sign_in) = {.session = session};
    if (session->profile.domain == NULL)
        return cognito_complain(why,
                                "the profile %s has no domain, so there is no managed login; set "
                                "it, or use --password",
                                session->profile.name);
    return request->no_browser ? by_pasting(&sign_in, who, why)
                               : by_browser(&sign_in, request->browser, who, why);
}

int cognito_verb_login(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session;
    if (!cognito_session_open(&request->places, request->profile, &session, &why)) {
        (void)fprintf(stderr, "cognito-login: %s\n", why.text);
        return EXIT_TROUBLE;
    }
    struct identity who OWNED(cognito_identity_free) = {0};
    const bool good = request->password ? by_password(&session, &who, &why)
                                        : by_managed_login(request, &session, &who, &why);
    if (good)
        report(request, &session.profile, &who);
    else
        (void)fprintf(stderr, "cognito-login: %s\n", why.text);
    cognito_session_close(&session);
    return good ? EXIT_GOOD : EXIT_REFUSED;
}
