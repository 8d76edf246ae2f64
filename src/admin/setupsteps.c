/* SPDX-License-Identifier: MIT */
#include "admin/setupsteps.h"

#include <stdio.h>
#include <string.h>

#include "admin/checks.h"
#include "admin/pamedit.h"
#include "admin/pammodules.h"
#include "admin/program.h"
#include "admin/sshdfile.h"
#include "admin/systemctl.h"
#include "admin/verbs.h"

#define UNIT "cognito-refresh"

bool cognito_setup_has(const struct setup *setup, const char *service)
{
    for (size_t i = 0; i < setup->service_count; i++)
        if (strcmp(setup->services[i], service) == 0)
            return true;
    return false;
}

static enum step_result left(struct complaint *words, const char *why)
{
    (void)cognito_complain(words, "%s", why);
    return STEP_LEFT;
}

static enum step_result done_if(bool good)
{
    return good ? STEP_DONE : STEP_FAILED;
}

/* ---- what was there before ---- */

/* That of the first run counts. */
static enum step_result remember(struct setup *setup, const char *service, struct complaint *words)
{
    (void)service;
    cognito_setupstate_read(&setup->before);
    if (setup->before.known)
        return STEP_ALREADY;
    cognito_setupstate_look(&setup->before);
    if (cognito_systemd_runs()) {
        setup->before.unit_disabled = !cognito_systemctl("is-enabled", "--quiet", UNIT, NULL);
        setup->before.unit_stopped = !cognito_systemctl("is-active", "--quiet", UNIT, NULL);
    }
    setup->before.known = cognito_setupstate_write(&setup->before, words);
    return done_if(setup->before.known);
}

/* A service that names the module without a configuration would let nobody in. */
static bool is_needed(const struct setup *setup, struct complaint *words)
{
    struct pam_users users;
    if (setup->rolling_back)
        return false;
    if (!cognito_pamedit_users(&users, words))
        return true;
    if (users.count == 0 && users.other[0] == '\0')
        return false;
    (void)cognito_complain(words, PAM_FOLDER "/%s still names " PAM_OUR_MODULE,
                           users.count > 0 ? users.set_up[0] : users.other);
    return true;
}

static enum step_result forget(struct setup *setup, const char *service, struct complaint *words)
{
    (void)service;
    if (setup->before.known && is_needed(setup, words))
        return STEP_LEFT;
    return cognito_setupstate_remove(&setup->before) ? STEP_DONE : STEP_ALREADY;
}

/* ---- the configuration and the keys ---- */

static enum step_result configure(struct setup *setup, const char *service, struct complaint *words)
{
    (void)service;
    (void)words;
    setup->status = cognito_setup_configure(&setup->config);
    if (setup->status != EXIT_GOOD)
        return STEP_FAILED;
    return setup->config.written ? STEP_DONE : STEP_ALREADY;
}

/* The refresher reads its configuration when it starts. */
static bool restart_refresher(const struct setup *setup, struct complaint *words)
{
    const bool ran = setup->before.known && !setup->before.unit_stopped;
    return !cognito_systemd_runs() ||
           cognito_systemctl(ran ? "restart" : "try-restart", NULL, UNIT, words);
}

static enum step_result unconfigure(struct setup *setup, const char *service,
                                    struct complaint *words)
{
    (void)service;
    if (is_needed(setup, words))
        return STEP_LEFT;
    switch (cognito_setup_unconfigure(words)) {
    case CONFIG_NONE:
        return STEP_ALREADY;
    case CONFIG_KEPT:
        return left(words, "it is not as setup wrote it");
    case CONFIG_GONE:
        return STEP_DONE;
    case CONFIG_BACK:
        return done_if(restart_refresher(setup, words));
    case CONFIG_FAILED:
        break;
    }
    return STEP_FAILED;
}

/* ---- the refresher ---- */

static bool has_unit(void)
{
    return cognito_systemctl("cat", "--no-pager", UNIT, NULL);
}

