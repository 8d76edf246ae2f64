/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito setup: the configuration if there is none, the keys, and the lines for PAM and sshd:
 * shown, and put into a file of /etc/pam.d only with --apply.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/checks.h"
#include "admin/pamedit.h"
#include "admin/pammodules.h"
#include "admin/program.h"
#include "admin/verbs.h"
#include "host/config.h"
#include "host/lists.h"

#define NEW_CONFIG CONFIG_DEFAULT_PATH ".new"

struct command {
    const char *user_pool;
    const char *client_id;
    const char *service;
    bool apply;
    bool undo;
    char module[PATH_SIZE_MAX]; /* as a PAM line has to name it */
};

/* ---- the command line ---- */

static bool take_option(void *context, int option)
{
    struct command *command = context;
    switch (option) {
    case 'p':
        command->user_pool = optarg;
        return true;
    case 'c':
        command->client_id = optarg;
        return true;
    case 's':
        command->service = optarg;
        return true;
    case 'a':
        return command->apply = true;
    case 'u':
        return command->undo = true;
    default:
        return false; /* getopt_long has said why */
    }
}

static bool read_command_line(struct command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"user-pool", required_argument, NULL, 'p'},
        {"client-id", required_argument, NULL, 'c'},
        {"service", required_argument, NULL, 's'},
        {"apply", no_argument, NULL, 'a'},
        {"undo", no_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    if (!cognito_verb_options(argc, argv, options, take_option, command))
        return false;
    if (optind < argc)
        return cognito_verb_complain("setup", "no further argument was expected: %s", argv[optind]);
    if (command->apply && command->undo)
        return cognito_verb_complain("setup", "--apply and --undo exclude each other");
    if (strchr(command->service, '/') != NULL || command->service[0] == '\0')
        return cognito_verb_complain("setup", "not the name of a PAM service: %s",
                                     command->service);
    return true;
}

static int refuse(const char *words)
{
    (void)cognito_verb_complain("setup", "%s", words);
    return EXIT_TROUBLE;
}

/* ---- the configuration ---- */

/* POOL is the one that it has to be about, or NULL. */
static bool read_config(const char *path, const char *pool, struct complaint *why)
{
    char argument[PATH_SIZE_MAX];
    struct configs configs = {0};
    (void)snprintf(argument, sizeof argument, "conf=%s", path);
    const char *arguments[] = {argument};
    if (!cognito_configs_read(NULL, 1, arguments, &configs, why))
        return false;
    const bool good =
        cognito_lists_read(&configs, NULL, why) &&
        (pool == NULL || strcmp(configs.items[0].user_pool, pool) == 0 ||
         cognito_complain(why, "%s is about another pool, %s", path, configs.items[0].user_pool));
    cognito_configs_free(&configs);
    return good;
}

