/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

int scratch_make(void **state)
{
    const char *above = getenv("TMPDIR");
    char *path = NULL;
    if (asprintf(&path, "%s/unit.XXXXXX", above == NULL ? "/tmp" : above) < 0)
        return -1;
    char *made = mkdtemp(path);
    if (made == NULL)
        free(path);
    *state = made;
    return made == NULL ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

int scratch_remove(void **state)
{
    const int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    *state = NULL;
    return result;
}

const char *scratch_path(const char *folder, const char *name)
{
    static char paths[16][PATH_MAX];
    static size_t next;
    char *path = paths[next++ % COUNT_OF(paths)];
    const int len = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    assert_true(len > 0 && len < PATH_MAX);
    return path;
}

const char *scratch_write(const char *folder, const char *name, struct span content, mode_t mode)
{
    const char *path = scratch_path(folder, name);
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    if (content.len > 0)
        assert_int_equal(write(descriptor, content.data, content.len), content.len);
    assert_int_equal(fchmod(descriptor, mode), 0);
    assert_int_equal(close(descriptor), 0);
    return path;
}

const char *scratch_text(const char *folder, const char *name, const char *content)
{
    return scratch_write(folder, name, span_of_string(content), 0644);
}
