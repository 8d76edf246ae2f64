/* SPDX-License-Identifier: MIT */
#include "client/oauth.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "client/form.h"

/* ---- the authorization request ---- */

static bool add_word(struct secret *form, size_t after, const char *name, const char *value)
{
    return cognito_form_add(form, after, name, span_of_string(value));
}

static bool add_scopes(struct secret *form, size_t after, const struct list *scopes)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    for (size_t i = 0; i < scopes->count; i++)
        if (!cognito_secret_append(&text, span_of_string(i == 0 ? "" : " ")) ||
            !cognito_secret_append(&text, span_of_string(scopes->items[i])))
            return false;
    return cognito_form_add(form, after, "scope", secret_span(&text));
}

bool cognito_oauth_address(const struct profile *profile, const struct pkce *pkce,
                           const char *redirect, struct secret *address, struct complaint *why)
{
    if (!cognito_secret_append(address, span_of_string(profile->domain)) ||
        !cognito_secret_append(address, span_of_string("/oauth2/authorize?")))
        return cognito_complain(why, "out of memory");
    const size_t after = address->len;
    const char *provider = profile->identity_provider;
    return (add_word(address, after, "response_type", "code") &&
            add_word(address, after, "client_id", profile->client_id) &&
            add_word(address, after, "redirect_uri", redirect) &&
            add_scopes(address, after, &profile->scopes) &&
            add_word(address, after, "state", pkce->state) &&
            add_word(address, after, "nonce", pkce->nonce) &&
            add_word(address, after, "code_challenge", pkce->challenge) &&
            add_word(address, after, "code_challenge_method", "S256") &&
            (provider == NULL || add_word(address, after, "identity_provider", provider)) &&
            cognito_secret_append(address, span_of("", 1))) ||
           cognito_complain(why, "out of memory");
}

/* ---- the probe ---- */

static void free_json(struct json **json)
{
    cognito_json_free(*json);
}

static bool holds(struct span text, const char *word)
{
    return text.len > 0 && memmem(text.data, text.len, word, strlen(word)) != NULL;
}

/* Appends the member or parameter NAME, if it is there. */
static bool add_string(const struct json *json, const char *name, struct secret *text)
{
    struct span value;
    return cognito_json_string(json, name, &value) == JSON_FOUND &&
           cognito_secret_append(text, value) && cognito_secret_append(text, span_of_string(" "));
}

/* The error of a JSON object (RFC 6749, 5.2), which an authorization endpoint may give, too. */
static bool find_json_error(struct span body, struct secret *error)
{
    struct json_fault fault;
    struct json *json OWNED(free_json) = cognito_json_parse(body, &fault);
    if (json == NULL || !add_string(json, "error", error))
        return false;
    (void)add_string(json, "error_description", error);
    return true;
}

/* The error of the page /error, to which managed login leads. */
static bool find_page_error(struct span address, struct secret *error)
{
    static const char page[] = "/error";
    const size_t mark = span_position(address, '?');
    const struct span path = span_first(address, mark);
    return path.len >= sizeof page - 1 &&
           span_is(span_after(path, path.len - (sizeof page - 1)), page) &&
           cognito_form_find(span_after(address, mark + 1), "error", error) == FORM_FOUND;
}

static bool explain_error(const struct profile *profile, struct span error, const char *redirect,
                          struct complaint *why)
{
    if (holds(error, "redirect_mismatch") || holds(error, "redirect_uri"))
        return cognito_complain(why,
                                "the callback %s is not registered with the app client %s; add it "
                                "to the allowed callback URLs",
                                redirect, profile->client_id);
    if (holds(error, "invalid_scope"))
        return cognito_complain(why, "the app client %s does not allow one of the scopes asked for",
                                profile->client_id);
    if (holds(error, "client") || holds(error, "Client"))
        return cognito_complain(why,
                                "managed login at %s does not know the app client %s, or does not "
                                "allow it the authorization code grant: see client_id and domain "
                                "in the profile %s",
                                profile->domain, profile->client_id, profile->name);
    return cognito_complain(why,
                            "managed login at %s refuses (%.*s): see domain and client_id in the "
                            "profile %s",
                            profile->domain, (int)span_first(error, 64).len,
                            (const char *)error.data, profile->name);
}

/* What is not managed login's own error page, a firewall's for one, may be no obstacle to a
 * browser. */
static bool judge_answer(const struct profile *profile, const struct http_answer *answer,
                         const char *redirect, struct complaint *hint, struct complaint *why)
{
    struct secret error OWNED(cognito_secret_free) = {0};
    const struct span text = secret_span(&answer->body);
    const bool redirected = answer->status / 100 == 3;
    const bool comes_back = span_equal(span_first(text, strlen(redirect)),
                                       span_of_string(redirect)); /* then the browser brings it */
    if (answer->status < 300 || (redirected && comes_back))
        return true;
    if (redirected ? find_page_error(text, &error) : find_json_error(text, &error))
        return explain_error(profile, secret_span(&error), redirect, why);
    if (!redirected)
        (void)cognito_complain(hint,
                               "managed login at %s answers HTTP %ld, which may be meant for "
                               "programs alone; if the browser shows an error, see domain and "
                               "client_id in the profile %s",
                               profile->domain, answer->status, profile->name);
    return true;
}

