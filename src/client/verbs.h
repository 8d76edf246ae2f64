/* SPDX-License-Identifier: MIT */
/*
 * The verbs of cognito-login. Each gives the exit status; results go to standard output, everything
 * else to standard error.
 */
#ifndef COGNITO_CLIENT_VERBS_H
#define COGNITO_CLIENT_VERBS_H

#include <stdbool.h>

#include "client/places.h"

enum exit_status {
    EXIT_GOOD = 0,
    EXIT_REFUSED = 1, /* no token: not logged in, refused, no network */
    EXIT_TROUBLE = 2, /* usage, configuration */
};

/* What stands on the command line, and what of the environment counts. */
struct request {
    const char *profile; /* --profile or COGNITO_LOGIN_PROFILE; NULL: the default */
    const char *source;  /* of a profile, or the verb */
    const char *chosen;  /* --profile alone; NULL: not given */
    bool json;
    bool no_browser;
    bool password;
    bool yes; /* --yes: nothing is asked before a profile is stored */
    bool parts;
    bool all;  /* --all: every profile */
    bool sudo; /* --sudo: pieces for sudo */
    struct places places;
    const char *browser;        /* BROWSER */
    const char *display;        /* DISPLAY or WAYLAND_DISPLAY; NULL: there is none */
    const char *ssh_connection; /* SSH_CONNECTION; NULL: this is no SSH session */
    int argc;                   /* what follows the verb */
    char **argv;
};

int cognito_verb_adopt(const struct request *request);
int cognito_verb_login(const struct request *request);
int cognito_verb_logout(const struct request *request);
int cognito_verb_token(const struct request *request);
int cognito_verb_status(const struct request *request);
int cognito_verb_profiles(const struct request *request);
int cognito_verb_env(const struct request *request);
int cognito_verb_ssh(const struct request *request);

#endif
