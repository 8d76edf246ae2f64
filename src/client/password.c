/* SPDX-License-Identifier: MIT */
#include "client/password.h"

#include <string.h>
#include <time.h>

#include "base/jsonscan.h"
#include "client/challenge.h"
#include "client/srp.h"

enum {
    REPEATS_MAX = 2,   /* further chances after a wrong code */
    CLOCK_APART = 300, /* seconds between two clocks that are worth a word */
};

struct dialogue {
    const struct password_signin *signin;
    struct secret user;
    struct srp *srp; /* owned; NULL without SRP */
    int rounds;
    int repeats;
};

static void end_dialogue(struct dialogue *dialogue)
{
    cognito_secret_free(&dialogue->user);
    cognito_srp_free(dialogue->srp);
}

/* ---- asking ---- */

static bool ask_user(struct dialogue *dialogue, struct complaint *why)
{
    const struct password_signin *signin = dialogue->signin;
    if (!cognito_secret_append(&dialogue->user, signin->user))
        return cognito_complain(why, "out of memory");
    if (dialogue->user.len == 0 &&
        !signin->person->ask(signin->person->context, "User name: ", true, &dialogue->user, why))
        return false;
    return dialogue->user.len > 0 || cognito_complain(why, "no user name was entered");
}

static bool ask_password(const struct dialogue *dialogue, struct secret *password,
                         struct complaint *why)
{
    const struct person *person = dialogue->signin->person;
    if (!person->ask(person->context, "Password: ", false, password, why))
        return false;
    return password->len > 0 || cognito_complain(why, "no password was entered");
}

/* ---- calls ---- */

static bool call(struct dialogue *dialogue, const struct poolapi_request *request,
                 struct poolapi_answer *answer, struct complaint *why)
{
    if (dialogue->rounds++ >= PASSWORD_ROUNDS_MAX)
        return cognito_complain(why, "the pool asks on and on; %d questions are enough",
                                PASSWORD_ROUNDS_MAX);
    cognito_poolapi_free(answer);
    *answer = (struct poolapi_answer){0};
    return cognito_poolapi_call(&dialogue->signin->api, request, answer, why);
}

static bool initiate(struct dialogue *dialogue, const char *flow, const char *name,
                     struct span value, struct poolapi_answer *answer, struct complaint *why)
{
    const struct poolapi_member members[] = {
        {"AuthFlow", span_of_string(flow)},
        {"ClientId", span_of_string(dialogue->signin->client_id)},
    };
    const struct poolapi_member parameters[] = {
        {"USERNAME", secret_span(&dialogue->user)},
        {name, value},
    };
    const struct poolapi_request request = {"InitiateAuth",   members,    2,
                                            "AuthParameters", parameters, 2};
    return call(dialogue, &request, answer, why);
}

/* The password is asked for later, once the pool has brought its challenge: so nobody types it for
 * a client or a network that does not work. */
static bool initiate_srp(struct dialogue *dialogue, struct poolapi_answer *answer,
                         struct complaint *why)
{
    char digits[SRP_PUBLIC_SIZE];
    dialogue->srp = cognito_srp_begin();
    if (dialogue->srp == NULL || !cognito_srp_public(dialogue->srp, digits))
        return cognito_complain(why, "out of memory, or OpenSSL has no random numbers");
    return initiate(dialogue, "USER_SRP_AUTH", "SRP_A", span_of_string(digits), answer, why);
}

static bool initiate_plain(struct dialogue *dialogue, struct poolapi_answer *answer,
                           struct complaint *why)
{
    struct secret password OWNED(cognito_secret_free) = {0};
    return ask_password(dialogue, &password, why) &&
           initiate(dialogue, "USER_PASSWORD_AUTH", "PASSWORD", secret_span(&password), answer,
                    why);
}

static bool begin(struct dialogue *dialogue, struct poolapi_answer *answer, struct complaint *why)
{
    return dialogue->signin->flow == PASSWORD_FLOW_PLAIN ? initiate_plain(dialogue, answer, why)
                                                         : initiate_srp(dialogue, answer, why);
}

