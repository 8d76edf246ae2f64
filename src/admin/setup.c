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
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/checks.h"
#include "admin/pamedit.h"
#include "admin/pammodules.h"
#include "admin/program.h"
#include "admin/setupconfig.h"
#include "admin/verbs.h"

/* Only root can open it, so nobody else can keep setup waiting. */
#define LOCK_PATH "/run/pam_cognito-setup.lock"

struct command {
    struct setup_config config;
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
        command->config.user_pool = optarg;
        return true;
    case 'c':
        command->config.client_id = optarg;
        return true;
    case 's':
        command->service = optarg;
        return true;
    case 'a':
        return command->apply = true;
    case 'u':
        return command->undo = true;
    case 'f':
        return command->config.force = true;
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
        {"force", no_argument, NULL, 'f'},
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

/* Before which lines ours belong; nothing more exact is known of a file that cannot be read. */
static void show_places(const struct command *command)
{
    struct pam_places places;
    if (!cognito_pamedit_places(command->service, &places, NULL))
        (void)printf("the auth line before the first one that asks for something, the account line "
                     "before all others");
    else if (places.auth == places.account)
        (void)printf("before line %zu", places.auth);
    else
        (void)printf("the auth line before line %zu, the account line before line %zu", places.auth,
                     places.account);
}

static void show_lines(const struct command *command)
{
    char lines[PAM_LINES_SIZE];
    (void)printf("\nPut these lines into " PAM_FOLDER "/%s, ", command->service);
    show_places(command);
    (void)printf(", or let `pam-cognito setup --service %s --apply' do it:\n\n%s", command->service,
                 cognito_pamedit_lines(command->module, lines));
}

static int apply(const struct command *command)
{
    struct findings findings;
    struct complaint why = {{0}};
    cognito_findings_begin(&findings, false);
    const bool done = cognito_pamedit_apply(command->service, command->module,
                                            command->config.force, &findings, &why);
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

static int undo(const struct command *command)
{
    struct complaint why = {{0}};
    size_t left = 0;
    const enum pam_undone undone = cognito_pamedit_undo(command->service, &left, &why);
    if (undone == UNDONE_NOT) {
        (void)refuse(why.text);
        return EXIT_REFUSED;
    }
    (void)printf(PAM_FOLDER "/%s %s\n", command->service, undone_words(undone));
    if (left != 0)
        (void)printf(PAM_FOLDER "/%s:%zu: still names " PAM_OUR_MODULE
                                "; setup did not write this line\n",
                     command->service, left);
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

static int set_up(struct command *command)
{
    if (!find_module(command->module))
        return refuse("pam_cognito.so was not found; install it first");
    int status = cognito_setup_configure(&command->config);
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

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

/* Another setup that is at work comes to its end first. */
static int lock(void)
{
    const int file = open(LOCK_PATH, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    while (file >= 0 && flock(file, LOCK_EX) != 0)
        if (errno != EINTR) {
            (void)close(file);
            return -1;
        }
    return file;
}

int cognito_verb_setup(int argc, char **argv)
{
    struct command command = {.service = "sshd"};
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    if (geteuid() != 0)
        return refuse("this needs root");
    const int held OWNED(close_descriptor) = lock();
    /* An undo may have to work where little else does. */
    if (held < 0 && !command.undo)
        return refuse(LOCK_PATH ": cannot be locked");
    return command.undo ? undo(&command) : set_up(&command);
}
