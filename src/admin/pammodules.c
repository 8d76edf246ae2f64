/* SPDX-License-Identifier: MIT */
#include "admin/pammodules.h"

#include <string.h>

#include "base/lines.h"

/* Their success says nothing about who is there. These are access control: their refusal is meant.
 */
static const char *const gates[] = {
    "pam_abl.so",        "pam_access.so",    "pam_faillock.so",  "pam_geoip.so",
    "pam_lastlog.so",    "pam_listfile.so",  "pam_localuser.so", "pam_nologin.so",
    "pam_rhosts.so",     "pam_securetty.so", "pam_sepermit.so",  "pam_shells.so",
    "pam_succeed_if.so", "pam_tally2.so",    "pam_time.so",      "pam_usertype.so",
};

/* Neither does that of these, which set up a login. */
static const char *const helpers[] = {
    "pam_cap.so",
    "pam_ecryptfs.so",
    "pam_echo.so",
    "pam_env.so",
    "pam_faildelay.so",
    "pam_gnome_keyring.so",
    "pam_group.so",
    "pam_issue.so",
    "pam_keyinit.so",
    "pam_kwallet5.so",
    "pam_kwallet.so",
    "pam_limits.so",
    "pam_loginuid.so",
    "pam_mail.so",
    "pam_mkhomedir.so",
    "pam_motd.so",
    "pam_mount.so",
    "pam_namespace.so",
    "pam_oddjob_mkhomedir.so",
    "pam_passwdqc.so",
    "pam_pwquality.so",
    "pam_selinux.so",
    "pam_setquota.so",
    "pam_systemd.so",
    "pam_tty_audit.so",
    "pam_umask.so",
    "pam_warn.so",
    "pam_xauth.so",
};

/* These ask for the password that they take. */
static const char *const passwords[] = {
    "pam_unix.so",   "pam_sss.so",     "pam_ldap.so", "pam_krb5.so",         "pam_winbind.so",
    "pam_userdb.so", "pam_pwdfile.so", "pam_tcb.so",  "pam_systemd_home.so",
};

/* These ask for a code. */
static const char *const codes[] = {"pam_google_authenticator.so", "pam_oath.so",
                                    "pam_radius_auth.so"};

/* These take the person's password where they are first to be called. */
static const char *const unlockers[] = {"pam_mount.so", "pam_ecryptfs.so"};

#define IS_ONE_OF(module, names) is_one_of(module, names, sizeof(names) / sizeof(names)[0])

static bool is_one_of(const char *module, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(module, names[i]) == 0)
            return true;
    return false;
}

static bool has_argument(const struct pam_line *line, const char *argument)
{
    struct span rest = span_of_string(line->arguments);
    for (struct span word = cognito_next_word(&rest); word.len > 0; word = cognito_next_word(&rest))
        if (span_is(word, argument))
            return true;
    return false;
}

enum pam_kind cognito_pam_kind(const struct pam_line *line)
{
    const char *module = line->module;
    if (strcmp(module, PAM_OUR_MODULE) == 0)
        return PAM_KIND_OURS;
    if (strcmp(module, "pam_permit.so") == 0 || strcmp(module, "pam_deny.so") == 0 ||
        strcmp(module, "pam_debug.so") == 0)
        return PAM_KIND_FIXED;
    if (strcmp(module, "pam_wheel.so") == 0) /* with trust it lets its group in, on purpose */
        return has_argument(line, "trust") ? PAM_KIND_PROVER : PAM_KIND_BYSTANDER;
    if (IS_ONE_OF(module, gates) || IS_ONE_OF(module, helpers))
        return PAM_KIND_BYSTANDER;
    /* In account nobody proves anything: each looks at whether the account may be used. */
    return line->type == PAM_TYPE_ACCOUNT ? PAM_KIND_BYSTANDER : PAM_KIND_PROVER;
}

enum pam_answer cognito_pam_fixed_answer(const struct pam_line *line)
{
    const char *key = line->type == PAM_TYPE_AUTH ? "auth=" : "acct=";
    struct span rest = span_of_string(line->arguments);
    if (strcmp(line->module, "pam_deny.so") == 0)
        return PAM_ANSWER_AUTH_ERR;
    for (struct span word = cognito_next_word(&rest); word.len > 0; word = cognito_next_word(&rest))
        if (span_equal(span_first(word, 5), span_of_string(key))) {
            const int answer = cognito_pam_answer(span_after(word, 5));
            return answer < 0 ? PAM_ANSWER_SUCCESS : (enum pam_answer)answer;
        }
    return PAM_ANSWER_SUCCESS;
}

uint32_t cognito_pam_prover_answers(const struct pam_line *line)
{
    const uint32_t ignore = UINT32_C(1) << PAM_ANSWER_IGNORE;
    return strcmp(line->module, "pam_unix.so") == 0 ? ~ignore : UINT32_MAX;
}

bool cognito_pam_asks(const struct pam_line *line)
{
    return IS_ONE_OF(line->module, passwords) || IS_ONE_OF(line->module, codes);
}

bool cognito_pam_checks_password(const struct pam_line *line)
{
    return IS_ONE_OF(line->module, passwords);
}

bool cognito_pam_is_silent(const struct pam_line *line)
{
    static const char *const others[] = {"pam_permit.so", "pam_rootok.so", "pam_wheel.so"};
    return IS_ONE_OF(line->module, gates) || IS_ONE_OF(line->module, others) ||
           (IS_ONE_OF(line->module, helpers) && !IS_ONE_OF(line->module, unlockers));
}

bool cognito_pam_guards(const struct pam_line *line)
{
    const enum pam_kind kind = cognito_pam_kind(line);
    return kind == PAM_KIND_PROVER ||
           (kind == PAM_KIND_BYSTANDER && !IS_ONE_OF(line->module, helpers));
}

bool cognito_pam_refuse_together(const struct pam_line *a, const struct pam_line *b)
{
    static const char *const counters[] = {"pam_faillock.so", "pam_tally2.so"};
    if (a == b)
        return true;
    return strcmp(a->module, b->module) == 0 && cognito_pam_kind(a) == PAM_KIND_BYSTANDER &&
           (IS_ONE_OF(a->module, counters) || strcmp(a->arguments, b->arguments) == 0);
}
