/* SPDX-License-Identifier: MIT */
/*
 * cognito-askpass: answers the prompts of pam_cognito with a Cognito ID token, in parts, for ssh
 * (SSH_ASKPASS) and sudo (SUDO_ASKPASS). It has no state but the pin: each prompt starts it anew.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/complaint.h"
#include "base/errorwords.h"
#include "base/prompt.h"
#include "base/secret.h"
#include "base/span.h"
#include "client/clock.h"
#include "client/hosts.h"
#include "client/keeper.h"
#include "client/parent.h"
#include "client/pin.h"
#include "client/places.h"
#include "client/profile.h"
#include "client/profiles.h"
#include "client/question.h"
#include "client/setting.h"
#include "client/source.h"
#include "client/terminal.h"
#include "client/write.h"

static const char usage[] = "usage: cognito-askpass PROMPT\n"
                            "       cognito-askpass --help | --version\n"
                            "ssh and sudo start it; see cognito-askpass(1)\n";

enum exit_code { ANSWERED = 0, NOT_ANSWERED = 1, USAGE = 2 };

/* Descriptors 0 to 2 that the caller closed: each is opened the wrong way round, so that no file of
 * ours takes its number and using it fails, as it would have. */
static bool fill_descriptors(void)
{
    static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", flags[descriptor]) != descriptor)
            return false;
    return true;
}

/* A reader that has gone and a limit on file sizes are errors to report, not a sudden end. Not
 * sooner than needed: programs that we start would inherit it. */
static bool expect_failing_writes(struct complaint *why)
{
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return cognito_complain(why, "signals cannot be ignored");
    return true;
}

/* Prints ANSWER and a line end, which ssh and sudo wait for, at once. */
static bool hand_over(struct span answer, struct complaint *why)
{
    struct secret line OWNED(cognito_secret_free) = {0};
    if (!cognito_secret_append(&line, answer) || !cognito_secret_append(&line, span_of("\n", 1)))
        return cognito_complain(why, "out of memory");
    if (cognito_write_all(STDOUT_FILENO, secret_span(&line)) && close(STDOUT_FILENO) == 0)
        return true;
    return cognito_complain(why, "standard output: %s", cognito_error_words(errno));
}

static struct places places(void)
{
    return (struct places){getenv("HOME"), getenv("XDG_CONFIG_HOME"), getenv("XDG_STATE_HOME"),
                           getenv("XDG_RUNTIME_DIR"), SYSTEM_CONFIG};
}

/* The profile of cognito-login that is in use. */
static bool read_profile(struct profile *profile, struct complaint *why)
{
    const struct places all = places();
    return cognito_profiles_read(&all, cognito_setting("COGNITO_LOGIN_PROFILE"), profile, why);
}

/* Hosts that the environment names or, if it says nothing, those of the profile. */
static bool may_have_it_there(struct span host, struct complaint *why)
{
    const char *patterns = cognito_setting("COGNITO_ASKPASS_HOSTS");
    struct profile profile OWNED(cognito_profile_free) = {0};
    struct secret text OWNED(cognito_secret_free) = {0};
    struct complaint reason = {{0}};
    if (patterns != NULL)
        return cognito_hosts_match(patterns, host, why);
    if (!read_profile(&profile, &reason))
        return cognito_complain(why,
                                "the host %s may not have the token; if it may, add it to "
                                "COGNITO_ASKPASS_HOSTS, or to hosts in the profile of "
                                "cognito-login (%s)",
                                cognito_escape(host).text, reason.text);
    if (!cognito_profile_hosts(&profile, &text))
        return cognito_complain(why, "out of memory");
    return cognito_hosts_match((const char *)text.data, host, NULL) ||
           cognito_complain(why,
                            "the host %s may not have the token; if it may, add it to hosts in "
                            "the profile %s, or to COGNITO_ASKPASS_HOSTS",
                            cognito_escape(host).text, profile.name);
}

static bool may_have_token(const struct question *question, struct complaint *why)
{
    if (!question->bare)
        return may_have_it_there(question->host, why);
    const char *sudo = getenv("COGNITO_ASKPASS_SUDO");
    return (sudo != NULL && strcmp(sudo, "yes") == 0) ||
           cognito_complain(why, "the prompt names no host; if it is sudo that asks, set "
                                 "COGNITO_ASKPASS_SUDO=yes");
}

/* What the person set for this, or what cognito-login keeps. */
static bool choose_token(struct secret *token, struct complaint *why)
{
    const struct source source = {getenv("COGNITO_TOKEN_FILE"), getenv("COGNITO_TOKEN_COMMAND")};
    struct profile profile OWNED(cognito_profile_free) = {0};
    struct complaint reason = {{0}};
    const struct places all = places();
    if (cognito_source_is_set(&source))
        return cognito_source_read(&source, time(NULL), token, why);
    if (!read_profile(&profile, &reason))
        return cognito_complain(why,
                                "there is no token: %s; or set COGNITO_TOKEN_FILE to its file, or "
                                "COGNITO_TOKEN_COMMAND to a command that prints it",
                                reason.text);
    return cognito_keeper_token(&all, &profile, time(NULL), token, why);
}

