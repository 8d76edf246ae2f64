/* SPDX-License-Identifier: MIT */
/*
 * The profiles of cognito-login: the first line of the input is the name of one, the rest the file.
 * What is taken is read a second time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "client/profile.h"
#include "fuzz.h"
#include "settings.h"

static void check_profile(const struct profile *profile, const struct settings *settings)
{
    size_t count;
    const struct option_row *table = cognito_profile_options(&count);
    struct secret hosts = {0};
    struct profile written = *profile;
    /* A bare host becomes a URL. */
    char *domain = profile->domain;
    const bool completed =
        domain != NULL && strncmp(domain, "https://", 8) == 0 &&
        memmem(settings->text.data, settings->text.len, domain, strlen(domain)) == NULL;
    if (completed)
        written.domain = domain + 8;
    settings_compare(settings, table, count, &written);
    AGREE(settings_have(settings, "user_pool") && settings_have(settings, "client_id"),
          "user_pool or client_id is missing");
    AGREE(strcmp(profile->name, settings->name) == 0, "the profile %s", profile->name);
    AGREE(cognito_list_has(&profile->scopes, span_of_string("openid")), "no openid");
    AGREE(profile->ports.count > 0 && profile->issuers.count > 0, "no port or issuer");
    for (size_t i = 0; i < profile->ports.count; i++)
        AGREE(atol(profile->ports.items[i]) >= 1024 && atol(profile->ports.items[i]) <= 65535,
              "the port %s", profile->ports.items[i]);
    AGREE(cognito_profile_hosts(profile, &hosts) && hosts.data[hosts.len - 1] == '\0' &&
              strlen((const char *)hosts.data) == hosts.len - 1,
          "hosts without an end");
    cognito_secret_free(&hosts);
    AGREE(cognito_url_fault(span_of_string(profile->endpoint)) == NULL &&
              cognito_url_fault(span_of_string(profile->jwks_uri)) == NULL &&
              (profile->domain == NULL ||
               cognito_url_fault(span_of_string(profile->domain)) == NULL),
          "a URL that is not called");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    char *name = fuzz_string(fuzz_part(&input, '\n'));
    const char *path = fuzz_path("profiles");
    struct profile profile = {0};
    struct complaint why = {{0}};
    fuzz_write(path, input);
    if (cognito_profile_read(path, name[0] == '\0' ? NULL : name, &profile, &why)) {
        const struct settings settings = {.kind = "profile",
                                          .name = name[0] == '\0' ? "default" : name,
                                          .text = input};
        check_profile(&profile, &settings);
        cognito_profile_free(&profile);
    } else {
        AGREE(profile.name == NULL && why.text[0] != '\0', "refused without a word");
    }
    free(name);
    return 0;
}
