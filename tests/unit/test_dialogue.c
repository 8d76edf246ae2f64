/* SPDX-License-Identifier: MIT */
#include "host/dialogue.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "unit.h"

enum { ANSWERS_MAX = 64 };

#define NO_MEMORY SIZE_MAX /* as the length of an answer */

/* A client and a judge with a script; what they saw is kept. */
struct script {
    struct {
        const char *text; /* NULL: none is to be had */
        size_t len;
    } answers[ANSWERS_MAX];
    bool repeat;      /* the first answer for ever */
    size_t accept_at; /* bytes held at which the judge accepts; 0: never */
    enum cognito_status refusal;
    size_t asked;
    size_t judged;
    size_t held[ANSWERS_MAX]; /* at each judgement */
    char prompts[ANSWERS_MAX][80];
    struct secret whole; /* what the last judgement saw */
};

static struct complaint why;

static enum answered ask(void *context, const char *prompt, struct secret *answer)
{
    struct script *script = context;
    assert_true(script->asked < ANSWERS_MAX);
    assert_int_equal(answer->len, 0);
    const size_t i = script->repeat ? 0 : script->asked;
    (void)snprintf(script->prompts[script->asked++], sizeof script->prompts[0], "%s", prompt);
    if (script->answers[i].text == NULL)
        return ANSWER_MISSING;
    if (script->answers[i].len == NO_MEMORY)
        return ANSWER_NO_MEMORY;
    assert_true(
        cognito_secret_append(answer, span_of(script->answers[i].text, script->answers[i].len)));
    return ANSWER_GIVEN;
}

static enum cognito_status judge(void *context, struct span held, struct complaint *words)
{
    struct script *script = context;
    script->held[script->judged++] = held.len;
    script->whole.len = 0;
    assert_true(cognito_secret_append(&script->whole, held));
    (void)cognito_complain(words, "%zu bytes judged", held.len);
    return script->accept_at != 0 && held.len == script->accept_at ? COGNITO_ACCEPTED
                                                                   : script->refusal;
}

static enum cognito_status hold(struct script *script, size_t max_size)
{
    const struct dialogue dialogue = {
        .ask = ask, .judge = judge, .context = script, .max_size = max_size};
    if (script->refusal == 0)
        script->refusal = COGNITO_TOKEN_MALFORMED;
    why = (struct complaint){{0}};
    cognito_secret_free(&script->whole);
    return cognito_dialogue_hold(&dialogue, &why);
}

/* Each answer is judged once; each prompt says how much is held. */
static void assert_prompts(const struct script *script)
{
    assert_string_equal(script->prompts[0], "Password (Cognito ID token): ");
    for (size_t i = 1; i < script->asked; i++) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted,
                       "Password (Cognito ID token, continue after character %zu): ",
                       script->held[i - 1]);
        assert_string_equal(script->prompts[i], wanted);
    }
}

static char text[TOKEN_SIZE_MAX + 100];

static void fill(void)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "abcdefghijklmnopqrstuvwxyz0123456789-"[i % 37];
}

static void one_answer(void **state)
{
    (void)state;
    fill();
    struct script script = {.answers = {{text, 1647}}, .accept_at = 1647};
    assert_int_equal(hold(&script, 16384), COGNITO_ACCEPTED);
    assert_int_equal(script.asked, 1);
    assert_int_equal(script.judged, 1);
    assert_prompts(&script);
    struct script refused = {.answers = {{text, 1647}}, .refusal = COGNITO_CLAIM_EXPIRED};
    assert_int_equal(hold(&refused, 16384), COGNITO_CLAIM_EXPIRED);
    assert_string_equal(why.text, "1647 bytes judged");
    assert_int_equal(refused.asked, 1);
    cognito_secret_free(&script.whole);
    cognito_secret_free(&refused.whole);
}

