/* SPDX-License-Identifier: MIT */
/*
 * Measures how long libpam takes to refuse.
 *
 *   transactions SERVICE ROUNDS CLASS=USER:TOKEN-FILE...
 *
 * In each round there is one transaction of each class, in an order drawn anew, so that what else
 * the machine does meets all alike. The time is that of pam_authenticate alone; a conversation
 * answers at once, in one piece. Standard output has a line for each: "libpam CLASS NANOSECONDS".
 * All have to be refused with PAM_AUTH_ERR; anything else ends the program.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <security/pam_appl.h>

enum { CLASSES_MAX = 16, TOKEN_MAX = 8192, WARM_UP = 20 };

struct class
{
    const char *name;
    const char *user;
    char token[TOKEN_MAX];
};

static void die(const char *what, const char *which)
{
    (void)fprintf(stderr, "transactions: %s: %s\n", which, what);
    exit(2);
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *context)
{
    const struct class *class = context;
    struct pam_response *replies = calloc((size_t)count, sizeof *replies);
    if (replies == NULL)
        return PAM_BUF_ERR;
    for (int i = 0; i < count; i++)
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            replies[i].resp = strdup(class->token);
    *responses = replies;
    return PAM_SUCCESS;
}

static int64_t now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        die("no monotonic time", "clock");
    return (int64_t)time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int64_t transact(const char *service, struct class *class)
{
    const struct pam_conv conversation = {converse, class};
    pam_handle_t *handle = NULL;
    if (pam_start(service, class->user, &conversation, &handle) != PAM_SUCCESS)
        die("pam_start failed", class->name);
    const int64_t start = now();
    const int code = pam_authenticate(handle, 0);
    const int64_t spent = now() - start;
    (void)pam_end(handle, code);
    if (code != PAM_AUTH_ERR)
        die(pam_strerror(NULL, code), class->name);
    return spent;
}

/* NAME=USER:FILE, in place. */
static void read_class(char *argument, struct class *class)
{
    char *user = strchr(argument, '=');
    char *path = user == NULL ? NULL : strchr(user, ':');
    if (path == NULL)
        die("CLASS=USER:TOKEN-FILE was expected", argument);
    *user++ = '\0';
    *path++ = '\0';
    class->name = argument;
    class->user = user;
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(class->token, TOKEN_MAX, file) == NULL)
        die("cannot be read", path);
    (void)fclose(file);
    class->token[strcspn(class->token, "\n")] = '\0';
}

static void shuffle(size_t *order, size_t count)
{
    for (size_t i = count - 1; i > 0; i--) {
        uint32_t drawn;
        if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
            die("no random numbers", "getrandom");
        const size_t k = drawn % (i + 1);
        const size_t kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
}

int main(int argc, char **argv)
{
    static struct class classes[CLASSES_MAX];
    size_t order[CLASSES_MAX];
    const size_t count = argc > 3 ? (size_t)argc - 3 : 0;
    if (count == 0 || count > CLASSES_MAX)
        die("SERVICE ROUNDS CLASS=USER:TOKEN-FILE...", "usage");
    const long rounds = strtol(argv[2], NULL, 10);
    for (size_t i = 0; i < count; i++) {
        read_class(argv[i + 3], &classes[i]);
        order[i] = i;
    }
    for (long round = -WARM_UP; round < rounds; round++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++) {
            const int64_t spent = transact(argv[1], &classes[order[i]]);
            if (round >= 0)
                (void)printf("libpam %s %lld\n", classes[order[i]].name, (long long)spent);
        }
    }
    return 0;
}
