/* SPDX-License-Identifier: MIT */
#include "client/challenge.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonscan.h"

enum {
    QUESTION_SIZE = 320,
    PASSWORD_TRIES = 3,
};

static const char attribute_prefix[] = "userAttributes.";

static void free_json(struct json **object)
{
    cognito_json_free(*object);
}

/* ---- reading ---- */

void cognito_challenge_free(struct challenge *challenge)
{
    cognito_secret_free(&challenge->session);
    cognito_json_free(challenge->parameters);
    *challenge = (struct challenge){0};
}

static bool read_name(struct span text, char name[CHALLENGE_NAME_SIZE])
{
    if (text.len == 0 || text.len >= CHALLENGE_NAME_SIZE)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = text.data[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    memcpy(name, text.data, text.len);
    name[text.len] = '\0';
    return true;
}

static bool read_parameters(struct span text, struct challenge *challenge)
{
    struct span value = span_of_string("{}");
    struct json_fault fault;
    if (cognito_json_member(text, "ChallengeParameters", &value) && span_is(value, "null"))
        value = span_of_string("{}");
    challenge->parameters = cognito_json_parse(value, &fault);
    return challenge->parameters != NULL;
}

bool cognito_challenge_read(struct span text, struct challenge *challenge, struct complaint *why)
{
    struct json_fault fault;
    struct json *object OWNED(free_json) = cognito_json_parse(text, &fault);
    struct span name, session = span_of(NULL, 0);
    struct challenge read OWNED(cognito_challenge_free) = {0};
    if (object == NULL || cognito_json_string(object, "ChallengeName", &name) != JSON_FOUND ||
        !read_name(name, read.name))
        return cognito_complain(why, "the pool's answer holds neither tokens nor a question");
    if (cognito_json_string(object, "Session", &session) == JSON_FOUND && session.len > SESSION_MAX)
        return cognito_complain(why, "the pool's answer has a session of more than %d characters",
                                SESSION_MAX);
    if (!cognito_secret_append(&read.session, session) || !read_parameters(text, &read))
        return cognito_complain(why, "the parameters of the pool's question %s are no object",
                                read.name);
    *challenge = read;
    read = (struct challenge){0}; /* now the caller's */
    return true;
}

struct span cognito_challenge_parameter(const struct challenge *challenge, const char *name)
{
    struct span value;
    if (cognito_json_string(challenge->parameters, name, &value) != JSON_FOUND)
        return span_of(NULL, 0);
    return value;
}

/* ---- answers ---- */

bool cognito_responses_add(struct responses *responses, const char *name, struct span value)
{
    const size_t size = strlen(name) + 1;
    if (responses->count == RESPONSES_MAX || size > RESPONSE_NAME_SIZE)
        return false;
    struct response *response = &responses->items[responses->count];
    *response = (struct response){0};
    if (!cognito_secret_append(&response->value, value))
        return false;
    memcpy(response->name, name, size);
    responses->count++;
    return true;
}

void cognito_responses_free(struct responses *responses)
{
    for (size_t i = 0; i < responses->count; i++)
        cognito_secret_free(&responses->items[i].value);
    responses->count = 0;
}

static bool add(struct responses *responses, const char *name, struct span value,
                struct complaint *why)
{
    return cognito_responses_add(responses, name, value) ||
           cognito_complain(why, "too many answers, or out of memory");
}

/* Asks until something is entered that is not nothing, three times at most. */
static bool ask(const struct person *person, const char *question, bool echo, struct secret *answer,
                struct complaint *why)
{
    for (int tries = 0; tries < PASSWORD_TRIES; tries++) {
        if (!person->ask(person->context, question, echo, answer, why))
            return false;
        if (answer->len > 0)
            return true;
    }
    return cognito_complain(why, "nothing was entered");
}

/* ---- codes ---- */

/* Codes are shown in groups, and pasted with the blanks between them. */
static void remove_blanks(struct secret *code)
{
    size_t kept = 0;
    for (size_t i = 0; i < code->len; i++)
        if (code->data[i] != ' ' && code->data[i] != '\t')
            code->data[kept++] = code->data[i];
    code->len = kept;
}

static bool ask_code(const struct person *person, const char *question, const char *name,
                     struct responses *responses, struct complaint *why)
{
    struct secret code OWNED(cognito_secret_free) = {0};
    if (!ask(person, question, true, &code, why))
        return false;
    remove_blanks(&code);
    return code.len > 0 ? add(responses, name, secret_span(&code), why)
                        : cognito_complain(why, "nothing was entered");
}

/* The pool names where it sent the code in part only: "+*******1234". */
static bool ask_delivered_code(const struct challenge *challenge, const struct person *person,
                               const char *medium, const char *name, struct responses *responses,
                               struct complaint *why)
{
    const struct escaped where =
        cognito_escape(cognito_challenge_parameter(challenge, "CODE_DELIVERY_DESTINATION"));
    char question[QUESTION_SIZE];
    (void)snprintf(question, sizeof question, "Code sent by %s%s%s: ", medium,
                   where.text[0] == '\0' ? "" : " to ", where.text);
    return ask_code(person, question, name, responses, why);
}

static bool ask_sms(const struct challenge *challenge, const struct person *person,
                    struct responses *responses, struct complaint *why)
{
    return ask_delivered_code(challenge, person, "SMS", "SMS_MFA_CODE", responses, why);
}

static bool ask_email(const struct challenge *challenge, const struct person *person,
                      struct responses *responses, struct complaint *why)
{
    return ask_delivered_code(challenge, person, "e-mail", "EMAIL_OTP_CODE", responses, why);
}

static bool ask_app(const struct challenge *challenge, const struct person *person,
                    struct responses *responses, struct complaint *why)
{
    const struct escaped device =
        cognito_escape(cognito_challenge_parameter(challenge, "FRIENDLY_DEVICE_NAME"));
    char question[QUESTION_SIZE];
    (void)snprintf(question, sizeof question,
                   "Code of the authenticator app%s%s: ", device.text[0] == '\0' ? "" : " on ",
                   device.text);
    return ask_code(person, question, "SOFTWARE_TOKEN_MFA_CODE", responses, why);
}

/* ---- a choice ---- */

/* A parameter that holds a JSON array as a string. The guard takes objects alone, hence the braces.
 * The result is the caller's, or NULL; ARRAY is inside it. */
static struct json *read_array(const struct challenge *challenge, const char *name,
                               const struct json **array)
{
    struct secret text OWNED(cognito_secret_free) = {0};
    struct json_fault fault;
    if (!cognito_secret_append(&text, span_of_string("{\"a\":")) ||
        !cognito_secret_append(&text, cognito_challenge_parameter(challenge, name)) ||
        !cognito_secret_append(&text, span_of_string("}")))
        return NULL;
    struct json *object = cognito_json_parse(secret_span(&text), &fault);
    if (object != NULL && cognito_json_array(object, "a", array) == JSON_FOUND)
        return object;
    cognito_json_free(object);
    return NULL;
}

/* The kinds of a second factor, with the words for a person. */
static const struct factor {
    const char *name, *words;
} factors[] = {
    {"SOFTWARE_TOKEN_MFA", "a code of the authenticator app"},
    {"SMS_MFA", "a code by SMS"},
    {"EMAIL_OTP", "a code by e-mail"},
};

enum { FACTORS = sizeof factors / sizeof factors[0] };

/* Those of ARRAY that this program knows. */
static size_t offered_factors(const struct json *array, const struct factor *offered[FACTORS])
{
    size_t count = 0;
    for (size_t f = 0; f < FACTORS; f++) {
        for (size_t i = 0; i < cognito_json_length(array); i++) {
            struct span name;
            if (cognito_json_string_at(array, i, &name) && span_is(name, factors[f].name)) {
                offered[count++] = &factors[f];
                break;
            }
        }
    }
    return count;
}

static bool choose_factor(const struct challenge *challenge, const struct person *person,
                          struct responses *responses, struct complaint *why)
{
    const struct json *array;
    const struct factor *offered[FACTORS];
    const char *things[FACTORS];
    size_t chosen = 0;
    struct json *object OWNED(free_json) = read_array(challenge, "MFAS_CAN_CHOOSE", &array);
    const size_t count = object == NULL ? 0 : offered_factors(array, offered);
    if (count == 0)
        return cognito_complain(why, "the pool offers no second factor that this program knows");
    for (size_t i = 0; i < count; i++)
        things[i] = offered[i]->words;
    if (count > 1 &&
        !person->choose(person->context, "Which second factor?", things, count, &chosen, why))
        return false;
    if (chosen >= count)
        return cognito_complain(why, "no second factor was chosen");
    return add(responses, "ANSWER", span_of_string(offered[chosen]->name), why);
}

/* ---- a new password ---- */

static bool ask_new_password(const struct person *person, struct responses *responses,
                             struct complaint *why)
{
    for (int tries = 0; tries < PASSWORD_TRIES; tries++) {
        struct secret password OWNED(cognito_secret_free) = {0};
        struct secret again OWNED(cognito_secret_free) = {0};
        if (!ask(person, "New password: ", false, &password, why) ||
            !person->ask(person->context, "New password, once more: ", false, &again, why))
            return false;
        if (span_equal(secret_span(&password), secret_span(&again)))
            return add(responses, "NEW_PASSWORD", secret_span(&password), why);
        if (!person->tell(person->context, "The two are not the same.", why))
            return false;
    }
    return cognito_complain(why, "no new password was entered twice the same");
}

/* What the pool calls requiredAttributes: names that begin with "userAttributes.". */
static bool ask_attribute(const struct person *person, struct span name,
                          struct responses *responses, struct complaint *why)
{
    const size_t before = sizeof attribute_prefix - 1;
    const struct escaped words = cognito_escape(span_after(name, before));
    char question[QUESTION_SIZE], full[RESPONSE_NAME_SIZE];
    struct secret value OWNED(cognito_secret_free) = {0};
    if (!span_is(span_first(name, before), attribute_prefix) || name.len == before ||
        name.len >= sizeof full)
        return cognito_complain(why, "the pool asks for an attribute of no such name");
    memcpy(full, name.data, name.len);
    full[name.len] = '\0';
    (void)snprintf(question, sizeof question, "The pool wants to know your %s: ", words.text);
    return ask(person, question, true, &value, why) &&
           add(responses, full, secret_span(&value), why);
}

static bool ask_new_account(const struct challenge *challenge, const struct person *person,
                            struct responses *responses, struct complaint *why)
{
    const struct json *array;
    struct json *object OWNED(free_json) = read_array(challenge, "requiredAttributes", &array);
    const size_t count = object == NULL ? 0 : cognito_json_length(array);
    if (!person->tell(person->context, "The pool wants you to set a new password.", why) ||
        !ask_new_password(person, responses, why))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct span name;
        if (!cognito_json_string_at(array, i, &name))
            return cognito_complain(why, "the pool asks for an attribute of no such name");
        if (!ask_attribute(person, name, responses, why))
            return false;
    }
    return true;
}

