/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito verify: the command line of a rehearsal, and its result as a line, check by check, or
 * as JSON.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/input.h"
#include "admin/keyage.h"
#include "admin/prompts.h"
#include "admin/rehearsal.h"
#include "admin/verbs.h"
#include "base/jsonprint.h"

enum format { FORMAT_LINE, FORMAT_EXPLAIN, FORMAT_JSON };

struct command {
    struct rehearsal_request request;
    struct config_arguments configs;
    const char *token_file;
    enum format format;
};

/* ---- the command line ---- */

static bool add_config(struct command *command, const char *name)
{
    struct rehearsal_request *request = &command->request;
    struct complaint why = {{0}};
    if (!cognito_config_arguments_add(&command->configs, name, &why))
        return cognito_verb_complain("verify", "%s", why.text);
    request->configs[request->config_count] = command->configs.words[request->config_count];
    request->config_count++;
    return true;
}

static bool read_seconds(const char *text, int64_t *seconds)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0 || value >= INT64_C(1) << 41)
        return cognito_verb_complain("verify", "--at takes seconds since the epoch, not %s", text);
    *seconds = value;
    return true;
}

static bool set_format(struct command *command, enum format format)
{
    if (command->format != FORMAT_LINE && command->format != format)
        return cognito_verb_complain("verify", "--explain and --json exclude each other");
    command->format = format;
    return true;
}

static bool take_option(void *context, int option)
{
    struct command *command = context;
    switch (option) {
    case 'c':
        return add_config(command, optarg);
    case 's':
        command->request.service = optarg;
        return true;
    case 'u':
        command->request.user = optarg;
        return true;
    case 'a':
        return read_seconds(optarg, &command->request.at);
    case 'e':
        return set_format(command, FORMAT_EXPLAIN);
    case 'j':
        return set_format(command, FORMAT_JSON);
    default:
        return false; /* getopt_long has said why */
    }
}

static bool read_command_line(struct command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"service", required_argument, NULL, 's'},
        {"user", required_argument, NULL, 'u'},
        {"at", required_argument, NULL, 'a'},
        {"explain", no_argument, NULL, 'e'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    if (!cognito_verb_options(argc, argv, options, take_option, command))
        return false;
    if (argc - optind > 1)
        return cognito_verb_complain("verify",
                                     "one TOKEN-FILE at most, and a token is never an argument");
    command->token_file = optind < argc ? argv[optind] : NULL;
    return true;
}

/* ---- the result ---- */

/* "the token has expired (320 s ago); sign in again for a new token" */
static struct complaint words(const struct rehearsal *rehearsal)
{
    const struct status_row *row = cognito_status_row(rehearsal->status);
    const char *why = rehearsal->explanation.why.text;
    struct complaint text = {{0}};
    (void)cognito_complain(&text, "%s%s%s%s%s%s", row->text, why[0] == '\0' ? "" : " (", why,
                           why[0] == '\0' ? "" : ")", row->remedy[0] == '\0' ? "" : "; ",
                           row->remedy);
    return text;
}

static void print_line(const struct rehearsal *rehearsal, const char *user)
{
    const struct identity *who = &rehearsal->who;
    if (rehearsal->status != COGNITO_ACCEPTED) {
        (void)printf("refused %s: %s\n", cognito_status_row(rehearsal->status)->code,
                     words(rehearsal).text);
        return;
    }
    (void)printf("accepted sub=%s username=%s", cognito_escape(who->subject).text,
                 cognito_escape(who->username).text);
    if (user != NULL)
        (void)printf(" user=%s", cognito_escape(span_of_string(user)).text);
    (void)printf(" kid=%s jti=%s exp=%" PRId64 "%s\n",
                 cognito_escape(span_of_string(who->key_id)).text,
                 cognito_escape(who->token_id).text, who->expires_at,
                 user == NULL ? " (no --user: mapping and account were skipped)" : "");
}

/* Whether an account was named, and what became of it. */
static const char *mapping_of(const struct rehearsal *rehearsal, const char *user)
{
    if (user == NULL)
        return "skipped";
    switch (rehearsal->status) {
    case COGNITO_ACCEPTED:
    case COGNITO_POLICY_DENIED:
    case COGNITO_POLICY_USED:
    case COGNITO_SYSTEM_LEDGER:
        return "matched";
    case COGNITO_POLICY_USER:
    case COGNITO_POLICY_EMAIL:
    case COGNITO_POLICY_PHONE:
    case COGNITO_POLICY_ACCOUNT:
        return "refused";
    default:
        return "skipped"; /* it did not get that far */
    }
}

