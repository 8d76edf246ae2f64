/* SPDX-License-Identifier: MIT */
#include "client/profiletext.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/options.h"

#define KIND "profile"

/* ---- what may harm ---- */

/* Whether URL is at one of the two hosts that Amazon Cognito has for POOL. */
static bool is_cognito(const char *url, const char *pool)
{
    static const char *const names[] = {"cognito-idp", "issuer-cognito-idp"};
    char start[256];
    for (size_t i = 0; i < 2; i++) {
        const int len = snprintf(start, sizeof start, "https://%s.%.*s.amazonaws.com/", names[i],
                                 (int)strcspn(pool, "_"), pool);
        if (len > 0 && (size_t)len < sizeof start && strncmp(url, start, (size_t)len) == 0)
            return true;
    }
    return false;
}

static bool all_are_cognito(const struct list *urls, const char *pool)
{
    bool good = true;
    for (size_t i = 0; good && i < urls->count; i++)
        good = is_cognito(urls->items[i], pool);
    return good;
}

/* RAW has what the text sets, and nothing else. */
static const char *concern_of(const struct profile *raw, const char *name)
{
    const char *pool = raw->user_pool;
    if (strcmp(name, "ca_file") == 0)
        return "these certificates are trusted instead of the system's";
    if (strcmp(name, "proxy") == 0)
        return "all requests go through it";
    if (strcmp(name, "endpoint") == 0 && !is_cognito(raw->endpoint, pool))
        return "not a host of Amazon Cognito: it gets passwords and refresh tokens";
    if (strcmp(name, "issuer") == 0 && !all_are_cognito(&raw->issuers, pool))
        return "not a host of Amazon Cognito: tokens from it are taken";
    if (strcmp(name, "jwks_uri") == 0 && !is_cognito(raw->jwks_uri, pool))
        return "not a host of Amazon Cognito: its keys say which tokens are good";
    if (strcmp(name, "password_flow") == 0 && strcmp(raw->password_flow, "plain") == 0)
        return "--password sends the password itself";
    if (strcmp(name, "hosts") == 0 && cognito_list_has(&raw->hosts, span_of_string("*")))
        return "every host may have the token";
    return NULL;
}

/* ---- reading ---- */

static void free_sections(struct option_sections *sections)
{
    cognito_list_free(&sections->named);
}

static bool add(struct secret *text, const char *more)
{
    return cognito_secret_append(text, span_of_string(more));
}

/* The value that RAW has of OPTION; nothing if the text does not set it. */
static bool print_value(const struct option_row *option, const struct profile *raw,
                        struct secret *value)
{
    const void *place = (const char *)raw + option->offset;
    char number[32];
    if (option->type == OPTION_LIST) {
        const struct list *list = place;
        bool good = true;
        for (size_t i = 0; good && i < list->count; i++)
            good = add(value, i == 0 ? "" : " ") && add(value, list->items[i]);
        return good;
    }
    if (option->type == OPTION_DURATION) {
        const int64_t seconds = *(const int64_t *)place;
        (void)snprintf(number, sizeof number, "%" PRId64 "s", seconds);
        return seconds < 0 || add(value, number);
    }
    const char *string = *(char *const *)place;
    return string == NULL || add(value, string);
}

static bool take_settings(const struct profile *raw, struct profile_text *found)
{
    size_t count = 0;
    const struct option_row *table = cognito_profile_options(&count);
    found->settings = calloc(count, sizeof *found->settings);
    if (found->settings == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct profile_setting *setting = &found->settings[found->count];
        if (!print_value(&table[i], raw, &setting->value))
            return false;
        if (setting->value.len == 0)
            continue;
        setting->name = table[i].name;
        setting->concern = concern_of(raw, table[i].name);
        found->count++;
    }
    return true;
}

