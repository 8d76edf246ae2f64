/* SPDX-License-Identifier: MIT */
/*
 * pam-cognito setup: the configuration if there is none, the keys, and the lines for PAM and sshd,
 * shown; with --apply, all that a host needs.
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
#include "admin/program.h"
#include "admin/setuprun.h"
#include "admin/setupsteps.h"
#include "admin/sshdfile.h"
#include "admin/verbs.h"

/* Only root can open it, so nobody else can keep setup waiting. */
#define LOCK_PATH "/run/pam_cognito-setup.lock"

struct command {
    struct setup setup;
    bool apply;
    bool undo;
    bool dry_run;
};

/* ---- the command line ---- */

static bool add_service(struct setup *setup, const char *name)
{
    if (strchr(name, '/') != NULL || name[0] == '\0')
        return cognito_verb_complain("setup", "not the name of a PAM service: %s", name);
    if (setup->service_count == SETUP_SERVICES_MAX)
        return cognito_verb_complain("setup", "too many services");
    if (!cognito_setup_has(setup, name))
        setup->services[setup->service_count++] = name;
    return true;
}

static bool take_option(void *context, int option)
{
    struct command *command = context;
    switch (option) {
    case 'p':
        command->setup.config.user_pool = optarg;
        return true;
    case 'c':
        command->setup.config.client_id = optarg;
        return true;
    case 's':
        return add_service(&command->setup, optarg);
    case 'a':
        return command->apply = true;
    case 'u':
        return command->undo = true;
    case 'f':
        return command->setup.config.force = true;
    case 'n':
        return command->dry_run = true;
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
        {"dry-run", no_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    if (!cognito_verb_options(argc, argv, options, take_option, command))
        return false;
    if (optind < argc)
        return cognito_verb_complain("setup", "no further argument was expected: %s", argv[optind]);
    if (command->apply && command->undo)
        return cognito_verb_complain("setup", "--apply and --undo exclude each other");
    return !command->dry_run || command->apply ||
           cognito_verb_complain("setup", "--dry-run goes with --apply");
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

/* Before which lines ours belong; nothing more exact is known of a file that cannot be read. */
static void show_places(const char *service)
{
    struct pam_places places;
    if (!cognito_pamedit_places(service, &places, NULL))
        (void)printf("the auth line before the first one that asks for something, the account line "
                     "before all others");
    else if (places.auth == places.account)
        (void)printf("before line %zu", places.auth);
    else
        (void)printf("the auth line before line %zu, the account line before line %zu", places.auth,
                     places.account);
}

static void show_lines(const struct setup *setup, const char *service)
{
    char lines[PAM_LINES_SIZE];
    if (cognito_setup_has_line(service)) {
        (void)printf(PAM_FOLDER "/%s has our lines already, and stays as it is\n", service);
        return;
    }
    (void)printf("\nPut these lines into " PAM_FOLDER "/%s, ", service);
    show_places(service);
    (void)printf(", or let `pam-cognito setup --service %s --apply' do it:\n\n%s", service,
                 cognito_pamedit_lines(setup->module, lines));
}

/* ---- all of it ---- */

static void show_the_rest(const struct setup *setup)
{
    if (cognito_setup_has(setup, "sshd"))
        (void)fputs("\nPut this into " SSHD_FILE_PATH ", then reload sshd "
                    "(systemctl reload ssh):\n\n" SSHD_FILE_SETTINGS,
                    stdout);
    if (cognito_setup_has(setup, "sudo") && !cognito_setup_has(setup, "sudo-i"))
        (void)puts("\nsudo -i is another PAM service: do the same with --service sudo-i.");
    (void)puts("\nKeep a second root session open, and look at it all:\n");
    for (size_t i = 0; i < setup->service_count; i++)
        (void)printf("pam-cognito check --service %s\n", setup->services[i]);
}

static int show(struct setup *setup)
{
    const int status = cognito_setup_configure(&setup->config);
    if (status != EXIT_GOOD)
        return status;
    for (size_t i = 0; i < setup->service_count; i++)
        show_lines(setup, setup->services[i]);
    show_the_rest(setup);
    return EXIT_GOOD;
}

static int set_up(struct command *command)
{
    if (!find_module(command->setup.module))
        return refuse("pam_cognito.so was not found; install it first");
    if (!command->apply)
        return show(&command->setup);
    return command->dry_run ? cognito_setup_rehearse(&command->setup)
                            : cognito_setup_apply(&command->setup);
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
    struct command command = {.apply = false};
    struct setup *setup = &command.setup;
    if (!read_command_line(&command, argc, argv))
        return EXIT_TROUBLE;
    if (geteuid() != 0)
        return refuse("this needs root");
    const int held OWNED(close_descriptor) = command.dry_run ? -1 : lock();
    /* An undo may have to work where little else does. */
    if (held < 0 && !command.undo && !command.dry_run)
        return refuse(LOCK_PATH ": cannot be locked");
    if (command.undo)
        return setup->service_count > 0 ? cognito_setup_undo_services(setup)
                                        : cognito_setup_undo(setup);
    if (setup->service_count == 0)
        setup->services[setup->service_count++] = "sshd";
    return set_up(&command);
}