bool cognito_oauth_probe(const struct http_settings *settings, const struct profile *profile,
                         const char *address, const char *redirect, struct complaint *hint,
                         struct complaint *why)
{
    const struct http_request request = {.method = "GET", .url = address, .want_redirect = true};
    struct http_answer answer OWNED(cognito_http_answer_free) = {0};
    struct complaint reason = {{0}};
    if (!cognito_http_send(settings, &request, &answer, &reason)) {
        /* The address is long and of this sign-in alone: its host is what can be wrong. */
        const size_t len = strlen(address);
        const bool named = strncmp(reason.text, address, len) == 0;
        return cognito_complain(why, "%s%s", named ? profile->domain : "",
                                reason.text + (named ? len : 0));
    }
    return judge_answer(profile, &answer, redirect, hint, why);
}

/* ---- the token endpoint ---- */

/* RFC 6749, 5.2. */
static enum grant explain_refusal(const struct profile *profile, struct span text,
                                  const char *invalid_grant, struct complaint *why)
{
    struct json_fault fault;
    struct json *json OWNED(free_json) = cognito_json_parse(text, &fault);
    if (json == NULL) {
        (void)cognito_complain(why, "out of memory");
        return GRANT_FAILED;
    }
    struct span code = span_of_string("");
    struct span said = span_of_string("");
    if (cognito_json_string(json, "error", &code) != JSON_FOUND)
        code = span_of_string("no error code");
    if (cognito_json_string(json, "error_description", &said) == JSON_FOUND)
        said = span_first(said, 200);
    else
        said = span_of_string("");
    if (span_is(code, "invalid_grant"))
        (void)cognito_complain(why, "%s (invalid_grant %.*s)", invalid_grant, (int)said.len,
                               (const char *)said.data);
    else if (span_is(code, "invalid_client") || span_is(code, "unauthorized_client"))
        (void)cognito_complain(why,
                               "the app client %s has a secret, or is none of this pool's: "
                               "cognito-login needs a client without a secret (%.*s %.*s)",
                               profile->client_id, (int)code.len, (const char *)code.data,
                               (int)said.len, (const char *)said.data);
    else
        (void)cognito_complain(why, "the token endpoint refused: %.*s %.*s",
                               (int)span_first(code, 64).len, (const char *)code.data,
                               (int)said.len, (const char *)said.data);
    return span_is(code, "invalid_grant") ? GRANT_REFUSED : GRANT_FAILED;
}

static enum grant take_tokens(struct span text, const char *url, struct tokens *tokens,
                              struct complaint *why)
{
    struct complaint reason = {{0}};
    if (cognito_tokens_read(text, "id_token", "refresh_token", tokens, &reason))
        return GRANT_GIVEN;
    (void)cognito_complain(why, "%s: %s", url, reason.text);
    return GRANT_FAILED;
}

static enum grant ask(const struct http_settings *settings, const struct profile *profile,
                      struct span form, const char *invalid_grant, struct tokens *tokens,
                      struct complaint *why)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", NULL};
    char url[CONFIG_LINE_MAX + 32];
    (void)snprintf(url, sizeof url, "%s/oauth2/token", profile->domain);
    const struct http_request request = {
        .method = "POST", .url = url, .headers = headers, .body = form};
    struct http_answer answer OWNED(cognito_http_answer_free) = {0};
    if (!cognito_http_send(settings, &request, &answer, why))
        return GRANT_FAILED;
    struct json_fault fault = {0};
    const struct span text = secret_span(&answer.body);
    if (!cognito_json_guard(text, &fault) || answer.status >= 500) {
        (void)cognito_complain(why, "%s: HTTP %ld, and an answer that makes no sense here%s%s", url,
                               answer.status, fault.what == NULL ? "" : ": ",
                               fault.what == NULL ? "" : fault.what);
        return GRANT_FAILED;
    }
    tokens->date = answer.date;
    return answer.status < 300 ? take_tokens(text, url, tokens, why)
                               : explain_refusal(profile, text, invalid_grant, why);
}

enum grant cognito_oauth_exchange(const struct http_settings *settings,
                                  const struct profile *profile, struct span code,
                                  const struct pkce *pkce, const char *redirect,
                                  struct tokens *tokens, struct complaint *why)
{
    struct secret form OWNED(cognito_secret_free) = {0};
    if (!add_word(&form, 0, "grant_type", "authorization_code") ||
        !add_word(&form, 0, "client_id", profile->client_id) ||
        !cognito_form_add(&form, 0, "code", code) ||
        !add_word(&form, 0, "redirect_uri", redirect) ||
        !add_word(&form, 0, "code_verifier", pkce->verifier)) {
        (void)cognito_complain(why, "out of memory");
        return GRANT_FAILED;
    }
    return ask(settings, profile, secret_span(&form),
               "the code was used before, is too old, or is of another sign-in; log in again",
               tokens, why);
}

enum grant cognito_oauth_renew(const struct http_settings *settings, const struct profile *profile,
                               struct span refresh, struct tokens *tokens, struct complaint *why)
{
    struct secret form OWNED(cognito_secret_free) = {0};
    if (!add_word(&form, 0, "grant_type", "refresh_token") ||
        !add_word(&form, 0, "client_id", profile->client_id) ||
        !cognito_form_add(&form, 0, "refresh_token", refresh)) {
        (void)cognito_complain(why, "out of memory");
        return GRANT_FAILED;
    }
    return ask(settings, profile, secret_span(&form),
               "the refresh token has expired or was revoked", tokens, why);
}