static bool respond(struct dialogue *dialogue, const struct challenge *challenge,
                    const struct responses *responses, struct poolapi_answer *answer,
                    struct complaint *why)
{
    const struct poolapi_member members[] = {
        {"ChallengeName", span_of_string(challenge->name)},
        {"ClientId", span_of_string(dialogue->signin->client_id)},
        {"Session", secret_span(&challenge->session)},
    };
    struct poolapi_member parameters[RESPONSES_MAX];
    for (size_t i = 0; i < responses->count; i++)
        parameters[i] = (struct poolapi_member){responses->items[i].name,
                                                secret_span(&responses->items[i].value)};
    const struct poolapi_request request = {
        "RespondToAuthChallenge", members,    challenge->session.len == 0 ? 2 : 3,
        "ChallengeResponses",     parameters, responses->count};
    return call(dialogue, &request, answer, why);
}

/* ---- challenges ---- */

/* The name that the pool knows the person by, which may be another than was entered (an alias). */
static struct span user_of(const struct dialogue *dialogue, const struct challenge *challenge)
{
    struct span user = cognito_challenge_parameter(challenge, "USERNAME");
    if (user.len == 0)
        user = cognito_challenge_parameter(challenge, "USER_ID_FOR_SRP");
    return user.len == 0 ? secret_span(&dialogue->user) : user;
}

/* What follows the '_'. */
static struct span pool_name(const char *user_pool)
{
    const struct span id = span_of_string(user_pool);
    return span_after(id, span_position(id, '_') + 1);
}

static bool sign(const struct dialogue *dialogue, const struct challenge *challenge,
                 const char *timestamp, char signature[SRP_SIGNATURE_SIZE], struct complaint *why)
{
    struct secret password OWNED(cognito_secret_free) = {0};
    struct srp_challenge srp = {
        .pool = pool_name(dialogue->signin->user_pool),
        .user = cognito_challenge_parameter(challenge, "USER_ID_FOR_SRP"),
        .salt = cognito_challenge_parameter(challenge, "SALT"),
        .server_public = cognito_challenge_parameter(challenge, "SRP_B"),
        .secret_block = cognito_challenge_parameter(challenge, "SECRET_BLOCK"),
        .timestamp = span_of_string(timestamp),
    };
    if (dialogue->srp == NULL || srp.user.len == 0)
        return cognito_complain(why, "the pool asks for a proof by SRP, but not as it should");
    return ask_password(dialogue, &password, why) &&
           cognito_srp_sign(dialogue->srp, &srp, secret_span(&password), signature, why);
}

static bool prove_password(const struct dialogue *dialogue, const struct challenge *challenge,
                           struct responses *responses, struct complaint *why)
{
    char timestamp[SRP_TIMESTAMP_SIZE], signature[SRP_SIGNATURE_SIZE];
    if (!cognito_srp_timestamp((int64_t)time(NULL), timestamp))
        return cognito_complain(why, "the clock of this machine is not set");
    if (!sign(dialogue, challenge, timestamp, signature, why))
        return false;
    return (cognito_responses_add(responses, "PASSWORD_CLAIM_SECRET_BLOCK",
                                  cognito_challenge_parameter(challenge, "SECRET_BLOCK")) &&
            cognito_responses_add(responses, "PASSWORD_CLAIM_SIGNATURE",
                                  span_of_string(signature)) &&
            cognito_responses_add(responses, "TIMESTAMP", span_of_string(timestamp))) ||
           cognito_complain(why, "out of memory");
}

