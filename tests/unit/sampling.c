/* SPDX-License-Identifier: MIT */
#include "sampling.h"

#include <stddef.h>

#include "unit.h"

static const char *word_fault(struct span value)
{
    return span_is(value, "bad") ? "bad is not good" : NULL;
}

#define FIELD(member) offsetof(struct sample, member)

static const struct option_row sample_table[] = {
    {"flag", OPTION_BOOLEAN, FIELD(flag), 0, 0, 0, NULL},
    {"argument_only", OPTION_BOOLEAN, FIELD(argument_only), 0, 0, OPTION_ARGUMENT_ONLY, NULL},
    {"number", OPTION_NUMBER, FIELD(number), 5, 500, 0, NULL},
    {"duration", OPTION_DURATION, FIELD(duration), 1, 10 * 86400, 0, NULL},
    {"word", OPTION_WORD, FIELD(word), 0, 0, 0, word_fault},
    {"path", OPTION_PATH, FIELD(path), 0, 0, 0, NULL},
    {"file_only", OPTION_WORD, FIELD(file_only), 0, 0, OPTION_FILE_ONLY, NULL},
    {"list", OPTION_LIST, FIELD(list), 0, 0, 0, word_fault},
    {"narrow", OPTION_NUMBER, FIELD(narrow), 0, 100, OPTION_IN_SERVICE, NULL},
    {"narrow_list", OPTION_LIST, FIELD(narrow_list), 0, 0, OPTION_IN_SERVICE, NULL},
    {"later", OPTION_WORD, 0, 0, 0, OPTION_NOT_YET, NULL},
    {"later_list", OPTION_LIST, 0, 0, 0, OPTION_NOT_YET | OPTION_IN_SERVICE, NULL},
};

struct sample sample;
struct complaint sample_why;

struct options sample_options(const char *service)
{
    return (struct options){sample_table, COUNT_OF(sample_table), &sample, service};
}

void sample_clear(void)
{
    const struct options options = sample_options(NULL);
    cognito_options_free(&options);
    /* What is freed is gone, so that it may be freed again. */
    assert_true(sample.word == NULL && sample.path == NULL && sample.file_only == NULL);
    assert_true(sample.list.items == NULL && sample.narrow_list.items == NULL);
    sample = (struct sample){0};
    sample_why.text[0] = '\0';
}

bool sample_read(struct span text, const char *service)
{
    const struct options options = sample_options(service);
    sample_clear();
    return cognito_options_file(&options, text, "/etc/x.conf", &sample_why);
}

void sample_taken(const char *text, const char *service)
{
    if (!sample_read(span_of_string(text), service))
        FAIL_ROW("%s: %s\n", text, sample_why.text);
    assert_string_equal(sample_why.text, "");
}

void sample_refused(struct span text, const char *words)
{
    if (sample_read(text, "sudo"))
        FAIL_ROW("taken: %.*s\n", (int)text.len, (const char *)text.data);
    if (strcmp(sample_why.text, words) != 0)
        FAIL_ROW("%.*s: %s, not %s\n", (int)text.len, (const char *)text.data, sample_why.text,
                 words);
    sample_clear();
}
