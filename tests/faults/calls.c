/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../pam/text.h"
#include "imports.h"

/* ---- what all have in common ---- */

/* By the names of the table below. */
static size_t row_of(const char *name);
static const struct failure *due(const char *name, const struct failure *ways, size_t count);

#define DUE(name, ...)                                                                             \
    due(name, (const struct failure[]){__VA_ARGS__},                                               \
        sizeof((const struct failure[]){__VA_ARGS__}) / sizeof(struct failure))

/* A function that does nothing when it fails but return a value. */
#define FALLIBLE(type, name, parameters, arguments, ...)                                           \
    static type(*real_##name) parameters;                                                          \
    static type fault_##name parameters                                                            \
    {                                                                                              \
        const struct failure *failure = DUE(#name, __VA_ARGS__);                                   \
        if (failure == NULL)                                                                       \
            return real_##name arguments;                                                          \
        errno = failure->error;                                                                    \
        return (type)failure->value;                                                               \
    }

static int fail_with(const struct failure *failure)
{
    errno = failure->error;
    return (int)failure->value;
}

/* ---- where the ledger and the socket are ---- */

#define STATE "/var/lib/pam_cognito"
#define RUNTIME "/run/pam_cognito"

static char state_folder[4096];

void calls_set_folder(const char *folder)
{
    (void)snprintf(state_folder, sizeof state_folder, "%s", folder);
}

/* PATH, or what it stands for, in BUFFER. */
static const char *moved(const char *path, char buffer[static 8192])
{
    const size_t len = strncmp(path, STATE, strlen(STATE)) == 0       ? strlen(STATE)
                       : strncmp(path, RUNTIME, strlen(RUNTIME)) == 0 ? strlen(RUNTIME)
                                                                      : 0;
    if (len == 0)
        return path;
    (void)snprintf(buffer, 8192, "%s%s", state_folder, path + len);
    return buffer;
}

/* What DESCRIPTOR is of. */
static void find_path(int descriptor, char found[static 8192])
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t len = readlink(link, found, 8191);
    found[len < 0 ? 0 : len] = '\0';
}

/* The module walks along the path of the ledger: what stands for STATE is to it a link there. */
static bool is_state(int folder, const char *path)
{
    char found[8192];
    if (strcmp(path, strrchr(STATE, '/') + 1) != 0)
        return false;
    find_path(folder, found);
    return strlen(found) + 1 + strlen(path) == strlen(STATE) &&
           strncmp(STATE, found, strlen(found)) == 0;
}

/* Nothing is written but in the ledger, and in its days. */
static void must_be_ledger(int descriptor, const char *what)
{
    char found[8192];
    char ledger[8192];
    find_path(descriptor, found);
    (void)snprintf(ledger, sizeof ledger, "%s/used", state_folder);
    const size_t above = strlen(ledger);
    const char *day = strncmp(found, ledger, above) == 0 ? found + above : "?";
    if (day[0] == '/')
        day += 1 + strspn(day + 1, "0123456789");
    if (*day != '\0')
        fault_object("%s in %s, which is not the ledger", what, found);
}

/* ---- memory and text ---- */

FALLIBLE(void *, malloc, (size_t size), (size), {0, ENOMEM})
FALLIBLE(void *, calloc, (size_t count, size_t size), (count, size), {0, ENOMEM})
FALLIBLE(void *, realloc, (void *memory, size_t size), (memory, size), {0, ENOMEM})
FALLIBLE(char *, strdup, (const char *text), (text), {0, ENOMEM})
FALLIBLE(char *, strndup, (const char *text, size_t len), (text, len), {0, ENOMEM})
FALLIBLE(const char *, strerrordesc_np, (int error), (error), {0, 0})

static int fault_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
static int fault_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    const struct failure *failure = DUE("vsnprintf", {-1, EOVERFLOW});
    return failure != NULL ? fail_with(failure) : vsnprintf(text, size, format, arguments);
}

static int fault_vsnprintf_chk(char *text, size_t size, int flag, size_t whole, const char *format,
                               va_list arguments) __attribute__((format(printf, 5, 0)));
static int fault_vsnprintf_chk(char *text, size_t size, int flag, size_t whole, const char *format,
                               va_list arguments)
{
    (void)flag;
    if (size > whole)
        fault_object("vsnprintf is told of more bytes than there are");
    return fault_vsnprintf(text, size, format, arguments);
}

