/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
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

/* ---- pasting ---- */

/* The address that the browser ended at, as it is typed or pasted. */
struct paste {
    int descriptor; /* -1: there is nobody to paste */
    bool owned;
    struct sign_in *sign_in;
    struct secret line;
};

static void free_paste(struct paste *paste)
{
    if (paste->owned)
        (void)close(paste->descriptor);
    cognito_secret_free(&paste->line);
}

/* Standard input, if it is meant or a terminal; or else the terminal, so that what is for ssh is
 * not taken. */
static void open_paste(bool standard_input, struct paste *paste)
{
    paste->descriptor = STDIN_FILENO;
    if (standard_input || isatty(STDIN_FILENO) == 1)
        return;
    paste->descriptor = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    paste->owned = paste->descriptor >= 0;
}

static enum callback judge_line(struct paste *paste, struct secret *code, struct complaint *why)
{
    struct span line = secret_span(&paste->line);
    struct span query;
    struct complaint reason = {{0}};
    while (line.len > 0 && line.data[line.len - 1] <= ' ')
        line.len--;
    if (line.len == 0)
        return CALLBACK_STRANGE;
    if (cognito_callback_query(line, paste->sign_in->redirect, &query, why)) {
        const enum callback result =
            cognito_callback_read(query, paste->sign_in->pkce.state, code, &reason);
        const bool ours = result != CALLBACK_STRANGE;
        (void)cognito_complain(why, "%s%s",
                               ours ? "" : "this address is not of this sign-in: ", reason.text);
        if (ours)
            return result;
    }
    (void)fprintf(stderr, "cognito-login: %s\nPaste the address here: ", why->text);
    return CALLBACK_STRANGE;
}

/* A byte at a time, so that what stands behind the line is left to others. */
static enum callback read_paste(void *context, struct secret *code, struct complaint *why)
{
    struct paste *paste = context;
    unsigned char byte;
    const ssize_t got = read(paste->descriptor, &byte, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return CALLBACK_STRANGE;
    if (got > 0 && byte != '\n') {
        if (paste->line.len < ADDRESS_MAX && cognito_secret_append(&paste->line, span_of(&byte, 1)))
            return CALLBACK_STRANGE;
        (void)cognito_complain(why, "the address is too long");
        return CALLBACK_REFUSED;
    }
    const enum callback result = judge_line(paste, code, why);
    cognito_secret_free(&paste->line);
    if (got > 0 || result != CALLBACK_STRANGE)
        return result;
    (void)cognito_complain(why, "no address was pasted");
    return CALLBACK_REFUSED;
}

/* ---- with a browser, here or elsewhere ---- */

static bool open_browser(const struct sign_in *sign_in, const char *browser, struct page *page)
{
    const char *address = (const char *)sign_in->address.data;
    struct complaint reason = {{0}};
    if (!cognito_page_write(&sign_in->session->store, address, page, &reason) ||
        !cognito_browser_open(browser, (const char *)page->url.data, &reason)) {
        (void)fprintf(stderr, "cognito-login: %s\n", reason.text);
        return false;
    }
    (void)fprintf(
        stderr,
        "Sign in with your browser. If it did not open, or shows no page to sign in, go to "
        "this address:\n\n  %s\n\n",
        address);
    return true;
}

static void ask_for_paste(const struct sign_in *sign_in, bool listening, const struct paste *paste)
{
    (void)fprintf(stderr,
                  "Go to this address with a browser on any machine and sign in:\n\n  %s\n\n",
                  (const char *)sign_in->address.data);
    if (paste->descriptor >= 0)
        (void)fprintf(stderr,
                      "%sthe browser then says that it cannot reach localhost. Copy the\naddress "
                      "that it shows there (it begins with %s) and paste it here: ",
                      listening ? "On another machine " : "", sign_in->redirect);
}

/* Whatever ends the waiting, a signal too, the page is removed first. */
static bool await_browser(struct sign_in *sign_in, const struct request *request, bool here,
                          struct listener *listener, struct complaint *why)
{
    struct signals signals OWNED(cognito_signals_release) = {.arrivals = -1};
    if (!cognito_signals_hold_ends(&signals))
        return cognito_complain(why, "signals cannot be held back");
    struct page page OWNED(cognito_page_remove) = {.file = {.folder = -1}};
    struct paste paste OWNED(free_paste) = {.descriptor = -1, .sign_in = sign_in};
    if (!here || !open_browser(sign_in, request->browser, &page)) {
        open_paste(request->no_browser, &paste);
        ask_for_paste(sign_in, listener->sockets[0] >= 0 || listener->sockets[1] >= 0, &paste);
    }
    const struct listener_also also = {paste.descriptor, read_paste, &paste};
    listener->held = &signals;
    listener->also = &also;
    const enum callback result =
        cognito_listener_wait(listener, sign_in->pkce.state, INT64_C(1000) * LISTENER_SECONDS,
                              &sign_in->code, why);
    listener->held = NULL;
    listener->also = NULL;
    return result == CALLBACK_CODE;
}

/* Where no browser is expected here, pasting works without a port to come back to. */
static bool open_listener(const struct sign_in *sign_in, bool here, struct listener *listener,
                          struct complaint *why)
{
    const struct list *ports = &sign_in->session->profile.ports;
    if (cognito_listener_open(ports, listener, why))
        return true;
    if (!here)
        cognito_listener_redirect(ports->items[0], listener->redirect);
    return !here;
}

/* Says at once where no browser is to be expected. */
static bool has_browser(const struct request *request)
{
    const char *absence =
        request->no_browser
            ? NULL
            : cognito_browser_absence(request->browser, request->display, request->ssh_connection);
    if (absence != NULL)
        (void)fprintf(stderr, "No browser is opened: %s.\n", absence);
    return !request->no_browser && absence == NULL;
}

static bool by_browser(struct sign_in *sign_in, const struct request *request, struct identity *who,
                       struct complaint *why)
{
    struct listener listener OWNED(cognito_listener_close) = {.sockets = {-1, -1}, .browser = -1};
    const bool here = has_browser(request);
    if (!open_listener(sign_in, here, &listener, why) || !prepare(sign_in, listener.redirect, why))
        return false;
    const bool worked =
        await_browser(sign_in, request, here, &listener, why) && finish(sign_in, who, why);
    cognito_listener_answer(&listener, worked);
    return worked;
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
    return by_browser(&sign_in, request, who, why);
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
