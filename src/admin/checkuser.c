/* SPDX-License-Identifier: MIT */
/*
 * Whether one user would get in by a token, as far as the host decides it: the account, and the
 * lists by which sshd chooses users and groups.
 */
#include "admin/checks.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { GROUPS_MAX = 1024, DAY_SECONDS = 86400, WORD_SIZE = 512 };

/* ---- the account ---- */

static bool is_listed_shell(const char *shell)
{
    const char *one;
    bool found = false;
    setusershell();
    while (!found && (one = getusershell()) != NULL)
        found = strcmp(one, shell) == 0;
    endusershell();
    return found;
}

static bool ends_at_once(const char *shell)
{
    const char *name = strrchr(shell, '/');
    name = name == NULL ? shell : name + 1;
    return strcmp(name, "nologin") == 0 || strcmp(name, "false") == 0;
}

static void check_shell(const struct passwd *account, struct findings *findings)
{
    struct stat status;
    const char *shell = account->pw_shell[0] == '\0' ? "/bin/sh" : account->pw_shell;
    if (stat(shell, &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        cognito_find(findings, FINDING_FAIL, "account", "usermod -s /bin/bash, or install it",
                     "%s: there is no shell %s, so sshd refuses the account", account->pw_name,
                     shell);
    else if (ends_at_once(shell))
        cognito_find(findings, FINDING_FAIL, "account", "usermod -s /bin/bash",
                     "%s: the shell is %s, so every session ends at once", account->pw_name, shell);
    else if (!is_listed_shell(shell))
        cognito_find(findings, FINDING_WARN, "account", "add it to /etc/shells",
                     "%s: the shell %s is not in /etc/shells, which pam_shells asks for",
                     account->pw_name, shell);
}

/* shadow(5). False if the account has expired. A password that is locked keeps no token out. */
static bool check_shadow(const char *name, bool *locked, struct findings *findings)
{
    const struct spwd *shadow = getspnam(name);
    *locked = shadow != NULL && (shadow->sp_pwdp[0] == '!' || shadow->sp_pwdp[0] == '*');
    if (shadow == NULL || shadow->sp_expire == -1 ||
        (int64_t)time(NULL) / DAY_SECONDS < shadow->sp_expire)
        return true;
    cognito_find(findings, FINDING_FAIL, "account", "chage -E -1",
                 "%s: the account has expired, so pam_unix refuses it", name);
    return false;
}

void cognito_check_user(const char *name, struct findings *findings)
{
    bool locked = false;
    const size_t before = findings->count;
    const struct passwd *account = getpwnam(name);
    if (account == NULL)
        return; /* the account rules of the configuration have said so */
    check_shell(account, findings);
    if (check_shadow(name, &locked, findings) && findings->count == before)
        cognito_find(findings, FINDING_OK, "account", "", "%s exists, with a shell%s", name,
                     locked ? "; its password is locked, which keeps no token out" : "");
}

/* ---- patterns, ssh_config(5) ---- */

/* '*' and '?' in PATTERN stand for any characters, and for one. */
static bool fits(const char *pattern, const char *text)
{
    for (; *pattern != '\0' && *pattern != '*'; pattern++, text++)
        if (*text == '\0' || (*pattern != '?' && *pattern != *text))
            return false;
    if (*pattern == '\0')
        return *text == '\0';
    while (*pattern == '*')
        pattern++;
    for (; *text != '\0'; text++)
        if (fits(pattern, text))
            return true;
    return fits(pattern, text);
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned long bits)
{
    const size_t bytes = bits / 8;
    const unsigned int rest = (unsigned int)(bits % 8);
    return memcmp(a, b, bytes) == 0 &&
           (rest == 0 || (a[bytes] >> (8 - rest)) == (b[bytes] >> (8 - rest)));
}

/* NETWORK is an address with a number of bits behind a slash. */
static bool is_in_network(const char *address, const char *network)
{
    char base[WORD_SIZE];
    unsigned char a[sizeof(struct in6_addr)];
    unsigned char b[sizeof(struct in6_addr)];
    const char *slash = strchr(network, '/');
    if (slash == NULL)
        return false;
    (void)snprintf(base, sizeof base, "%.*s", (int)(slash - network), network);
    const unsigned long bits = strtoul(slash + 1, NULL, 10);
    if (inet_pton(AF_INET, address, a) == 1 && inet_pton(AF_INET, base, b) == 1)
        return bits <= 32 && same_bits(a, b, bits);
    if (inet_pton(AF_INET6, address, a) == 1 && inet_pton(AF_INET6, base, b) == 1)
        return bits <= 128 && same_bits(a, b, bits);
    return false;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)tolower((unsigned char)*text);
}

/* One pattern of a list, for where a connection comes from. Without a name it has its address. */
static bool host_fits_one(const struct check_request *request, const char *pattern)
{
    char host[WORD_SIZE];
    const char *name = request->host != NULL ? request->host : request->address;
    (void)snprintf(host, sizeof host, "%s", name);
    lower(host);
    return fits(pattern, host) ||
           (request->address != NULL &&
            (fits(pattern, request->address) || is_in_network(request->address, pattern)));
}

/* Patterns separated by commas; one with a '!' before it that fits is a denial. */
static bool host_fits(const struct check_request *request, char *patterns)
{
    char *next = NULL;
    bool good = false;
    lower(patterns);
    for (char *one = strtok_r(patterns, ",", &next); one != NULL;
         one = strtok_r(NULL, ",", &next)) {
        const bool denies = one[0] == '!';
        if (!host_fits_one(request, one + (denies ? 1 : 0)))
            continue;
        if (denies)
            return false;
        good = true;
    }
    return good;
}

/* ---- the lists of sshd_config(5) ---- */

enum fit { FITS_NOT, FITS_SOMEWHERE, FITS };

/* USER or USER@HOSTS. */
static enum fit user_fits(const struct check_request *request, char *pattern)
{
    char *at = strrchr(pattern, '@');
    if (at != NULL)
        *at = '\0';
    if (!fits(pattern, request->user))
        return FITS_NOT;
    if (at == NULL)
        return FITS;
    if (request->host == NULL && request->address == NULL)
        return FITS_SOMEWHERE;
    return host_fits(request, at + 1) ? FITS : FITS_NOT;
}

static enum fit group_fits(const struct check_request *request, char *pattern)
{
    gid_t ids[GROUPS_MAX];
    int count = GROUPS_MAX;
    const struct passwd *account = getpwnam(request->user);
    if (account == NULL || getgrouplist(request->user, account->pw_gid, ids, &count) < 0)
        return FITS_NOT;
    for (int i = 0; i < count; i++) {
        const struct group *group = getgrgid(ids[i]);
        if (group != NULL && fits(pattern, group->gr_name))
            return FITS;
    }
    return FITS_NOT;
}

/* A list as it is set, and what the user has to do with it. */
struct list_fit {
    enum fit fit;
    struct span pattern; /* the one that fits best */
    bool is_set;
};

static struct list_fit judge_list(const char *settings, const char *printed,
                                  enum fit (*judge)(const struct check_request *, char *),
                                  const struct check_request *request)
{
    struct list_fit list = {FITS_NOT, span_of("", 0), false};
    struct span value;
    while (cognito_sshd_next(&settings, printed, &value)) {
        char pattern[WORD_SIZE];
        (void)snprintf(pattern, sizeof pattern, "%.*s", (int)value.len, value.data);
        const enum fit fit = judge(request, pattern);
        list.is_set = true;
        if (fit <= list.fit)
            continue;
        list.fit = fit;
        list.pattern = value;
    }
    return list;
}

static void report(const struct list_fit *list, const char *name, bool denies, const char *trace,
                   const struct check_request *request, struct findings *findings)
{
    char place[SSHD_PLACE_SIZE];
    if (!list->is_set || list->fit == (denies ? FITS_NOT : FITS))
        return;
    (void)cognito_sshd_place(trace, name, list->pattern, place);
    if (list->fit == FITS_SOMEWHERE)
        cognito_find(findings, FINDING_WARN, "sshd", "ask again with --host and --addr",
                     "%s %.*s%s: it depends on where %s comes from", name, (int)list->pattern.len,
                     list->pattern.data, place, request->user);
    else if (denies)
        cognito_find(findings, FINDING_FAIL, "sshd", "remove that pattern",
                     "%s %.*s%s matches %s: sshd refuses every token", name, (int)list->pattern.len,
                     list->pattern.data, place, request->user);
    else
        cognito_find(findings, FINDING_FAIL, "sshd", "add a pattern that matches",
                     "no pattern of %s%s matches %s: sshd refuses every token", name, place,
                     request->user);
}

void cognito_check_access(const char *settings, const char *trace,
                          const struct check_request *request, struct findings *findings)
{
    static const struct {
        const char *printed, *name;
        enum fit (*judge)(const struct check_request *, char *);
        bool denies;
    } lists[] = {{"denyusers", "DenyUsers", user_fits, true},
                 {"allowusers", "AllowUsers", user_fits, false},
                 {"denygroups", "DenyGroups", group_fits, true},
                 {"allowgroups", "AllowGroups", group_fits, false}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const struct list_fit list =
            judge_list(settings, lists[i].printed, lists[i].judge, request);
        report(&list, lists[i].name, lists[i].denies, trace, request, findings);
    }
}
