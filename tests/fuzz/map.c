/* SPDX-License-Identifier: MIT */
/*
 * The map of people to accounts: a text that is taken is read a second time here, line by line, and
 * both readings have the same lines, also when only those of one account are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "rows.h"
#include "token/map.h"
#include "token/policy.h"

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

/* The lines that are kept for USER, and those that he has, are the same. */
static void compare(struct span text, const char *user)
{
    struct rows rows = {text, 0};
    struct lines lines = {text, 0};
    struct map map = {0};
    struct span row;
    struct map_line line;
    const char *fault;
    size_t at = 0;
    AGREE(cognito_map_add(&map, &lines, user, &fault), "refused for somebody: %s", fault);
    while (rows_next(&rows, &row)) {
        struct span account;
        struct selection selection;
        AGREE(read_row(row, &account, &selection), "a row that was good");
        if (user == cognito_user_from_token || (user != NULL && span_is(account, user))) {
            AGREE(cognito_map_next(&map, &at, &line) && line.number == rows.number,
                  "line %zu, not %zu", line.number, rows.number);
            AGREE(span_equal(line.account, account), "another account");
            AGREE((size_t)line.kind == selection.kind, "another kind");
            AGREE(span_equal(line.value, span_of(selection.value, selection.len)), "another value");
        }
        free(selection.value);
    }
    AGREE(!cognito_map_next(&map, &at, &line), "a line too many");
    cognito_map_free(&map);
}

/* Cut at the end of a line, as a file that comes in pieces: the same. */
static void compare_in_pieces(struct span text, size_t cut)
{
    struct map whole = {0};
    struct map pieces = {0};
    struct lines lines = {text, 0};
    const char *fault;
    bool good = cognito_map_add(&whole, &lines, cognito_user_from_token, &fault);
    const size_t number = lines.number;
    while (cut < text.len && text.data[cut] != '\n')
        cut++;
    cut += cut < text.len;
    lines = (struct lines){span_first(text, cut), 0};
    if (cognito_map_add(&pieces, &lines, cognito_user_from_token, &fault)) {
        lines.rest = span_after(text, cut);
        AGREE(cognito_map_add(&pieces, &lines, cognito_user_from_token, &fault) == good,
              "in pieces it is good, or not");
    } else {
        AGREE(!good, "bad in pieces");
    }
    AGREE(lines.number == number, "line %zu, not %zu", lines.number, number);
    AGREE(whole.len == pieces.len &&
              (whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0),
          "something else is kept");
    cognito_map_free(&whole);
    cognito_map_free(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span text = span_of(data, size);
    struct lines lines = {text, 0};
    struct map nothing = {0};
    const char *what = NULL;
    const bool good = cognito_map_add(&nothing, &lines, NULL, &what);
    const size_t fault = first_fault(text);
    AGREE(nothing.len == 0, "something is kept for nobody");
    AGREE(good == (fault == 0), "%s, and line %zu", what == NULL ? "" : what, fault);
    compare_in_pieces(text, size / 2);
    if (!good) {
        AGREE(what != NULL && lines.number == fault, "line %zu, not %zu", lines.number, fault);
        return 0;
    }
    compare(text, NULL);
    compare(text, cognito_user_from_token);
    struct rows rows = {text, 0};
    struct span row;
    for (int i = 0; i < 4 && rows_next(&rows, &row); i++) {
        struct span account;
        struct selection selection;
        AGREE(read_row(row, &account, &selection), "a row that was good");
        free(selection.value);
        char *user = fuzz_string(account);
        compare(text, user);
        user[account.len - 1] = '\0';
        compare(text, user);
        free(user);
    }
    return 0;
}