/* The first prompt of a conversation chooses a token, all others take that one. */
static bool agree_on_token(const struct question *question, const struct pin *pin,
                           struct secret *token, struct complaint *why)
{
    const int64_t now = cognito_clock_seconds();
    return question->kind == QUESTION_FIRST ? cognito_pin_write(pin, secret_span(token), now, why)
                                            : cognito_pin_read(pin, now, token, why);
}

/*
 * The part of the token that is asked for. One that is shorter than a part may be is the last: the
 * module asks on only while answers have the length of a cut, so nothing will be asked of this pin
 * any more, and the token need not lie there longer. (A last part that happens to have the length
 * of another client's cut is asked on for only if the token is refused anyway.) Whoever asks from
 * the start again gets the token pinned anew.
 */
static bool send_part(const struct question *question, const struct pin *pin, struct span token,
                      struct complaint *why)
{
    if (question->after > token.len)
        return cognito_complain(why, "asked for what follows character %zu of a token of %zu",
                                question->after, token.len);
    const size_t most = question->bare ? PART_SUDO : PART_SSH;
    const struct span part = span_first(span_after(token, question->after), most);
    if (part.len < most)
        cognito_pin_remove(pin);
    return hand_over(part, why);
}

static bool answer(const struct question *question, struct complaint *why)
{
    const struct runtime_places runtime = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR")};
    const struct parent parent = cognito_parent();
    struct secret token OWNED(cognito_secret_free) = {0};
    struct pin pin OWNED(cognito_pin_close) = {.folder = -1};
    return may_have_token(question, why) &&
           (question->kind == QUESTION_NEXT || choose_token(&token, why)) &&
           expect_failing_writes(why) &&
           cognito_pin_open(&runtime, &parent, question->asker, &pin, why) &&
           agree_on_token(question, &pin, &token, why) &&
           send_part(question, &pin, secret_span(&token), why);
}

static void free_string(char **string)
{
    free(*string);
}

/* Another program takes this prompt. Should that be cognito-askpass again, it finds no further
 * program and asks at the terminal, instead of starting itself for ever. */
static bool become(const char *program, const char *prompt, struct complaint *why)
{
    char *name OWNED(free_string) = strdup(program);
    if (name == NULL || unsetenv("COGNITO_ASKPASS_FALLBACK") != 0)
        return cognito_complain(why, "out of memory");
    (void)execlp(name, name, prompt, (char *)NULL);
    return cognito_complain(why, "COGNITO_ASKPASS_FALLBACK cannot be run: %s",
                            cognito_error_words(errno));
}

/* What ssh asks with SSH_ASKPASS_PROMPT=confirm wants a yes, and any success counts as one. */
static bool ask_person(const char *prompt, const char *hint, struct complaint *why)
{
    const bool confirm = hint != NULL && strcmp(hint, "confirm") == 0;
    struct secret line OWNED(cognito_secret_free) = {0};
    struct secret shown OWNED(cognito_secret_free) = {0};
    if (!cognito_secret_append(&shown, span_of_string(prompt)) ||
        (confirm && !cognito_secret_append(&shown, span_of_string(" (yes/no) "))))
        return cognito_complain(why, "out of memory");
    const bool echo = confirm || cognito_question_has_echo(span_of_string(prompt));
    if (!cognito_terminal_ask(secret_span(&shown), echo, &line, why))
        return false;
    if (confirm && !span_is(secret_span(&line), "yes"))
        return cognito_complain(why, "not confirmed");
    return expect_failing_writes(why) && hand_over(secret_span(&line), why);
}

static bool pass_on(const char *prompt, struct complaint *why)
{
    const char *fallback = cognito_setting("COGNITO_ASKPASS_FALLBACK");
    const char *hint = getenv("SSH_ASKPASS_PROMPT");
    if (fallback != NULL)
        return become(fallback, prompt, why);
    if (hint != NULL && strcmp(hint, "none") == 0)
        return cognito_terminal_tell(span_of_string(prompt), why);
    return ask_person(prompt, hint, why);
}

static bool print(const char *text, struct complaint *why)
{
    return expect_failing_writes(why) &&
           (cognito_write_all(STDOUT_FILENO, span_of_string(text)) ||
            cognito_complain(why, "standard output: %s", cognito_error_words(errno)));
}

/* No program asks with the name of an option. */
static bool take(const char *prompt, struct complaint *why)
{
    if (strcmp(prompt, "--help") == 0)
        return print(usage, why);
    if (strcmp(prompt, "--version") == 0)
        return print("cognito-askpass " PACKAGE_VERSION "\n", why);
    const struct question question = cognito_question_read(span_of_string(prompt));
    return question.kind == QUESTION_OTHER ? pass_on(prompt, why) : answer(&question, why);
}

int main(int argc, char **argv)
{
    if (!fill_descriptors())
        return NOT_ANSWERED;
    if (argc != 2) {
        (void)dprintf(STDERR_FILENO, "%s", usage);
        return USAGE;
    }
    struct complaint why = {{0}};
    if (take(argv[1], &why))
        return ANSWERED;
    (void)dprintf(STDERR_FILENO, "cognito-askpass: %s\n", why.text);
    return NOT_ANSWERED;
}