static enum step_result stop_refresher(struct setup *setup, const char *service,
                                       struct complaint *words)
{
    const struct setup_state *before = &setup->before;
    (void)service;
    if (!cognito_systemd_runs() || !has_unit())
        return STEP_ALREADY;
    if (!before->known)
        return left(words, "nothing tells how it was before");
    if (is_needed(setup, words))
        return STEP_LEFT;
    if (!before->unit_disabled && !before->unit_stopped)
        return STEP_ALREADY;
    return done_if(
        (!before->unit_disabled || cognito_systemctl("disable", "--quiet", UNIT, words)) &&
        (!before->unit_stopped || cognito_systemctl("stop", NULL, UNIT, words)));
}

/* A configuration that was replaced is read by a restart. */
static bool run_refresher(bool restart, struct complaint *words)
{
    if (!restart)
        return cognito_systemctl("enable", "--now", UNIT, words);
    return cognito_systemctl("enable", "--quiet", UNIT, words) &&
           cognito_systemctl("restart", NULL, UNIT, words);
}

static enum step_result start_refresher(struct setup *setup, const char *service,
                                        struct complaint *words)
{
    if (!cognito_systemd_runs())
        return left(words, "systemd does not run here: have your init system start "
                           "`cognito-refresh --watch' as root, it becomes its own user");
    if (!has_unit())
        return left(words, "there is no unit " UNIT ": run `cognito-refresh' every hour");
    const bool active = cognito_systemctl("is-active", "--quiet", UNIT, NULL);
    if (active && !setup->config.written && cognito_systemctl("is-enabled", "--quiet", UNIT, NULL))
        return STEP_ALREADY;
    if (run_refresher(active && setup->config.written, words))
        return STEP_DONE;
    setup->rolling_back = true; /* it may be enabled, though it did not start */
    (void)stop_refresher(setup, service, NULL);
    return STEP_FAILED;
}

/* ---- PAM ---- */

bool cognito_setup_has_line(const char *service)
{
    struct pam_stack stack OWNED(cognito_pamstack_free) = {0};
    if (!cognito_pamstack_read(PAM_FOLDER, service, &stack, NULL))
        return false;
    for (size_t i = 0; i < stack.count; i++)
        if (strcmp(stack.lines[i].module, PAM_OUR_MODULE) == 0)
            return true;
    return false;
}

static bool pam_ready(const struct setup *setup, const char *service, struct complaint *why)
{
    (void)setup;
    return cognito_setup_has_line(service) || cognito_pamedit_ready(service, why);
}

static enum step_result put_lines(struct setup *setup, const char *service, struct complaint *words)
{
    struct findings findings;
    if (cognito_setup_has_line(service)) {
        (void)printf(PAM_FOLDER "/%s has our lines already, and stays as it is\n", service);
        return STEP_ALREADY;
    }
    cognito_findings_begin(&findings, false);
    const bool good =
        cognito_pamedit_apply(service, setup->module, setup->config.force, &findings, words);
    cognito_findings_end(&findings);
    return done_if(good);
}

static const char *undone_words(enum pam_undone undone)
{
    switch (undone) {
    case UNDONE_BACK:
        return "is what it was before";
    case UNDONE_LINES:
        return "was changed since: our lines are gone from it, and all else stays as it is";
    case UNDONE_REMAINS:
        return "was not changed; what a set-up that was interrupted had left is gone";
    case UNDONE_NOT:
        break;
    }
    return "stays as it is";
}

static enum step_result take_lines(struct setup *setup, const char *service,
                                   struct complaint *words)
{
    size_t line = 0;
    /* Of all services, one may be a link to another, whose lines have gone with it. */
    if (setup->service_count == 0 && cognito_pamedit_use(service) != PAM_USE_SET_UP)
        return STEP_ALREADY;
    const enum pam_undone undone = cognito_pamedit_undo(service, &line, words);
    if (undone == UNDONE_NOT)
        return STEP_FAILED;
    (void)printf(PAM_FOLDER "/%s %s\n", service, undone_words(undone));
    if (line != 0)
        (void)printf(PAM_FOLDER "/%s:%zu: still names " PAM_OUR_MODULE
                                "; setup did not write this line\n",
                     service, line);
    return STEP_DONE;
}

/* ---- sshd ---- */

static bool sshd_ready(const struct setup *setup, const char *service, struct complaint *why)
{
    (void)setup;
    (void)service;
    return cognito_sshdfile_ready(why);
}

