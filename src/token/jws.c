/* SPDX-License-Identifier: MIT */
#include "token/jws.h"

#include "base/base64url.h"
#include "base/jsonguard.h"
#include "base/jsonpick.h"
#include "base/limits.h"
#include "token/signature.h"
#include "token/verify.h"

/* ---- shape ---- */

/* Check 4. A line end behind the token is what editors and pipes add; nothing else is dropped. */
bool cognito_check_size(struct judgement *j)
{
    struct span *token = &j->token;
    *token = cognito_token_text(*token);
    if (token->len == 0)
        return REFUSE(j, COGNITO_TOKEN_EMPTY, "%s", "");
    if (token->len > (uint64_t)j->policy->max_token_size)
        return REFUSE(j, COGNITO_TOKEN_TOO_LONG, "%zu bytes, and max_token_size is %lld",
                      token->len, (long long)j->policy->max_token_size);
    return cognito_pass(j, "%zu bytes", token->len);
}

/* The kind of a byte that no token has: never the byte itself. */
static const char *kind_of(unsigned char byte)
{
    if (byte == ' ' || byte == '\t')
        return "a space";
    if (byte == '\n' || byte == '\r')
        return "a line break";
    if (byte < 0x20 || byte == 0x7f) /* equivalent: a space was named above */
        return "a control character";
    if (byte >= 0x80) /* equivalent: DEL was named above */
        return "a character that is not ASCII (another keyboard layout?)";
    if (byte == '=')
        return "padding";
    if (byte == '+' || byte == '/')
        return "a character of base64 that base64url does not have";
    if (byte == '"' || byte == '\'')
        return "a quotation mark";
    return "a punctuation character (another keyboard layout?)";
}

/* Every byte is looked at whatever the ones before it are, so that the time it takes depends on the
 * length alone. */
static bool check_characters(struct judgement *j, size_t *dots)
{
    const struct span token = j->token;
    size_t found = 0;
    size_t wrong = 0;
    unsigned char example = 0; /* equivalent: it is set where it is read */
    for (size_t i = token.len; i > 0; i--) {
        const unsigned char byte = token.data[i - 1];
        if (cognito_base64url_character(byte))
            continue;
        if (byte == '.') {
            found++;
        } else {
            wrong++;
            example = byte; /* ends as the first one */
        }
    }
    *dots = found;
    if (wrong > 0)
        return REFUSE(j, COGNITO_TOKEN_MALFORMED, "it has %s", kind_of(example));
    return true;
}

/* Check 6: BASE64URL(header) . BASE64URL(payload) . BASE64URL(signature), RFC 7515 section 7.1. */
bool cognito_check_shape(struct judgement *j)
{
    size_t dots;
    if (!check_characters(j, &dots))
        return false;
    if (dots == 4)
        return REFUSE(j, COGNITO_TOKEN_MALFORMED, "five parts: an encrypted token (JWE)");
    if (dots != 2)
        return REFUSE(j, COGNITO_TOKEN_MALFORMED, "%zu dots instead of two", dots);
    const size_t first = span_position(j->token, '.');
    const struct span rest = span_after(j->token, first + 1);
    const size_t second = span_position(rest, '.');
    j->header_text = span_first(j->token, first);
    j->payload_text = span_first(rest, second);
    j->signature_text = span_after(rest, second + 1);
    if (j->header_text.len == 0 || j->payload_text.len == 0 || j->signature_text.len == 0)
        return REFUSE(j, COGNITO_TOKEN_MALFORMED, "an empty part");
    return cognito_pass(j, "parts of %zu, %zu and %zu characters", j->header_text.len,
                        j->payload_text.len, j->signature_text.len);
}

/* Whether TEXT, of good characters, ends as strict base64url does: the rest of it that is not a
 * whole group of four. */
static bool ends_well(struct span text)
{
    /* equivalent: with groups of good characters before it the rest ends in the same way */
    return cognito_base64url_valid(span_after(text, text.len / 4 * 4));
}

/* Check 7. Nothing is decoded here. */
bool cognito_check_encoding(struct judgement *j)
{
    if (!ends_well(j->header_text))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the header");
    if (!ends_well(j->payload_text))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the payload");
    if (!ends_well(j->signature_text))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the signature");
    return cognito_pass(j, "strict base64url");
}

/* ---- header ---- */

static const struct span header_names[HEADER_MEMBERS] = {
    [HEADER_ALG] = SPAN_LITERAL("alg"),
    [HEADER_KID] = SPAN_LITERAL("kid"),
    [HEADER_TYP] = SPAN_LITERAL("typ"),
    /* What would change how the token is read, or bring a key along (RFC 8725, 3.10). */
    [HEADER_REFUSED] = SPAN_LITERAL("crit"),
    SPAN_LITERAL("b64"),
    SPAN_LITERAL("zip"),
    SPAN_LITERAL("enc"),
    SPAN_LITERAL("jku"),
    SPAN_LITERAL("jwk"),
    SPAN_LITERAL("x5u"),
    SPAN_LITERAL("x5c"),
    SPAN_LITERAL("x5t"),
    SPAN_LITERAL("x5t#S256"),
    SPAN_LITERAL("cty"),
};

/* Before the signature is verified only this much is read: a bound on what a stranger can have
 * computed. */
bool cognito_check_header_json(struct judgement *j)
{
    const size_t size = base64url_decoded_size(j->header_text.len);
    if (size > sizeof j->header_bytes)
        return REFUSE(j, COGNITO_TOKEN_JSON, "a header longer than %d bytes", HEADER_SIZE_MAX);
    if (!cognito_base64url_decode(j->header_text, j->header_bytes))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the header");
    const struct span header = span_of(j->header_bytes, size);
    struct json_fault fault;
    if (!cognito_json_guard(header, &fault))
        return REFUSE(j, COGNITO_TOKEN_JSON, "in the header, %s at byte %zu", fault.what, fault.at);
    cognito_json_pick(header, header_names, HEADER_MEMBERS, j->header);
    return cognito_pass(j, "%zu bytes", size);
}

