/* SPDX-License-Identifier: MIT */
/*
 * The JSON guard, the parser behind it and the scanner: what python3's json and a second reader
 * refuse is refused, and what they take means the same to all four.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/jsonpick.h"
#include "base/jsonprint.h"
#include "base/jsonscan.h"
#include "failing.h"
#include "fuzz.h"
#include "mutate.h"
#include "reader.h"
#include "reference.h"

/* The member of the object that was parsed, and as the scanner shows it. */
struct seen {
    const struct json *object;
    struct span scanned_name, scanned; /* still escaped */
};

static void check_string(const struct seen *seen, const char *name, struct span expected)
{
    struct span string = {NULL, 0};
    AGREE(cognito_json_string(seen->object, name, &string) == JSON_FOUND, "%s: no string", name);
    AGREE(span_equal(string, expected), "%s: another string", name);
    char *text = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&text, &len);
    if (stream == NULL)
        fuzz_fail("no stream");
    cognito_json_print(stream, expected);
    (void)fclose(stream);
    const struct span inner = span_of(seen->scanned.data + 1, seen->scanned.len - 2);
    AGREE(seen->scanned.data[0] == '"' &&
              cognito_json_same_string(inner, span_of(text + 1, len - 2)),
          "%s: scanned, or printed, as another string", name);
    free(text);
}

static void check_integer(const struct seen *seen, const char *name, const char *expected)
{
    int64_t parsed = 0;
    int64_t scanned = 0;
    char text[32] = "";
    const bool found = cognito_json_integer(seen->object, name, &parsed) == JSON_FOUND;
    AGREE(found == cognito_json_integer_text(seen->scanned, &scanned) || !found ||
              parsed == INT64_MAX || seen->scanned.len > 19,
          "%s: parsed %d, scanned otherwise", name, found);
    if (!found) {
        /* More digits than 64 bits have may be refused, whatever they come to. */
        AGREE(expected == NULL || seen->scanned.len > 19, "%s: not %s", name, expected);
        return;
    }
    (void)snprintf(text, sizeof text, "%" PRId64, parsed);
    AGREE((expected != NULL && strcmp(text, expected) == 0) ||
              (expected == NULL && parsed == INT64_MAX),
          "%s: %s, not %s", name, text, expected == NULL ? "none" : expected);
}

static void check_kind(const struct seen *seen, const char *name, char kind, const char *rest)
{
    const struct json *inner = NULL;
    struct span string;
    int64_t integer;
    bool flag = false;
    AGREE(cognito_json_has(seen->object, name), "%s is not there", name);
    AGREE((cognito_json_string(seen->object, name, &string) == JSON_FOUND) == (kind == 's') &&
              (cognito_json_array(seen->object, name, &inner) == JSON_FOUND) == (kind == 'a') &&
              (cognito_json_object(seen->object, name, &inner) == JSON_FOUND) == (kind == 'o') &&
              (cognito_json_boolean(seen->object, name, &flag) == JSON_FOUND) == (kind == 'b'),
          "%s is not of the kind %c", name, kind);
    if (kind == 'b')
        AGREE(flag == (rest[0] == '1'), "%s: another truth", name);
    if (kind == 'a')
        AGREE(cognito_json_length(inner) == strtoul(rest, NULL, 10), "%s: another length", name);
    if (kind == 'i' || kind == 'f')
        check_integer(seen, name, kind == 'i' ? rest : NULL);
    else
        AGREE(cognito_json_integer(seen->object, name, &integer) == JSON_MISTYPED, "%s: a number",
              name);
}

/* HEX as bytes, with a NUL behind them; to be freed. */
static char *from_hex(const char *hex, size_t digits)
{
    char *bytes = fuzz_memory(digits / 2 + 1);
    for (size_t i = 0; i + 1 < digits; i += 2) {
        const char pair[] = {hex[i], hex[i + 1], '\0'};
        bytes[i / 2] = (char)strtoul(pair, NULL, 16);
    }
    return bytes;
}

