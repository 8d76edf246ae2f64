/* SPDX-License-Identifier: MIT */
/* What sshd is set to, as it says itself: for everybody, or for one user. */
#include "admin/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "admin/program.h"
#include "base/lines.h"

#define SSHD "/usr/sbin/sshd"
#define NO_DIRECTORY "Missing privilege separation directory: "
#define MATCH "checking syntax for '"
#define ANY_PORT "lport=65535"

enum {
    GRACE_TIME_MIN = 30, /* seconds that a person needs to bring a token */
    CONNECTION_SIZE = 1024,
};

enum { USE_PAM, KBD_INTERACTIVE, METHODS, OBSTACLES };

/* What may keep tokens out, as sshd -T prints it, with the names of sshd_config(5). */
static const struct {
    const char *printed, *name, *remedy;
} obstacles[OBSTACLES] = {
    [USE_PAM] = {"usepam", "UsePAM", "set UsePAM yes"},
    [KBD_INTERACTIVE] = {"kbdinteractiveauthentication", "KbdInteractiveAuthentication",
                         "set it to yes in /etc/ssh/sshd_config.d/00-pam_cognito.conf: the first "
                         "value wins"},
    [METHODS] = {"authenticationmethods", "AuthenticationMethods",
                 "add keyboard-interactive to it"},
};

struct sshd {
    const struct check_request *request;
    bool allow_root;
    struct findings *findings;
    char connection[CONNECTION_SIZE]; /* user=NAME,... for -C, or empty */
    struct answer settings;
    struct answer trace; /* the lines of its configuration, as it reads them */
};

/* ---- asking ---- */

static bool run(const struct sshd *sshd, const char *flag, const char *more, struct answer *answer,
                struct complaint *why)
{
    const char *words[6] = {SSHD, flag};
    size_t count = 2;
    int status = 0;
    if (more != NULL)
        words[count++] = more;
    if (sshd->connection[0] != '\0') {
        words[count++] = "-C";
        words[count++] = sshd->connection;
    }
    words[count] = NULL;
    if (!cognito_program_run(words, answer, &status, why))
        return false;
    const int len = (int)strcspn(answer->text, "\r\n");
    return status == 0 || cognito_complain(why, "%.*s", len, answer->text);
}

/* Where a Match block names a LocalPort, sshd answers only if it is told one: then one that nobody
 * uses. */
static bool run_with_port(struct sshd *sshd, const char *flag, struct complaint *why)
{
    const size_t len = strlen(sshd->connection);
    if (run(sshd, flag, NULL, &sshd->settings, why))
        return true;
    (void)snprintf(sshd->connection + len, sizeof sshd->connection - len, "%s" ANY_PORT,
                   len == 0 ? "" : ",");
    if (run(sshd, flag, NULL, &sshd->settings, NULL))
        return true;
    sshd->connection[len] = '\0';
    return false;
}

/* sshd's unit makes this directory when it starts, which may be at the first connection. */
static void report_silence(const struct sshd *sshd, const struct complaint *why)
{
    const char *directory = strstr(why->text, NO_DIRECTORY);
    char remedy[160] = "fix what sshd names";
    if (geteuid() != 0)
        (void)snprintf(remedy, sizeof remedy, "run this as root");
    else if (directory != NULL)
        (void)snprintf(remedy, sizeof remedy,
                       "sshd's unit makes it when it starts; until then: install -d -m 755 %.64s",
                       directory + strlen(NO_DIRECTORY));
    cognito_find(sshd->findings, geteuid() == 0 && directory == NULL ? FINDING_FAIL : FINDING_WARN,
                 "sshd", remedy, "`sshd -T' does not say how it is configured: %s", why->text);
}

/* -T also tests what sshd needs to run; -G, of OpenSSH 9.3 and later, prints the settings alone. */
static bool ask(struct sshd *sshd)
{
    struct complaint why = {{0}};
    const char *flag = "-T";
    bool good = run_with_port(sshd, flag, &why);
    if (!good) {
        report_silence(sshd, &why);
        flag = "-G";
        good = run_with_port(sshd, flag, NULL);
    }
    if (good && !run(sshd, flag, "-ddd", &sshd->trace, NULL))
        sshd->trace.text[0] = '\0';
    return good;
}

