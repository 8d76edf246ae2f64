/* SPDX-License-Identifier: MIT */
/*
 * sign-in FLOW URL POOL CLIENT [USER]: one sign-in by src/client/password.c, for tests. FLOW is
 * srp or plain. What the person would be asked goes to standard error, the answers come from
 * standard input, a line each; with PERSON=terminal, both are at /dev/tty. Standard output is the
 * tokens. CA_FILE has the certificates to trust. Exit 1 if the sign-in fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/safefile.h"
#include "client/password.h"

static void print(FILE *stream, const char *name, struct span text)
{
    (void)fprintf(stream, "%s %.*s\n", name, (int)text.len,
                  text.len == 0 ? "" : (const char *)text.data);
}

static bool read_line(struct secret *answer, struct complaint *why)
{
    for (int c = getchar(); c != '\n'; c = getchar()) {
        const unsigned char byte = (unsigned char)c;
        if (c == EOF || !cognito_secret_append(answer, span_of(&byte, 1)))
            return cognito_complain(why, "no answer");
    }
    return true;
}

static bool ask(void *context, const char *question, bool echo, struct secret *answer,
                struct complaint *why)
{
    (void)context;
    (void)fprintf(stderr, "%s: %s\n", echo ? "shown" : "hidden", question);
    return read_line(answer, why);
}

static bool choose(void *context, const char *question, const char *const *things, size_t count,
                   size_t *chosen, struct complaint *why)
{
    struct secret answer = {0};
    (void)context;
    (void)fprintf(stderr, "choose: %s\n", question);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(stderr, "choice: %s\n", things[i]);
    if (!read_line(&answer, why))
        return false;
    *chosen = answer.len == 0 ? 0 : (size_t)(answer.data[0] - '1');
    cognito_secret_free(&answer);
    return true;
}

static bool tell(void *context, const char *sentence, struct complaint *why)
{
    (void)context;
    (void)why;
    (void)fprintf(stderr, "tell: %s\n", sentence);
    return true;
}

static enum password_flow flow_of(const char *name)
{
    return strcmp(name, "plain") == 0 ? PASSWORD_FLOW_PLAIN : PASSWORD_FLOW_SRP;
}

int main(int argc, char **argv)
{
    static const struct person at_pipes = {NULL, ask, choose, tell};
    static const struct safefile_rules rules = {.max_size = AUTHORITIES_SIZE_MAX};
    struct safefile ca_file = {0};
    struct complaint why = {{0}};
    struct tokens tokens = {.date = 0};
    const char *path = getenv("CA_FILE");
    if (argc < 5 || argc > 6 || path == NULL || !cognito_http_begin(&why) ||
        cognito_safefile_read(path, &rules, &ca_file, &why) != SAFEFILE_READ)
        return 2;
    const struct http_settings settings = {.authorities = secret_span(&ca_file.content)};
    const char *kind = getenv("PERSON");
    const bool terminal = kind != NULL && strcmp(kind, "terminal") == 0;
    const struct password_signin signin = {
        .api = {&settings, argv[2]},
        .user_pool = argv[3],
        .client_id = argv[4],
        .user = argc == 6 ? span_of_string(argv[5]) : span_of(NULL, 0),
        .flow = flow_of(argv[1]),
        .person = terminal ? &cognito_person_at_terminal : &at_pipes,
    };
    const bool signed_in = cognito_password_sign_in(&signin, &tokens, &why);
    if (signed_in) {
        print(stdout, "id", secret_span(&tokens.id));
        print(stdout, "refresh", secret_span(&tokens.refresh));
    } else {
        (void)fprintf(stderr, "sign-in: %s\n", why.text);
    }
    tokens_free(&tokens);
    cognito_secret_free(&ca_file.content);
    cognito_http_end();
    return signed_in && fflush(stdout) == 0 ? 0 : 1;
}
