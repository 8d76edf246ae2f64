/* SPDX-License-Identifier: MIT */
#include "admin/pamcontrol.h"

#include <stddef.h>
#include <strings.h>

#include "base/lines.h"

/* As pam.conf(5) spells them. */
static const char *const answer_names[PAM_ANSWERS] = {
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
};

static const struct {
    const char *name;
    enum pam_action action;
} action_names[] = {
    {"ignore", PAM_ACTION_IGNORE}, {"ok", PAM_ACTION_OK},   {"done", PAM_ACTION_DONE},
    {"bad", PAM_ACTION_BAD},       {"die", PAM_ACTION_DIE}, {"reset", PAM_ACTION_RESET},
};

enum {
    ACTION_NAMES = sizeof action_names / sizeof action_names[0],
    JUMP_MAX = 1024,
    UNSET = -6,
};

static bool same_word(struct span word, const char *name)
{
    return word.len == strlen(name) && strncasecmp((const char *)word.data, name, word.len) == 0;
}

int cognito_pam_answer(struct span name)
{
    for (int i = 0; i < PAM_ANSWERS; i++)
        if (same_word(name, answer_names[i]))
            return i;
    return -1;
}

const char *cognito_pam_answer_name(enum pam_answer answer)
{
    return (size_t)answer < PAM_ANSWERS ? answer_names[answer] : "?";
}

static void fill(struct pam_control *control, int action)
{
    for (size_t i = 0; i < PAM_ANSWERS; i++)
        if (control->action[i] == UNSET)
            control->action[i] = action;
}

/* The four words. */
static struct pam_control word_control(int success, int ignore, int others)
{
    struct pam_control control;
    for (size_t i = 0; i < PAM_ANSWERS; i++)
        control.action[i] = others;
    control.action[PAM_ANSWER_SUCCESS] = success;
    control.action[PAM_ANSWER_NEW_AUTHTOK_REQD] = success;
    control.action[PAM_ANSWER_IGNORE] = ignore;
    return control;
}

static bool read_number(struct span word, int *number)
{
    int value = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] < '0' || word.data[i] > '9' || value > JUMP_MAX)
            return false;
        value = value * 10 + (word.data[i] - '0');
    }
    *number = value;
    return value > 0;
}

static bool read_action(struct span word, int *action)
{
    for (size_t i = 0; i < ACTION_NAMES; i++)
        if (same_word(word, action_names[i].name)) {
            *action = action_names[i].action;
            return true;
        }
    return word.len > 0 && read_number(word, action);
}

/* What comes before '=' or white space. */
static struct span next_token(struct span *rest)
{
    size_t len = 0;
    *rest = cognito_trim(*rest);
    while (len < rest->len && rest->data[len] != '=' && !is_blank(rest->data[len]))
        len++;
    const struct span token = span_first(*rest, len);
    *rest = cognito_trim(span_after(*rest, len));
    return token;
}

/* NAME = ACTION */
static bool read_pair(struct span *rest, struct pam_control *control)
{
    int action = UNSET;
    const struct span name = next_token(rest);
    if (rest->len == 0 || rest->data[0] != '=')
        return false;
    *rest = span_after(*rest, 1);
    if (!read_action(next_token(rest), &action))
        return false;
    if (same_word(name, "default")) {
        fill(control, action);
        return true;
    }
    const int answer = cognito_pam_answer(name);
    if (answer < 0)
        return false;
    control->action[answer] = action;
    return true;
}

static bool read_brackets(struct span text, struct pam_control *control)
{
    if (text.len < 2 || text.data[0] != '[' || text.data[text.len - 1] != ']')
        return false;
    struct span rest = cognito_trim(span_first(span_after(text, 1), text.len - 2));
    while (rest.len > 0) {
        if (!read_pair(&rest, control))
            return false;
        rest = cognito_trim(rest);
    }
    return true;
}

bool cognito_pamcontrol_read(struct span text, struct pam_control *control)
{
    if (same_word(text, "required"))
        *control = word_control(PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_BAD);
    else if (same_word(text, "requisite"))
        *control = word_control(PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_DIE);
    else if (same_word(text, "sufficient"))
        *control = word_control(PAM_ACTION_DONE, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE);
    else if (same_word(text, "optional"))
        *control = word_control(PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE);
    else {
        *control = word_control(UNSET, UNSET, UNSET);
        const bool good = read_brackets(text, control);
        if (!good)
            *control = word_control(PAM_ACTION_BAD, PAM_ACTION_BAD, PAM_ACTION_BAD);
        fill(control, PAM_ACTION_BAD); /* libpam: what is not set is an error */
        return good;
    }
    return true;
}
