/* SPDX-License-Identifier: MIT */
/* It makes syslog a macro or an inline function, and neither can be defined here. */
#undef _FORTIFY_SOURCE
#include "capture.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>
#include <openssl/evp.h>
#include <security/pam_appl.h>

#include "text.h"

/* Found by the dynamic linker before the library's own. */
#define INTERPOSED __attribute__((visibility("default")))

enum { CAPTURED_NOBODY = 60000 }; /* the uid that nobody has here */

static struct capture capture;
static int64_t clock_offset;
static size_t allocations_left; /* before the one that fails; 0: none fails */
static bool allocation_failed;

struct capture *captured(void)
{
    return &capture;
}

void capture_reset(void)
{
    for (size_t i = 0; i < capture.count; i++)
        free(capture.lines[i].text);
    capture = (struct capture){.count = 0};
}

/* The function of that name in the library behind us. */
static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        give_up("%s is in no library", name);
    return found;
}

/* ---- log ---- */

PRINTF_LIKE(2, 0)
static void keep_line(int priority, const char *format, va_list arguments)
{
    char *text = NULL;
    const size_t left = allocations_left;
    allocations_left = 0; /* our own */
    if (capture.count == CAPTURED_LINES_MAX || vasprintf(&text, format, arguments) < 0)
        give_up("too many log lines");
    allocations_left = left;
    capture.lines[capture.count].priority = priority;
    capture.lines[capture.count++].text = text;
}

/* Which of these libpam calls depends on how it was built. */
INTERPOSED void syslog(int priority, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    keep_line(priority, format, arguments);
    va_end(arguments);
}

INTERPOSED void vsyslog(int priority, const char *format, va_list arguments)
{
    keep_line(priority, format, arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...) PRINTF_LIKE(3, 4);
void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) PRINTF_LIKE(3, 0);

INTERPOSED void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, format);
    keep_line(priority, format, arguments);
    va_end(arguments);
}

INTERPOSED void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
    (void)flag;
    keep_line(priority, format, arguments);
}

/* ---- delay ---- */

/* One process at a time is playing. */
static struct shared_delays {
    size_t count;
    unsigned int least, most;
} * shared_delays;

void capture_share_delays(void)
{
    shared_delays = mmap(NULL, sizeof *shared_delays, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared_delays == MAP_FAILED)
        give_up("mmap: %m");
}

static void share_delay(unsigned int delay)
{
    if (shared_delays->count == 0 || delay < shared_delays->least)
        shared_delays->least = delay;
    if (delay > shared_delays->most)
        shared_delays->most = delay;
    shared_delays->count++;
}

unsigned int capture_delay_spread(size_t *count)
{
    *count = shared_delays->count;
    return shared_delays->most - shared_delays->least;
}

INTERPOSED int pam_fail_delay(pam_handle_t *pamh, unsigned int microseconds)
{
    int (*function)(pam_handle_t *, unsigned int);
    *(void **)&function = next("pam_fail_delay");
    capture.delays_asked++;
    capture.delay = microseconds;
    share_delay(microseconds);
    return function(pamh, microseconds);
}

void capture_delay(int result, unsigned int microseconds, void *context)
{
    (void)context;
    if (result != PAM_SUCCESS && microseconds > 0)
        capture.delays_due++;
}

/* ---- work ---- */

INTERPOSED int EVP_PKEY_fromdata(EVP_PKEY_CTX *context, EVP_PKEY **key, int selection,
                                 OSSL_PARAM parameters[])
{
    int (*function)(EVP_PKEY_CTX *, EVP_PKEY **, int, OSSL_PARAM[]);
    *(void **)&function = next("EVP_PKEY_fromdata");
    capture.imports++;
    return function(context, key, selection, parameters);
}

INTERPOSED int EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t len,
                                const unsigned char *input, size_t input_len)
{
    int (*function)(EVP_MD_CTX *, const unsigned char *, size_t, const unsigned char *, size_t);
    *(void **)&function = next("EVP_DigestVerify");
    capture.verifications++;
    return function(context, signature, len, input, input_len);
}

INTERPOSED struct json_object *json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
                                                     int len)
{
    struct json_object *(*function)(struct json_tokener *, const char *, int);
    *(void **)&function = next("json_tokener_parse_ex");
    capture.readings++;
    return function(tokener, text, len);
}

/* ---- nudges ---- */

static bool is_refresher(const struct sockaddr *address, socklen_t len)
{
    struct sockaddr_un unix_address = {0};
    if (address == NULL || address->sa_family != AF_UNIX || len > sizeof unix_address)
        return false;
    memcpy(&unix_address, address, len);
    return strcmp(unix_address.sun_path, "/run/pam_cognito/refresh") == 0;
}