static void print_json(const struct rehearsal *rehearsal, const char *user)
{
    const bool accepted = rehearsal->status == COGNITO_ACCEPTED;
    const struct identity *who = &rehearsal->who;
    const struct complaint text = words(rehearsal);
    size_t count = 0;
    (void)putchar('{');
    cognito_json_print_member(stdout, &count, "verdict",
                              span_of_string(accepted ? "accepted" : "refused"));
    cognito_json_print_member(stdout, &count, "reason",
                              span_of_string(cognito_status_row(rehearsal->status)->code));
    cognito_json_print_member(stdout, &count, "explanation", span_of_string(text.text));
    if (accepted) {
        cognito_json_print_member(stdout, &count, "sub", who->subject);
        cognito_json_print_member(stdout, &count, "username", who->username);
        cognito_json_print_member(stdout, &count, "kid", span_of_string(who->key_id));
        cognito_json_print_member(stdout, &count, "jti", who->token_id);
        (void)printf(", \"exp\": %" PRId64, who->expires_at);
    } else {
        (void)fputs(", \"sub\": null, \"username\": null, \"kid\": null, \"jti\": null, "
                    "\"exp\": null",
                    stdout);
    }
    if (user != NULL)
        cognito_json_print_member(stdout, &count, "user", span_of_string(user));
    else
        (void)fputs(", \"user\": null", stdout);
    cognito_json_print_member(stdout, &count, "mapping",
                              span_of_string(mapping_of(rehearsal, user)));
    (void)puts("}");
}

static void print_check(void *context, const char *check, const char *saw)
{
    (void)context;
    (void)printf("  passed   %-17s %s\n", check, saw);
}

/* Of the set that the file holds now: a rehearsal opens it a moment before. */
static void explain_keys(const struct config *config, size_t count)
{
    const int64_t age = (int64_t)time(NULL) - cognito_keys_written(config);
    (void)printf("  pool     %-17s %zu usable keys, written %" PRId64 " s ago%s\n",
                 config->user_pool, count, age,
                 config->jwks_file == NULL ? "" : ", placed by jwks_file");
}

static void explain_length(struct span token)
{
    while (token.len > 0 &&
           (token.data[token.len - 1] == '\n' || token.data[token.len - 1] == '\r'))
        token.len--;
    (void)printf("  prompts  %-17zu ", token.len);
    print_prompts(token.len);
    (void)putchar('\n');
}

/* Which part of the configuration applies, and with which keys. */
static void explain_pools(const struct pools *pools, const char *service)
{
    for (size_t i = 0; i < pools->count; i++) {
        const struct config *config = pools->items[i].config;
        explain_keys(config, cognito_jwks_count(pools->items[i].keys));
        if (config->section != 0 && service != NULL)
            (void)printf("  section  %-17s line %zu\n",
                         cognito_escape(span_of_string(service)).text, config->section);
        else
            (void)puts("  section  none              only what stands before all sections");
    }
    if (pools->left_out.text[0] != '\0')
        (void)printf("  left out %s\n", pools->left_out.text);
}

static void print_result(const struct command *command, const struct rehearsal *rehearsal)
{
    if (command->format == FORMAT_JSON) {
        print_json(rehearsal, command->request.user);
        return;
    }
    if (command->format == FORMAT_EXPLAIN && rehearsal->status != COGNITO_ACCEPTED)
        (void)printf("  refused  %-17s %s\n", cognito_status_row(rehearsal->status)->code,
                     words(rehearsal).text);
    print_line(rehearsal, command->request.user);
}

static int exit_status(enum cognito_status status)
{
    if (status == COGNITO_ACCEPTED)
        return EXIT_GOOD;
    return strncmp(cognito_status_row(status)->code, "system.", 7) == 0 ? EXIT_TROUBLE
                                                                        : EXIT_REFUSED;
}

int cognito_verb_verify(int argc, char **argv)
{
    struct command command = {.request = {.at = -1}};
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    struct secret token OWNED(cognito_secret_free) = {0};
    struct rehearsal rehearsal OWNED(cognito_rehearsal_free) = {.status = COGNITO_UNDECIDED};
    if (!cognito_read_token(command.token_file, &token, &rehearsal.explanation.why)) {
        (void)cognito_verb_complain("verify", "%s", rehearsal.explanation.why.text);
        return EXIT_TROUBLE;
    }
    if (command.format == FORMAT_EXPLAIN)
        rehearsal.explanation.passed = print_check;
    if (command.format == FORMAT_EXPLAIN)
        explain_length(secret_span(&token));
    if (cognito_rehearsal_prepare(&command.request, &rehearsal)) {
        if (command.format == FORMAT_EXPLAIN)
            explain_pools(&rehearsal.pools, command.request.service);
        cognito_rehearsal_decide(&command.request, secret_span(&token), &rehearsal);
    }
    print_result(&command, &rehearsal);
    return exit_status(rehearsal.status);
}
