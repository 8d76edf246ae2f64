/* SPDX-License-Identifier: MIT */
/*
 * The verbs for what is kept: token, status, profiles, logout.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonprint.h"
#include "base/prompt.h"
#include "client/profiles.h"
#include "client/session.h"
#include "client/standing.h"
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

static void print_status_json(const struct profile *profile, const struct standing *standing)
{
    size_t count = 0;
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "profile", span_of_string(profile->name));
    (void)printf(", \"logged_in\": %s, \"id_token_seconds\": %" PRId64 ", \"can_refresh\": %s",
                 cognito_standing_is_in(standing) ? "true" : "false", standing->left,
                 standing->can_refresh ? "true" : "false");
    cognito_standing_print_members(stdout, &count, standing);
    (void)puts("}");
}

static void print_status(const struct profile *profile, const struct standing *standing)
{
    const int64_t left = standing->left;
    (void)printf("profile %s: ", profile->name);
    if (!cognito_standing_is_in(standing)) {
        (void)puts("not logged in");
        return;
    }
    if (cognito_standing_print_who(stdout, standing))
        (void)fputs(" is ", stdout);
    if (standing->has_token)
        (void)printf("logged in; the ID token lasts %" PRId64 " min %" PRId64 " s%s\n", left / 60,
                     left % 60, standing->can_refresh ? " and is refreshed by itself" : "");
    else
        (void)puts("logged in; the ID token has expired and is refreshed when it is needed");
    if (!standing->can_refresh && left < SOON)
        (void)fprintf(stderr, "cognito-login: the ID token ends soon, and cannot be refreshed: "
                              "log in again\n");
}

int cognito_verb_status(const struct request *request)
{
    struct complaint why = {{0}};
    struct session session OWNED(cognito_session_close) = {0};
    struct standing standing OWNED(cognito_standing_free) = {0};
    if (!cognito_session_look(&request->places, request->profile, &session, &why))
        return complain(&why, EXIT_TROUBLE);
    if (!cognito_standing_read(&session, &standing, &why))
        return complain(&why, EXIT_REFUSED);
    if (request->json)
        print_status_json(&session.profile, &standing);
    else
        print_status(&session.profile, &standing);
    return cognito_standing_is_in(&standing) ? EXIT_GOOD : EXIT_REFUSED;
}

/* ---- profiles ---- */

/* What stands in one line of the list. */
struct line {
    const char *name, *file;
    int width; /* of the longest name */
};

static void print_line(const struct line *line, const struct profile *profile,
                       const struct standing *standing)
{
    const bool in = cognito_standing_is_in(standing);
    (void)printf("%-*s  %s  %s  %s", line->width, line->name, profile->user_pool, line->file,
                 in ? "logged in" : "not logged in");
    if (in && (standing->holder.username.len > 0 || standing->holder.email.len > 0)) {
        (void)fputs(" as ", stdout);
        (void)cognito_standing_print_who(stdout, standing);
    }
    (void)putchar('\n');
}

static void print_object(const struct line *line, const struct profile *profile,
                         const struct standing *standing)
{
    size_t count = 0;
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "profile", span_of_string(line->name));
    cognito_json_print_member(stdout, &count, "user_pool", span_of_string(profile->user_pool));
    cognito_json_print_member(stdout, &count, "file", span_of_string(line->file));
    (void)printf(", \"logged_in\": %s", cognito_standing_is_in(standing) ? "true" : "false");
    cognito_standing_print_members(stdout, &count, standing);
    (void)putchar('}');
}

static bool print_profile(const struct request *request, const struct line *line, bool first,
                          struct complaint *why)
{
    struct session session OWNED(cognito_session_close) = {0};
    struct standing standing OWNED(cognito_standing_free) = {0};
    if (!cognito_session_look(&request->places, line->name, &session, why) ||
        !cognito_standing_read(&session, &standing, why))
        return false;
    if (!request->json) {
        print_line(line, &session.profile, &standing);
        return true;
    }
    (void)fputs(first ? "" : ", ", stdout);
    print_object(line, &session.profile, &standing);
    return true;
}

