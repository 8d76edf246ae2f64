/* SPDX-License-Identifier: MIT */
#include "client/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "client/descriptor.h"
#include "client/write.h"

/* What stands for the address, the shell's first argument, by the quotes around it. It is never a
 * part of the command itself, so nothing in it can be taken for one. */
static struct span address_in(char quote)
{
    return span_of_string(quote == '\'' ? "'\"${1}\"'" : quote == '"' ? "${1}" : "\"${1}\"");
}

/* Adds the first command of PREFERRED, up to a colon outside of quotes, to COMMAND; *PLACED is
 * whether a %s was in it. False without memory. */
static bool place_address(const char *preferred, struct secret *command, bool *placed)
{
    char quote = '\0'; /* the one that we are in */
    *placed = false;
    for (const char *c = preferred; *c != '\0' && (*c != ':' || quote != '\0'); c++) {
        const size_t len = *c == '\\' && quote != '\'' && c[1] != '\0' ? 2 : 1;
        const bool place = strncmp(c, "%s", 2) == 0;
        if (!cognito_secret_append(command, place ? address_in(quote) : span_of(c, len)))
            return false;
        if (*c == quote)
            quote = '\0';
        else if (quote == '\0' && (*c == '\'' || *c == '"'))
            quote = *c;
        *placed = *placed || place;
        c += place ? 1 : len - 1;
    }
    return true;
}

static bool make_command(const char *preferred, struct secret *command)
{
    bool placed;
    return cognito_secret_append(command, span_of_string("exec ")) &&
           place_address(preferred, command, &placed) &&
           (placed || (cognito_secret_append(command, span_of_string(" ")) &&
                       cognito_secret_append(command, address_in('\0')))) &&
           cognito_secret_append(command, span_of("", 1));
}

/* In the grandchild: away from our terminal and our output, which is for results, and with no
 * signal held back. */
static void detach(void)
{
    sigset_t none;
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0 || signal(SIGPIPE, SIG_DFL) == SIG_ERR)
        _exit(127);
    if (sigemptyset(&none) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        _exit(127);
    (void)setsid();
}

static _Noreturn void become(const char *command, const char *address, int report)
{
    static const char *const openers[] = {"xdg-open", "open"};
    detach();
    if (command != NULL)
        (void)execl("/bin/sh", "sh", "-c", command, "sh", address, (char *)NULL);
    for (size_t i = 0; command == NULL && i < 2; i++)
        (void)execlp(openers[i], openers[i], address, (char *)NULL);
    _exit(cognito_write_all(report, span_of("!", 1)) ? 127 : 126);
}

/* A child that ends at once has its own child adopted by init: nobody has to wait for a browser. */
static bool start(const char *command, const char *address)
{
    int ends[2];
    if (!cognito_descriptor_pipe(ends))
        return false;
    const pid_t child = fork();
    if (child == 0) {
        const pid_t grandchild = fork();
        if (grandchild == 0)
            become(command, address, ends[1]);
        _exit(grandchild < 0 && cognito_write_all(ends[1], span_of("!", 1)) ? 1 : 0);
    }
    (void)close(ends[1]);
    char failed = '!';
    ssize_t got = -1;
    if (child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
        do
            got = read(ends[0], &failed, 1);
        while (got < 0 && errno == EINTR);
    }
    (void)close(ends[0]);
    return got == 0;
}

bool cognito_browser_open(const char *preferred, const char *address, struct complaint *why)
{
    struct secret command OWNED(cognito_secret_free) = {0};
    const bool chosen = preferred != NULL && preferred[0] != '\0';
    if (chosen && !make_command(preferred, &command))
        return cognito_complain(why, "out of memory");
    return start(chosen ? (const char *)command.data : NULL, address) ||
           cognito_complain(why, "no browser could be started (BROWSER, xdg-open)");
}

const char *cognito_browser_absence(const char *preferred, const char *display,
                                    const char *ssh_connection)
{
    if (preferred != NULL && preferred[0] != '\0')
        return NULL;
    if (ssh_connection != NULL)
        return "this is an SSH session (SSH_CONNECTION is set)";
#if defined __linux__
    if (display == NULL)
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)";
#else
    (void)display;
#endif
    return NULL;
}