static void parts_of_each_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {500, 511, 1020, 1023, 4095};
    fill();
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        const size_t n = sizes[i];
        struct script script = {.answers = {{text, n}, {text + n, n}, {text + 2 * n, 77}},
                                .accept_at = 2 * n + 77};
        assert_int_equal(hold(&script, 16384), COGNITO_ACCEPTED);
        assert_int_equal(script.asked, 3);
        assert_int_equal(script.judged, 3);
        assert_int_equal(script.held[0], n);
        assert_int_equal(script.held[1], 2 * n);
        assert_prompts(&script);
        assert_true(span_equal(secret_span(&script.whole), span_of(text, 2 * n + 77)));
        cognito_secret_free(&script.whole);
    }
}

static void acceptance_ends_it(void **state)
{
    (void)state;
    fill();
    struct script first = {.answers = {{text, 1023}}, .accept_at = 1023};
    assert_int_equal(hold(&first, 16384), COGNITO_ACCEPTED);
    assert_int_equal(first.asked, 1);
    struct script second = {.answers = {{text, 1020}, {text + 1020, 500}}, .accept_at = 1520};
    assert_int_equal(hold(&second, 16384), COGNITO_ACCEPTED);
    assert_int_equal(second.asked, 2);
    cognito_secret_free(&first.whole);
    cognito_secret_free(&second.whole);
}

/* The number of prompts depends on lengths alone: whatever the answers hold and the judge says. */
static void lengths_alone(void **state)
{
    (void)state;
    static const size_t lengths[][4] = {{1020, 627},
                                        {500, 500, 500, 147},
                                        {511, 511, 3},
                                        {4095, 4095, 1},
                                        {1023, 1020, 0},
                                        {1647},
                                        {0},
                                        {13}};
    static const size_t prompts[] = {2, 4, 3, 3, 3, 1, 1, 1};
    static char token[5000], zeros[5000], junk[5000], dots[5000];
    fill();
    memcpy(token, "eyJ", 3);
    memcpy(token + 3, text, sizeof token - 3);
    memset(dots, '.', sizeof dots);
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = "\b\n\r\177INCORRECT"[i % 13];
    const char *const contents[] = {text, token, zeros, junk, dots};
    static const enum cognito_status refusals[] = {
        COGNITO_TOKEN_MALFORMED,   COGNITO_TOKEN_TOO_LONG, COGNITO_SIGNATURE_INVALID,
        COGNITO_CLAIM_EXPIRED,     COGNITO_KEY_UNKNOWN,    COGNITO_POLICY_USER,
        COGNITO_POLICY_ACCOUNT,    COGNITO_SYSTEM_CRYPTO,  COGNITO_SYSTEM_MEMORY,
        COGNITO_HOST_CONVERSATION, COGNITO_UNDECIDED};
    for (size_t i = 0; i < COUNT_OF(lengths); i++)
        for (size_t k = 0; k < COUNT_OF(contents); k++)
            for (size_t m = 0; m < COUNT_OF(refusals); m++) {
                struct script script = {.refusal = refusals[m]};
                for (size_t n = 0; n < 4; n++) {
                    script.answers[n].text = contents[k];
                    script.answers[n].len = lengths[i][n];
                }
                assert_int_not_equal(hold(&script, 16384), COGNITO_ACCEPTED);
                assert_int_equal(script.asked, prompts[i]);
                assert_int_equal(script.judged, prompts[i]);
                cognito_secret_free(&script.whole);
            }
}