static int longest(const struct list *names)
{
    size_t width = 0;
    for (size_t i = 0; i < names->count; i++)
        if (strlen(names->items[i]) > width)
            width = strlen(names->items[i]);
    return width < PROFILE_NAME_MAX ? (int)width : PROFILE_NAME_MAX;
}

int cognito_verb_profiles(const struct request *request)
{
    char path[PATH_SIZE_MAX];
    struct complaint why = {{0}};
    struct list names OWNED(cognito_list_free) = {0};
    size_t own = 0;
    bool first = true;
    int status = EXIT_GOOD;
    if (!cognito_places_config(&request->places, path, &why) ||
        !cognito_profiles_list(&request->places, &names, &own, &why))
        return complain(&why, EXIT_TROUBLE);
    (void)fputs(request->json ? "{\"profiles\": [" : "", stdout);
    for (size_t i = 0; i < names.count; i++) {
        const struct line line = {names.items[i], i < own ? path : request->places.system,
                                  longest(&names)};
        if (print_profile(request, &line, first, &why))
            first = false;
        else
            status = complain(&why, EXIT_TROUBLE);
    }
    (void)fputs(request->json ? "]}\n" : "", stdout);
    return status;
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

/* What became of one profile. */
struct end {
    bool kept;    /* something was */
    bool revoked; /* the refresh token */
    bool failed;
    struct complaint why;
};

static void end_one(const struct request *request, const char *name, struct end *end)
{
    struct session session OWNED(cognito_session_close) = {0};
    struct secret token OWNED(cognito_secret_free) = {0};
    int64_t expires_at;
    end->failed = !cognito_session_open(&request->places, name, &session, &end->why);
    if (end->failed)
        return;
    const enum store_found id = cognito_session_kept(&session, &token, &expires_at, &end->why);
    end->failed = !cognito_session_end(&session, &end->revoked, &end->why);
    end->revoked = end->revoked && !end->failed;
    end->kept = end->revoked || id != STORE_NONE;
}

static void report_one(const struct request *request, const char *name, const struct end *end,
                       size_t *reported)
{
    size_t count = 0;
    if (!request->json) {
        if (end->failed)
            (void)fprintf(stderr, "cognito-login: profile %s: %s\n", name, end->why.text);
        else
            (void)fprintf(stderr, "Logged out (profile %s).\n", name);
        (*reported)++;
        return;
    }
    (void)fputs((*reported)++ == 0 ? "{" : ", {", stdout);
    cognito_json_print_member(stdout, &count, "profile", span_of_string(name));
    (void)printf(", \"revoked\": %s", end->revoked ? "true" : "false");
    if (end->failed)
        cognito_json_print_member(stdout, &count, "error", span_of_string(end->why.text));
    (void)putchar('}');
}

/* One that fails does not keep the others logged in. */
static int logout_all(const struct request *request)
{
    struct complaint why = {{0}};
    struct list names OWNED(cognito_list_free) = {0};
    size_t own = 0;
    size_t reported = 0;
    int status = EXIT_GOOD;
    if (!cognito_profiles_list(&request->places, &names, &own, &why))
        return complain(&why, EXIT_TROUBLE);
    (void)fputs(request->json ? "{\"profiles\": [" : "", stdout);
    for (size_t i = 0; i < names.count; i++) {
        struct end end = {0};
        end_one(request, names.items[i], &end);
        if (end.kept || end.failed)
            report_one(request, names.items[i], &end, &reported);
        if (end.failed)
            status = EXIT_REFUSED;
    }
    (void)fputs(request->json ? "]}\n" : "", stdout);
    if (!request->json && reported == 0)
        (void)fputs("Nobody was logged in.\n", stderr);
    return status;
}

int cognito_verb_logout(const struct request *request)
{
    if (request->all)
        return logout_all(request);
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
