/* SPDX-License-Identifier: MIT */
#include "fakepam.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>

#include "failing.h"
#include "fuzz.h"

static bool fails_now(pam_handle_t *pamh)
{
    if (pamh->calls_left == 0 || --pamh->calls_left > 0)
        return false;
    pamh->call_failed = true;
    return true;
}

static void set(char **place, const char *value)
{
    free(*place);
    *place = value == NULL ? NULL : fuzz_string(span_of_string(value));
}

/* ---- for the harness ---- */

void fakepam_open(struct pam_handle *pamh)
{
    memset(pamh, 0, sizeof *pamh);
}

void fakepam_forget(struct pam_handle *pamh)
{
    while (pamh->log_count > 0)
        free(pamh->log[--pamh->log_count].text);
    pamh->delays = pamh->user_settings = pamh->authtok_settings = pamh->calls_left = 0;
    pamh->call_failed = false;
}

void fakepam_close(struct pam_handle *pamh)
{
    if (pamh->cleanup != NULL)
        pamh->cleanup(pamh, pamh->data, PAM_SUCCESS);
    fakepam_forget(pamh);
    while (pamh->environment_count > 0)
        free(pamh->environment[--pamh->environment_count]);
    for (size_t i = 0; i < ITEMS_MAX; i++)
        free(pamh->items[i]);
    free(pamh->typed_user);
    fakepam_open(pamh);
}

void fakepam_set(struct pam_handle *pamh, int item, const char *value)
{
    set(&pamh->items[item], value);
}

/* ---- what the module calls ---- */

int pam_get_item(const pam_handle_t *pamh, int type, const void **value)
{
    if (fails_now((pam_handle_t *)(uintptr_t)pamh))
        return PAM_BUF_ERR;
    if (type == PAM_CONV)
        *value = pamh->has_conversation ? &pamh->conversation : NULL;
    else
        *value = pamh->items[type];
    return PAM_SUCCESS;
}

int pam_set_item(pam_handle_t *pamh, int type, const void *value)
{
    if (fails_now(pamh))
        return PAM_BUF_ERR;
    failing_hold(true);
    pamh->user_settings += type == PAM_USER;
    pamh->authtok_settings += type == PAM_AUTHTOK;
    set(&pamh->items[type], value);
    failing_hold(false);
    return PAM_SUCCESS;
}

int pam_get_user(pam_handle_t *pamh, const char **user, const char *prompt)
{
    (void)prompt;
    if (fails_now(pamh))
        return PAM_CONV_ERR;
    failing_hold(true);
    if (pamh->items[PAM_USER] == NULL && pamh->typed_user != NULL)
        set(&pamh->items[PAM_USER], pamh->typed_user);
    failing_hold(false);
    *user = pamh->items[PAM_USER];
    return *user == NULL ? PAM_CONV_ERR : PAM_SUCCESS;
}

int pam_set_data(pam_handle_t *pamh, const char *name, void *data,
                 void (*cleanup)(pam_handle_t *pamh, void *data, int error_status))
{
    AGREE(strcmp(name, "pam_cognito_acceptance") == 0, "data named %s", name);
    if (fails_now(pamh))
        return PAM_BUF_ERR;
    if (pamh->cleanup != NULL)
        pamh->cleanup(pamh, pamh->data, PAM_DATA_REPLACE);
    pamh->data = data;
    pamh->cleanup = cleanup;
    return PAM_SUCCESS;
}

int pam_get_data(const pam_handle_t *pamh, const char *name, const void **data)
{
    (void)name;
    if (fails_now((pam_handle_t *)(uintptr_t)pamh))
        return PAM_SYSTEM_ERR;
    if (pamh->data == NULL)
        return PAM_NO_MODULE_DATA;
    *data = pamh->data;
    return PAM_SUCCESS;
}

/* The place of the setting with that name, of LEN bytes; environment_count if there is none. */
static size_t find_setting(const pam_handle_t *pamh, const char *name, size_t len)
{
    size_t i = 0;
    while (i < pamh->environment_count &&
           (strncmp(pamh->environment[i], name, len) != 0 || pamh->environment[i][len] != '='))
        i++;
    return i;
}

const char *pam_getenv(pam_handle_t *pamh, const char *name)
{
    const size_t at = find_setting(pamh, name, strlen(name));
    return at == pamh->environment_count ? NULL : pamh->environment[at] + strlen(name) + 1;
}

/* NAME=VALUE sets, NAME removes. */
int pam_putenv(pam_handle_t *pamh, const char *setting)
{
    const size_t len = strcspn(setting, "=");
    const size_t at = find_setting(pamh, setting, len);
    if (fails_now(pamh))
        return PAM_BUF_ERR;
    if (setting[len] == '\0') {
        AGREE(at < pamh->environment_count, "%s is removed, and is not there", setting);
        free(pamh->environment[at]);
        pamh->environment_count--;
        memmove(pamh->environment + at, pamh->environment + at + 1,
                (pamh->environment_count - at) * sizeof pamh->environment[0]);
        pamh->environment[pamh->environment_count] = NULL;
        return PAM_SUCCESS;
    }
    AGREE(at < ENVIRONMENT_MAX, "too many settings");
    failing_hold(true);
    set(&pamh->environment[at], setting);
    pamh->environment_count += at == pamh->environment_count;
    failing_hold(false);
    return PAM_SUCCESS;
}

int pam_fail_delay(pam_handle_t *pamh, unsigned int microseconds)
{
    if (fails_now(pamh))
        return PAM_SYSTEM_ERR;
    pamh->delays++;
    pamh->delay = microseconds;
    return PAM_SUCCESS;
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
    pam_handle_t *handle = (pam_handle_t *)(uintptr_t)pamh;
    va_list arguments;
    failing_hold(true);
    AGREE(handle->log_count < LOG_LINES_MAX, "too many log lines");
    handle->log[handle->log_count].priority = priority;
    va_start(arguments, format);
    if (vasprintf(&handle->log[handle->log_count++].text, format, arguments) < 0)
        fuzz_fail("no memory for a log line");
    va_end(arguments);
    failing_hold(false);
}
