/* SPDX-License-Identifier: MIT */
#include "admin/pamlines.h"

#include <stdio.h>
#include <string.h>

#include "admin/pammodules.h"
#include "base/lines.h"

#define MARKER_BEGIN "# Written by pam-cognito setup;"
#define MARKER MARKER_BEGIN " `pam-cognito setup --undo' removes it.\n"
#define AUTH_BEGIN "auth       sufficient   "
#define AUTH_END " forward_pass"
#define ACCOUNT_BEGIN "account    required     "

/* What is put in at one place. */
enum { MARKER_HEIGHT = 1, LINE_HEIGHT = 1 };

const char *cognito_pamedit_lines(const char *module, char lines[PAM_LINES_SIZE])
{
    (void)snprintf(lines, PAM_LINES_SIZE,
                   MARKER AUTH_BEGIN "%.3000s" AUTH_END "\n" ACCOUNT_BEGIN "%.3000s\n", module,
                   module);
    return lines;
}

/* ---- places ---- */

static bool jumps(const struct pam_line *line)
{
    for (size_t i = 0; i < PAM_ANSWERS; i++)
        if (line->control.action[i] > 0)
            return true;
    return false;
}

/* Whether our auth line can go behind LINE, which then holds for a token as well. A jump would end
 * elsewhere if a line more were behind it. */
static bool may_lead(const struct pam_line *line)
{
    return !line->included && !line->substack && cognito_pam_is_silent(line) && !jumps(line);
}

/* The first physical line that says something, or the one behind the last. */
static size_t first_line(struct span text)
{
    size_t number = 1;
    while (text.len > 0) {
        const size_t end = span_position(text, '\n');
        const struct span line = cognito_trim(span_first(text, end));
        if (line.len > 0 && line.data[0] != '#')
            break;
        text = span_after(text, end + 1);
        number++;
    }
    return number;
}

struct pam_places cognito_pamlines_places(struct span text, const struct pam_stack *stack)
{
    struct pam_places places = {0, 0};
    for (size_t i = 0; i < stack->count; i++) {
        const struct pam_line *line = &stack->lines[i];
        if (line->type == PAM_TYPE_AUTH && places.auth == 0 && !may_lead(line))
            places.auth = line->top;
        if (line->type == PAM_TYPE_ACCOUNT && places.account == 0)
            places.account = line->top;
    }
    if (places.auth == 0)
        places.auth = first_line(text);
    if (places.account == 0 || places.account > places.auth)
        places.account = places.auth;
    return places;
}

static size_t height_at_account(const struct pam_places *places)
{
    return places->auth == places->account ? MARKER_HEIGHT + 2 * LINE_HEIGHT
                                           : MARKER_HEIGHT + LINE_HEIGHT;
}

size_t cognito_pamlines_before(const struct pam_places *places, size_t number)
{
    const size_t height = height_at_account(places);
    if (number >= places->account + height)
        number -= height;
    if (places->auth != places->account && number >= places->auth + MARKER_HEIGHT + LINE_HEIGHT)
        number -= MARKER_HEIGHT + LINE_HEIGHT;
    return number;
}

/* ---- putting in ---- */

/* The bytes before line NUMBER. */
static size_t offset_of(struct span text, size_t number)
{
    size_t offset = 0;
    for (; number > 1 && offset < text.len; number--)
        offset += span_position(span_after(text, offset), '\n') + 1;
    return offset < text.len ? offset : text.len;
}

static bool add_lines(struct secret *edited, bool auth, bool account, const char *module)
{
    char lines[PAM_LINES_SIZE];
    struct span all = span_of_string(cognito_pamedit_lines(module, lines));
    const size_t marker = span_position(all, '\n') + 1;
    const size_t first = span_position(span_after(all, marker), '\n') + 1;
    const bool apart = edited->len > 0 && edited->data[edited->len - 1] != '\n';
    return (!apart || cognito_secret_append(edited, span_of_string("\n"))) &&
           cognito_secret_append(edited, span_first(all, marker)) &&
           (!auth || cognito_secret_append(edited, span_first(span_after(all, marker), first))) &&
           (!account || cognito_secret_append(edited, span_after(all, marker + first)));
}

