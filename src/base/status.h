/* SPDX-License-Identifier: MIT */
/*
 * Every way a decision can end, in the order of the checks. One table gives each its code for
 * scripts and logs, its words, its remedy, and what kind of end it is.
 */
#ifndef COGNITO_BASE_STATUS_H
#define COGNITO_BASE_STATUS_H

#include "base/attributes.h"

/* What the caller of the module sees; pam_cognito.c has the PAM code of each. */
enum cognito_kind {
    KIND_ACCEPTED,
    KIND_REFUSED,       /* the token, the person or the account: PAM_AUTH_ERR */
    KIND_OUTAGE,        /* ours, not the person's: PAM_AUTHINFO_UNAVAIL */
    KIND_MISCONFIGURED, /* PAM_SERVICE_ERR */
    KIND_NO_MEMORY,     /* PAM_BUF_ERR */
};

/* How loud the log line is; pam_cognito.c has the syslog level of each. */
enum cognito_level {
    LEVEL_INFO,
    LEVEL_NOTICE,
    LEVEL_WARNING, /* a sign of attack */
    LEVEL_ERROR,
};

/* NAME, code, kind, level, what is wrong, what to do. */
#define COGNITO_STATUS_TABLE(X)                                                                    \
    X(SYSTEM_CONFIG, "system.config", KIND_MISCONFIGURED, LEVEL_ERROR,                             \
      "the configuration is refused", "mend what is named; nobody gets in before that")            \
    X(SYSTEM_CLOCK, "system.clock", KIND_OUTAGE, LEVEL_ERROR,                                      \
      "the clock of this host is before the day pam_cognito was built", "set the clock")           \
    X(SYSTEM_MEMORY, "system.memory", KIND_NO_MEMORY, LEVEL_ERROR, "out of memory",                \
      "look at the limits of the calling process")                                                 \
    X(SYSTEM_CRYPTO, "system.crypto", KIND_OUTAGE, LEVEL_ERROR, "OpenSSL could not do its work",   \
      "look at the OpenSSL configuration of this host")                                            \
    X(JWKS_JSON, "jwks.json", KIND_OUTAGE, LEVEL_ERROR, "the key set is not well-formed JSON",     \
      "run cognito-refresh")                                                                       \
    X(JWKS_INVALID, "jwks.invalid", KIND_OUTAGE, LEVEL_ERROR, "the key set is refused whole",      \
      "run cognito-refresh, and see what the pool serves")                                         \
    X(KEY_NONE, "key.none", KIND_OUTAGE, LEVEL_ERROR, "there is no usable key set",                \
      "run cognito-refresh")                                                                       \
    X(KEY_STALE, "key.stale", KIND_OUTAGE, LEVEL_ERROR, "the key set is older than max_stale",     \
      "run cognito-refresh, and see why it did not run")                                           \
    X(HOST_CONVERSATION, "host.conversation", KIND_REFUSED, LEVEL_NOTICE,                          \
      "the conversation with the client failed",                                                   \
      "use a client that answers prompts; sudo cannot take 512 bytes and more in one answer, use " \
      "sudo -A with cognito-askpass")                                                              \
    X(TOKEN_EMPTY, "token.empty", KIND_REFUSED, LEVEL_NOTICE, "nothing was entered",               \
      "let cognito-askpass answer (SSH_ASKPASS, SUDO_ASKPASS), or paste the ID token")             \
    X(HOST_PLACEHOLDER, "host.placeholder", KIND_REFUSED, LEVEL_NOTICE,                            \
      "sshd does not let this account in and replaced the answer",                                 \
      "see that the account exists and has a valid shell, and see DenyUsers, AllowUsers, "         \
      "DenyGroups, AllowGroups and PermitRootLogin")                                               \
    X(HOST_REPEATED_ANSWER, "host.repeated_answer", KIND_REFUSED, LEVEL_NOTICE,                    \
      "the client gave one cut answer to every prompt",                                            \
      "use keyboard-interactive with cognito-askpass; the password method sends one answer")       \
    X(TOKEN_TOO_LONG, "token.too_long", KIND_REFUSED, LEVEL_NOTICE,                                \
      "the token is longer than max_token_size",                                                   \
      "raise max_token_size, or put fewer claims into the token")                                  \
    X(TOKEN_TRUNCATED, "token.truncated", KIND_REFUSED, LEVEL_NOTICE, "the token was cut",         \
      "use cognito-askpass, or paste the rest at the next prompt")                                 \
    X(TOKEN_MALFORMED, "token.malformed", KIND_REFUSED, LEVEL_NOTICE,                              \
      "this is not the compact form of a signed token",                                            \
      "enter the ID token alone, three parts with two dots")                                       \
    X(TOKEN_ENCODING, "token.encoding", KIND_REFUSED, LEVEL_NOTICE,                                \
      "a part of the token is not strict base64url", "enter the ID token as Cognito gave it")      \
    X(TOKEN_JSON, "token.json", KIND_REFUSED, LEVEL_NOTICE,                                        \
      "the header or the payload is not well-formed JSON",                                         \
      "enter the ID token as Cognito gave it")                                                     \
    X(TOKEN_ALGORITHM, "token.algorithm", KIND_REFUSED, LEVEL_WARNING,                             \
      "the token is not signed with RS256", "Cognito signs with nothing else; see who made this")  \
    X(TOKEN_HEADER, "token.header", KIND_REFUSED, LEVEL_WARNING,                                   \
      "the header has what no ID token of Cognito has", "see who made this token")                 \
    X(TOKEN_KEY_ID, "token.key_id", KIND_REFUSED, LEVEL_NOTICE, "the header has no usable kid",    \
      "enter the ID token as Cognito gave it")                                                     \
    X(KEY_UNKNOWN, "key.unknown", KIND_REFUSED, LEVEL_NOTICE,                                      \
      "no key of the configured pools has the token's kid",                                        \
      "the token is of another pool, or the keys changed: run cognito-refresh and try again")      \
    X(KEY_AMBIGUOUS, "key.ambiguous", KIND_REFUSED, LEVEL_NOTICE,                                  \
      "two configured pools have a key with the token's kid",                                      \
      "compare their keys with pam-cognito keys show; one of the pools has to publish another key" \
      ", or to be removed from the PAM line")                                                      \
    X(SIGNATURE_LENGTH, "signature.length", KIND_REFUSED, LEVEL_WARNING,                           \
      "the signature is not as long as the key", "enter the whole ID token, unchanged")            \
    X(SIGNATURE_INVALID, "signature.invalid", KIND_REFUSED, LEVEL_WARNING,                         \
      "the signature does not fit the token", "enter the whole ID token, unchanged")               \
    X(CLAIM_ISSUER, "claim.issuer", KIND_REFUSED, LEVEL_NOTICE,                                    \
      "the token was issued by another issuer than the configured ones",                           \
      "see user_pool and issuer in the configuration")                                             \
    X(CLAIM_TOKEN_USE, "claim.token_use", KIND_REFUSED, LEVEL_NOTICE, "this is not an ID token",   \
      "enter the ID token")                                                                        \
    X(CLAIM_AUDIENCE, "claim.audience", KIND_REFUSED, LEVEL_NOTICE,                                \
      "the token was made for another app client",                                                 \
      "sign in through a client that client_id names")                                             \
    X(CLAIM_TYPE, "claim.type", KIND_REFUSED, LEVEL_NOTICE,                                        \
      "a time in the token is missing or not a number of seconds",                                 \
      "enter the ID token as Cognito gave it")                                                     \
    X(CLAIM_EXPIRED, "claim.expired", KIND_REFUSED, LEVEL_NOTICE, "the token has expired",         \
      "sign in again for a new token")                                                             \
    X(CLAIM_NOT_YET, "claim.not_yet", KIND_REFUSED, LEVEL_NOTICE, "the token is not valid yet",    \
      "set the clock of this host, or raise clock_skew")                                           \
    X(CLAIM_LIFETIME, "claim.lifetime", KIND_REFUSED, LEVEL_NOTICE,                                \
      "the token lives longer than Cognito allows",                                                \
      "an ID token of Cognito lives 5 minutes to 24 hours; see who made this one")                 \
    X(CLAIM_SUBJECT, "claim.subject", KIND_REFUSED, LEVEL_NOTICE, "the token has no usable sub",   \
      "enter the ID token as Cognito gave it")                                                     \
    X(CLAIM_USERNAME, "claim.username", KIND_REFUSED, LEVEL_NOTICE,                                \
      "the token has no usable user name", "see username_claim in the configuration")              \
    X(POLICY_TOKEN_AGE, "policy.token_age", KIND_REFUSED, LEVEL_NOTICE,                            \
      "the token is older than max_token_age", "refresh the token and try again")                  \
    X(POLICY_AUTH_AGE, "policy.auth_age", KIND_REFUSED, LEVEL_NOTICE,                              \
      "the sign-in is longer ago than max_auth_age", "sign in again; a refresh is not enough")     \
    X(POLICY_GROUP, "policy.group", KIND_REFUSED, LEVEL_NOTICE,                                    \
      "the person is in none of the groups that require_group names",                              \
      "add the person to a group in the pool, and get a new token")                                \
    X(POLICY_USER, "policy.user", KIND_REFUSED, LEVEL_NOTICE,                                      \
      "the token belongs to another user than the account",                                        \
      "log in to the account of that name, or see username_claim")                                 \
    X(POLICY_EMAIL, "policy.email", KIND_REFUSED, LEVEL_NOTICE,                                    \
      "the e-mail address in the token is not verified", "verify the address in the pool")         \
    X(POLICY_PHONE, "policy.phone", KIND_REFUSED, LEVEL_NOTICE,                                    \
      "the phone number in the token is not verified", "verify the number in the pool")            \
    X(POLICY_DENIED, "policy.denied", KIND_REFUSED, LEVEL_NOTICE, "a line of deny_file fits",      \
      "see deny_file")                                                                             \
    X(POLICY_ACCOUNT, "policy.account", KIND_REFUSED, LEVEL_NOTICE,                                \
      "the account does not exist here or may not be opened by a token",                           \
      "the account has to exist, with a uid from uid_min on; root needs allow_root and a line in " \
      "map_file")                                                                                  \
    X(POLICY_USED, "policy.used", KIND_REFUSED, LEVEL_WARNING,                                     \
      "the token has been used on this host before", "get a new token for each login")             \
    X(SYSTEM_LEDGER, "system.ledger", KIND_OUTAGE, LEVEL_ERROR,                                    \
      "the ledger of used tokens cannot be written", "see the folder that is named")               \
    X(ACCEPTED, "accepted", KIND_ACCEPTED, LEVEL_INFO, "the token is accepted", "")

/* Memory full of zeros is no acceptance: COGNITO_ACCEPTED is the last. */
enum cognito_status {
    /* equivalent: status.c, the one object that is made with it, does not use the number */
    COGNITO_UNDECIDED = -1, /* before the first check; in no table, and a refusal */
#define COGNITO_STATUS_NAME(name, code, kind, level, text, remedy) COGNITO_##name,
    COGNITO_STATUS_TABLE(COGNITO_STATUS_NAME)
#undef COGNITO_STATUS_NAME
};

/* Where one is returned it has to be looked at. */
#define MUST_USE_STATUS MUST_USE enum cognito_status

struct status_row {
    const char *code;
    enum cognito_kind kind;
    enum cognito_level level;
    const char *text;
    const char *remedy; /* empty where nothing is to be done */
};

/* The row of STATUS. A number that is no status has the row of a refusal. */
const struct status_row *cognito_status_row(enum cognito_status status);

#endif
