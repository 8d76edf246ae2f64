/* SPDX-License-Identifier: MIT */
/*
 * Measures how long libpam takes to refuse.
 *
 *   transactions [--parts FOLDER] SERVICE ROUNDS CLASS=USER:TOKEN-FILE...
 *
 * In each round there is one transaction of each class, in an order drawn anew, so that what else
 * the machine does meets all alike. The time is that of pam_authenticate alone; a conversation
 * answers at once, in one piece. Standard output has a line for each: "libpam CLASS NANOSECONDS".
 * All have to be refused with PAM_AUTH_ERR; anything else ends the program.
 *
 * With --parts the stack of SERVICE is in FOLDER, the times are the processor's, and there are two
 * lines instead: "before CLASS NANOSECONDS", until the prompt, and "after CLASS NANOSECONDS", from
 * the answer on; and one "memory CLASS KIBIBYTES", what the process has for itself at its first
 * prompt of this class.
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
    bool prompted;
    int64_t asked, answered;
};

/* The folder of --parts, or NULL. */
static const char *folder;

static void die(const char *what, const char *which)
{
    (void)fprintf(stderr, "transactions: %s: %s\n", which, what);
    exit(2);
}

static int64_t now(void)
{
    struct timespec time;
    if (clock_gettime(folder == NULL ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time) != 0)
        die("no time", "clock");
    return (int64_t)time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void report_memory(const struct class *class)
{
    char line[256];
    FILE *file = fopen("/proc/self/smaps_rollup", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        long kibibytes;
        if (sscanf(line, "Private_Dirty: %ld", &kibibytes) == 1)
            (void)printf("memory %s %ld\n", class->name, kibibytes);
    }
    if (file != NULL)
        (void)fclose(file);
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *context)
{
    struct class *class = context;
    const int64_t asked = now();
    struct pam_response *replies = calloc((size_t)count, sizeof *replies);
    if (replies == NULL)
        return PAM_BUF_ERR;
    *responses = replies;
    if (messages[0]->msg_style != PAM_PROMPT_ECHO_OFF)
        return PAM_SUCCESS;
    replies[0].resp = strdup(class->token);
    if (folder != NULL && !class->prompted)
        report_memory(class);
    class->prompted = true;
    class->asked = asked;
    class->answered = now();
    return PAM_SUCCESS;
}

/* Nobody waits for the end of the delay after a failure. */
static void no_delay(int code, unsigned int microseconds, void *context)
{
    (void)code;
    (void)microseconds;
    (void)context;
}

static int start_transaction(const char *service, const struct class *class,
                             const struct pam_conv *conversation, pam_handle_t **handle)
{
    void (*delay)(int, unsigned int, void *) = no_delay;
    if (folder == NULL)
        return pam_start(service, class->user, conversation, handle);
    const int code = pam_start_confdir(service, class->user, conversation, folder, handle);
    return code == PAM_SUCCESS ? pam_set_item(*handle, PAM_FAIL_DELAY, *(void **)&delay) : code;
}

static void transact(const char *service, struct class *class, bool report)
{
    const struct pam_conv conversation = {converse, class};
    pam_handle_t *handle = NULL;
    if (start_transaction(service, class, &conversation, &handle) != PAM_SUCCESS)
        die("pam_start failed", class->name);
    const int64_t start = now();
    const int code = pam_authenticate(handle, 0);
    const int64_t end = now();
    (void)pam_end(handle, code);
    if (code != PAM_AUTH_ERR)
        die(pam_strerror(NULL, code), class->name);
    if (report && folder == NULL)
        (void)printf("libpam %s %lld\n", class->name, (long long)(end - start));
    if (report && folder != NULL)
        (void)printf("before %s %lld\nafter %s %lld\n", class->name,
                     (long long)(class->asked - start), class->name,
                     (long long)(end - class->answered));
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
    size_t len = file == NULL ? 0 : fread(class->token, 1, TOKEN_MAX - 1, file);
    if (len == 0)
        die("cannot be read", path);
    (void)fclose(file);
    if (class->token[len - 1] == '\n')
        len--;
    class->token[len] = '\0';
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
    if (argc > 2 && strcmp(argv[1], "--parts") == 0) {
        folder = argv[2];
        argc -= 2;
        argv += 2;
    }
    const size_t count = argc > 3 ? (size_t)argc - 3 : 0;
    if (count == 0 || count > CLASSES_MAX)
        die("[--parts FOLDER] SERVICE ROUNDS CLASS=USER:TOKEN-FILE...", "usage");
    const long rounds = strtol(argv[2], NULL, 10);
    for (size_t i = 0; i < count; i++) {
        read_class(argv[i + 3], &classes[i]);
        order[i] = i;
    }
    for (long round = -WARM_UP; round < rounds; round++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++)
            transact(argv[1], &classes[order[i]], round >= 0);
    }
    return 0;
}
