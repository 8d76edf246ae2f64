/* SPDX-License-Identifier: MIT */
/* base64url: what is taken is the only text of its bytes, and every byte string has one. */
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "fuzz.h"
#include "oracle.h"
#include "signer.h"

static void read_as_text(struct span text)
{
    struct secret expected = {0};
    const bool good = oracle_base64url(text, &expected);
    unsigned char *out = fuzz_memory(base64url_decoded_size(text.len));
    AGREE(cognito_base64url_valid(text) == good, "valid: %d", good);
    AGREE(cognito_base64url_decode(text, out) == good, "decoded: %d", good);
    if (good)
        AGREE(span_equal(span_of(out, base64url_decoded_size(text.len)), secret_span(&expected)),
              "other bytes");
    cognito_secret_free(&expected);
    free(out);
}

static void read_as_bytes(struct span bytes)
{
    struct secret text = {0};
    signer_add_base64url(&text, bytes);
    AGREE(base64url_decoded_size(text.len) == bytes.len, "another size");
    unsigned char *out = fuzz_memory(bytes.len);
    AGREE(cognito_base64url_decode(secret_span(&text), out), "our own text is refused");
    AGREE(span_equal(span_of(out, bytes.len), bytes), "not what went in");
    cognito_secret_free(&text);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const struct span input = span_of(data, size);
    for (size_t i = 0; i < size && i < 64; i++)
        AGREE(cognito_base64url_character(data[i]) ==
                  (data[i] != 0 && strchr(all, data[i]) != NULL),
              "the character %02x", data[i]);
    read_as_text(input);
    read_as_bytes(input);
    return 0;
}
