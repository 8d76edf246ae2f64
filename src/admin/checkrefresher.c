/* SPDX-License-Identifier: MIT */
/* Where the keys come from: cognito-refresh, its user, its folder, and what it said last. */
#include "admin/checks.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "admin/program.h"
#include "base/safefile.h"
#include "host/nudge.h"
#include "refresh/attempt.h"

/* The owner's name, or their number. */
static const char *name_of(uid_t owner, char text[ACCOUNT_NAME_MAX + 1])
{
    const struct passwd *user = getpwuid(owner);
    if (user != NULL)
        (void)snprintf(text, ACCOUNT_NAME_MAX + 1, "%s", user->pw_name);
    else
        (void)snprintf(text, ACCOUNT_NAME_MAX + 1, "uid %lu", (unsigned long)owner);
    return text;
}

static void check_owner(const struct config *config, uid_t refresher, const struct stat *status,
                        struct findings *findings)
{
    char owner[ACCOUNT_NAME_MAX + 1];
    if (status->st_uid != refresher && status->st_uid != 0)
        cognito_find(findings, FINDING_FAIL, "cache_dir",
                     "chown -R it, or set refresh_user, and fetch the keys again",
                     "%s belongs to %s, neither to root nor to refresh_user (%s): whoever owns it "
                     "can place keys of their own",
                     config->cache_dir, name_of(status->st_uid, owner), config->refresh_user);
    else if (status->st_uid != refresher || (status->st_mode & S_IWUSR) == 0)
        cognito_find(findings, FINDING_FAIL, "cache_dir", "chown it", "%s does not belong to %s",
                     config->cache_dir, config->refresh_user);
    else if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        cognito_find(findings, FINDING_FAIL, "cache_dir", "chmod 755",
                     "%s can be written to by others", config->cache_dir);
    else
        cognito_find(findings, FINDING_OK, "cache_dir", "", "%s belongs to %s", config->cache_dir,
                     config->refresh_user);
}

static void check_cache_folder(const struct config *config, struct findings *findings)
{
    struct stat status;
    const struct passwd *user = getpwnam(config->refresh_user);
    if (user == NULL) {
        cognito_find(findings, FINDING_FAIL, "refresher",
                     "make it: useradd --system --shell /usr/sbin/nologin, or install the package",
                     "there is no user %s (refresh_user)", config->refresh_user);
        return;
    }
    if (stat(config->cache_dir, &status) != 0) {
        cognito_find(findings, FINDING_FAIL, "cache_dir", "run cognito-refresh as root once",
                     "%s: %s", config->cache_dir, strerrordesc_np(errno));
        return;
    }
    check_owner(config, user->pw_uid, &status, findings);
}

static void check_authorities(const struct config *config, struct findings *findings)
{
    static const struct safefile_rules rules = {.max_size = AUTHORITIES_SIZE_MAX};
    struct safefile file = {0};
    struct complaint why = {{0}};
    if (config->ca_file == NULL)
        return;
    if (cognito_safefile_read(config->ca_file, &rules, &file, &why) == SAFEFILE_READ)
        cognito_find(findings, FINDING_OK, "ca_file", "", "%s", config->ca_file);
    else
        cognito_find(findings, FINDING_FAIL, "ca_file", "mend it, or remove ca_file",
                     "%s: no key set can be fetched", why.text);
    cognito_secret_free(&file.content);
}

/* ---- the last attempt ---- */

/* What it says is the refresher's word, who is trusted less than root: it is shown, no more. */
static void check_attempt(const struct config *config, struct findings *findings)
{
    struct attempt attempt = {.good = false};
    struct complaint why = {{0}};
    switch (cognito_attempt_read(config, &attempt, &why)) {
    case ATTEMPT_NONE:
        return;
    case ATTEMPT_REFUSED:
        cognito_find(findings, FINDING_WARN, "refresher", "remove it, and run cognito-refresh",
                     "how the last attempt went is not known: %s", why.text);
        return;
    case ATTEMPT_READ:
        break;
    }
    const long long age = (long long)time(NULL) - (long long)attempt.at;
    if (attempt.good)
        cognito_find(findings, FINDING_OK, "refresher", "",
                     "%s: the last attempt to fetch went well, %lld s ago", config->user_pool, age);
    else
        cognito_find(findings, FINDING_WARN, "refresher",
                     "mend what it names, and run cognito-refresh",
                     "%s: the last attempt to fetch failed %lld min ago: %s", config->user_pool,
                     age / 60, attempt.words.text);
}

void cognito_check_fetching(const struct config *config, struct findings *findings)
{
    check_cache_folder(config, findings);
    check_authorities(config, findings);
    check_attempt(config, findings);
}

/* Connecting a datagram socket says whether anybody listens, and sends nothing. */
void cognito_check_watcher(struct findings *findings)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = NUDGE_SOCKET};
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool heard = descriptor >= 0 &&
                       connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    if (descriptor >= 0)
        (void)close(descriptor);
    if (heard)
        cognito_find(findings, FINDING_OK, "refresher", "", "cognito-refresh --watch is listening");
    else
        cognito_find(findings, FINDING_WARN, "refresher",
                     "start it, or have cognito-refresh run every hour",
                     "nobody listens at %s: cognito-refresh --watch does not run", NUDGE_SOCKET);
}

/* ---- the clock, by the network ---- */

/* Its lines, one for each pool. */
static void report_clocks(const struct answer *answer, int status, struct findings *findings)
{
    enum { AGREES = 0, DIFFERS = 3 }; /* cognito-refresh(8), EXIT STATUS */
    const char *line = answer->text;
    while (*line != '\0') {
        const int len = (int)strcspn(line, "\n");
        if (status == AGREES)
            cognito_find(findings, FINDING_OK, "clock", "", "%.*s", len, line);
        else if (status == DIFFERS)
            cognito_find(findings, FINDING_FAIL, "clock",
                         "set the clock, and have chrony or systemd-timesyncd keep it", "%.*s", len,
                         line);
        else
            cognito_find(findings, FINDING_WARN, "clock", "mend what it names, or leave --online",
                         "not compared with that of a server: %.*s", len, line);
        line += len;
        line += *line == '\n' ? 1 : 0;
    }
}

/* Each configuration for itself, so that each line has a status of its own. */
static void ask_for(const char *config, const char *program, struct answer *answer,
                    struct findings *findings)
{
    const char *const words[] = {program, "--clock", config, NULL};
    struct complaint why = {{0}};
    int status = 0;
    if (cognito_program_run(words, answer, &status, &why))
        report_clocks(answer, status, findings);
    else
        cognito_find(findings, FINDING_WARN, "clock", "install cognito-refresh beside pam-cognito",
                     "not compared with that of a server: %s", why.text);
}

void cognito_check_clock_online(const struct check_request *request, struct findings *findings)
{
    static const char prefix[] = "conf=";
    char program[PATH_SIZE_MAX];
    struct complaint why = {{0}};
    bool any = false;
    struct answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL || !cognito_program_beside("cognito-refresh", program, &why))
        cognito_find(findings, FINDING_WARN, "clock", "see the memory of this host, and /proc",
                     "not compared with that of a server: %s", why.text);
    else {
        for (size_t i = 0; i < request->argument_count; i++)
            if (strncmp(request->arguments[i], prefix, strlen(prefix)) == 0) {
                ask_for(request->arguments[i] + strlen(prefix), program, answer, findings);
                any = true;
            }
        if (!any)
            ask_for(NULL, program, answer, findings);
    }
    free(answer);
}
