/* SPDX-License-Identifier: MIT */
/* Files whose sections are not for services: cognito_options_file_of. */
#include "unit.h"

#include "base/options.h"

struct garden {
    int64_t beds;
    struct list plants;
};

static const struct option_row table[] = {
    {"beds", OPTION_NUMBER, offsetof(struct garden, beds), 0, 9, OPTION_IN_SERVICE, NULL},
    {"plants", OPTION_LIST, offsetof(struct garden, plants), 0, 0, 0, NULL},
};

/* NULL, or what is wrong with TEXT, for the section NAME of [garden ...]. */
static const char *fault_of(const char *text, const char *name, struct garden *garden,
                            struct list *named)
{
    static struct complaint why;
    struct option_sections sections = {"garden", {0}};
    const struct options options = {table, COUNT_OF(table), garden, name};
    const bool good =
        cognito_options_file_of(&options, &sections, span_of_string(text), "file", &why);
    *named = sections.named;
    return good ? NULL : why.text;
}

static void the_section_that_is_named_counts_and_all_are_known(void **state)
{
    (void)state;
    static const char text[] =
        "beds = 1\nplants = a\n[garden east west]\nbeds = 2\n[garden north]\nbeds = 3\n";
    static const struct {
        const char *name;
        int64_t beds;
    } rows[] = {{NULL, 1}, {"east", 2}, {"west", 2}, {"north", 3}, {"south", 1}, {"garden", 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct garden garden = {0};
        struct list named;
        const struct options options = {table, COUNT_OF(table), &garden, NULL};
        assert_null(fault_of(text, rows[i].name, &garden, &named));
        assert_int_equal(garden.beds, rows[i].beds);
        assert_int_equal(named.count, 3);
        assert_true(cognito_list_has(&named, span_of_string("west")));
        assert_false(cognito_list_has(&named, span_of_string("south")));
        cognito_list_free(&named);
        cognito_options_free(&options);
    }
}

static void what_is_wrong_is_named_in_the_words_of_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"[service sudo]\n", "file:1: [...]: a section is written [garden NAME ...]"},
        {"[garden]\n", "file:1: [garden]: the name of a garden was expected"},
        {"\n[garden a]\n[garden b a]\n", "file:3: a: a second section for this garden"},
        {"[garden A]\n", "file:1: A: not a name (a-z"},
        {"[garden a\n", "file:1: [...]: a section ends in ]"},
        {"[garden a]\nbeds = 10\n", "file:2: beds:"},
        {"[garden a]\nplants = x\n", "file:2: plants:"},
        {"[garden a]\nbeds = 1\nbeds = 2\n", "file:3: beds:"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct garden garden = {0};
        struct list named;
        const struct options options = {table, COUNT_OF(table), &garden, NULL};
        /* Sections that are of no use now are judged as well. */
        const char *fault = fault_of(rows[i].text, "other", &garden, &named);
        if (fault == NULL || strstr(fault, rows[i].words) == NULL)
            FAIL_ROW("%s: %s\n", rows[i].words, fault == NULL ? "no fault" : fault);
        cognito_list_free(&named);
        cognito_options_free(&options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_section_that_is_named_counts_and_all_are_known),
        cmocka_unit_test(what_is_wrong_is_named_in_the_words_of_the_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