/* ---- all of them ---- */

static const struct kind {
    const char *name;
    bool repeatable;
    bool (*ask)(const struct challenge *challenge, const struct person *person,
                struct responses *responses, struct complaint *why);
} kinds[] = {
    {"SMS_MFA", true, ask_sms},
    {"EMAIL_OTP", true, ask_email},
    {"SOFTWARE_TOKEN_MFA", true, ask_app},
    {"SELECT_MFA_TYPE", false, choose_factor},
    {"NEW_PASSWORD_REQUIRED", true, ask_new_account},
};

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool cognito_challenge_repeatable(const char *name)
{
    const struct kind *kind = find_kind(name);
    return kind != NULL && kind->repeatable;
}

bool cognito_challenge_ask(const struct challenge *challenge, const struct person *person,
                           struct responses *responses, struct complaint *why)
{
    const struct kind *kind = find_kind(challenge->name);
    if (kind != NULL)
        return kind->ask(challenge, person, responses, why);
    if (strcmp(challenge->name, "MFA_SETUP") == 0)
        return cognito_complain(why, "the pool wants a second factor to be set up first; sign in "
                                     "once with the browser");
    return cognito_complain(why,
                            "the pool asks for %s, which this program cannot answer; sign in with "
                            "the browser",
                            challenge->name);
}