static void one_answer_for_ever(void **state)
{
    (void)state;
    static const struct {
        size_t len, rounds;
        const char *words;
    } rows[] = {{500, 33, "33 answers of 500 bytes"},
                {511, 33, "33 answers of 511 bytes"},
                {1020, 17, "17 answers of 1020 bytes"},
                {1023, 17, "17 answers of 1023 bytes"},
                {4095, 5, "5 answers of 4095 bytes"}};
    fill();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct script script = {.answers = {{text, rows[i].len}}, .repeat = true};
        assert_int_equal(hold(&script, 16384), COGNITO_HOST_REPEATED_ANSWER);
        assert_string_equal(why.text, rows[i].words);
        assert_int_equal(script.asked, rows[i].rounds);
        assert_int_equal(script.judged, rows[i].rounds);
        assert_prompts(&script);
        cognito_secret_free(&script.whole);
    }
    /* With so many held it asks for no more. */
    struct script exact = {.answers = {{text, 500}}, .repeat = true};
    assert_int_equal(hold(&exact, 1000), COGNITO_HOST_REPEATED_ANSWER);
    assert_int_equal(exact.asked, 2);
    struct script one_more = {.answers = {{text, 500}}, .repeat = true};
    assert_int_equal(hold(&one_more, 1001), COGNITO_HOST_REPEATED_ANSWER);
    assert_int_equal(one_more.asked, 3);
    cognito_secret_free(&exact.whole);
    cognito_secret_free(&one_more.whole);
}

/* Not repeated: the last byte of one answer differs, or one has another length. */
static void nearly_repeated(void **state)
{
    (void)state;
    char other[500];
    fill();
    memcpy(other, text, sizeof other);
    other[499] ^= 1;
    for (size_t at = 1; at < 3; at++) {
        struct script script = {.answers = {{text, 500}, {text, 500}, {text, 500}}};
        script.answers[at].text = other;
        assert_int_equal(hold(&script, 1500), COGNITO_TOKEN_TRUNCATED);
        assert_int_equal(script.asked, 3);
        cognito_secret_free(&script.whole);
    }
    struct script shorter = {.answers = {{text, 500}, {text, 499}}};
    assert_int_equal(hold(&shorter, 16384), COGNITO_TOKEN_MALFORMED);
    struct script prefix = {.answers = {{text, 1020}, {text, 500}, {text, 500}}};
    assert_int_equal(hold(&prefix, 2000), COGNITO_TOKEN_TRUNCATED);
    cognito_secret_free(&shorter.whole);
    cognito_secret_free(&prefix.whole);
}

static void no_answer(void **state)
{
    (void)state;
    fill();
    struct script none = {.answers = {{NULL, 0}}};
    assert_int_equal(hold(&none, 16384), COGNITO_HOST_CONVERSATION);
    assert_int_equal(none.asked, 1);
    assert_int_equal(none.judged, 0);
    assert_string_equal(why.text, "");
    /* Words about the part that came first would be about something else. */
    struct script later = {.answers = {{text, 500}, {NULL, 0}}};
    assert_int_equal(hold(&later, 16384), COGNITO_HOST_CONVERSATION);
    assert_int_equal(later.asked, 2);
    assert_string_equal(why.text, "after 500 bytes");
    cognito_secret_free(&later.whole);
}

/* The client has answered; what failed is ours. */
static void no_memory(void **state)
{
    (void)state;
    struct script none = {.answers = {{"", NO_MEMORY}}};
    assert_int_equal(hold(&none, 16384), COGNITO_SYSTEM_MEMORY);
    assert_int_equal(none.judged, 0);
}

static void empty_answers(void **state)
{
    (void)state;
    fill();
    struct script empty = {.answers = {{"", 0}}};
    assert_int_equal(hold(&empty, 16384), COGNITO_TOKEN_EMPTY);
    assert_string_equal(why.text, "");
    assert_int_equal(empty.asked, 1);
    assert_int_equal(empty.judged, 1);
    /* Nothing after a cut part, as from a client that gave up: the part was cut all the same. */
    struct script after_a_part = {.answers = {{text, 1023}, {"", 0}}};
    assert_int_equal(hold(&after_a_part, 16384), COGNITO_TOKEN_TRUNCATED);
    assert_string_equal(why.text, "cut at 1023 bytes, as the OpenSSH client does");
    assert_int_equal(after_a_part.asked, 2);
    cognito_secret_free(&empty.whole);
    cognito_secret_free(&after_a_part.whole);
}