static bool write_new_config(const struct command *command, struct complaint *why)
{
    const int file =
        open(NEW_CONFIG, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return cognito_complain(why, "%s: %s", NEW_CONFIG, strerrordesc_np(errno));
    bool good = dprintf(file,
                        "# pam_cognito.conf(5), written by pam-cognito setup\n"
                        "user_pool = %s\nclient_id = %s\n",
                        command->user_pool, command->client_id) > 0 &&
                fchmod(file, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0 && fsync(file) == 0;
    good = close(file) == 0 && good;
    return good || cognito_complain(why, "%s: %s", NEW_CONFIG, strerrordesc_np(errno));
}

/* It is there whole or not at all, and never instead of another one: link(2) does not replace. */
static bool make_config(const struct command *command, struct complaint *why)
{
    (void)unlink(NEW_CONFIG); /* of a run that died */
    bool good = write_new_config(command, why) && read_config(NEW_CONFIG, command->user_pool, why);
    if (good && link(NEW_CONFIG, CONFIG_DEFAULT_PATH) != 0)
        good = cognito_complain(why, "%s: %s", CONFIG_DEFAULT_PATH, strerrordesc_np(errno));
    (void)unlink(NEW_CONFIG);
    return good;
}

static int configure(const struct command *command)
{
    struct complaint why = {{0}};
    if (access(CONFIG_DEFAULT_PATH, F_OK) == 0) {
        if (!read_config(CONFIG_DEFAULT_PATH, command->user_pool, &why))
            return refuse(why.text);
        (void)printf("%s is there already, and stays as it is\n", CONFIG_DEFAULT_PATH);
        return EXIT_GOOD;
    }
    if (command->user_pool == NULL || command->client_id == NULL)
        return refuse("there is no " CONFIG_DEFAULT_PATH
                      " yet: --user-pool and --client-id are needed");
    if (!make_config(command, &why))
        return refuse(why.text);
    (void)printf("%s: written\n", CONFIG_DEFAULT_PATH);
    return EXIT_GOOD;
}

/* ---- the keys ---- */

static int fetch_keys(void)
{
    char path[PATH_SIZE_MAX];
    const char *const words[] = {path, NULL};
    struct complaint why = {{0}};
    int status = 0;
    if (!cognito_program_beside("cognito-refresh", path, &why) ||
        !cognito_program_run(words, NULL, &status, &why))
        return refuse(why.text);
    if (status == EXIT_GOOD)
        return EXIT_GOOD;
    (void)refuse("no keys, and nothing else was done; mend what cognito-refresh says, then call "
                 "this again. A missing refresh_user: useradd --system --no-create-home --shell "
                 "/usr/sbin/nologin pam-cognito");
    return EXIT_REFUSED;
}

/* ---- PAM ---- */

/* By its name where libpam looks for it, else by its path: where it was installed to, or beside
 * this program. */
static bool find_module(char module[PATH_SIZE_MAX])
{
    char folder[PATH_SIZE_MAX];
    char path[PATH_SIZE_MAX + sizeof PAM_OUR_MODULE + 1];
    (void)snprintf(path, sizeof path, "%s/" PAM_OUR_MODULE,
                   cognito_pam_module_folder(folder, PAMDIR));
    if (access(path, F_OK) == 0) {
        (void)snprintf(module, PATH_SIZE_MAX, PAM_OUR_MODULE);
        return true;
    }
    (void)snprintf(module, PATH_SIZE_MAX, "%s", PAMDIR "/" PAM_OUR_MODULE);
    if (access(module, F_OK) == 0)
        return true;
    return cognito_program_beside(PAM_OUR_MODULE, module, NULL) && access(module, F_OK) == 0;
}

static bool has_our_line(const char *service)
{
    struct pam_stack stack = {0};
    bool has = false;
    if (!cognito_pamstack_read(PAM_FOLDER, service, &stack, NULL))
        return false;
    for (size_t i = 0; i < stack.count; i++)
        has = has || strcmp(stack.lines[i].module, PAM_OUR_MODULE) == 0;
    cognito_pamstack_free(&stack);
    return has;
}

static void show_lines(const struct command *command)
{
    char lines[PATH_SIZE_MAX * 2];
    (void)printf("\nPut this into " PAM_FOLDER "/%s, before all other lines (or let "
                 "`pam-cognito setup --service %s --apply' do it):\n\n%s",
                 command->service, command->service, cognito_pamedit_lines(command->module, lines));
}

static int apply(const struct command *command)
{
    struct findings findings;
    struct complaint why = {{0}};
    cognito_findings_begin(&findings, false);
    const bool done = cognito_pamedit_apply(command->service, command->module, &findings, &why);
    cognito_findings_end(&findings);
    if (!done) {
        (void)refuse(why.text);
        return EXIT_REFUSED;
    }
    (void)printf(PAM_FOLDER "/%s: our lines were put in; what was there is " PAM_FOLDER
                            "/%s" PAM_BACKUP_SUFFIX "\n",
                 command->service, command->service);
    return EXIT_GOOD;
}

static int undo(const struct command *command)
{
    struct complaint why = {{0}};
    if (!cognito_pamedit_undo(command->service, command->module, &why)) {
        (void)refuse(why.text);
        return EXIT_REFUSED;
    }
    (void)printf(PAM_FOLDER "/%s is what it was before\n", command->service);
    return EXIT_GOOD;
}

/* ---- all of it ---- */

static void show_the_rest(const struct command *command)
{
    if (strcmp(command->service, "sshd") == 0)
        (void)fputs("\nPut this into /etc/ssh/sshd_config.d/00-pam_cognito.conf, then reload sshd "
                    "(systemctl reload ssh):\n\n"
                    "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n",
                    stdout);
    if (strcmp(command->service, "sudo") == 0)
        (void)puts("\nsudo -i is another PAM service: do the same with --service sudo-i.");
    (void)printf("\nKeep a second root session open, and look at it all:\n\n"
                 "pam-cognito check --service %s\n",
                 command->service);
}

static int set_up(const struct command *command)
{
    int status = configure(command);
    if (status == EXIT_GOOD)
        status = fetch_keys();
    if (status != EXIT_GOOD)
        return status;
    if (has_our_line(command->service))
        (void)printf(PAM_FOLDER "/%s has our lines already, and stays as it is\n",
                     command->service);
    else if (command->apply)
        status = apply(command);
    else
        show_lines(command);
    if (status == EXIT_GOOD)
        show_the_rest(command);
    return status;
}

int cognito_verb_setup(int argc, char **argv)
{
    struct command command = {.service = "sshd"};
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    if (geteuid() != 0)
        return refuse("this needs root");
    if (!find_module(command.module))
        return refuse("pam_cognito.so was not found; install it first");
    return command.undo ? undo(&command) : set_up(&command);
}
