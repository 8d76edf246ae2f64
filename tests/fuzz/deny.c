/* SPDX-License-Identifier: MIT */
/*
 * The deny list: the first four lines of the input are sub, user name, jti and iat of somebody, the
 * rest is a list. A second reading, with the C library's calendar, finds the same first line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "fuzz.h"
#include "host/deny.h"
#include "reader.h"
#include "rows.h"

static const char *const kinds[] = {"sub", "user", "jti", "issued-before", NULL};
enum { SUB, USER, JTI, ISSUED_BEFORE };
/* What Cognito never changes; the mapping may go by another claim. */
static const char claims[] = "{\"cognito:username\":\"alice\"}";

/* As strptime reads it, with every digit in its place. */
static bool read_date(const char *text, int64_t *seconds)
{
    struct tm time = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &time);
    char again[64];
    const int second = time.tm_sec;
    if (end == NULL || *end != '\0' || strlen(text) != 20 || time.tm_sec > 60 ||
        strspn(text, "0123456789-T:Z") != 20)
        return false;
    time.tm_sec = 0;
    const time_t made = timegm(&time); /* which puts the 31st of June into July */
    struct tm found;
    if (gmtime_r(&made, &found) == NULL ||
        strftime(again, sizeof again, "%Y-%m-%dT%H:%M:", &found) != 17 ||
        strncmp(again, text, 17) != 0 || found.tm_year < 70)
        return false;
    *seconds = (int64_t)made + second;
    return true;
}

/* Whole seconds, as in a claim, or a date. */
static bool read_moment(const char *text, int64_t *seconds, bool *unusual)
{
    struct tree tree;
    char object[4200];
    if (read_date(text, seconds))
        return true;
    (void)snprintf(object, sizeof object, "{\"t\":%s}", text);
    reader_open(&tree, span_of_string(object));
    const struct value *value = reader_member(tree.root, "t");
    const bool number = tree.fault == NULL && tree.root->count == 1 && value->kind == IS_NUMBER &&
                        value->text.len == strlen(text);
    *unusual = number; /* beyond 2^41, zero: the engine takes more than a claim may have */
    const bool good = number && reader_seconds(value, seconds);
    *unusual = number && (!good || value->text.len > 18);
    reader_close(&tree);
    return good;
}

struct person {
    char *sub, *user, *jti;
    int64_t issued_at;
};

static bool fits(const struct selection *line, int64_t before, const struct person *person)
{
    switch (line->kind) {
    case SUB:
        return strcmp(line->value, person->sub) == 0;
    case USER:
        return strcmp(line->value, person->user) == 0 || strcmp(line->value, "alice") == 0;
    case JTI:
        return strcmp(line->value, person->jti) == 0;
    default:
        return person->issued_at < before;
    }
}

/* The first line that is faulty, and the first before it that fits. */
static bool expect(struct span text, const struct person *person, size_t *fault, size_t *found)
{
    struct rows rows = {text, 0};
    struct span row;
    bool unusual = false;
    *fault = *found = 0;
    while (*fault == 0 && !unusual && rows_next(&rows, &row)) {
        struct selection line;
        int64_t before = 0;
        if (row.data == NULL || !rows_select(row, kinds, &line)) {
            *fault = rows.number;
            break;
        }
        if (line.kind == ISSUED_BEFORE && !read_moment(line.value, &before, &unusual))
            *fault = rows.number;
        else if (*found == 0 && fits(&line, before, person))
            *found = rows.number;
        free(line.value);
    }
    return !unusual;
}

static void compare(struct span text, const struct person *person, const struct json *object)
{
    struct lines lines = {text, 0};
    const char *what = NULL;
    size_t fault;
    size_t found;
    size_t line = 0;
    const struct identity who = {.claims = (struct json *)(uintptr_t)object,
                                 .subject = span_of_string(person->sub),
                                 .username = span_of_string(person->user),
                                 .token_id = span_of_string(person->jti),
                                 .issued_at = person->issued_at};
    const bool good = cognito_deny_read(&lines, &who, &line, &what);
    if (!expect(text, person, &fault, &found))
        return;
    AGREE(good == (fault == 0), "%s, and line %zu", what == NULL ? "" : what, fault);
    AGREE(good || (what != NULL && lines.number == fault), "line %zu, not %zu", lines.number,
          fault);
    AGREE(line == found, "line %zu, not %zu", line, found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of(data, size);
    struct json_fault fault;
    struct person person = {.sub = fuzz_string(fuzz_part(&input, '\n')),
                            .user = fuzz_string(fuzz_part(&input, '\n')),
                            .jti = fuzz_string(fuzz_part(&input, '\n'))};
    char *issued = fuzz_string(fuzz_part(&input, '\n'));
    struct json *object = cognito_json_parse(span_of_string(claims), &fault);
    person.issued_at = strtol(issued, NULL, 10);
    if (person.issued_at > 0 && person.issued_at < INT64_C(1) << 41)
        compare(input, &person, object);
    cognito_json_free(object);
    free(person.sub);
    free(person.user);
    free(person.jti);
    free(issued);
    return 0;
}
