/* SPDX-License-Identifier: MIT */
/* What sshd is set to, as it says itself: for everybody, and in each Match block. */
#include "admin/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/program.h"
#include "admin/sshdmatch.h"

#define SSHD "/usr/sbin/sshd"
#define SSHD_FOLDER "/etc/ssh"

enum { USE_PAM, KBD_INTERACTIVE, PASSWORD, METHODS, ROOT_LOGIN, PAM_SERVICE, SETTINGS };

/* As sshd -T prints them, with the names of sshd_config(5). */
static const struct {
    const char *printed, *name;
} names[SETTINGS] = {
    [USE_PAM] = {"usepam", "UsePAM"},
    [KBD_INTERACTIVE] = {"kbdinteractiveauthentication", "KbdInteractiveAuthentication"},
    [PASSWORD] = {"passwordauthentication", "PasswordAuthentication"},
    [METHODS] = {"authenticationmethods", "AuthenticationMethods"},
    [ROOT_LOGIN] = {"permitrootlogin", "PermitRootLogin"},
    [PAM_SERVICE] = {"pamservicename", "PAMServiceName"}, /* OpenSSH 9.8 and later */
};

struct settings {
    char values[SETTINGS][256]; /* empty if it was not printed */
};

/* What is looked at: sshd's settings, what is asked of them, and room for what sshd says. */
struct sshd {
    const char *service;
    bool allow_root;
    struct findings *findings;
    struct settings everybody, here; /* before the Match blocks, and in one of them */
    struct complaint open;           /* the first block in which tokens open; empty: none */
    bool root_open;                  /* there is a block in which they open root */
    struct sshd_matches matches;
    struct answer answer;
};

/* ---- asking ---- */

static void take_setting(struct settings *settings, const char *line, size_t len)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const size_t name = strlen(names[i].printed);
        if (len > name && strncmp(line, names[i].printed, name) == 0 && line[name] == ' ')
            (void)snprintf(settings->values[i], sizeof settings->values[i], "%.*s",
                           (int)(len - name - 1), line + name + 1);
    }
}

/* False, with the first thing it said, if sshd refuses its own configuration. It has to be root who
 * asks. CONNECTION may be NULL: what holds for everybody. */
static bool ask_sshd(struct sshd *sshd, const char *connection, struct settings *settings,
                     struct complaint *why)
{
    const char *const words[] = {SSHD, "-T", connection == NULL ? NULL : "-C", connection, NULL};
    const char *line = sshd->answer.text;
    int status = 0;
    *settings = (struct settings){{{0}}};
    if (!cognito_program_run(words, &sshd->answer, &status, why))
        return false;
    if (status != 0)
        return cognito_complain(why, "%.*s", (int)strcspn(line, "\r\n"), line);
    for (size_t len; *line != '\0'; line += len + (line[len] == '\n' ? 1 : 0)) {
        len = strcspn(line, "\n");
        take_setting(settings, line, len);
    }
    return settings->values[USE_PAM][0] != '\0' || cognito_complain(why, "it tells nothing");
}

/* Asked without a connection, sshd refuses to go on where a block names a LocalPort: then one that
 * nobody uses is named. */
static bool ask_for_everybody(struct sshd *sshd, struct complaint *why)
{
    return ask_sshd(sshd, NULL, &sshd->everybody, why) ||
           ask_sshd(sshd, "lport=65535", &sshd->everybody, NULL);
}

/* ---- judging ---- */

static bool is(const struct settings *settings, size_t which, const char *value)
{
    return strcmp(settings->values[which], value) == 0;
}

static bool is_obstacle(const struct settings *settings, size_t which)
{
    if (which == USE_PAM || which == KBD_INTERACTIVE)
        return !is(settings, which, "yes");
    return which == METHODS && !is(settings, METHODS, "any") &&
           strstr(settings->values[METHODS], "keyboard-interactive") == NULL;
}

/* The first setting that keeps tokens out, or SETTINGS. */
static size_t obstacle(const struct settings *settings)
{
    size_t which = 0;
    while (which < SETTINGS && !is_obstacle(settings, which))
        which++;
    return which;
}

static const char *remedy_for(size_t which)
{
    switch (which) {
    case USE_PAM:
        return "set UsePAM yes";
    case KBD_INTERACTIVE:
        return "set it to yes in a file of /etc/ssh/sshd_config.d; the first value wins";
    default:
        return "add keyboard-interactive to it";
    }
}

static void check_service(const struct sshd *sshd)
{
    const char *value = sshd->everybody.values[PAM_SERVICE];
    if (value[0] != '\0' && strcmp(value, sshd->service) != 0)
        cognito_find(sshd->findings, FINDING_FAIL, "sshd", "check --service with that name",
                     "PAMServiceName is %s, not %s", value, sshd->service);
}

static void check_password(const struct sshd *sshd, const struct settings *settings,
                           const char *where)
{
    if (is(settings, PASSWORD, "yes"))
        cognito_find(sshd->findings, FINDING_WARN, "sshd", "set it to no",
                     "%sPasswordAuthentication is yes: a client may send a token as one password, "
                     "which is cut or refused",
                     where);
}

