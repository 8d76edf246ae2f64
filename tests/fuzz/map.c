/* SPDX-License-Identifier: MIT */
/*
 * The map of people to accounts: a text that is taken is read a second time here, line by line, and
 * both readings have the same lines, also when only those of one account are looked for.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "rows.h"
#include "token/map.h"

static const char *const kinds[] = {"sub", "user", "email", "group", NULL};

/* The account and the selector of a row, or a fault. */
static bool read_row(struct span row, struct span *account, struct selection *selection)
{
    size_t len = 0;
    while (len < row.len && row.data[len] != ' ' && row.data[len] != '\t')
        len++;
    *account = span_first(row, len);
    return oracle_account_name(*account) &&
           rows_select(rows_trim(span_after(row, len)), kinds, selection);
}

/* The fault, by its line; 0: there is none. */
static size_t first_fault(struct span text)
{
    struct rows rows = {text, 0};
    struct span row;
    struct span account;
    struct selection selection;
    while (rows_next(&rows, &row)) {
        if (row.data == NULL || !read_row(row, &account, &selection))
            return rows.number;
        free(selection.value);
    }
    return 0;
}

static void check_selector(const struct selector *selector, const struct selection *expected)
{
    AGREE(selector->kind == expected->kind, "another kind");
    AGREE(cognito_selector_is(selector, span_of(expected->value, expected->len)),
          "not its own value");
    char *other = fuzz_memory(expected->len + 2);
    memcpy(other, expected->value, expected->len);
    AGREE(!cognito_selector_is(selector, span_of(other, expected->len - 1)), "a shorter value");
    other[expected->len] = 'x';
    AGREE(!cognito_selector_is(selector, span_of(other, expected->len + 1)), "a longer value");
    other[expected->len / 2] ^= 1;
    AGREE(!cognito_selector_is(selector, span_of(other, expected->len)), "another value");
    free(other);
}

/* All lines, or those of ONLY. */
static void compare(struct span text, const struct span *only)
{
    struct rows rows = {text, 0};
    struct lines lines = {text, 0};
    struct span row;
    struct map_line line;
    const char *fault;
    while (rows_next(&rows, &row)) {
        struct span account;
        struct selection selection;
        AGREE(read_row(row, &account, &selection), "a row that was good");
        if (only == NULL || span_equal(account, *only)) {
            const enum line_step step = only == NULL
                                            ? cognito_map_next(&lines, &line, &fault)
                                            : cognito_map_next_of(&lines, *only, &line, &fault);
            AGREE(step == LINE_READ && lines.number == rows.number, "line %zu, not %zu",
                  lines.number, rows.number);
            AGREE(span_equal(line.account, account), "another account");
            check_selector(&line.selector, &selection);
        }
        free(selection.value);
    }
    AGREE((only == NULL ? cognito_map_next(&lines, &line, &fault)
                        : cognito_map_next_of(&lines, *only, &line, &fault)) == LINE_END,
          "a line too many");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span text = span_of(data, size);
    struct complaint why = {{0}};
    const bool good = cognito_map_check(text, "map", &why);
    const size_t fault = first_fault(text);
    AGREE(good == (fault == 0), "%s, and line %zu", why.text, fault);
    if (!good) {
        AGREE(strncmp(why.text, "map:", 4) == 0 && strtoul(why.text + 4, NULL, 10) == fault,
              "%s, and line %zu", why.text, fault);
        return 0;
    }
    compare(text, NULL);
    struct rows rows = {text, 0};
    struct span row;
    for (int i = 0; i < 4 && rows_next(&rows, &row); i++) {
        struct span account;
        struct selection selection;
        AGREE(read_row(row, &account, &selection), "a row that was good");
        free(selection.value);
        compare(text, &account);
        const struct span shorter = span_first(account, account.len - 1);
        if (shorter.len > 0)
            compare(text, &shorter);
    }
    return 0;
}
