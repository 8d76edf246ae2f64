/* SPDX-License-Identifier: MIT */
/*
 * What cognito-askpass reads: the first line of the input is a prompt, the second one patterns of
 * hosts, the rest a token. A prompt that is taken can be put together again from its parts; hosts
 * match as fnmatch(3) says; a token's exp is what a second reader finds.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/compact.h"
#include "client/expiry.h"
#include "client/hosts.h"
#include "client/question.h"
#include "fuzz.h"
#include "oracle.h"
#include "reader.h"

enum { TEXT_SIZE = 65536 };

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] <= 32 || name.data[i] == 127 || strchr("()", name.data[i]) != NULL)
            return false;
    return name.len > 0;
}

/* The prompt as the module and ssh write it. */
static bool writes(const struct question *question, struct span prompt)
{
    static char text[TEXT_SIZE];
    int len = 0;
    if (!question->bare)
        len = snprintf(text, sizeof text, "(%.*s@%.*s) ", (int)question->user.len,
                       (const char *)question->user.data, (int)question->host.len,
                       (const char *)question->host.data);
    if (question->kind == QUESTION_FIRST)
        len += snprintf(text + len, sizeof text - (size_t)len, "Password (Cognito ID token): ");
    else
        len += snprintf(text + len, sizeof text - (size_t)len,
                        "Password (Cognito ID token, continue after character %zu): ",
                        question->after);
    return span_equal(span_of(text, (size_t)len), prompt);
}

static struct span check_prompt(struct span prompt)
{
    const struct question question = cognito_question_read(prompt);
    if (question.kind == QUESTION_OTHER) {
        AGREE(!span_is(prompt, "Password (Cognito ID token): ") && question.after == 0 &&
                  question.host.len == 0,
              "not taken, and something is in it");
        return span_of_string("");
    }
    AGREE((question.kind == QUESTION_NEXT) == (question.after > 0), "after %zu", question.after);
    AGREE(writes(&question, prompt), "another prompt than was written");
    if (question.bare)
        return span_of_string("");
    AGREE(is_name(question.user) && is_name(question.host), "a name that ssh would not show");
    return question.host;
}

/* Only * and ? are special, and letters have no case. */
static bool expects_match(const char *patterns, const char *host)
{
    char *copy = fuzz_string(span_of_string(patterns));
    char *place = NULL;
    bool match = false;
    for (char *one = strtok_r(copy, " \t\r\n,", &place); one != NULL && !match;
         one = strtok_r(NULL, " \t\r\n,", &place))
        match = fnmatch(one, host, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
    free(copy);
    return match && strchr(patterns, '!') == NULL;
}

static void check_hosts(struct span host, struct span patterns)
{
    struct complaint why = {{0}};
    char *name = fuzz_string(host);
    char *list = fuzz_string(patterns);
    const bool match = cognito_hosts_match(list, span_of_string(name), &why);
    AGREE(match == (why.text[0] == '\0'), "words: %s", why.text);
    AGREE(!cognito_hosts_match(NULL, span_of_string(name), NULL), "a host that nobody named");
    bool comparable = strchr(list, '[') == NULL;
    for (const char *c = list; *c != '\0'; c++)
        comparable = comparable && *c > 0;
    for (const char *c = name; *c != '\0'; c++)
        comparable = comparable && *c > 0;
    if (comparable)
        AGREE(match == expects_match(list, name), "%s fits %s: %d", name, list, match);
    free(name);
    free(list);
}

static void check_expiry(struct span payload, int64_t expires_at)
{
    struct secret bytes = {0};
    struct tree tree;
    int64_t expected = 0;
    AGREE(oracle_base64url(payload, &bytes), "a payload that is not strict");
    reader_open(&tree, secret_span(&bytes));
    AGREE(tree.fault == NULL && reader_seconds(reader_member(tree.root, "exp"), &expected) &&
              expected == expires_at,
          "exp %lld, not %lld", (long long)expires_at, (long long)expected);
    AGREE(cognito_expiry_ahead(expires_at, expires_at - 1, NULL) &&
              !cognito_expiry_ahead(expires_at, expires_at, NULL),
          "not until its end");
    reader_close(&tree);
    cognito_secret_free(&bytes);
}

static void check_token(struct span token)
{
    struct span payload = {NULL, 0};
    struct complaint why = {{0}};
    int64_t expires_at = 0;
    const bool good = cognito_compact_payload(token, &payload, &why);
    struct span rest = token;
    const struct span header = fuzz_part(&rest, '.');
    const struct span second = fuzz_part(&rest, '.');
    bool expected = header.len > 0 && second.len > 0 && rest.len > 0 && token.len <= 262144;
    for (size_t i = 0; i < token.len; i++)
        expected = expected &&
                   (strchr("-_.", token.data[i]) != NULL || (token.data[i] | 32) - 'a' < 26U ||
                    token.data[i] - '0' < 10U) &&
                   token.data[i] != 0;
    expected = expected && span_position(rest, '.') == rest.len;
    AGREE(good == expected, "a compact form: %d", good);
    AGREE(good == (why.text[0] == '\0'), "words: %s", why.text);
    if (!good)
        return;
    AGREE(span_equal(payload, second), "another payload");
    if (cognito_expiry_read(payload, &expires_at, &why)) {
        check_expiry(payload, expires_at);
        for (int64_t now = expires_at; now < INT64_C(1) << 42; now += now - expires_at + 50)
            AGREE(!cognito_expiry_ahead(expires_at, now, &why), "not expired");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    if (size > TEXT_SIZE / 2)
        return 0;
    const struct span host = check_prompt(fuzz_part(&input, '\n'));
    const struct span patterns = fuzz_part(&input, '\n');
    check_hosts(host, patterns);
    check_hosts(span_of_string("bastion.example.com"), patterns);
    check_token(input);
    return 0;
}