static int fault_asprintf(char **text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int fault_asprintf(char **text, const char *format, ...)
{
    va_list arguments;
    const struct failure *failure = DUE("asprintf", {-1, ENOMEM});
    if (failure != NULL)
        return fail_with(failure);
    va_start(arguments, format);
    const int len = vasprintf(text, format, arguments);
    va_end(arguments);
    return len;
}

static int fault_asprintf_chk(char **text, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fault_asprintf_chk(char **text, int flag, const char *format, ...)
{
    va_list arguments;
    const struct failure *failure = DUE("asprintf", {-1, ENOMEM});
    (void)flag;
    if (failure != NULL)
        return fail_with(failure);
    va_start(arguments, format);
    const int len = vasprintf(text, format, arguments);
    va_end(arguments);
    return len;
}

/* ---- files ---- */

#define NO_FILE                                                                                    \
    {-1, EMFILE}, {-1, EACCES}, {-1, ENOENT}, {-1, EINTR}, {-1, ENOMEM},                           \
    {                                                                                              \
        -1, EIO                                                                                    \
    }

static int (*real_open)(const char *path, int flags, ...);
static int fault_open(const char *path, int flags, ...)
{
    const struct failure *failure = DUE("open", NO_FILE);
    if ((flags & (O_CREAT | O_TRUNC | O_ACCMODE)) != O_RDONLY)
        fault_object("open of %s for writing", path);
    return failure != NULL ? fail_with(failure) : real_open(path, flags);
}

static int (*real_openat)(int folder, const char *path, int flags, ...);
static int fault_openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    const bool writing = (flags & (O_CREAT | O_TRUNC | O_ACCMODE)) != O_RDONLY;
    const struct failure *failure = DUE("openat", NO_FILE, {-1, ELOOP}, {-1, ENOSPC});
    if (writing)
        must_be_ledger(folder, path);
    if (writing && (flags & (O_CREAT | O_EXCL | O_NOFOLLOW)) != (O_CREAT | O_EXCL | O_NOFOLLOW))
        fault_object("%s is opened for writing, and may be there already", path);
    if (failure != NULL)
        return fail_with(failure);
    va_start(arguments, flags);
    const mode_t mode = writing ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return real_openat(folder, path, flags, mode);
}

/* What fortified headers call. Nobody may call the plain ones then. */
static int fault_open_2(const char *path, int flags)
{
    if (real_open == NULL)
        real_open = open;
    return fault_open(path, flags);
}

static int fault_openat_2(int folder, const char *path, int flags)
{
    if (real_openat == NULL)
        real_openat = openat;
    return fault_openat(folder, path, flags);
}

/* An early end, and one byte at a time, are no errors of their own. */
enum { END = 0, ONE_BYTE = 1 };

static ssize_t (*real_read)(int descriptor, void *bytes, size_t size);
static ssize_t fault_read(int descriptor, void *bytes, size_t size)
{
    const struct failure *failure =
        DUE("read", {-1, EIO}, {-1, EINTR}, {-1, EISDIR}, {END, 0}, {ONE_BYTE, 0});
    if (failure == NULL || failure->value == ONE_BYTE)
        return real_read(descriptor, bytes, failure == NULL || size == 0 ? size : 1);
    return fail_with(failure);
}

static ssize_t fault_read_chk(int descriptor, void *bytes, size_t size, size_t whole)
{
    if (size > whole)
        fault_object("read is told of more bytes than there are");
    if (real_read == NULL)
        real_read = read;
    return fault_read(descriptor, bytes, size);
}

/* The descriptor is gone whatever close says; Linux, close(2). */
static int (*real_close)(int descriptor);
static int fault_close(int descriptor)
{
    const struct failure *failure = DUE("close", {-1, EIO}, {-1, EINTR});
    const int result = real_close(descriptor);
    return failure != NULL ? fail_with(failure) : result;
}

static int (*real_closedir)(DIR *folder);
static int fault_closedir(DIR *folder)
{
    const struct failure *failure = DUE("closedir", {-1, EIO});
    const int result = real_closedir(folder);
    return failure != NULL ? fail_with(failure) : result;
}

FALLIBLE(int, fstat, (int descriptor, struct stat *status), (descriptor, status), {-1, EIO},
         {-1, ENOMEM}, {-1, EOVERFLOW})
FALLIBLE(int, fsync, (int descriptor), (descriptor), {-1, EIO}, {-1, ENOSPC}, {-1, EINTR})
FALLIBLE(DIR *, fdopendir, (int descriptor), (descriptor), {0, ENOMEM}, {0, EIO})
FALLIBLE(struct dirent *, readdir, (DIR * folder), (folder), {0, EIO}, {0, 0})

static ssize_t (*real_readlinkat)(int folder, const char *path, char *target, size_t size);
static ssize_t fault_readlinkat(int folder, const char *path, char *target, size_t size)
{
    const struct failure *failure = DUE("readlinkat", {-1, EACCES}, {-1, ENOENT}, {-1, ELOOP},
                                        {-1, EIO}, {-1, ENOMEM}, {-1, ENAMETOOLONG});
    if (failure != NULL)
        return fail_with(failure);
    if (!is_state(folder, path))
        return real_readlinkat(folder, path, target, size);
    const size_t len = strlen(state_folder);
    memcpy(target, state_folder, len < size ? len : size);
    return (ssize_t)(len < size ? len : size);
}

static ssize_t fault_readlinkat_chk(int folder, const char *path, char *target, size_t size,
                                    size_t whole)
{
    if (size > whole)
        fault_object("readlinkat is told of more bytes than there are");
    if (real_readlinkat == NULL)
        real_readlinkat = readlinkat;
    return fault_readlinkat(folder, path, target, size);
}

static int (*real_fstatat)(int folder, const char *path, struct stat *status, int flags);
static int fault_fstatat(int folder, const char *path, struct stat *status, int flags)
{
    const struct failure *failure =
        DUE("fstatat", {-1, EACCES}, {-1, EIO}, {-1, ENOMEM}, {-1, ENOTDIR});
    if (failure != NULL)
        return fail_with(failure);
    return real_fstatat(folder, is_state(folder, path) ? state_folder : path, status, flags);
}

static int (*real_mkdirat)(int folder, const char *path, mode_t mode);
static int fault_mkdirat(int folder, const char *path, mode_t mode)
{
    const struct failure *failure =
        DUE("mkdirat", {-1, EACCES}, {-1, ENOSPC}, {-1, EROFS}, {-1, ENOENT});
    must_be_ledger(folder, path);
    return failure != NULL ? fail_with(failure) : real_mkdirat(folder, path, mode);
}

static int (*real_mkdir)(const char *path, mode_t mode);
static int fault_mkdir(const char *path, mode_t mode)
{
    char buffer[8192];
    const struct failure *failure = DUE("mkdir", {-1, EACCES}, {-1, ENOSPC}, {-1, EROFS});
    if (strcmp(path, STATE "/used") != 0)
        fault_object("a folder %s is made", path);
    return failure != NULL ? fail_with(failure) : real_mkdir(moved(path, buffer), mode);
}

static int (*real_unlinkat)(int folder, const char *path, int flags);
static int fault_unlinkat(int folder, const char *path, int flags)
{
    const struct failure *failure = DUE("unlinkat", {-1, EACCES}, {-1, EIO}, {-1, ENOENT});
    must_be_ledger(folder, path);
    return failure != NULL ? fail_with(failure) : real_unlinkat(folder, path, flags);
}

/* ---- the system ---- */

enum { CLOCK_OF_1970 = 1, CLOCK_OF_2106 = 2 };

static int (*real_clock_gettime)(clockid_t clock, struct timespec *time);
static int fault_clock_gettime(clockid_t clock, struct timespec *time)
{
    const struct failure *failure =
        DUE("clock_gettime", {-1, EINVAL}, {CLOCK_OF_1970, 0}, {CLOCK_OF_2106, 0});
    if (failure == NULL)
        return real_clock_gettime(clock, time);
    if (failure->value < 0)
        return fail_with(failure);
    time->tv_sec = failure->value == CLOCK_OF_1970 ? 0 : (time_t)UINT32_MAX;
    time->tv_nsec = 0;
    return 0;
}

FALLIBLE(ssize_t, getrandom, (void *bytes, size_t size, unsigned int flags), (bytes, size, flags),
         {-1, EAGAIN}, {-1, EINTR}, {-1, ENOSYS}, {1, 0})
FALLIBLE(int, socket, (int family, int type, int protocol), (family, type, protocol), {-1, EMFILE},
         {-1, EAFNOSUPPORT}, {-1, EACCES})

static ssize_t (*real_sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
static ssize_t fault_sendto(int descriptor, const void *bytes, size_t size, int flags,
                            const struct sockaddr *to, socklen_t len)
{
    char buffer[8192];
    struct sockaddr_un address = *(const struct sockaddr_un *)(const void *)to;
    const struct failure *failure = DUE("sendto", {-1, EAGAIN}, {-1, ECONNREFUSED}, {-1, EPERM});
    (void)len;
    if (size != 1 || address.sun_family != AF_UNIX || (flags & MSG_DONTWAIT) == 0)
        fault_object("something else than a nudge is sent");
    if (failure != NULL)
        return fail_with(failure);
    const char *path = moved(address.sun_path, buffer);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%.*s",
                   (int)sizeof address.sun_path - 1, path);
    return real_sendto(descriptor, bytes, size, flags, (const struct sockaddr *)&address,
                       sizeof address);
}

static int (*real_getpwnam_r)(const char *, struct passwd *, char *, size_t, struct passwd **);
static int fault_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
                            struct passwd **found)
{
    const struct failure *failure =
        DUE("getpwnam_r", {EIO, 0}, {ERANGE, 0}, {EMFILE, 0}, {ENOMEM, 0}, {EINTR, 0}, {0, 0});
    *found = NULL;
    return failure != NULL ? (int)failure->value
                           : real_getpwnam_r(name, entry, buffer, size, found);
}

