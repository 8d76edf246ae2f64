/* SPDX-License-Identifier: MIT */
#include "base/base64url.h"

#include "unit.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The definition of RFC 4648 section 5, read off its table and nothing else. */
static int value(unsigned char byte)
{
    const char *found = byte == '\0' ? NULL : strchr(alphabet, byte);
    return found == NULL ? -1 : (int)(found - alphabet);
}

/* Whether LEN characters (2 to 4) are a group by themselves, and its bytes. */
static bool group(const unsigned char *text, size_t len, unsigned char *bytes)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        const int next = i < len ? value(text[i]) : 0;
        if (next < 0)
            return false;
        bits = bits << 6 | (uint32_t)next;
    }
    bytes[0] = (unsigned char)(bits >> 16 & 0xff);
    bytes[1] = (unsigned char)(bits >> 8 & 0xff);
    bytes[2] = (unsigned char)(bits & 0xff);
    return (len != 2 || (bits & 0xffff) == 0) && (len != 3 || (bits & 0xff) == 0);
}

static bool agrees(const unsigned char *text, size_t len)
{
    unsigned char wanted[3];
    unsigned char got[4] = {0, 0, 0, 0xee};
    const bool good = group(text, len, wanted);
    return cognito_base64url_valid(span_of(text, len)) == good &&
           cognito_base64url_decode(span_of(text, len), got) == good && got[3] == 0xee &&
           (!good || memcmp(got, wanted, len - 1) == 0);
}

static void characters(void **state)
{
    (void)state;
    size_t good = 0;
    for (unsigned int byte = 0; byte < 256; byte++) {
        assert_int_equal(cognito_base64url_character((unsigned char)byte),
                         value((unsigned char)byte) >= 0);
        good += cognito_base64url_character((unsigned char)byte);
    }
    assert_int_equal(good, 64);
}

static void one_character_is_never_a_group(void **state)
{
    (void)state;
    unsigned char out[3];
    for (unsigned int byte = 0; byte < 256; byte++) {
        const unsigned char text[5] = {(unsigned char)byte, 'A', 'A', 'A', (unsigned char)byte};
        assert_false(cognito_base64url_valid(span_of(text, 1)));
        assert_false(cognito_base64url_decode(span_of(text, 1), out));
        assert_false(cognito_base64url_valid(span_of(text, 5)));
    }
}

static void all_groups_of_two(void **state)
{
    (void)state;
    for (unsigned int bits = 0; bits < 65536; bits++) {
        const unsigned char text[2] = {(unsigned char)(bits >> 8), (unsigned char)(bits & 0xff)};
        if (!agrees(text, 2))
            FAIL_ROW("%02x %02x\n", text[0], text[1]);
    }
}

static void all_groups_of_three(void **state)
{
    (void)state;
    /* All that can be one, and one that cannot at each place. */
    for (size_t a = 0; a < 65; a++)
        for (size_t b = 0; b < 65; b++)
            for (unsigned int c = 0; c < 256; c++) {
                const unsigned char text[3] = {a < 64 ? (unsigned char)alphabet[a] : '=',
                                               b < 64 ? (unsigned char)alphabet[b] : '+',
                                               (unsigned char)c};
                if (!agrees(text, 3))
                    FAIL_ROW("%02x %02x %02x\n", text[0], text[1], text[2]);
            }
}

static void groups_of_four_sampled(void **state)
{
    (void)state;
    uint64_t x = 88172645463325252ULL; /* xorshift64: the same on every run */
    for (size_t i = 0; i < 200000; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        unsigned char text[4];
        for (size_t k = 0; k < 4; k++)
            text[k] = (unsigned char)alphabet[x >> 8 * k & 63];
        if ((x >> 40 & 3) == 0)
            text[x >> 42 & 3] = (unsigned char)(x >> 48);
        if (!agrees(text, 4))
            FAIL_ROW("%02x %02x %02x %02x\n", text[0], text[1], text[2], text[3]);
    }
}

/* RFC 4648 section 10, without its padding, and RFC 7515 appendix C. */
static void published_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes;
    } rows[] = {
        {"", ""},
        {"Zg", "f"},
        {"Zm8", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg", "foob"},
        {"Zm9vYmE", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"A-z_4ME", "\x03\xec\xff\xe0\xc1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char out[16];
        const struct span text = span_of_string(rows[i].text);
        assert_true(cognito_base64url_valid(text));
        assert_int_equal(base64url_decoded_size(text.len), strlen(rows[i].bytes));
        assert_true(cognito_base64url_decode(text, out));
        assert_memory_equal(out, rows[i].bytes, strlen(rows[i].bytes));
    }
}

/* The spare bits of the last character, whatever stands before it. */
static void spare_bits_of_longer_texts(void **state)
{
    (void)state;
    static const char characters_by_value[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char text[64];
    memset(text, 'Z', sizeof text);
    for (size_t len = 2; len < sizeof text; len++) {
        const unsigned int spare = len % 4 == 2 ? 15 : len % 4 == 3 ? 3 : 0;
        for (unsigned int value = 0; value < 64; value++) {
            unsigned char out[64];
            const bool good = len % 4 != 1 && (value & spare) == 0;
            text[len - 1] = characters_by_value[value];
            assert_int_equal(cognito_base64url_valid(span_of(text, len)), good);
            assert_int_equal(cognito_base64url_decode(span_of(text, len), out), good);
        }
        text[len - 1] = 'Z';
    }
}

static void refused_texts(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        const char *what;
    } rows[] = {
        {LITERAL("Zg=="), "padding"},
        {LITERAL("Zm8="), "padding"},
        {LITERAL("Zg="), "half a padding"},
        {LITERAL("===="), "padding alone"},
        {LITERAL("Zh"), "spare bits"},
        {LITERAL("Zm9"), "spare bits"},
        {LITERAL("Zm9vY"), "one character over"},
        {LITERAL(" Zm8"), "a space before"},
        {LITERAL("Zm9v\n"), "a line end"},
        {LITERAL("Zm9v\nZg"), "a line end inside"},
        {LITERAL("Zm\0v"), "a NUL"},
        {LITERAL("+z/4"), "the other alphabet"},
        {LITERAL("A-z."), "a dot"},
        {LITERAL("Zm9\xc3"), "a byte that is not ASCII"},
        {LITERAL("\xff\xff\xff\xff"), "0xff"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char out[16];
        if (cognito_base64url_valid(rows[i].text) || cognito_base64url_decode(rows[i].text, out))
            FAIL_ROW("%s was taken\n", rows[i].what);
    }
}

/* Each byte string has one text: the sizes say so for lengths that no test enumerates. */
static void sizes(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 1000; bytes++) {
        const size_t len = (bytes * 4 + 2) / 3;
        assert_int_equal(base64url_decoded_size(len), bytes);
    }
    assert_int_equal(base64url_decoded_size(342), 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters),
        cmocka_unit_test(one_character_is_never_a_group),
        cmocka_unit_test(all_groups_of_two),
        cmocka_unit_test(all_groups_of_three),
        cmocka_unit_test(groups_of_four_sampled),
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(spare_bits_of_longer_texts),
        cmocka_unit_test(refused_texts),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