bool cognito_pamlines_insert(struct span text, const struct pam_places *places, const char *module,
                             struct secret *edited)
{
    const size_t account = offset_of(text, places->account);
    const size_t auth = offset_of(text, places->auth);
    const bool together = places->account == places->auth;
    return cognito_secret_append(edited, span_first(text, account)) &&
           add_lines(edited, together, true, module) &&
           cognito_secret_append(edited, span_first(span_after(text, account), auth - account)) &&
           (together || add_lines(edited, true, false, module)) &&
           cognito_secret_append(edited, span_after(text, auth));
}

/* ---- taking out ---- */

/* The first line of REST, with those that a backslash makes part of it and its end. */
static struct span take_line(struct span *rest)
{
    size_t len = 0;
    bool goes_on = true;
    while (goes_on && len < rest->len) {
        const size_t end = span_position(span_after(*rest, len), '\n');
        goes_on = end > 0 && span_after(*rest, len).data[end - 1] == '\\';
        len += end + 1;
    }
    const struct span line = span_first(*rest, len);
    *rest = span_after(*rest, len);
    return line;
}

static bool holds(struct span text, const char *words)
{
    return text.len > 0 && memmem(text.data, text.len, words, strlen(words)) != NULL;
}

static bool is_comment(struct span line)
{
    return line.len > 0 && line.data[0] == '#';
}

/* As this version writes it, and as earlier ones did. */
static bool is_marker(struct span line)
{
    static const char *const beginnings[] = {MARKER_BEGIN, "# These lines are pam_cognito's;"};
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (span_is(span_first(line, strlen(beginnings[i])), beginnings[i]))
            return true;
    return false;
}

bool cognito_pamlines_marked(struct span text)
{
    while (text.len > 0) {
        const struct span line = take_line(&text);
        if (is_marker(cognito_trim(line)))
            return true;
    }
    return false;
}

static bool names_our_module(struct span line)
{
    return !is_comment(line) && holds(span_first(line, span_position(line, '#')), PAM_OUR_MODULE);
}

/* Takes BEGIN and END off LINE, and says whether one word is left. */
static bool is_word_between(struct span line, const char *begin, const char *end)
{
    const size_t first = strlen(begin);
    const size_t last = strlen(end);
    if (line.len < first + last || !span_equal(span_first(line, first), span_of_string(begin)) ||
        !span_is(span_after(line, line.len - last), end))
        return false;
    struct span rest = span_first(span_after(line, first), line.len - first - last);
    return cognito_next_word(&rest).len > 0 && cognito_next_word(&rest).len == 0;
}

static bool is_as_written(struct span line)
{
    return is_word_between(line, AUTH_BEGIN, AUTH_END) || is_word_between(line, ACCOUNT_BEGIN, "");
}

static size_t height_of(struct span line)
{
    size_t height = 0;
    for (size_t i = 0; i < line.len; i++)
        height += line.data[i] == '\n' ? 1 : 0;
    return height;
}

bool cognito_pamlines_remove(struct span text, struct pam_removal *removal)
{
    bool below_marker = false;
    size_t number = 1;
    while (text.len > 0) {
        const struct span whole = take_line(&text);
        const bool ended = whole.data[whole.len - 1] == '\n';
        const struct span line = cognito_trim(span_first(whole, whole.len - (ended ? 1 : 0)));
        const bool names_us = names_our_module(line);
        below_marker = is_marker(line) || (below_marker && names_us);
        if (below_marker || (names_us && is_as_written(line))) {
            removal->count++;
            continue;
        }
        if (names_us && removal->left == 0)
            removal->left = number;
        number += height_of(whole);
        if (!cognito_secret_append(&removal->text, whole))
            return false;
    }
    return true;
}
