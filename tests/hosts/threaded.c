/* SPDX-License-Identifier: MIT */
/*
 * A host with threads, each with a PAM handle of its own: threaded COUNT ROUNDS FOLDER. FOLDER has
 * pam.d/threads, and the tokens good and bad. Half of the threads present one, half the other; each
 * result has to be the right one. Built with ThreadSanitizer, which ends it with 66 if threads have
 * raced; with RACE in the environment the host itself has a race, to show that this is noticed.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <security/pam_appl.h>

#define SHOWN __attribute__((visibility("default")))
enum { THREADS_MAX = 256, TOKEN_MAX = 65536 };

static struct {
    char folder[4096];
    char tokens[2][TOKEN_MAX];
    long rounds;
    int race; /* a race of the host's own */
    int unprotected;
    atomic_int good, refused, wrong, lines;
    pthread_barrier_t start;
} host;

/* ---- the log goes nowhere ---- */

void __syslog_chk(int priority, int flag, const char *format, ...);
void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments);
void syslog(int priority, const char *format, ...);
void vsyslog(int priority, const char *format, va_list arguments);

SHOWN void __syslog_chk(int priority, int flag, const char *format, ...)
{
    (void)priority;
    (void)flag;
    (void)format;
    host.lines++;
}

SHOWN void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
    (void)arguments;
    __syslog_chk(priority, flag, format);
}

SHOWN void syslog(int priority, const char *format, ...)
{
    __syslog_chk(priority, 0, format);
}

SHOWN void vsyslog(int priority, const char *format, va_list arguments)
{
    (void)arguments;
    __syslog_chk(priority, 0, format);
}

/* ---- one login ---- */

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *context)
{
    if (count < 1)
        return PAM_CONV_ERR;
    *responses = calloc((size_t)count, sizeof **responses);
    for (int i = 0; *responses != NULL && i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            (*responses)[i].resp = strdup(context);
    return *responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static void no_delay(int result, unsigned int microseconds, void *context)
{
    (void)result;
    (void)microseconds;
    (void)context;
}

static int log_in(char *token)
{
    const struct pam_conv conversation = {converse, token};
    pam_handle_t *pamh = NULL;
    char path[sizeof host.folder + 8];
    void (*delay)(int, unsigned int, void *) = no_delay;
    const void *item;
    (void)snprintf(path, sizeof path, "%s/pam.d", host.folder);
    int code = pam_start_confdir("threads", "daemon", &conversation, path, &pamh);
    if (code != PAM_SUCCESS)
        return code;
    memcpy(&item, &delay, sizeof item);
    code = pam_set_item(pamh, PAM_FAIL_DELAY, item);
    if (code == PAM_SUCCESS)
        code = pam_authenticate(pamh, 0);
    if (code == PAM_SUCCESS)
        code = pam_acct_mgmt(pamh, 0);
    (void)pam_end(pamh, code);
    return code;
}

static void *work(void *index)
{
    const int bad = *(const int *)index % 2;
    (void)pthread_barrier_wait(&host.start);
    for (long i = 0; i < host.rounds; i++) {
        const int code = log_in(host.tokens[bad]);
        host.good += code == PAM_SUCCESS;
        host.refused += code == PAM_AUTH_ERR;
        host.wrong += code != (bad ? PAM_AUTH_ERR : PAM_SUCCESS);
        if (host.race)
            host.unprotected++;
    }
    return NULL;
}

/* ---- the program ---- */

static int read_token(const char *name, char token[static TOKEN_MAX])
{
    char path[sizeof host.folder + 16];
    (void)snprintf(path, sizeof path, "%s/%s", host.folder, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    token[fread(token, 1, TOKEN_MAX - 1, file)] = '\0';
    token[strcspn(token, "\n")] = '\0';
    return fclose(file);
}

/* ThreadSanitizer can lock itself up where one thread unloads and another has raced. */
static bool keep_module_loaded(void)
{
    char path[sizeof host.folder + 16];
    (void)snprintf(path, sizeof path, "%s/module.so", host.folder);
    return dlopen(path, RTLD_NOW) != NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX];
    int indices[THREADS_MAX];
    const long count = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
    if (count < 1 || count > THREADS_MAX)
        return 2;
    host.rounds = strtol(argv[2], NULL, 10);
    host.race = getenv("RACE") != NULL;
    (void)snprintf(host.folder, sizeof host.folder, "%s", argv[3]);
    if (!keep_module_loaded())
        return 2;
    if (read_token("good", host.tokens[0]) != 0 || read_token("bad", host.tokens[1]) != 0 ||
        pthread_barrier_init(&host.start, NULL, (unsigned int)count) != 0)
        return 2;
    for (long i = 0; i < count; i++) {
        indices[i] = (int)i;
        if (pthread_create(&threads[i], NULL, work, &indices[i]) != 0)
            return 2;
    }
    for (long i = 0; i < count; i++)
        (void)pthread_join(threads[i], NULL);
    printf("%d accepted, %d refused, %d wrong, %d lines logged\n", host.good, host.refused,
           host.wrong, host.lines);
    return host.wrong == 0 && host.good > 0 && host.refused > 0 ? 0 : 1;
}