/* ---- OpenSSL: 1 is success, everything else is not ---- */

#define NOT_DONE                                                                                   \
    {0, 0}, {-1, 0},                                                                               \
    {                                                                                              \
        -2, 0                                                                                      \
    }

FALLIBLE(void *, EVP_PKEY_CTX_new_from_name, (void *library, const char *name, const char *query),
         (library, name, query), {0, 0})
FALLIBLE(int, EVP_PKEY_fromdata_init, (void *context), (context), NOT_DONE)
FALLIBLE(int, EVP_PKEY_fromdata, (void *context, void **key, int selection, void *parameters),
         (context, key, selection, parameters), NOT_DONE)
FALLIBLE(void *, EVP_MD_CTX_new, (void), (), {0, 0})
FALLIBLE(int, EVP_DigestVerifyInit_ex,
         (void *context, void **inner, const char *digest, void *library, const char *query,
          void *key, const void *parameters),
         (context, inner, digest, library, query, key, parameters), NOT_DONE)
FALLIBLE(int, EVP_DigestVerify,
         (void *context, const unsigned char *signature, size_t len, const unsigned char *text,
          size_t text_len),
         (context, signature, len, text, text_len), {0, 0}, {-1, 0}, {-2, 0}, {2, 0})
FALLIBLE(const void *, EVP_sha256, (void), (), {0, 0})
FALLIBLE(int, EVP_DigestInit_ex, (void *context, const void *digest, void *engine),
         (context, digest, engine), NOT_DONE)