static bool respond_once(struct dialogue *dialogue, const struct challenge *challenge,
                         struct poolapi_answer *answer, struct complaint *why)
{
    struct responses responses OWNED(cognito_responses_free) = {.count = 0};
    if (!cognito_responses_add(&responses, "USERNAME", user_of(dialogue, challenge)))
        return cognito_complain(why, "out of memory");
    const bool asked =
        strcmp(challenge->name, "PASSWORD_VERIFIER") == 0
            ? prove_password(dialogue, challenge, &responses, why)
            : cognito_challenge_ask(challenge, dialogue->signin->person, &responses, why);
    return asked && respond(dialogue, challenge, &responses, answer, why);
}

/* Whether the person may try again, with the same session; says why. */
static bool may_repeat(struct dialogue *dialogue, const struct challenge *challenge,
                       const struct poolapi_answer *answer)
{
    const struct person *person = dialogue->signin->person;
    const bool code = cognito_poolapi_is(answer, "CodeMismatchException", NULL);
    const bool password = cognito_poolapi_is(answer, "InvalidPasswordException", NULL);
    if ((!code && !password) || !cognito_challenge_repeatable(challenge->name) ||
        dialogue->repeats++ >= REPEATS_MAX)
        return false;
    struct complaint words = {{0}};
    if (code)
        (void)cognito_complain(&words, "The code is not right.");
    else
        (void)cognito_complain(&words, "The pool does not take it: %s", answer->message.text);
    return person->tell(person->context, words.text, NULL);
}

static bool answer_challenge(struct dialogue *dialogue, struct poolapi_answer *answer,
                             struct complaint *why)
{
    struct challenge challenge OWNED(cognito_challenge_free) = {0};
    if (!cognito_challenge_read(secret_span(&answer->text), &challenge, why))
        return false;
    do {
        if (!respond_once(dialogue, &challenge, answer, why))
            return false;
    } while (may_repeat(dialogue, &challenge, answer));
    return true;
}

/* ---- the end ---- */

/* Whether there is a member NAME that says something. */
static bool says(struct span text, const char *name)
{
    struct span value;
    return cognito_json_member(text, name, &value) && !span_is(value, "null");
}

static bool take_tokens(const struct dialogue *dialogue, const struct poolapi_answer *answer,
                        struct tokens *tokens, struct complaint *why)
{
    const struct person *person = dialogue->signin->person;
    if (!cognito_poolapi_tokens(answer, tokens, why)) {
        tokens_free(tokens);
        return false;
    }
    if (cognito_poolapi_has_device(answer))
        (void)person->tell(person->context,
                           "The pool tracks devices, which cognito-login does not confirm, so "
                           "refreshing will fail when the ID token expires: have device tracking "
                           "turned off in the pool, or sign in again then.",
                           NULL);
    return true;
}

static bool explain(const struct dialogue *dialogue, const struct poolapi_answer *answer,
                    struct complaint *why)
{
    const int64_t apart = answer->date == 0 ? 0 : answer->date - (int64_t)time(NULL);
    struct complaint cause = {{0}};
    (void)cognito_poolapi_explain(answer, dialogue->signin->client_id, &cause);
    /* The proof by SRP has the time in it. */
    if (apart >= -CLOCK_APART && apart <= CLOCK_APART)
        return cognito_complain(why, "%s", cause.text);
    return cognito_complain(why, "%s; besides, the clock of this machine is %lld minutes %s",
                            cause.text, (long long)(apart < 0 ? -apart : apart) / 60,
                            apart < 0 ? "fast" : "slow");
}

bool cognito_password_sign_in(const struct password_signin *signin, struct tokens *tokens,
                              struct complaint *why)
{
    struct dialogue dialogue OWNED(end_dialogue) = {.signin = signin};
    struct poolapi_answer answer OWNED(cognito_poolapi_free) = {0};
    if (!ask_user(&dialogue, why) || !begin(&dialogue, &answer, why))
        return false;
    while (answer.fault[0] == '\0') {
        if (!says(secret_span(&answer.text), "ChallengeName"))
            return take_tokens(&dialogue, &answer, tokens, why);
        if (!answer_challenge(&dialogue, &answer, why))
            return false;
    }
    return explain(&dialogue, &answer, why);
}