static bool name_connection(struct sshd *sshd)
{
    const struct check_request *request = sshd->request;
    if (request->user == NULL)
        return true;
    const int len = snprintf(
        sshd->connection, sizeof sshd->connection, "user=%s%s%s%s%s", request->user,
        request->host == NULL ? "" : ",host=", request->host == NULL ? "" : request->host,
        request->address == NULL ? "" : ",addr=", request->address == NULL ? "" : request->address);
    return len > 0 && (size_t)len < sizeof sshd->connection - sizeof "," ANY_PORT;
}

/* ---- its answer ---- */

bool cognito_sshd_next(const char **text, const char *name, struct span *value)
{
    const size_t size = strlen(name);
    while (**text != '\0') {
        const char *line = *text;
        const size_t len = strcspn(line, "\n");
        *text += len + (line[len] == '\n' ? 1 : 0);
        if (len <= size || strncmp(line, name, size) != 0 || line[size] != ' ')
            continue;
        *value = cognito_trim(span_of(line + size + 1, len - size - 1));
        return true;
    }
    return false;
}

/* The only or first value of a setting; empty if it is not printed. */
static struct span value_of(const struct sshd *sshd, const char *name)
{
    const char *text = sshd->settings.text;
    struct span value = span_of("", 0);
    (void)cognito_sshd_next(&text, name, &value);
    return value;
}

/* `debug3: FILE:NUMBER setting NAME VALUE` is a line of the trace. The length of FILE:NUMBER, which
 * *PLACE is then at; 0 if LINE is another one. */
static size_t read_trace(const char *line, const char *name, struct span value, const char **place)
{
    static const char beginning[] = "debug3: ";
    static const char mark[] = " setting ";
    const size_t size = strlen(name);
    const char *end = line + strcspn(line, "\n");
    const char *setting = memmem(line, (size_t)(end - line), mark, strlen(mark));
    if (strncmp(line, beginning, strlen(beginning)) != 0 || setting == NULL)
        return 0;
    const char *key = setting + strlen(mark);
    if ((size_t)(end - key) <= size || strncasecmp(key, name, size) != 0 || key[size] != ' ' ||
        memmem(key + size, (size_t)(end - key) - size, value.data, value.len) == NULL)
        return 0;
    *place = line + strlen(beginning);
    return (size_t)(setting - *place);
}

/* The first line wins, unless a Match block was applied: its lines are read once more, last of all
 * and without the name of their file. */
const char *cognito_sshd_place(const char *trace, const char *name, struct span value,
                               char place[SSHD_PLACE_SIZE])
{
    static const char again[] = "reprocess config";
    place[0] = '\0';
    for (const char *line = trace; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        const char *found = NULL;
        line += *line == '\n' ? 1 : 0;
        const size_t len = read_trace(line, name, value, &found);
        if (len > 0 && strncmp(found, again, strlen(again)) == 0)
            (void)snprintf(place, SSHD_PLACE_SIZE, " (in a Match block)");
        else if (len > 0 && place[0] == '\0')
            (void)snprintf(place, SSHD_PLACE_SIZE, " (%.*s)", (int)len, found);
    }
    return place;
}

/* ---- judging ---- */

/* Lists of methods, separated by spaces; PAM is what answers keyboard-interactive, unless another
 * device is named. */
static bool methods_ask(struct span lists)
{
    if (lists.len == 0 || span_is(lists, "any"))
        return true;
    while (lists.len > 0) {
        size_t end = 0;
        while (end < lists.len && lists.data[end] != ',' && lists.data[end] != ' ')
            end++;
        const struct span method = span_first(lists, end);
        if (span_is(method, "keyboard-interactive") || span_is(method, "keyboard-interactive:pam"))
            return true;
        lists = span_after(lists, end + 1);
    }
    return false;
}

static void check_obstacles(const struct sshd *sshd)
{
    char place[SSHD_PLACE_SIZE];
    for (size_t i = 0; i < OBSTACLES; i++) {
        const struct span value = value_of(sshd, obstacles[i].printed);
        if (i == METHODS ? methods_ask(value) : span_is(value, "yes"))
            continue;
        (void)cognito_sshd_place(sshd->trace.text, obstacles[i].name, value, place);
        cognito_find(sshd->findings, FINDING_FAIL, "sshd", obstacles[i].remedy,
                     "%s is %.*s%s: nothing asks for a token", obstacles[i].name, (int)value.len,
                     value.data, place);
    }
}