/* Picked by its name, also among others, and out of room of just its size. */
static void check_pick(struct span text, const struct seen *seen, const char *name, char kind,
                       const char *rest)
{
    const struct span asked[] = {span_of_string("absent"), span_of_string(name)};
    struct span picked[2];
    struct span string = {NULL, 0};
    cognito_json_pick(text, asked, 2, picked);
    if (strlen(name) <= PICK_NAME_MAX)
        AGREE(picked[1].data == seen->scanned.data && picked[1].len == seen->scanned.len,
              "%s is picked elsewhere", name);
    AGREE(strcmp(name, "absent") == 0 || picked[0].len == 0 || picked[0].data != seen->scanned.data,
          "what is absent is picked");
    char *expected = from_hex(rest, kind == 's' ? strlen(rest) : 0);
    const size_t len = kind == 's' ? strlen(rest) / 2 : 0;
    unsigned char *room = fuzz_memory(len);
    AGREE(cognito_json_pick_string(seen->scanned, room, len, &string) == (kind == 's'),
          "%s: picked as a string, or not", name);
    if (kind == 's') {
        AGREE(span_equal(string, span_of(expected, len)), "%s: another string picked", name);
        AGREE(len == 0 || !cognito_json_pick_string(seen->scanned, room, len - 1, &string),
              "%s: into too little room", name);
        AGREE(len > PICK_NAME_MAX || cognito_json_pick_is(seen->scanned, expected),
              "%s: not itself", name);
    }
    free(room);
    free(expected);
}

static void check_elements(struct span array, size_t expected)
{
    struct span element;
    size_t count = 0;
    for (size_t at = 0; cognito_json_next_element(array, &at, &element); count++)
        AGREE(element.len > 0, "an element of nothing");
    AGREE(count == expected, "%zu elements, not %zu", count, expected);
}

static void check_line(const struct json *object, struct span text, size_t *at, const char *line)
{
    struct seen seen = {.object = object};
    struct span by_name = {NULL, 0};
    const size_t digits = strcspn(line, " ");
    char *name = from_hex(line, digits);
    const char kind = line[digits + 1];
    const char *rest = line + digits + (line[digits + 2] == ' ' ? 3 : 2);
    AGREE(cognito_json_next_member(text, at, &seen.scanned_name, &seen.scanned),
          "%s is not scanned", name);
    /* A name that is looked for is spelled as between quotes: ours have nothing to escape. */
    AGREE(strchr(name, '\\') != NULL ||
              (cognito_json_member(text, name, &by_name) && by_name.data == seen.scanned.data &&
               by_name.len == seen.scanned.len),
          "%s is scanned elsewhere", name);
    check_kind(&seen, name, kind, rest);
    check_pick(text, &seen, name, kind, rest);
    if (kind == 'a')
        check_elements(seen.scanned, strtoul(rest, NULL, 10));
    if (kind == 's') {
        char *string = from_hex(rest, strlen(rest));
        check_string(&seen, name, span_of(string, strlen(rest) / 2));
        free(string);
    }
    free(name);
}

/* The lines of the reference, which it wrote for us to take apart. */
static void check_members(const struct json *object, struct span text, const char *described)
{
    struct span name;
    struct span value;
    size_t at = 0;
    char *lines = strdup(described);
    char *place = NULL;
    for (char *line = strtok_r(lines, "\n", &place); line != NULL && strcmp(line, ".") != 0;
         line = strtok_r(NULL, "\n", &place))
        check_line(object, text, &at, line);
    AGREE(!cognito_json_next_member(text, &at, &name, &value), "a further member is scanned");
    free(lines);
}

static void check_memory(struct span text)
{
    struct json_fault fault = {"", 0};
    for (size_t nth = 1; nth < 8; nth++) {
        failing_begin(nth);
        struct json *object = cognito_json_parse(text, &fault);
        const bool failed = failing_end();
        AGREE((object == NULL && fault.what == NULL) || !failed, "no memory, and an object");
        cognito_json_free(object);
        if (!failed)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span text = span_of(data, size);
    struct json_fault fault = {NULL, 0};
    struct tree tree;
    const bool good = cognito_json_guard(text, &fault);
    AGREE(good || (fault.what != NULL && fault.at <= size), "a fault without words");
    AGREE(good == cognito_json_guard(text, NULL), "not the same twice");
    reader_open(&tree, text);
    AGREE(good == (tree.fault == NULL), "the guard: %d (%s), the second reader: %s", good,
          good ? "" : fault.what, tree.fault == NULL ? "good" : tree.fault);
    reader_close(&tree);
    const char *described = reference_read(text);
    AGREE(good == (described[0] != '\0'), "the guard: %d (%s), python: %s", good,
          good ? "" : fault.what, described);
    struct json *object = cognito_json_parse(text, &fault);
    AGREE((object != NULL) == good, "json-c: %s", fault.what == NULL ? "" : fault.what);
    if (good) {
        check_members(object, text, described);
        check_memory(text);
    }
    cognito_json_free(object);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct dice dice = {seed};
    return dice_roll(&dice, 2) == 0 ? LLVMFuzzerMutate(data, size, max_size)
                                    : mutate_json(data, size, max_size, &dice);
}