FALLIBLE(int, EVP_DigestUpdate, (void *context, const void *bytes, size_t len),
         (context, bytes, len), NOT_DONE)
FALLIBLE(int, EVP_DigestFinal_ex, (void *context, unsigned char *digest, unsigned int *len),
         (context, digest, len), NOT_DONE)

/* ---- json-c ---- */

enum { JSON_TYPE_STRING = 6 }; /* json_type_string, json_object.h */

FALLIBLE(void *, json_tokener_new_ex, (int depth), (depth), {0, ENOMEM})
FALLIBLE(void *, json_tokener_parse_ex, (void *tokener, const char *text, int len),
         (tokener, text, len), {0, ENOMEM})

static int (*real_json_object_is_type)(const void *object, int type);
static int pass_json_object_is_type(const void *object, int type)
{
    return real_json_object_is_type(object, type);
}

/* Of a string it is the string itself; of anything else it is made, for which memory is needed. */
static const char *(*real_json_object_get_string)(void *object);
static const char *fault_json_object_get_string(void *object)
{
    if (real_json_object_is_type(object, JSON_TYPE_STRING) ||
        DUE("json_object_get_string", {0, ENOMEM}) == NULL)
        return real_json_object_get_string(object);
    return NULL;
}

/* ---- libpam ---- */

