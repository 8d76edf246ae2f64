/* SPDX-License-Identifier: MIT */
#include "client/profile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/lines.h"
#include "base/url.h"
#include "base/userpool.h"
#include "client/ownfile.h"

/* ---- values ---- */

static bool is_letter_or_digit(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Amazon Cognito API reference, ClientId: [\w+]+, 1 to 128 characters. */
static const char *client_fault(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!is_letter_or_digit(value.data[i]) && value.data[i] != '_' && value.data[i] != '+')
            return "the id of an app client was expected, letters and digits";
    return value.len <= 128 ? NULL : "too long for the id of an app client";
}

/* A host, maybe with a port, or a URL that ends there. */
static const char *domain_fault(struct span value)
{
    if (span_position(value, '/') == value.len)
        return cognito_url_host_fault(value);
    const char *fault = cognito_url_base_fault(value);
    if (fault != NULL)
        return fault;
    const struct span behind_scheme = span_after(value, strlen("https://"));
    return span_position(behind_scheme, '/') == behind_scheme.len
               ? NULL
               : "a host was expected, such as example.auth.us-east-1.amazoncognito.com";
}

static const char *port_fault(struct span value)
{
    int number = 0;
    for (size_t i = 0; i < value.len && number <= 65535; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return "numbers of ports were expected";
        number = number * 10 + (value.data[i] - '0');
    }
    return number >= 1024 && number <= 65535 && value.data[0] != '0'
               ? NULL
               : "ports from 1024 to 65535 were expected";
}

/* As in COGNITO_ASKPASS_HOSTS: there are no exceptions. */
static const char *host_fault(struct span value)
{
    return span_position(value, '!') == value.len && span_position(value, ',') == value.len
               ? NULL
               : "patterns of hosts were expected, without '!' and ','";
}

static const char *flow_fault(struct span value)
{
    return span_is(value, "srp") || span_is(value, "plain") ? NULL : "srp or plain was expected";
}

/* ---- the table ---- */

#define FIELD(member) offsetof(struct profile, member)
#define ANYWHERE OPTION_IN_SERVICE

/* clang-format off */
static const struct option_row table[] = {
    {"user_pool", OPTION_WORD, FIELD(user_pool), 0, 0, ANYWHERE, cognito_userpool_fault},
    {"client_id", OPTION_WORD, FIELD(client_id), 0, 0, ANYWHERE, client_fault},
    {"domain", OPTION_WORD, FIELD(domain), 0, 0, ANYWHERE, domain_fault},
    {"endpoint", OPTION_WORD, FIELD(endpoint), 0, 0, ANYWHERE, cognito_url_base_fault},
    {"issuer", OPTION_LIST, FIELD(issuers), 0, 0, ANYWHERE, cognito_url_base_fault},
    {"jwks_uri", OPTION_WORD, FIELD(jwks_uri), 0, 0, ANYWHERE, cognito_url_fault},
    {"identity_provider", OPTION_WORD, FIELD(identity_provider), 0, 0, ANYWHERE, NULL},
    {"scopes", OPTION_LIST, FIELD(scopes), 0, 0, ANYWHERE, NULL},
    {"ports", OPTION_LIST, FIELD(ports), 0, 0, ANYWHERE, port_fault},
    {"hosts", OPTION_LIST, FIELD(hosts), 0, 0, ANYWHERE, host_fault},
    {"password_flow", OPTION_WORD, FIELD(password_flow), 0, 0, ANYWHERE, flow_fault},
    {"ca_file", OPTION_PATH, FIELD(ca_file), 0, 0, ANYWHERE, NULL},
    {"proxy", OPTION_WORD, FIELD(proxy), 0, 0, ANYWHERE, cognito_url_proxy_fault},
    {"clock_skew", OPTION_DURATION, FIELD(clock_skew), 0, 300, ANYWHERE, NULL},
    {"timeout", OPTION_DURATION, FIELD(timeout), 1, 300, ANYWHERE, NULL},
};
/* clang-format on */

enum { OPTION_COUNT = sizeof table / sizeof table[0] };

const struct option_row *cognito_profile_options(size_t *count)
{
    *count = OPTION_COUNT;
    return table;
}

static struct options options_of(struct profile *profile, const char *name)
{
    return (struct options){table, OPTION_COUNT, profile, name};
}

void cognito_profile_free(struct profile *profile)
{
    const struct options options = options_of(profile, NULL);
    cognito_options_free(&options);
    free(profile->name);
    *profile = (struct profile){0};
}

/* ---- what follows from what ---- */

static void free_string(char **string)
{
    free(*string);
}

/* Without memory *STRING stays NULL. */
static bool set_default(char **string, const char *format, ...) PRINTF_LIKE(2, 3);

static bool set_default(char **string, const char *format, ...)
{
    if (*string != NULL)
        return true;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(string, format, arguments) < 0)
        *string = NULL;
    va_end(arguments);
    return *string != NULL;
}

static bool default_list(struct list *list, const char *const *values, size_t count)
{
    if (list->count > 0)
        return true;
    for (size_t i = 0; i < count; i++)
        if (!cognito_list_append(list, span_of_string(values[i])))
            return false;
    return true;
}

static bool default_keys(struct profile *profile)
{
    char uri[USERPOOL_URI_SIZE];
    return profile->jwks_uri != NULL || (cognito_userpool_keys(profile->issuers.items[0], uri) &&
                                         set_default(&profile->jwks_uri, "%s", uri));
}