INTERPOSED ssize_t sendto(int descriptor, const void *data, size_t len, int flags,
                          const struct sockaddr *address, socklen_t address_len)
{
    ssize_t (*function)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    if (len == 1 && is_refresher(address, address_len)) {
        capture.nudges++;
        return 1; /* it is no business of one who runs on this host */
    }
    *(void **)&function = next("sendto");
    return function(descriptor, data, len, flags, address, address_len);
}

/* ---- accounts ---- */

/* The person of the scenarios is nobody, whom every host has, by a number that may be opened.
 * glibc's look-up crashes where the first memory that it asks for is not there (2.36), so it has
 * memory. */
INTERPOSED int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                          struct passwd **found)
{
    int (*function)(const char *, struct passwd *, char *, size_t, struct passwd **);
    *(void **)&function = next("getpwnam_r");
    const size_t left = allocations_left;
    allocations_left = 0;
    const int result = function(name, entry, buffer, size, found);
    allocations_left = left;
    if (result == 0 && *found != NULL && strcmp(name, "nobody") == 0)
        (*found)->pw_uid = CAPTURED_NOBODY;
    return result;
}

/* ---- clock ---- */

INTERPOSED int clock_gettime(clockid_t clock, struct timespec *time)
{
    const long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME)
        time->tv_sec += (time_t)clock_offset;
    return (int)result;
}

void capture_move_clock(int64_t seconds)
{
    clock_offset += seconds;
}

int64_t capture_now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_REALTIME, &time) != 0)
        give_up("there is no clock");
    return (int64_t)time.tv_sec;
}

/* ---- memory ---- */

void capture_fail_allocation(size_t count)
{
    allocations_left = count;
    allocation_failed = false;
}

bool capture_allocation_failed(void)
{
    return allocation_failed;
}

/* The sanitizers have these functions for themselves. */
#if !defined __SANITIZE_ADDRESS__ && defined __GLIBC__

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

/* Threads of the host allocate as well; an atomic number costs nothing here. */
static _Atomic size_t live;

size_t capture_live_allocations(void)
{
    return live;
}

static void *counted(void *memory)
{
    live += memory != NULL;
    return memory;
}

static bool fails_now(void)
{
    if (allocations_left == 0 || --allocations_left > 0)
        return false;
    allocation_failed = true;
    return true;
}

INTERPOSED void *malloc(size_t size)
{
    return fails_now() ? NULL : counted(__libc_malloc(size));
}

INTERPOSED void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : counted(__libc_calloc(count, size));
}

INTERPOSED void *realloc(void *memory, size_t size)
{
    if (fails_now())
        return NULL;
    void *made = __libc_realloc(memory, size);
    live += memory == NULL && made != NULL;
    live -= memory != NULL && size == 0 && made == NULL;
    return made;
}

INTERPOSED void *memalign(size_t alignment, size_t size)
{
    return fails_now() ? NULL : counted(__libc_memalign(alignment, size));
}

INTERPOSED void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

INTERPOSED int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}

/* The answers that have not been freed yet. */
static struct answer {
    const char *text;
    size_t len;
} answers[64];

void capture_watch_answer(const char *answer)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (answers[i].text == NULL) {
            answers[i] = (struct answer){answer, strlen(answer)};
            return;
        }
    }
    give_up("too many answers");
}

static void look_for_answer(const void *memory)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (answers[i].text != memory)
            continue;
        bool wiped = true;
        for (size_t k = 0; k < answers[i].len; k++)
            wiped = wiped && answers[i].text[k] == '\0';
        capture.unwiped += !wiped;
        answers[i].text = NULL;
    }
}

size_t capture_answers_kept(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        kept += answers[i].text != NULL;
    return kept;
}

INTERPOSED void free(void *memory)
{
    if (memory != NULL)
        look_for_answer(memory);
    live -= memory != NULL;
    __libc_free(memory);
}

/* json-c up to 0.16 does not look at the result of strdup and would crash: a memory fault there
 * ends the process, which lets nobody in, and tells nothing about us. */
static bool is_in_json_c(const void *address)
{
    Dl_info found;
    return dladdr(address, &found) != 0 && found.dli_fname != NULL &&
           strstr(found.dli_fname, "libjson-c") != NULL;
}

INTERPOSED char *strdup(const char *text)
{
    const size_t left = allocations_left;
    if (left > 0 && is_in_json_c(__builtin_return_address(0)))
        allocations_left = 0;
    char *made = malloc(strlen(text) + 1);
    if (made != NULL)
        memcpy(made, text, strlen(text) + 1);
    if (allocations_left == 0 && !allocation_failed)
        allocations_left = left;
    return made;
}

#else

void capture_watch_answer(const char *answer)
{
    (void)answer;
}

/* Leaks are for the sanitizers to find. */
size_t capture_answers_kept(void)
{
    return 0;
}

size_t capture_live_allocations(void)
{
    return 0;
}

#endif