/* Two of the ways are a success: without a value, and with a conversation that has no function. */
static int (*real_pam_get_item)(const pam_handle_t *pamh, int item, const void **value);
static int fault_pam_get_item(const pam_handle_t *pamh, int item, const void **value)
{
    static const struct pam_conv nobody = {NULL, NULL};
    const struct failure *failure =
        DUE("pam_get_item", {PAM_SYSTEM_ERR, 0}, {PAM_BUF_ERR, 0}, {PAM_BAD_ITEM, 0},
            {PAM_PERM_DENIED, 0}, {PAM_SUCCESS, 0}, {PAM_SUCCESS, ENOSYS});
    if (failure == NULL)
        return real_pam_get_item(pamh, item, value);
    if (failure->value == PAM_SUCCESS)
        *value = item == PAM_CONV && failure->error != 0 ? &nobody : NULL;
    return fail_with(failure);
}

FALLIBLE(int, pam_set_item, (pam_handle_t * pamh, int item, const void *value), (pamh, item, value),
         {PAM_BUF_ERR, 0}, {PAM_SYSTEM_ERR, 0}, {PAM_BAD_ITEM, 0})
FALLIBLE(int, pam_get_user, (pam_handle_t * pamh, const char **user, const char *prompt),
         (pamh, user, prompt), {PAM_CONV_ERR, 0}, {PAM_BUF_ERR, 0}, {PAM_CONV_AGAIN, 0},
         {PAM_SYSTEM_ERR, 0}, {PAM_ABORT, 0}, {PAM_SUCCESS, 0})
FALLIBLE(int, pam_set_data,
         (pam_handle_t * pamh, const char *name, void *data,
          void (*cleanup)(pam_handle_t *, void *, int)),
         (pamh, name, data, cleanup), {PAM_BUF_ERR, 0}, {PAM_SYSTEM_ERR, 0})
FALLIBLE(int, pam_get_data, (const pam_handle_t *pamh, const char *name, const void **data),
         (pamh, name, data), {PAM_SYSTEM_ERR, 0})
FALLIBLE(int, pam_putenv, (pam_handle_t * pamh, const char *setting), (pamh, setting),
         {PAM_BUF_ERR, 0}, {PAM_ABORT, 0}, {PAM_PERM_DENIED, 0}, {PAM_BAD_ITEM, 0})
FALLIBLE(int, pam_fail_delay, (pam_handle_t * pamh, unsigned int delay), (pamh, delay),
         {PAM_SYSTEM_ERR, 0})

enum { MUTE = -1 };

int calls_converse(bool *mute)
{
    const struct failure *failure = DUE("the conversation", {PAM_CONV_ERR, 0}, {PAM_BUF_ERR, 0},
                                        {PAM_CONV_AGAIN, 0}, {PAM_SYSTEM_ERR, 0}, {MUTE, 0});
    *mute = failure != NULL && failure->value == MUTE;
    return failure == NULL || *mute ? PAM_SUCCESS : (int)failure->value;
}

/* What only the programs call of what they share with the module. */
static int call_of_programs(void)
{
    fault_object("the module calls what only the programs should");
    return -1;
}

/* ---- the table ---- */

#define INJECTED(name, blamed)                                                                     \
    {                                                                                              \
#name, (void *)fault_##name, (void **)&real_##name, blamed                                 \
    }
/* By another name than the function that fails. */
#define FORTIFIED(symbol, function, blamed)                                                        \
    {                                                                                              \
        symbol, (void *)function, NULL, blamed                                                     \
    }
#define EXEMPT(name, why)                                                                          \
    {                                                                                              \
        name, NULL, NULL, why                                                                      \
    }
#define OF_PROGRAMS(name)                                                                          \
    {                                                                                              \
        name, (void *)call_of_programs, NULL, "only the programs call it"                          \
    }

#define RELEASES "it releases"
#define MEMORY "it works on memory that is there"
#define PARSED "it reads what is parsed"
#define FORMATS "with these conversions it cannot fail, and gcc leaves out what would come of it"
#define COMPILER "the compiler's and the linker's own"
#define ASKS "it only asks the kernel, which always answers"
#define QUEUE "it works on the error queue, and its result says nothing to act upon"