static bool whole_domain(struct profile *profile)
{
    if (profile->domain == NULL || strchr(profile->domain, '/') != NULL)
        return true;
    char *host = profile->domain;
    profile->domain = NULL;
    const bool good = set_default(&profile->domain, "https://%s", host);
    free(host);
    return good;
}

static bool defaults(struct profile *profile, const char *name)
{
    static const char *const ports[] = {"28090", "28091", "28092"};
    static const char *const scopes[] = {"openid"};
    char *region OWNED(free_string) = strndup(profile->user_pool, strcspn(profile->user_pool, "_"));
    profile->name = strdup(name);
    return region != NULL && profile->name != NULL && whole_domain(profile) &&
           default_list(&profile->ports, ports, 3) && default_list(&profile->scopes, scopes, 1) &&
           set_default(&profile->endpoint, "https://cognito-idp.%s.amazonaws.com/", region) &&
           (profile->issuers.count > 0 ||
            cognito_userpool_issuers(profile->user_pool, &profile->issuers)) &&
           default_keys(profile);
}

static bool complete(struct profile *profile, const char *path, const char *name,
                     struct complaint *why)
{
    if (profile->user_pool == NULL || profile->client_id == NULL)
        return cognito_complain(why, "%s: profile %s: %s is missing", path, name,
                                profile->user_pool == NULL ? "user_pool" : "client_id");
    if (!defaults(profile, name))
        return cognito_complain(why, "%s: out of memory", path);
    if (!cognito_list_has(&profile->scopes, span_of_string("openid")))
        return cognito_complain(why, "%s: profile %s: scopes need openid, for an ID token", path,
                                name);
    return true;
}

/* ---- the file ---- */

static bool read_text(const char *path, struct secret *text, struct complaint *why)
{
    switch (cognito_ownfile_read(path, CONFIG_SIZE_MAX, text, why)) {
    case SAFEFILE_READ:
        return true;
    case SAFEFILE_MISSING:
        return cognito_complain(why,
                                "there is no %s; it needs at least user_pool, client_id and "
                                "domain, see cognito-login(1)",
                                path);
    default:
        return false;
    }
}

static bool is_there(const struct option_sections *sections, const char *path, const char *name,
                     struct complaint *why)
{
    if (strlen(name) > PROFILE_NAME_MAX)
        return cognito_complain(why, "the name of the profile is too long");
    if (strcmp(name, PROFILE_DEFAULT) == 0 ||
        (cognito_list_has(&sections->named, span_of_string(name)) && name[0] != '.'))
        return true;
    return cognito_complain(why, "%s: there is no section [profile %s]", path,
                            cognito_escape(span_of_string(name)).text);
}

static void free_sections(struct option_sections *sections)
{
    cognito_list_free(&sections->named);
}

bool cognito_profile_parse(struct span text, const char *path, const char *name,
                           struct profile *profile, struct complaint *why)
{
    const char *chosen = name == NULL ? PROFILE_DEFAULT : name;
    struct profile found OWNED(cognito_profile_free) = {.clock_skew = 60, .timeout = 20};
    struct option_sections sections OWNED(free_sections) = {"profile", {0}};
    const struct options options = options_of(&found, chosen);
    if (!cognito_options_file_of(&options, &sections, text, path, why) ||
        !is_there(&sections, path, chosen, why) || !complete(&found, path, chosen, why))
        return false;
    *profile = found; /* now the caller's */
    found = (struct profile){0};
    return true;
}

bool cognito_profile_read(const char *path, const char *name, struct profile *profile,
                          struct complaint *why)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    return read_text(path, &text, why) &&
           cognito_profile_parse(secret_span(&text), path, name, profile, why);
}

/* ---- their names ---- */

/* Whether anything stands before the sections. TEXT is one that was parsed. */
static bool begins_with_default(struct span text)
{
    struct lines lines = {text, 0};
    struct span line;
    const char *fault = NULL;
    return cognito_lines_next(&lines, &line, &fault) == LINE_READ && line.data[0] != '[';
}

bool cognito_profile_names_of(struct span text, const char *path, enum profile_default which,
                              struct list *names, struct complaint *why)
{
    struct profile shared OWNED(cognito_profile_free) = {0};
    struct option_sections sections OWNED(free_sections) = {"profile", {0}};
    const struct options options = options_of(&shared, NULL);
    if (!cognito_options_file_of(&options, &sections, text, path, why))
        return false;
    const struct span first = span_of_string(PROFILE_DEFAULT);
    const bool has_default = which == DEFAULT_ANY
                                 ? begins_with_default(text)
                                 : shared.user_pool != NULL || shared.client_id != NULL;
    bool good = !has_default || cognito_list_has(&sections.named, first) ||
                cognito_list_append(names, first);
    for (size_t i = 0; good && i < sections.named.count; i++)
        good = cognito_list_append(names, span_of_string(sections.named.items[i]));
    return good || cognito_complain(why, "out of memory");
}

bool cognito_profile_names(const char *path, enum profile_default which, struct list *names,
                           struct complaint *why)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    switch (cognito_ownfile_read(path, CONFIG_SIZE_MAX, &text, why)) {
    case SAFEFILE_READ:
        return cognito_profile_names_of(secret_span(&text), path, which, names, why);
    case SAFEFILE_MISSING:
        return true;
    default:
        return false;
    }
}

bool cognito_profile_hosts(const struct profile *profile, struct secret *text)
{
    for (size_t i = 0; i < profile->hosts.count; i++)
        if (!cognito_secret_append(text, span_of_string(i == 0 ? "" : " ")) ||
            !cognito_secret_append(text, span_of_string(profile->hosts.items[i])))
            return false;
    return cognito_secret_append(text, span_of("", 1));
}