static void check_service(const struct sshd *sshd)
{
    const struct span value = value_of(sshd, "pamservicename"); /* OpenSSH 9.8 and later */
    if (value.len > 0 && !span_is(value, sshd->request->service))
        cognito_find(sshd->findings, FINDING_FAIL, "sshd", "check --service with that name",
                     "PAMServiceName is %.*s, not %s", (int)value.len, value.data,
                     sshd->request->service);
}

static void check_password(const struct sshd *sshd)
{
    char place[SSHD_PLACE_SIZE];
    const struct span value = value_of(sshd, "passwordauthentication");
    if (span_is(value, "yes"))
        cognito_find(sshd->findings, FINDING_WARN, "sshd", "set it to no",
                     "PasswordAuthentication is yes%s: a client may send a token as one password, "
                     "which is cut or refused",
                     cognito_sshd_place(sshd->trace.text, "PasswordAuthentication", value, place));
}

/* prohibit-password means keyboard-interactive as well, sshd_config(5). */
static void check_root(const struct sshd *sshd)
{
    const struct span value = value_of(sshd, "permitrootlogin");
    const char *user = sshd->request->user;
    if (span_is(value, "yes"))
        return;
    if (user != NULL && strcmp(user, "root") == 0)
        cognito_find(sshd->findings, FINDING_FAIL, "sshd", "set PermitRootLogin yes",
                     "PermitRootLogin is %.*s: sshd lets no token open root", (int)value.len,
                     value.data);
    else if (user == NULL && sshd->allow_root)
        cognito_find(sshd->findings, FINDING_WARN, "sshd",
                     "set PermitRootLogin yes, or remove allow_root",
                     "allow_root is set, but PermitRootLogin is %.*s: sshd lets no token open root",
                     (int)value.len, value.data);
}

static void check_patience(const struct sshd *sshd)
{
    char text[16] = "";
    const struct span grace = value_of(sshd, "logingracetime");
    if (grace.len < sizeof text)
        (void)snprintf(text, sizeof text, "%.*s", (int)grace.len, grace.data);
    const long seconds = strtol(text, NULL, 10);
    if (seconds > 0 && seconds < GRACE_TIME_MIN)
        cognito_find(sshd->findings, FINDING_WARN, "sshd", "set LoginGraceTime to 60 or more",
                     "LoginGraceTime is %ld s: too short for a person who brings a token", seconds);
    if (span_is(value_of(sshd, "maxauthtries"), "1"))
        cognito_find(sshd->findings, FINDING_WARN, "sshd", "set MaxAuthTries to 3 or more",
                     "MaxAuthTries is 1: one key that the client offers first uses up the only "
                     "attempt");
}

/* What sshd -T says without a connection is what stands before all Match blocks. */
static void mention_matches(const struct sshd *sshd)
{
    const char *match = strstr(sshd->trace.text, MATCH);
    if (match == NULL)
        return;
    match += strlen(MATCH);
    cognito_find(sshd->findings, FINDING_OK, "sshd", "",
                 "its configuration has Match blocks, the first is `%.*s': ask for a user with "
                 "--user",
                 (int)strcspn(match, "'\n"), match);
}

static void check_settings(const struct sshd *sshd)
{
    const size_t before = sshd->findings->count;
    const char *user = sshd->request->user;
    check_service(sshd);
    check_password(sshd);
    check_root(sshd);
    check_patience(sshd);
    check_obstacles(sshd);
    if (user != NULL)
        cognito_check_access(sshd->settings.text, sshd->trace.text, sshd->request, sshd->findings);
    if (sshd->findings->count == before)
        cognito_find(sshd->findings, FINDING_OK, "sshd", "", "it asks through PAM%s%s",
                     user == NULL ? "" : ", for ", user == NULL ? "" : sshd->connection);
    if (user == NULL)
        mention_matches(sshd);
}

void cognito_check_sshd(const struct check_request *request, bool allow_root,
                        struct findings *findings)
{
    struct sshd *sshd = calloc(1, sizeof *sshd);
    if (sshd == NULL)
        return;
    sshd->request = request;
    sshd->allow_root = allow_root;
    sshd->findings = findings;
    if (access(SSHD, X_OK) != 0)
        cognito_find(findings, FINDING_WARN, "sshd", "install it, or check another --service",
                     "there is no " SSHD);
    else if (!name_connection(sshd))
        cognito_find(findings, FINDING_FAIL, "sshd", "give shorter ones",
                     "--user, --host and --addr are too long for sshd");
    else if (ask(sshd))
        check_settings(sshd);
    free(sshd);
}