static enum step_result write_sshd_file(struct setup *setup, const char *service,
                                        struct complaint *words)
{
    (void)setup;
    (void)service;
    const enum sshd_file file = cognito_sshdfile_look();
    if (file == SSHD_FILE_WRITTEN || file == SSHD_FILE_SAME)
        return STEP_ALREADY;
    return done_if(cognito_sshdfile_write(words));
}

static enum step_result test_sshd(struct setup *setup, const char *service, struct complaint *words)
{
    (void)setup;
    (void)service;
    return done_if(cognito_sshd_test(words));
}

static enum step_result reload_sshd(struct setup *setup, const char *service,
                                    struct complaint *words)
{
    (void)setup;
    (void)service;
    switch (cognito_sshd_reload(words)) {
    case SSHD_RELOADED:
        return STEP_DONE;
    case SSHD_NOT_RUNNING:
        return left(words, "no sshd runs; the next one reads the file");
    case SSHD_FAILED:
        break;
    }
    return STEP_FAILED;
}

/* With the file gone, sshd has to read its configuration again. */
static enum step_result remove_sshd_file(struct setup *setup, const char *service,
                                         struct complaint *words)
{
    switch (cognito_sshdfile_look()) {
    case SSHD_FILE_NONE:
    case SSHD_FILE_SAME:
    case SSHD_FILE_OTHER:
        return STEP_ALREADY;
    case SSHD_FILE_CHANGED:
        return left(words, "somebody has changed it; it stays, remove it by hand");
    case SSHD_FILE_WRITTEN:
        break;
    }
    if (!cognito_sshdfile_remove(words) || !cognito_sshd_test(words) ||
        reload_sshd(setup, service, words) == STEP_FAILED)
        return STEP_FAILED;
    return STEP_DONE;
}

/* ---- the end ---- */

static bool run_ourselves(const char *verb, const char *option, const char *value, int *status,
                          struct complaint *why)
{
    char path[PATH_SIZE_MAX];
    const char *const words[] = {path, verb, option, value, NULL};
    return cognito_program_beside("pam-cognito", path, why) &&
           cognito_program_run(words, NULL, status, why);
}

static enum step_result check(struct setup *setup, const char *service, struct complaint *words)
{
    int status = EXIT_GOOD;
    (void)setup;
    if (!run_ourselves("check", "--service", service, &status, words))
        return STEP_FAILED;
    return status == EXIT_GOOD
               ? STEP_DONE
               : done_if(
                     cognito_complain(words, "fix what FAIL stands before, then run this again"));
}

static enum step_result show_profile(struct setup *setup, const char *service,
                                     struct complaint *words)
{
    int status = EXIT_GOOD;
    (void)setup;
    (void)service;
    return done_if(run_ourselves("profile", NULL, NULL, &status, words) && status == EXIT_GOOD);
}

/* The refresher comes before PAM, so that --undo stops it only when nothing needs it any more. sshd
 * comes behind PAM, so that it asks PAM when PAM is ready. */
const struct setup_step cognito_setup_steps[] = {
    {"note what is there in " SETUP_STATE_PATH, "remove " SETUP_STATE_PATH, STEP_HOST, NULL,
     remember, forget},
    {"fetch the keys and write " CONFIG_DEFAULT_PATH, "remove " CONFIG_DEFAULT_PATH " and the keys",
     STEP_HOST, NULL, configure, unconfigure},
    {"enable and start " UNIT, "put " UNIT " back to how it was", STEP_HOST, NULL, start_refresher,
     stop_refresher},
    {"put our lines into " PAM_FOLDER "/", "take our lines out of " PAM_FOLDER "/", STEP_SERVICE,
     pam_ready, put_lines, take_lines},
    {"write " SSHD_FILE_PATH, "remove " SSHD_FILE_PATH " and reload sshd", STEP_SSHD, sshd_ready,
     write_sshd_file, remove_sshd_file},
    {"test sshd's configuration by sshd -t", "", STEP_SSHD, NULL, test_sshd, NULL},
    {"reload sshd", "", STEP_SSHD, NULL, reload_sshd, NULL},
    {"check --service ", "", STEP_SERVICE, NULL, check, NULL},
    {"show the profile for laptops", "", STEP_HOST, NULL, show_profile, NULL},
};
const size_t cognito_setup_step_count = sizeof cognito_setup_steps / sizeof cognito_setup_steps[0];
