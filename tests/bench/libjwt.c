/* SPDX-License-Identifier: MIT */
/*
 * libjwt POOL TURNS: the row libjwt, the decision against the verification of the same token by
 * libjwt. Its key is text in memory, ours a key set that was parsed. It checks nothing but the
 * signature.
 */
#include <string.h>

#include <jwt.h>

#include "contest.h"
#include "subject.h"

struct match {
    struct subject subject;
    unsigned char *key; /* PEM */
};

static void decide(void *context)
{
    struct match *match = context;
    decide_warm(&match->subject);
}

static void decode(void *context)
{
    const struct match *match = context;
    jwt_t *token = NULL;
    if (jwt_decode(&token, match->subject.token_text, match->key,
                   (int)strlen((const char *)match->key)) != 0)
        give_up("libjwt refuses the token");
    if (jwt_get_alg(token) != JWT_ALG_RS256)
        give_up("libjwt sees another algorithm");
    jwt_free(token);
}

int main(int argc, char **argv)
{
    struct match match;
    if (argc != 3)
        give_up("usage: libjwt POOL TURNS");
    open_subject(&match.subject, argv[1], "jwks.json", "token", "daemon");
    match.key = (unsigned char *)read_file(argv[1], "id.pub");
    const struct contest contest = {decide, decode, &match, 4, number_of(argv[2])};
    report_row("libjwt", &contest);
    return 0;
}
