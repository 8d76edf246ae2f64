/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, PATHS = 8, FILES_MAX = 16 };

void fuzz_fail(const char *format, ...)
{
    va_list arguments;
    (void)fputs("DISAGREEMENT: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    abort();
}

void *fuzz_memory(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL)
        fuzz_fail("the harness is out of memory");
    return memory;
}

/* ---- input ---- */

unsigned int fuzz_byte(struct span *input)
{
    const unsigned int byte = input->len == 0 ? 0 : input->data[0];
    *input = span_after(*input, 1);
    return byte;
}

struct span fuzz_part(struct span *input, unsigned char mark)
{
    const size_t end = span_position(*input, mark);
    const struct span part = span_first(*input, end);
    *input = span_after(*input, end + 1);
    return part;
}

char *fuzz_string(struct span text)
{
    const size_t len = span_position(text, '\0');
    char *string = fuzz_memory(len + 1);
    if (len > 0)
        memcpy(string, text.data, len);
    return string;
}

/* ---- files ---- */

static char folder[PATH_SIZE / 2];

static void remove_folder(void)
{
    char command[PATH_SIZE];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        (void)fprintf(stderr, "%s was left behind\n", folder);
}

/* FUZZ_SCRATCH is a folder that the caller removes; without it, we do, unless we crash. */
static void make_folder(void)
{
    const char *above = getenv("FUZZ_SCRATCH");
    (void)umask(022);
    (void)snprintf(folder, sizeof folder, "%s/fuzz.XXXXXX", above == NULL ? "/tmp" : above);
    if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0)
        fuzz_fail("%s: %m", folder);
    if (atexit(remove_folder) != 0)
        fuzz_fail("atexit");
}

const char *fuzz_path(const char *name)
{
    static char paths[PATHS][PATH_SIZE];
    static size_t next;
    char *path = paths[next++ % PATHS];
    if (folder[0] == '\0')
        make_folder();
    (void)snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

static struct written {
    char path[PATH_SIZE];
    unsigned char *text;
    size_t len;
    bool known;
} written[FILES_MAX];

static struct written *written_at(const char *path)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (written[i].path[0] == '\0')
            (void)snprintf(written[i].path, PATH_SIZE, "%s", path);
        if (strcmp(written[i].path, path) == 0)
            return &written[i];
    }
    fuzz_fail("too many files");
}

void fuzz_forget(const char *path)
{
    written_at(path)->known = false;
}

void fuzz_write(const char *path, struct span text)
{
    struct written *last = written_at(path);
    if (last->known && span_equal(text, span_of(last->text, last->len)))
        return;
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0 || write(descriptor, text.data == NULL ? (const void *)"" : text.data,
                                text.len) != (ssize_t)text.len)
        fuzz_fail("%s: %m", path);
    (void)close(descriptor);
    free(last->text);
    last->text = fuzz_memory(text.len);
    if (text.len > 0)
        memcpy(last->text, text.data, text.len);
    last->len = text.len;
    last->known = true;
}