/* clang-format off */
static const struct call table[] = {
    INJECTED(malloc, ""),
    INJECTED(calloc, ""),
    INJECTED(realloc, ""),
    INJECTED(strdup, ""),
    INJECTED(strndup, ""),
    INJECTED(strerrordesc_np, ""),
    /* Without its words, a pool that is left out is not in the log; the reason for its kid is.
     * Where the headers make it of snprintf, there may be no prompt to ask with. */
    FORTIFIED("vsnprintf", fault_vsnprintf, "key.unknown host.conversation"),
    FORTIFIED("__vsnprintf_chk", fault_vsnprintf_chk, "key.unknown"),
    FORTIFIED("asprintf", fault_asprintf, ""),
    FORTIFIED("__asprintf_chk", fault_asprintf_chk, ""),
    INJECTED(open, ""),
    FORTIFIED("__open_2", fault_open_2, ""),
    INJECTED(openat, ""),
    FORTIFIED("__openat_2", fault_openat_2, ""),
    INJECTED(read, ""),
    FORTIFIED("__read_chk", fault_read_chk, ""),
    INJECTED(close, ""),
    INJECTED(closedir, ""),
    INJECTED(fstat, ""),
    INJECTED(fsync, ""),
    INJECTED(fdopendir, ""),
    INJECTED(readdir, ""),
    INJECTED(readlinkat, ""),
    FORTIFIED("__readlinkat_chk", fault_readlinkat_chk, ""),
    INJECTED(fstatat, ""),
    INJECTED(mkdirat, ""),
    INJECTED(mkdir, ""),
    INJECTED(unlinkat, ""),
    INJECTED(clock_gettime, "claim.expired claim.not_yet"),
    INJECTED(getrandom, ""),
    INJECTED(socket, ""),
    INJECTED(sendto, ""),
    INJECTED(getpwnam_r, "policy.account"),
    INJECTED(EVP_PKEY_CTX_new_from_name, ""),
    INJECTED(EVP_PKEY_fromdata_init, ""),
    INJECTED(EVP_PKEY_fromdata, ""),
    INJECTED(EVP_MD_CTX_new, ""),
    INJECTED(EVP_DigestVerifyInit_ex, ""),
    INJECTED(EVP_DigestVerify, "signature.invalid"),
    INJECTED(EVP_sha256, ""),
    INJECTED(EVP_DigestInit_ex, ""),
    INJECTED(EVP_DigestUpdate, ""),
    INJECTED(EVP_DigestFinal_ex, ""),
    INJECTED(json_tokener_new_ex, ""),
    INJECTED(json_tokener_parse_ex, ""),
    INJECTED(json_object_get_string, "claim.type"),
    INJECTED(pam_get_item, "host.conversation"),
    INJECTED(pam_set_item, ""),
    INJECTED(pam_get_user, "host.conversation"),
    INJECTED(pam_set_data, ""),
    INJECTED(pam_get_data, ""),
    INJECTED(pam_putenv, ""),
    INJECTED(pam_fail_delay, ""),
    {"the conversation", NULL, NULL, "host.conversation"},
    {"json_object_is_type", (void *)pass_json_object_is_type,
     (void **)&real_json_object_is_type, PARSED},
    EXEMPT("json_object_array_get_idx", PARSED),
    EXEMPT("json_object_array_length", PARSED),
    EXEMPT("json_object_get_boolean", PARSED),
    EXEMPT("json_object_get_int64", PARSED),
    EXEMPT("json_object_get_string_len", PARSED),
    EXEMPT("json_object_object_get_ex", PARSED),
    EXEMPT("json_tokener_get_error", PARSED),
    EXEMPT("json_tokener_get_parse_end", PARSED),
    EXEMPT("EVP_MD_CTX_free", RELEASES),
    EXEMPT("EVP_PKEY_CTX_free", RELEASES),
    EXEMPT("EVP_PKEY_free", RELEASES),
    EXEMPT("free", RELEASES),
    EXEMPT("OSSL_PARAM_construct_BN", MEMORY),
    EXEMPT("OSSL_PARAM_construct_end", MEMORY),
    EXEMPT("OSSL_PARAM_construct_uint32", MEMORY),
    EXEMPT("OSSL_PARAM_construct_utf8_string", MEMORY),
    EXEMPT("json_object_put", RELEASES),
    EXEMPT("json_tokener_free", RELEASES),
    EXEMPT("ERR_set_mark", QUEUE),
    EXEMPT("ERR_pop_to_mark", QUEUE),
    EXEMPT("dirfd", MEMORY),
    EXEMPT("geteuid", ASKS),
    EXEMPT("getuid", ASKS),
    EXEMPT("pam_getenv", "it only looks into the handle"),
    EXEMPT("pam_syslog", "it returns nothing"),
    EXEMPT("snprintf", FORMATS),
    EXEMPT("__snprintf_chk", FORMATS),
    EXEMPT("__explicit_bzero_chk", MEMORY),
    EXEMPT("explicit_bzero", MEMORY),
    EXEMPT("memchr", MEMORY),
    EXEMPT("memcmp", MEMORY),
    EXEMPT("bcmp", MEMORY),
    EXEMPT("memcpy", MEMORY),
    EXEMPT("__memcpy_chk", MEMORY),
    EXEMPT("memmem", MEMORY),
    EXEMPT("memmove", MEMORY),
    EXEMPT("__memmove_chk", MEMORY),
    EXEMPT("memrchr", MEMORY),
    EXEMPT("memset", MEMORY),
    EXEMPT("qsort", MEMORY),
    EXEMPT("__memset_chk", MEMORY),
    EXEMPT("strchr", MEMORY),
    EXEMPT("strcmp", MEMORY),
    EXEMPT("strcspn", MEMORY),
    EXEMPT("strlen", MEMORY),
    EXEMPT("strncmp", MEMORY),
    EXEMPT("strnlen", MEMORY),
    EXEMPT("strrchr", MEMORY),
    EXEMPT("strspn", MEMORY),
    EXEMPT("__errno_location", MEMORY),
    EXEMPT("__stack_chk_fail", COMPILER),
    EXEMPT("__cxa_finalize", COMPILER),
    EXEMPT("__gmon_start__", COMPILER),
    EXEMPT("_ITM_deregisterTMCloneTable", COMPILER),
    EXEMPT("_ITM_registerTMCloneTable", COMPILER),
    OF_PROGRAMS("fprintf"),
    OF_PROGRAMS("__fprintf_chk"),
    OF_PROGRAMS("__vfprintf_chk"),
    OF_PROGRAMS("__vasprintf_chk"),
    OF_PROGRAMS("fputc"),
    OF_PROGRAMS("putc"),
    OF_PROGRAMS("fputs"),
    OF_PROGRAMS("fwrite"),
};
/* clang-format on */

