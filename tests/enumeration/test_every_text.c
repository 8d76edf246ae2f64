/* SPDX-License-Identifier: MIT */
/*
 * Every text of up to 7 characters (with ENUMERATE=all, 9) out of those that jsonscan.c tells
 * apart, whether the guard takes it or not: nothing outside it is read, and what is found lies
 * inside it. Texts stand against a page that cannot be read or written, once with their first byte
 * and once with their last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/jsonscan.h"
#include "unit.h"

enum { TEXT_MAX = 9, SPELLED_MAX = 4, ROOM_MAX = 32 };

struct page {
    unsigned char *begin, *end; /* before and behind it are pages that cannot be touched */
};

static struct page fenced_page(void)
{
    const size_t size = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *pages = mmap(NULL, 3 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + size, size, PROT_READ | PROT_WRITE), 0);
    return (struct page){pages + size, pages + 2 * size};
}

static size_t longest(void)
{
    const char *wanted = getenv("ENUMERATE");
    return wanted != NULL && strcmp(wanted, "all") == 0 ? TEXT_MAX : TEXT_MAX - 2;
}

/* Calls LOOK with every text of up to LEN of these CHARACTERS, on both sides of its page. */
static void each_text(const char *characters, size_t len, void (*look)(struct span text))
{
    const size_t kinds = strlen(characters);
    const struct page page = fenced_page();
    for (size_t size = 0; size <= len; size++) {
        size_t digits[TEXT_MAX + 1] = {0};
        unsigned char *const first = page.begin;
        unsigned char *const last = page.end - size;
        for (size_t i = 0; i < size; i++)
            first[i] = last[i] = (unsigned char)characters[0];
        while (digits[size] == 0) { /* the digit that would be one too many */
            look(span_of(first, size));
            look(span_of(last, size));
            size_t i = 0;
            for (; ++digits[i] == kinds && i < size; i++) {
                digits[i] = 0;
                first[i] = last[i] = (unsigned char)characters[0];
            }
            if (i < size)
                first[i] = last[i] = (unsigned char)characters[digits[i]];
        }
    }
}

static bool is_inside(struct span part, struct span text)
{
    return part.data >= text.data && part.data <= text.data + text.len &&
           part.len <= (size_t)(text.data + text.len - part.data);
}

static void fail_text(const char *what, struct span text)
{
    FAIL_ROW("%s: %.*s\n", what, (int)text.len, (const char *)text.data);
}

static void look_at_members(struct span text)
{
    struct span name;
    struct span value;
    size_t before = 0;
    for (size_t at = 0; cognito_json_next_member(text, &at, &name, &value); before = at) {
        if (!is_inside(name, text) || !is_inside(value, text) || name.data > value.data)
            fail_text("a member outside the text", text);
        if (at <= before || at > text.len)
            fail_text("the members do not end", text);
    }
}

static void look_at_elements(struct span text)
{
    struct span value;
    size_t before = 0;
    for (size_t at = 0; cognito_json_next_element(text, &at, &value); before = at) {
        if (!is_inside(value, text) || value.len == 0)
            fail_text("an element outside the text", text);
        if (at <= before || at > text.len)
            fail_text("the elements do not end", text);
    }
}

static void members_lie_inside(void **state)
{
    (void)state;
    each_text("{}[]\"\\,: x", longest(), look_at_members);
}

static void elements_lie_inside(void **state)
{
    (void)state;
    each_text("{}[]\"\\,: x", longest(), look_at_elements);
}

/* It is compared with itself, and with each of its own ends. */
static void look_at_strings(struct span text)
{
    if (!cognito_json_same_string(text, text))
        fail_text("not the same as itself", text);
    for (size_t i = 0; i <= text.len; i++)
        (void)cognito_json_same_string(span_after(text, i), span_first(text, i));
}

static void strings_are_read_inside(void **state)
{
    (void)state;
    each_text("\\ud8cn0", longest() - 1, look_at_strings);
}

/* Into rooms of every size, whose end is that of a page. */
static void look_at_content(struct span text)
{
    static struct page room; /* one for all texts */
    struct span string;
    if (room.begin == NULL)
        room = fenced_page();
    for (size_t size = 0; size <= text.len; size++) {
        unsigned char *const begin = room.end - size;
        if (!cognito_json_unescape(text, begin, size, &string))
            continue;
        if (string.len > size || !(is_inside(string, text) || string.data == begin))
            fail_text("unescaped to a place outside the room", text);
    }
}

static void contents_are_unescaped_inside(void **state)
{
    (void)state;
    each_text("\\ud8cn0", longest() - 1, look_at_content);
}

/* ---- what is unescaped is right ---- */

static const struct {
    const char *spelled, *meant;
} letters[] = {
    {"a", "a"},
    {"\xc3\xa9", "\xc3\xa9"},
    {"\\\\", "\\"},
    {"\\\"", "\""},
    {"\\/", "/"},
    {"\\b", "\b"},
    {"\\f", "\f"},
    {"\\n", "\n"},
    {"\\r", "\r"},
    {"\\t", "\t"},
    {"\\u0041", "A"},
    {"\\u00e9", "\xc3\xa9"},
    {"\\u07fF", "\xdf\xbf"},
    {"\\u0800", "\xe0\xa0\x80"},
    {"\\uFFFf", "\xef\xbf\xbf"},
    {"\\ud800\\udc00", "\xf0\x90\x80\x80"},
    {"\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf"},
    {"", ""},
};

/* Room of exactly the bytes that are needed suffices, and one byte less does not. */
static void compare(const char *spelled, const char *meant)
{
    const size_t needed = strlen(meant);
    unsigned char room[ROOM_MAX];
    struct span string;
    memset(room, 0xee, sizeof room);
    if (!cognito_json_unescape(span_of_string(spelled), room, needed, &string) ||
        !span_is(string, meant) || room[needed] != 0xee)
        FAIL_ROW("%s\n", spelled);
    if (needed > 0 && cognito_json_unescape(span_of_string(spelled), room, needed - 1, &string))
        FAIL_ROW("%s in %zu bytes\n", spelled, needed - 1);
    if (!cognito_json_same_string(span_of_string(spelled), span_of_string(meant)) &&
        strchr(meant, '\\') == NULL)
        FAIL_ROW("%s is not %s\n", spelled, meant);
}

static void every_row_of_letters_is_unescaped(void **state)
{
    (void)state;
    const size_t kinds = COUNT_OF(letters);
    for (size_t number = 0; number < kinds * kinds * kinds * kinds; number++) {
        char spelled[SPELLED_MAX * 12 + 1] = "";
        char meant[SPELLED_MAX * 4 + 1] = "";
        size_t rest = number;
        for (int i = 0; i < SPELLED_MAX; i++, rest /= kinds) {
            strcat(spelled, letters[rest % kinds].spelled);
            strcat(meant, letters[rest % kinds].meant);
        }
        compare(spelled, meant);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_lie_inside),
        cmocka_unit_test(elements_lie_inside),
        cmocka_unit_test(strings_are_read_inside),
        cmocka_unit_test(contents_are_unescaped_inside),
        cmocka_unit_test(every_row_of_letters_is_unescaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
