/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refresh/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "refresh/authorities.h"
#include "refresh/fetch.h"

static void free_safefile(struct safefile *file)
{
    cognito_secret_free(&file->content);
}

/* IMF-fixdate, the one form that servers may send: RFC 9110, 5.6.7. The locale is C. */
static bool read_date(const char *text, int64_t *seconds)
{
    struct tm utc = {0};
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    if (end == NULL || *end != '\0')
        return false;
    *seconds = (int64_t)timegm(&utc);
    return *seconds > 0;
}

/* The server wrote its date at some moment of the transfer: what lies within it agrees. */
static bool measure(const struct config *config, int64_t *ahead, struct complaint *why)
{
    struct safefile authorities OWNED(free_safefile) = {0};
    char text[VALIDATOR_MAX + 1];
    int64_t date;
    if (config->jwks_uri == NULL)
        return cognito_complain(why, "there is no jwks_uri to ask");
    if (!cognito_authorities_read(config, &authorities, why))
        return false;
    const struct fetch_request request = {.url = config->jwks_uri,
                                          .proxy = config->proxy,
                                          .authorities = secret_span(&authorities.content),
                                          .max_size = JWKS_SIZE_MAX};
    const int64_t before = (int64_t)time(NULL);
    if (!cognito_fetch_date(&request, text, why))
        return false;
    const int64_t after = (int64_t)time(NULL);
    if (!read_date(text, &date))
        return cognito_complain(why, "no usable Date from %s", config->jwks_uri);
    *ahead = date < before ? before - date : date > after ? after - date : 0;
    return true;
}

static enum clock_verdict compare(const struct config *config)
{
    struct complaint why = {{0}};
    int64_t ahead = 0;
    if (!measure(config, &ahead, &why)) {
        (void)fprintf(stderr, "%s: %s\n", config->user_pool, why.text);
        return CLOCK_UNKNOWN;
    }
    const int64_t skew = config->policy.clock_skew;
    const bool agrees = llabs(ahead) <= skew;
    (void)printf("%s: the clock of this host ", config->user_pool);
    if (ahead == 0)
        (void)printf("agrees with that of %s\n", config->jwks_uri);
    else
        (void)printf("is %lld s %s that of %s%s\n", llabs(ahead), ahead > 0 ? "ahead of" : "behind",
                     config->jwks_uri, agrees ? "" : ", more than clock_skew");
    return agrees ? CLOCK_AGREES : CLOCK_DIFFERS;
}

enum clock_verdict cognito_clocks_compare(const struct configs *configs)
{
    enum clock_verdict worst = CLOCK_AGREES;
    for (size_t i = 0; i < configs->count; i++) {
        const enum clock_verdict verdict = compare(&configs->items[i]);
        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}