enum { ROWS = sizeof table / sizeof table[0] };
_Static_assert(sizeof table / sizeof table[0] <= (size_t)CALLS_MAX, "a record for each row");

static bool has[ROWS];
static char unknown[256];

const struct call *calls_table(size_t *count)
{
    *count = ROWS;
    return table;
}

bool calls_has(size_t row)
{
    return has[row];
}

const char *calls_unknown(void)
{
    return unknown[0] == '\0' ? NULL : unknown;
}

static size_t row_of(const char *name)
{
    for (size_t row = 0; row < ROWS; row++)
        if (strcmp(table[row].name, name) == 0)
            return row;
    return ROWS;
}

static const struct failure *due(const char *name, const struct failure *ways, size_t count)
{
    const size_t row = row_of(name);
    if (row == ROWS)
        give_up("%s is in no row", name);
    return fault_now(row, &table[row], ways, count);
}

/* Sanitizers and counters of coverage call what they like. */
static bool is_of_an_instrument(const char *symbol)
{
    static const char *const prefixes[] = {"__asan_", "__ubsan_",  "__tsan_", "__sanitizer_",
                                           "__gcov_", "__sancov_", "__lsan_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(symbol, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void *visit(const char *symbol, void *current)
{
    const size_t row = row_of(symbol);
    if (row == ROWS) {
        if (unknown[0] == '\0' && !is_of_an_instrument(symbol))
            (void)snprintf(unknown, sizeof unknown, "%s", symbol);
        return current;
    }
    has[row] = true;
    if (table[row].real != NULL)
        *table[row].real = current;
    return table[row].ours == NULL ? current : table[row].ours;
}

void calls_watch(const char *path)
{
    imports_visit(path, visit);
    has[row_of("the conversation")] = true;
}