bool cognito_profile_text_settings(struct span text, const char *path, const char *name,
                                   struct profile_text *found, struct complaint *why)
{
    struct profile whole OWNED(cognito_profile_free) = {0};
    struct profile raw OWNED(cognito_profile_free) = {.clock_skew = -1, .timeout = -1};
    struct option_sections sections OWNED(free_sections) = {KIND, {0}};
    size_t count = 0;
    const struct option_row *table = cognito_profile_options(&count);
    const struct options options = {table, count, &raw, name};
    if (!cognito_profile_parse(text, path, name, &whole, why) ||
        !cognito_options_file_of(&options, &sections, text, path, why))
        return false;
    (void)snprintf(found->name, sizeof found->name, "%s", name);
    return take_settings(&raw, found) || cognito_complain(why, "out of memory");
}

bool cognito_profile_text_read(struct span text, const char *source, struct profile_text *found,
                               struct complaint *why)
{
    struct list names OWNED(cognito_list_free) = {0};
    if (!cognito_profile_names_of(text, source, DEFAULT_ANY, &names, why))
        return false;
    if (names.count != 1)
        return cognito_complain(why, "%s: one profile was expected, not %zu", source, names.count);
    return cognito_profile_text_settings(text, source, names.items[0], found, why);
}

void cognito_profile_text_free(struct profile_text *text)
{
    for (size_t i = 0; i < text->count; i++)
        cognito_secret_free(&text->settings[i].value);
    free(text->settings);
    *text = (struct profile_text){0};
}

/* ---- merging ---- */

/* Where a section stands: from its header to the end of its last setting. */
struct place {
    size_t begin, end;
    bool found, shared;
};

/* LINE is the header of a section: whether NAME is among its names, and with how many others. */
static bool is_of(struct span line, const char *name, bool *shared)
{
    struct span words = span_of(line.data + 1, line.len - 2);
    size_t count = 0;
    bool named = false;
    (void)cognito_next_word(&words);
    for (struct span word = cognito_next_word(&words); word.len > 0;
         word = cognito_next_word(&words), count++)
        named = named || span_is(word, name);
    *shared = count > 1;
    return named;
}

/* OLD is the text of a file that the parser took. */
static struct place find_place(struct span old, const char *name)
{
    struct place place = {.begin = old.len, .end = old.len};
    bool inside = false;
    for (size_t at = 0; at < old.len;) {
        const struct span rest = span_after(old, at);
        const size_t len = span_position(rest, '\n');
        const struct span line = cognito_trim(span_first(rest, len));
        const size_t next = at + (len < rest.len ? len + 1 : len);
        if (line.len > 1 && line.data[0] == '[') {
            bool shared = false;
            inside = is_of(line, name, &shared);
            if (inside)
                place = (struct place){at, next, true, shared};
        } else if (inside && line.len > 0 && line.data[0] != '#') {
            place.end = next;
        }
        at = next;
    }
    return place;
}

static bool add_section(const struct profile_text *text, const char *name, struct secret *merged)
{
    bool good = add(merged, "[" KIND " ") && add(merged, name) && add(merged, "]\n");
    for (size_t i = 0; good && i < text->count; i++)
        good = add(merged, text->settings[i].name) && add(merged, " = ") &&
               cognito_secret_append(merged, secret_span(&text->settings[i].value)) &&
               add(merged, "\n");
    return good;
}

bool cognito_profile_text_merge(const struct profile_text *text, const char *name, struct span old,
                                struct secret *merged, struct complaint *why)
{
    const struct place place = find_place(old, name);
    if (place.shared)
        return cognito_complain(why,
                                "the section for %s is one for other profiles as well; change it "
                                "by hand, or choose another name with --profile",
                                name);
    const bool ends = old.len == 0 || old.data[old.len - 1] == '\n';
    const char *gap = place.found || old.len == 0 ? "" : ends ? "\n" : "\n\n";
    return (cognito_secret_append(merged, span_first(old, place.begin)) && add(merged, gap) &&
            add_section(text, name, merged) &&
            cognito_secret_append(merged, span_after(old, place.end))) ||
           cognito_complain(why, "out of memory");
}
