/* SPDX-License-Identifier: MIT */
#include "client/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/errorwords.h"
#include "client/signals.h"
#include "client/write.h"

enum { LINE_SIZE = 4096 }; /* what a terminal holds of a line */

struct terminal {
    int tty;
    bool holding;
    struct signals signals;
};

enum heard { HEARD_LINE, HEARD_SIGNAL, HEARD_NOTHING };

/* The length of the character of well-formed UTF-8 that TEXT, which is not empty, begins with, and
 * its code. 0, and CODE as it was: it begins with a byte of another kind. */
static size_t read_character(struct span text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* by length: no overlong form */
    const unsigned char first = text.data[0];
    size_t len = 0;
    while (len < 8 && (first & (0x80U >> len)) != 0)
        len++;
    if (len == 0 || len == 1 || len > 4 || len > text.len)
        return len == 0 ? 1 : 0;
    uint32_t value = first & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((text.data[i] & 0xc0U) != 0x80)
            return 0;
        value = value << 6 | (text.data[i] & 0x3fU);
    }
    if (value < least[len])
        return 0;
    *code = value;
    return len;
}

/* Neither a control character, but for the tab and the line end, nor one that cannot be seen or
 * turns the direction of the text (Unicode's Bidi_Control among them). */
static bool is_shown(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x08},     {0x0b, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},     {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return false;
    return true;
}

static bool append_escaped(struct secret *tamed, struct span bytes)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        const char code[] = {'\\', 'x', hex[bytes.data[i] >> 4], hex[bytes.data[i] & 15]};
        if (!cognito_secret_append(tamed, span_of(code, sizeof code)))
            return false;
    }
    return true;
}

bool cognito_terminal_tame(struct span text, struct secret *tamed)
{
    while (text.len > 0) {
        uint32_t code = text.data[0]; /* of ASCII, or as a terminal without UTF-8 takes a byte */
        const size_t len = read_character(text, &code);
        const struct span character = span_first(text, len == 0 ? 1 : len);
        if (!(is_shown(code) ? cognito_secret_append(tamed, character)
                             : append_escaped(tamed, character)))
            return false;
        text = span_after(text, character.len);
    }
    return true;
}

static bool complain_errno(struct complaint *why, int error)
{
    return cognito_complain(why, "/dev/tty: %s", cognito_error_words(error));
}

static bool show(int tty, struct span text)
{
    struct secret tamed OWNED(cognito_secret_free) = {0};
    return cognito_terminal_tame(text, &tamed) && cognito_write_all(tty, secret_span(&tamed));
}

static int open_tty(struct complaint *why)
{
    const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        (void)cognito_complain(why,
                               "there is no terminal to ask at; COGNITO_ASKPASS_FALLBACK names "
                               "the program for other prompts");
    return tty;
}

bool cognito_terminal_is_there(void)
{
    const int tty = open_tty(NULL);
    if (tty >= 0)
        (void)close(tty);
    return tty >= 0;
}

static void close_terminal(struct terminal *terminal)
{
    if (terminal->holding)
        cognito_signals_release(&terminal->signals);
    if (terminal->tty >= 0)
        (void)close(terminal->tty);
}

static bool hold_signals(struct terminal *terminal, struct complaint *why)
{
    terminal->holding = cognito_signals_hold(&terminal->signals);
    return terminal->holding || complain_errno(why, errno);
}

/* Without echo the line end is still shown, or the next output would stand behind the prompt. */
static bool set_echo(int tty, const struct termios *before, bool echo)
{
    struct termios asking = *before;
    asking.c_lflag |= ICANON | ISIG | ECHONL;
    asking.c_iflag |= ICRNL;
    asking.c_lflag &= ~(tcflag_t)ECHO;
    if (echo)
        asking.c_lflag |= ECHO;
    return tcsetattr(tty, TCSAFLUSH, &asking) == 0;
}

/* Takes what was read. True when the line is whole; an end without a line is none. */
static bool take(struct secret *answer, struct span more, enum heard *heard)
{
    const size_t end = span_position(more, '\n');
    const bool whole = end < more.len || more.len == 0;
    *heard = end < more.len || (whole && answer->len > 0) ? HEARD_LINE : HEARD_NOTHING;
    if (!cognito_secret_append(answer, span_first(more, end))) {
        *heard = HEARD_NOTHING;
        return true;
    }
    return whole;
}

static enum heard listen_for_line(const struct terminal *terminal, struct secret *answer,
                                  int *number)
{
    unsigned char line[LINE_SIZE];
    enum heard heard = HEARD_NOTHING;
    for (;;) {
        const enum signals_waited waited =
            cognito_signals_wait(&terminal->signals, terminal->tty, number);
        if (waited == SIGNALS_ONE)
            heard = HEARD_SIGNAL;
        if (waited != SIGNALS_INPUT)
            break;
        const ssize_t got = read(terminal->tty, line, sizeof line);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || take(answer, span_of(line, (size_t)got), &heard))
            break;
    }
    cognito_wipe(line, sizeof line);
    return heard;
}

static enum heard ask_once(const struct terminal *terminal, struct span prompt, bool echo,
                           struct secret *answer, int *number)
{
    struct termios before;
    if (tcgetattr(terminal->tty, &before) != 0)
        return HEARD_NOTHING;
    enum heard heard = HEARD_NOTHING;
    if (set_echo(terminal->tty, &before, echo) && show(terminal->tty, prompt))
        heard = listen_for_line(terminal, answer, number);
    (void)tcsetattr(terminal->tty, TCSAFLUSH, &before);
    return heard;
}

bool cognito_terminal_ask(struct span prompt, bool echo, struct secret *answer,
                          struct complaint *why)
{
    struct terminal terminal OWNED(close_terminal) = {.tty = open_tty(why)};
    if (terminal.tty < 0 || !hold_signals(&terminal, why))
        return false;
    for (;;) {
        int number = 0;
        const enum heard heard = ask_once(&terminal, prompt, echo, answer, &number);
        if (heard == HEARD_LINE)
            return true;
        cognito_secret_free(answer);
        if (heard != HEARD_SIGNAL)
            return cognito_complain(why, "/dev/tty: nothing was answered");
        cognito_signals_let_through(number);
    }
}

bool cognito_terminal_tell(struct span text, struct complaint *why)
{
    const int tty = open_tty(why);
    if (tty < 0)
        return false;
    const bool shown = show(tty, text) && cognito_write_all(tty, span_of_string("\n"));
    const int error = errno;
    (void)close(tty);
    return shown || complain_errno(why, error);
}
