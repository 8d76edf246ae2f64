/* SPDX-License-Identifier: MIT */
#include "edge.h"

#include <sys/mman.h>

#include "unit.h"

struct span edge_copy(struct span text)
{
    static unsigned char *room;
    if (room == NULL) {
        room = mmap(NULL, (size_t)EDGE_MAX * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                    -1, 0);
        assert_true(room != MAP_FAILED);
        assert_int_equal(mprotect(room + EDGE_MAX, EDGE_MAX, PROT_NONE), 0);
    }
    assert_true(text.len <= EDGE_MAX);
    unsigned char *copy = room + EDGE_MAX - text.len;
    if (text.len > 0)
        memcpy(copy, text.data, text.len);
    return span_of(copy, text.len);
}
