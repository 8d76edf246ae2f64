/* SPDX-License-Identifier: MIT */
#include "client/person.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "client/terminal.h"

enum {
    CHOICE_TRIES = 3,
    CHOICE_DIGITS = 3,
    LINE_SIZE = 256,
};

static bool has_terminal(struct complaint *why)
{
    const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return cognito_complain(why, "there is no terminal to ask at; sign in with the browser");
    (void)close(tty);
    return true;
}

static bool ask(void *context, const char *question, bool echo, struct secret *answer,
                struct complaint *why)
{
    (void)context;
    return has_terminal(why) && cognito_terminal_ask(span_of_string(question), echo, answer, why);
}

static bool tell(void *context, const char *sentence, struct complaint *why)
{
    (void)context;
    return has_terminal(why) && cognito_terminal_tell(span_of_string(sentence), why);
}

/* A number from 1 to COUNT. */
static bool read_choice(struct span text, size_t count, size_t *chosen)
{
    size_t number = 0;
    if (text.len == 0 || text.len > CHOICE_DIGITS)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = number * 10 + (size_t)(text.data[i] - '0');
    }
    if (number < 1 || number > count)
        return false;
    *chosen = number - 1;
    return true;
}

static bool choose(void *context, const char *question, const char *const *things, size_t count,
                   size_t *chosen, struct complaint *why)
{
    char line[LINE_SIZE];
    if (!tell(context, question, why))
        return false;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(line, sizeof line, "  %zu  %s", i + 1, things[i]);
        if (!tell(context, line, why))
            return false;
    }
    (void)snprintf(line, sizeof line, "Number (1 to %zu): ", count);
    for (int tries = 0; tries < CHOICE_TRIES; tries++) {
        struct secret answer OWNED(cognito_secret_free) = {0};
        if (!ask(context, line, true, &answer, why))
            return false;
        if (read_choice(secret_span(&answer), count, chosen))
            return true;
    }
    return cognito_complain(why, "none of the %zu was chosen", count);
}

const struct person cognito_person_at_terminal = {NULL, ask, choose, tell};
