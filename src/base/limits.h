/* SPDX-License-Identifier: MIT */
/*
 * Every maximum of the project, in bytes unless said otherwise. What is beyond one of them is
 * refused; nothing is ever cut to fit or skipped.
 */
#ifndef COGNITO_BASE_LIMITS_H
#define COGNITO_BASE_LIMITS_H

enum cognito_limit {
    /* Tokens. AWS promises no maximum; all quotas used up give about 216 KiB. */
    TOKEN_SIZE_DEFAULT = 16384,
    TOKEN_SIZE_MAX = 262144,
    HEADER_SIZE_MAX = 1024,    /* Cognito's is 85; what is read before the signature stays cheap */
    KEY_ID_MAX = 128,          /* Cognito's have 44 */
    SUBJECT_MAX = 255,         /* OpenID Connect Core 2 */
    USER_NAME_MAX = 512,       /* 128 characters of up to four bytes */
    REFRESH_TOKEN_MAX = 16384, /* Cognito's have about 1,800 */

    /* Key sets: RFC 7517 gives no bounds. Cognito's have two keys of 2048 bits in about 917. */
    JWKS_SIZE_MAX = 262144,
    JWKS_KEYS_MAX = 64,  /* keys */
    RSA_BITS_MIN = 2048, /* bits; RFC 7518, 3.3 */
    RSA_BITS_MAX = 8192, /* bits */

    /* Fetching. */
    AUTHORITIES_SIZE_MAX = 1048576, /* any ca_file; a system's whole bundle has 220,000 */
    HEADERS_MAX = 65536,            /* all headers of an answer; libcurl keeps each of them */
    VALIDATOR_MAX = 256,            /* an ETag or Last-Modified; a longer one is not used */

    /* JSON: RFC 8259, 9 lets a parser set limits. */
    JSON_DEPTH_MAX = 8,     /* nested objects and arrays */
    JSON_MEMBERS_MAX = 256, /* members of one object */

    /* Configuration. */
    CONFIG_SIZE_MAX = 262144,
    CONFIG_LINE_MAX = 4096,
    PROFILE_TEXT_MAX = 65536, /* of one profile that is handed out */
    CONFIG_LIST_MAX = 256,    /* values of one list */
    CONFIG_FILES_MAX = 16,    /* conf= arguments, that is pools */
    PATH_SIZE_MAX = 4096,
    LINKS_MAX = 40,          /* symbolic links on the way to a file; as many as Linux follows */
    MAP_SIZE_MAX = 16777216, /* map and deny list: about 300,000 lines */
    FILE_BLOCK_MAX = 16384,  /* as much of them as is in memory at a time */

    /* Accounts: passwd(5) files and the OpenSSH client live with 255. */
    ACCOUNT_NAME_MAX = 255,
    PASSWD_BUFFER_MAX = 1048576, /* for getpwnam_r */

    /* Handing on answers to other modules. */
    FORWARD_MAX = 256,    /* answers this long or longer are never handed on */
    TOKEN_PIECE_MIN = 64, /* a shorter answer is no piece of a token, but a password */

    /* What is logged of anything that came from outside. */
    ESCAPED_MAX = 64,
    COMPLAINT_MAX = 768,
};

#endif