static void placeholders(void **state)
{
    (void)state;
    char junk[2000];
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = "\b\n\r\177INCORRECT"[i % 13];
    struct script one = {.answers = {{junk, 1647}}};
    assert_int_equal(hold(&one, 16384), COGNITO_HOST_PLACEHOLDER);
    struct script parts = {.answers = {{junk, 1020}, {junk, 627}}};
    assert_int_equal(hold(&parts, 16384), COGNITO_HOST_PLACEHOLDER);
    assert_int_equal(parts.asked, 2);
    struct script for_ever = {.answers = {{junk, 500}}, .repeat = true};
    assert_int_equal(hold(&for_ever, 16384), COGNITO_HOST_PLACEHOLDER);
    assert_int_equal(for_ever.asked, 33);
    cognito_secret_free(&one.whole);
    cognito_secret_free(&parts.whole);
    cognito_secret_free(&for_ever.whole);
}

/* What is beyond every limit is not held, and still too long for any judge. */
static void an_endless_answer(void **state)
{
    (void)state;
    fill();
    struct script script = {.answers = {{text, sizeof text}}, .refusal = COGNITO_TOKEN_TOO_LONG};
    assert_int_equal(hold(&script, 16384), COGNITO_TOKEN_TOO_LONG);
    assert_int_equal(script.asked, 1);
    assert_int_equal(script.held[0], TOKEN_SIZE_MAX + 3);
    cognito_secret_free(&script.whole);
}

/* ---- beside other modules ---- */

static struct secret forwarded;
static size_t forwardings;

static void forward(void *context, struct span answer)
{
    (void)context;
    forwardings++;
    cognito_secret_free(&forwarded);
    assert_true(cognito_secret_append(&forwarded, answer));
}

/* As a token of Cognito begins, as short as a piece can be, and shorter by one character. */
#define SHORTER "eyJraWQiOiIwYTFiMmMzZDRlNWY2MDcxODI5M2E0YjVjNmQ3ZTgiLCJhbGciOiJ"
#define PIECE SHORTER "S"

