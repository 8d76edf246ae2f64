/* SPDX-License-Identifier: MIT */
/*
 * Works out exchanges with src/client/srp.c, for a comparison with another implementation. Each
 * line of standard input has eight words in hexadecimal digits, each of at least one byte but for
 * the last: a, B, the salt, and the text of the pool's name, the user, the time, the block and the
 * password. The time is seconds since the epoch. Each line of standard output is A, the timestamp
 * with '_' for spaces, and the signature.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/complaint.h"
#include "client/srp.h"

enum { WORDS = 8, LINE_SIZE = 65536 };

struct text {
    unsigned char bytes[LINE_SIZE / 2];
    size_t len;
};

static struct text unpack(const char *digits)
{
    struct text text = {.len = strlen(digits) / 2};
    for (size_t i = 0; i < text.len; i++) {
        unsigned int byte = 0;
        if (sscanf(digits + 2 * i, "%2x", &byte) != 1)
            exit(2);
        text.bytes[i] = (unsigned char)byte;
    }
    return text;
}

static struct span span_of_text(const struct text *text)
{
    return span_of(text->bytes, text->len);
}

static void work_out(char *words[WORDS])
{
    const struct text a = unpack(words[0]), pool = unpack(words[3]), user = unpack(words[4]),
                      now = unpack(words[5]), block = unpack(words[6]), password = unpack(words[7]);
    char timestamp[SRP_TIMESTAMP_SIZE], digits[SRP_PUBLIC_SIZE], signature[SRP_SIGNATURE_SIZE];
    struct complaint why = {{0}};
    struct srp *srp = cognito_srp_begin_with(span_of_text(&a));
    if (srp == NULL || !cognito_srp_public(srp, digits) ||
        !cognito_srp_timestamp(strtoll((const char *)now.bytes, NULL, 10), timestamp))
        exit(3);
    const struct srp_challenge challenge = {
        .pool = span_of_text(&pool),
        .user = span_of_text(&user),
        .salt = span_of_string(words[2]),
        .server_public = span_of_string(words[1]),
        .secret_block = span_of_text(&block),
        .timestamp = span_of_string(timestamp),
    };
    if (!cognito_srp_sign(srp, &challenge, span_of_text(&password), signature, &why)) {
        (void)fprintf(stderr, "srp-exchange: %s\n", why.text);
        exit(1);
    }
    cognito_srp_free(srp);
    for (char *c = timestamp; *c != '\0'; c++)
        *c = *c == ' ' ? '_' : *c;
    (void)printf("%s %s %s\n", digits, timestamp, signature);
}

int main(void)
{
    static char line[LINE_SIZE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[WORDS] = {NULL};
        char *rest = line;
        for (size_t i = 0; i < WORDS; i++) {
            words[i] = strsep(&rest, " \n");
            if (words[i] == NULL)
                return 2;
        }
        work_out(words);
    }
    return ferror(stdin) || fflush(stdout) != 0 ? 2 : 0;
}