/* Check 8: RS256 to the letter (RFC 8725, 3.1); there is no code for any other. */
bool cognito_check_algorithm(struct judgement *j)
{
    if (j->header[HEADER_ALG].len == 0)
        return REFUSE(j, COGNITO_TOKEN_ALGORITHM, "no alg");
    if (!cognito_json_pick_is(j->header[HEADER_ALG], "RS256"))
        return REFUSE(j, COGNITO_TOKEN_ALGORITHM, "another alg");
    return cognito_pass(j, "alg RS256");
}

/* In any case (RFC 7519, 5.1), and whatever the locale of the host. */
static bool is_jwt(struct span value)
{
    unsigned char room[sizeof "JWT" - 1];
    struct span type;
    /* equivalent: the quote behind fewer letters is none of these */
    return cognito_json_pick_string(value, room, sizeof room, &type) && type.len == 3 &&
           (type.data[0] == 'J' || type.data[0] == 'j') &&
           (type.data[1] == 'W' || type.data[1] == 'w') &&
           (type.data[2] == 'T' || type.data[2] == 't');
}

/* Check 9. */
bool cognito_check_header(struct judgement *j)
{
    for (size_t i = HEADER_REFUSED; i < HEADER_MEMBERS; i++)
        if (j->header[i].len > 0)
            return REFUSE(j, COGNITO_TOKEN_HEADER, "it has %s", (const char *)header_names[i].data);
    if (j->header[HEADER_TYP].len > 0 && !is_jwt(j->header[HEADER_TYP]))
        return REFUSE(j, COGNITO_TOKEN_HEADER, "typ is not JWT");
    return cognito_pass(j, "nothing that has no place there");
}

/* Check 10. */
bool cognito_check_key_id(struct judgement *j)
{
    if (j->header[HEADER_KID].len == 0)
        return REFUSE(j, COGNITO_TOKEN_KEY_ID, "no kid");
    if (!cognito_json_pick_string(j->header[HEADER_KID], j->key_id_room, sizeof j->key_id_room,
                                  &j->key_id) ||
        j->key_id.len == 0)
        return REFUSE(j, COGNITO_TOKEN_KEY_ID, "not a string of 1 to %d characters", KEY_ID_MAX);
    for (size_t i = 0; i < j->key_id.len; i++)
        if (j->key_id.data[i] < 0x20 || j->key_id.data[i] > 0x7e)
            return REFUSE(j, COGNITO_TOKEN_KEY_ID, "a character that is not printable ASCII");
    return cognito_pass_value(j, "kid", j->key_id);
}

/* ---- key and signature ---- */

/* Checks 11 and 12. The set's own limits were checked when it was parsed. Where two pools have the
 * kid, neither can be told to be right. */
bool cognito_check_key(struct judgement *j)
{
    j->key = cognito_jwks_find(j->keys, j->key_id);
    if (j->key == NULL)
        return REFUSE(j, COGNITO_KEY_UNKNOWN, "%s", "");
    if (j->key->rival != NULL)
        return REFUSE(j, COGNITO_KEY_AMBIGUOUS, "one of them is %s", j->key->rival);
    return cognito_pass(j, "one of %zu keys, %zu bits", cognito_jwks_count(j->keys),
                        j->key->modulus.len * 8);
}

/* Check 13, RFC 8017 section 8.2.2. */
bool cognito_check_signature_length(struct judgement *j)
{
    const size_t size = base64url_decoded_size(j->signature_text.len);
    if (size != j->key->modulus.len)
        return REFUSE(j, COGNITO_SIGNATURE_LENGTH, "%zu bytes, and the key has %zu", size,
                      j->key->modulus.len);
    return cognito_pass(j, "%zu bytes", size);
}

/* RFC 7515, 5.2: the bytes that were signed are those that arrived, header and payload with their
 * dot. */
static struct span signing_input(const struct judgement *j)
{
    return span_first(j->token, j->header_text.len + 1 + j->payload_text.len);
}

/* Check 14. */
bool cognito_check_signature(struct judgement *j)
{
    unsigned char signature[RSA_BITS_MAX / 8];
    const size_t size = base64url_decoded_size(j->signature_text.len);
    /* equivalent: only a key of RSA_BITS_MAX bits could tell */
    if (size > sizeof signature || !cognito_base64url_decode(j->signature_text, signature))
        return REFUSE(j, COGNITO_TOKEN_ENCODING, "in the signature");
    const enum signature verdict =
        cognito_signature_verify(j->key, signing_input(j), span_of(signature, size));
    j->verified = true;
    cognito_wipe(signature, sizeof signature);
    switch (verdict) { /* unreachable: any other; these three are all there are */
    case SIGNATURE_VALID:
        return cognito_pass(j, "RSASSA-PKCS1-v1_5 with SHA-256 is valid");
    case SIGNATURE_UNDECIDED:
        return REFUSE(j, COGNITO_SYSTEM_CRYPTO, "%s", "");
    case SIGNATURE_INVALID:
        break;
    }
    return REFUSE(j, COGNITO_SIGNATURE_INVALID, "%s", "");
}

/* The first key stands for the one the token did not name, nothing for its signature. */
void cognito_verify_dummy(struct judgement *j)
{
    /* equivalent: any key does, and nothing is no signature however long */
    (void)!cognito_signature_verify(cognito_jwks_at(j->keys, 0), j->token, span_of(NULL, 0));
}
