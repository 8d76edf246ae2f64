/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito inspect: shows what a token holds and how it travels. Nothing is verified and nothing
 * is trusted here; the decision knows none of this.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/input.h"
#include "admin/prompts.h"
#include "admin/verbs.h"
#include "base/base64url.h"
#include "base/jsonguard.h"
#include "base/jsonscan.h"

/* ---- text for a terminal ---- */

/* Control characters, the eighth-bit ones of Unicode among them, must not reach the terminal. */
static void print_plain(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        const unsigned char next = i + 1 < text.len ? text.data[i + 1] : 0;
        if (c == 0xc2 && next >= 0x80 && next <= 0x9f) {
            (void)printf("\\u%04x", (unsigned int)next);
            i++;
        } else if (c < 0x20 || c == 0x7f) {
            (void)printf("\\x%02x", (unsigned int)c);
        } else {
            (void)putchar(c);
        }
    }
}

static bool is_time(struct span name)
{
    static const char *const names[] = {"exp", "iat", "nbf", "auth_time"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cognito_json_same_string(name, span_of_string(names[i])))
            return true;
    return false;
}

static void print_distance(int64_t seconds)
{
    const int64_t far = seconds < 0 ? -seconds : seconds;
    const char *unit = far < 120 ? "s" : far < 7200 ? "min" : far < 172800 ? "h" : "days";
    const int64_t size = far < 120 ? 1 : far < 7200 ? 60 : far < 172800 ? 3600 : 86400;
    (void)printf(seconds < 0 ? "%" PRId64 " %s ago" : "in %" PRId64 " %s", far / size, unit);
}

static void print_time(int64_t seconds)
{
    struct tm utc;
    char text[sizeof "2026-01-01 00:00:00 UTC"];
    const time_t value = (time_t)seconds;
    if (seconds < 0 || seconds >= INT64_C(253402300800) || gmtime_r(&value, &utc) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc) == 0)
        return;
    (void)printf("   (%s, ", text);
    print_distance(seconds - (int64_t)time(NULL));
    (void)putchar(')');
}

static void print_members(struct span object)
{
    struct span name;
    struct span value;
    for (size_t at = 0; cognito_json_next_member(object, &at, &name, &value);) {
        int64_t seconds;
        (void)fputs("  ", stdout);
        print_plain(name);
        (void)fputs(": ", stdout);
        print_plain(value);
        if (is_time(name) && cognito_json_integer_text(value, &seconds))
            print_time(seconds);
        (void)putchar('\n');
    }
}

/* ---- the parts ---- */

/* Decodes TEXT and shows the object in it. */
static bool print_part(const char *title, struct span text)
{
    struct secret bytes OWNED(cognito_secret_free) = {0};
    const size_t size = base64url_decoded_size(text.len);
    struct json_fault fault;
    (void)printf("%s\n", title);
    if (!cognito_secret_reserve(&bytes, size + 1)) {
        (void)puts("  out of memory");
        return false;
    }
    if (!cognito_base64url_decode(text, bytes.data)) {
        (void)puts("  not strict base64url");
        return false;
    }
    if (!cognito_json_guard(span_of(bytes.data, size), &fault)) {
        (void)printf("  not the JSON of a token: %s at byte %zu\n", fault.what, fault.at);
        return false;
    }
    print_members(span_of(bytes.data, size));
    return true;
}

struct limit {
    size_t most; /* bytes of one answer that arrive whole */
    const char *what;
};

/* What a client does with one answer that is longer. */
static void print_cuts(size_t len)
{
    static const struct limit limits[] = {
        {511, "doas and polkit cut it at 511; typed into sudo, it is refused"},
        {1007, "LightDM refuses it"},
        {1023, "typed into ssh, it is cut at 1023: paste the rest at the next prompt"},
        {1024, "sshd's password method refuses it"},
        {4095, "su, login and terminals cut it at 4095"},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (len > limits[i].most) {
            (void)printf("  in one answer: %s\n", limits[i].what);
            any = true;
        }
    }
    if (!any)
        (void)puts("  in one answer: no client is known to cut it");
}

static void print_lengths(size_t len)
{
    (void)printf("length\n  %zu characters\n", len);
    (void)fputs("  prompts: ", stdout);
    print_prompts(len);
    (void)putchar('\n');
    print_cuts(len);
}

static bool print_token(struct span token)
{
    const size_t first = span_position(token, '.');
    const struct span rest = span_after(token, first + 1);
    const size_t second = span_position(rest, '.');
    bool good = print_part("header (not verified)", span_first(token, first));
    if (first < token.len)
        good = print_part("claims (not verified)", span_first(rest, second)) && good;
    (void)printf("signature\n  %zu characters\n", span_after(rest, second + 1).len);
    print_lengths(token.len);
    if (second == rest.len) {
        (void)puts("this token is cut, or no token: it has fewer than two dots");
        good = false;
    }
    return good;
}

int cognito_verb_inspect(int argc, char **argv)
{
    struct secret token OWNED(cognito_secret_free) = {0};
    struct complaint why = {{0}};
    if (argc > 2 || (argc == 2 && strncmp(argv[1], "--", 2) == 0)) {
        (void)fputs("usage: pam-cognito inspect [TOKEN-FILE | -]\n", stderr);
        return EXIT_TROUBLE;
    }
    if (!cognito_read_token(argc == 2 ? argv[1] : NULL, &token, &why)) {
        (void)cognito_verb_complain("inspect", "%s", why.text);
        return EXIT_TROUBLE;
    }
    struct span text = secret_span(&token);
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
        text.len--;
    return print_token(text) ? EXIT_GOOD : EXIT_REFUSED;
}
