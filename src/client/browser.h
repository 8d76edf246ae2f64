/* SPDX-License-Identifier: MIT */
/*
 * Opening the person's browser.
 */
#ifndef COGNITO_CLIENT_BROWSER_H
#define COGNITO_CLIENT_BROWSER_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/complaint.h"

/*
 * Starts PREFERRED (what BROWSER is set to: commands for the shell, separated by colons, the first
 * of which is taken; the address, as one word, takes the place of %s, in quotes or not, or comes
 * last) or, where it is NULL or
 * empty, xdg-open or open, with ADDRESS. Does not wait for it. False, with WHY, if nothing could be
 * started; a browser that starts and then fails is not noticed.
 */
MUST_USE bool cognito_browser_open(const char *preferred, const char *address,
                                   struct complaint *why);

/* Why no browser can be expected to open on this screen; NULL: one may. PREFERRED is BROWSER, which
 * may lead anywhere and so speaks for one; DISPLAY is DISPLAY or WAYLAND_DISPLAY. Each is NULL
 * where it is not set. */
const char *cognito_browser_absence(const char *preferred, const char *display,
                                    const char *ssh_connection);

#endif