static void check_obstacles(const struct sshd *sshd)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (is_obstacle(&sshd->everybody, i))
            cognito_find(sshd->findings, FINDING_FAIL, "sshd", remedy_for(i),
                         "%s is %s: nothing asks for a token", names[i].name,
                         sshd->everybody.values[i]);
}

/* prohibit-password means keyboard-interactive as well, sshd_config(5). */
static void check_root(const struct sshd *sshd, const struct settings *settings, const char *where)
{
    if (sshd->allow_root && !is(settings, ROOT_LOGIN, "yes"))
        cognito_find(sshd->findings, FINDING_WARN, "sshd",
                     "set PermitRootLogin yes, or remove allow_root",
                     "%sallow_root is set, but PermitRootLogin is %s: sshd lets no token open root",
                     where, settings->values[ROOT_LOGIN]);
}

/* ---- Match blocks ---- */

static const char *where_is(const struct sshd_match *match, char where[384])
{
    (void)snprintf(where, 384, "%s: in `Match %s' ", match->place, match->text);
    return where;
}

/* What a block changes for the worse. */
static void check_change(const struct sshd *sshd, const struct sshd_match *match)
{
    char where[384];
    const size_t fault = obstacle(&sshd->here);
    (void)where_is(match, where);
    if (fault < SETTINGS && obstacle(&sshd->everybody) == SETTINGS)
        cognito_find(sshd->findings, FINDING_WARN, "sshd",
                     "unless that is meant: mend it in that block",
                     "%s%s is %s: nothing asks for a token", where, names[fault].name,
                     sshd->here.values[fault]);
    if (!is(&sshd->everybody, PASSWORD, "yes"))
        check_password(sshd, &sshd->here, where);
    if (match->is_root && is(&sshd->everybody, ROOT_LOGIN, "yes"))
        check_root(sshd, &sshd->here, where);
}

static void note_change(struct sshd *sshd, const struct sshd_match *match)
{
    if (sshd->open.text[0] == '\0' && obstacle(&sshd->here) == SETTINGS)
        (void)cognito_complain(&sshd->open, "%s (Match %s)", match->place, match->text);
    sshd->root_open = sshd->root_open || (match->is_root && is(&sshd->here, ROOT_LOGIN, "yes"));
}

static void check_match(struct sshd *sshd, const struct sshd_match *match)
{
    struct complaint why = {{0}};
    char where[384];
    if (match->connection[0] == '\0' && !match->unknown)
        return;
    if (match->unknown)
        (void)cognito_complain(&why, "it has a criterion that is not known here");
    if (!match->unknown && ask_sshd(sshd, match->connection, &sshd->here, &why)) {
        check_change(sshd, match);
        note_change(sshd, match);
    } else {
        cognito_find(sshd->findings, FINDING_WARN, "sshd", "see sshd -T -C yourself",
                     "%swhat it sets is not known: %s", where_is(match, where), why.text);
    }
}

/* ---- all of it ---- */

static void check_settings(struct sshd *sshd)
{
    const size_t before = sshd->findings->count;
    const size_t fault = obstacle(&sshd->everybody);
    check_service(sshd);
    check_password(sshd, &sshd->everybody, "");
    for (size_t i = 0; i < sshd->matches.count; i++)
        check_match(sshd, &sshd->matches.items[i]);
    if (!sshd->root_open)
        check_root(sshd, &sshd->everybody, "");
    if (sshd->open.text[0] == '\0')
        check_obstacles(sshd);
    if (sshd->findings->count == before)
        cognito_find(sshd->findings, FINDING_OK, "sshd", "", "it asks through PAM%s%s",
                     fault < SETTINGS ? ", but only in " : ", in its Match blocks as well",
                     fault < SETTINGS ? sshd->open.text : "");
}

static void check(struct sshd *sshd)
{
    struct complaint why = {{0}};
    const char *user = sshd->allow_root ? "root" : "x";
    if (!ask_for_everybody(sshd, &why))
        cognito_find(sshd->findings, geteuid() == 0 ? FINDING_FAIL : FINDING_WARN, "sshd",
                     geteuid() == 0 ? "mend what it names" : "run this as root",
                     "`sshd -T' does not say how it is configured: %s", why.text);
    else if (!cognito_sshd_matches_read(SSHD_FOLDER "/sshd_config", SSHD_FOLDER, user,
                                        &sshd->matches, &why))
        cognito_find(sshd->findings, FINDING_WARN, "sshd",
                     "run this as root, and mend what is named",
                     "its Match blocks are not known: %s", why.text);
    else
        check_settings(sshd);
}

void cognito_check_sshd(const char *service, bool allow_root, struct findings *findings)
{
    struct sshd *sshd = calloc(1, sizeof *sshd);
    if (sshd == NULL)
        return;
    sshd->service = service;
    sshd->allow_root = allow_root;
    sshd->findings = findings;
    if (access(SSHD, X_OK) != 0)
        cognito_find(findings, FINDING_WARN, "sshd", "install it, or check another --service",
                     "there is no " SSHD);
    else
        check(sshd);
    free(sshd);
}
