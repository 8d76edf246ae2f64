/* SPDX-License-Identifier: MIT */
/*
 * In place of libpam: a handle whose items, data and environment can be looked at, whose log is
 * kept, and whose calls can fail. It does what the module relies on and no more.
 */
#ifndef TESTS_FUZZ_FAKEPAM_H
#define TESTS_FUZZ_FAKEPAM_H

#include <stdbool.h>
#include <stddef.h>

#include <security/pam_modules.h>

#include "base/secret.h"
#include "base/span.h"

enum { LOG_LINES_MAX = 80, ENVIRONMENT_MAX = 8, ITEMS_MAX = 16 };

struct pam_handle {
    char *items[ITEMS_MAX]; /* owned; strings, by PAM_USER ... */
    struct pam_conv conversation;
    bool has_conversation;
    char *typed_user; /* what pam_get_user would get; NULL: it fails */
    void *data;
    void (*cleanup)(pam_handle_t *pamh, void *data, int error_status);
    struct {
        int priority;
        char *text; /* owned */
    } log[LOG_LINES_MAX];
    size_t log_count;
    char *environment[ENVIRONMENT_MAX]; /* owned */
    size_t environment_count;
    size_t delays;
    unsigned int delay;
    size_t user_settings; /* how often the module set PAM_USER, PAM_AUTHTOK */
    size_t authtok_settings;
    size_t calls_left; /* before the one that fails; 0: none does */
    bool call_failed;
};

void fakepam_open(struct pam_handle *pamh);
/* As pam_end: what was left with pam_set_data is cleaned up. */
void fakepam_close(struct pam_handle *pamh);
void fakepam_set(struct pam_handle *pamh, int item, const char *value);
/* Forgets log, delays and settings, but not items, data and environment. */
void fakepam_forget(struct pam_handle *pamh);

#endif