/* Whatever may be a password is handed on, and never a piece of a token. */
static void handed_on(void **state)
{
    (void)state;
    static const char junk[] = "\b\n\r\177INCORRECT";
    char most[FORWARD_MAX];
    memset(most, 'p', sizeof most);
    assert_int_equal(strlen(PIECE), TOKEN_PIECE_MIN);
    const struct {
        struct span answer;
        const char *handed_on; /* NULL: nothing */
    } rows[] = {
        {LITERAL("hunter2"), "hunter2"},
        {LITERAL("my.pass.word"), "my.pass.word"},
        {LITERAL("10.0.0.1"), "10.0.0.1"},
        {LITERAL("heyJude"), "heyJude"},
        {LITERAL("eyJ"), "eyJ"},
        {LITERAL(".."), ".."},
        {LITERAL(PIECE), junk},
        {LITERAL(PIECE "w.-_.x"), junk},
        {LITERAL(SHORTER), SHORTER},
        {LITERAL("x" PIECE), "x" PIECE},
        {LITERAL(PIECE " "), PIECE " "},
        {LITERAL(PIECE "+"), PIECE "+"},
        {LITERAL(PIECE "="), PIECE "="},
        {LITERAL(PIECE "\n"), PIECE "\n"},
        {LITERAL("eyj" PIECE), "eyj" PIECE},
        {LITERAL("..." PIECE), "..." PIECE},
        {span_of(most, FORWARD_MAX), NULL},
        {LITERAL(""), ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct script script = {.answers = {{(const char *)rows[i].answer.data,
                                             rows[i].answer.len}},
                                .refusal = COGNITO_TOKEN_MALFORMED};
        const struct dialogue dialogue = {
            .ask = ask, .judge = judge, .forward = forward, .context = &script, .max_size = 16384};
        forwardings = 0;
        assert_int_not_equal(cognito_dialogue_hold(&dialogue, &why), COGNITO_ACCEPTED);
        assert_int_equal(forwardings, rows[i].handed_on != NULL);
        if (rows[i].handed_on != NULL)
            assert_true(span_is(secret_span(&forwarded), rows[i].handed_on));
        cognito_secret_free(&script.whole);
    }
    /* Nothing of what is accepted. */
    struct script good = {.answers = {{"hunter2", 7}}, .accept_at = 7};
    const struct dialogue dialogue = {
        .ask = ask, .judge = judge, .forward = forward, .context = &good, .max_size = 16384};
    forwardings = 0;
    assert_int_equal(cognito_dialogue_hold(&dialogue, &why), COGNITO_ACCEPTED);
    assert_int_equal(forwardings, 0);
    cognito_secret_free(&good.whole);
    cognito_secret_free(&forwarded);
}

/* A password that a module before us asked for. */
static void first_pass(void **state)
{
    (void)state;
    static const struct {
        enum first_pass first_pass;
        const char *earlier;
        size_t accept_at;
        enum cognito_status status;
        size_t asked, judged;
    } rows[] = {
        {FIRST_PASS_IGNORED, "earlier", 7, COGNITO_TOKEN_MALFORMED, 1, 1},
        {FIRST_PASS_TRIED, "earlier", 7, COGNITO_ACCEPTED, 0, 1},
        {FIRST_PASS_TRIED, "earlier", 6, COGNITO_ACCEPTED, 1, 2},
        {FIRST_PASS_TRIED, "earlier", 0, COGNITO_TOKEN_MALFORMED, 1, 2},
        {FIRST_PASS_TRIED, "", 6, COGNITO_ACCEPTED, 1, 1},
        {FIRST_PASS_ONLY, "earlier", 7, COGNITO_ACCEPTED, 0, 1},
        {FIRST_PASS_ONLY, "earlier", 6, COGNITO_TOKEN_MALFORMED, 0, 1},
        {FIRST_PASS_ONLY, "", 6, COGNITO_TOKEN_EMPTY, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct script script = {.answers = {{"answer", 6}},
                                .accept_at = rows[i].accept_at,
                                .refusal = COGNITO_TOKEN_MALFORMED};
        const struct dialogue dialogue = {.ask = ask,
                                          .judge = judge,
                                          .context = &script,
                                          .first_pass = rows[i].first_pass,
                                          .earlier = span_of_string(rows[i].earlier),
                                          .max_size = 16384};
        assert_int_equal(cognito_dialogue_hold(&dialogue, &why), rows[i].status);
        assert_int_equal(script.asked, rows[i].asked);
        assert_int_equal(script.judged, rows[i].judged);
        cognito_secret_free(&script.whole);
    }
}

static void nobody_wants_to_know_why(void **state)
{
    (void)state;
    fill();
    struct script script = {.answers = {{text, 500}, {text, 500}, {NULL, 0}}};
    script.refusal = COGNITO_TOKEN_MALFORMED;
    const struct dialogue dialogue = {
        .ask = ask, .judge = judge, .context = &script, .max_size = 16384};
    assert_int_equal(cognito_dialogue_hold(&dialogue, NULL), COGNITO_HOST_CONVERSATION);
    cognito_secret_free(&script.whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_answer),          cmocka_unit_test(parts_of_each_size),
        cmocka_unit_test(acceptance_ends_it),  cmocka_unit_test(lengths_alone),
        cmocka_unit_test(one_answer_for_ever), cmocka_unit_test(nearly_repeated),
        cmocka_unit_test(no_answer),           cmocka_unit_test(no_memory),
        cmocka_unit_test(empty_answers),       cmocka_unit_test(placeholders),
        cmocka_unit_test(an_endless_answer),   cmocka_unit_test(handed_on),
        cmocka_unit_test(first_pass),          cmocka_unit_test(nobody_wants_to_know_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
