/* SPDX-License-Identifier: MIT */
/* base64url with every text of up to LEN bytes: both the text and the room for what it decodes to
 * end where their objects end. */
#include "base/base64url.h"

#include "driver.h"

int main(void)
{
    unsigned char text[LEN];
    unsigned char room[LEN];
    Frama_C_make_unknown((char *)text, LEN);
    /*@ loop unroll LEN + 1; */
    for (size_t len = 0; len <= LEN; len++) {
        const struct span what = span_of(text + LEN - len, len);
        (void)cognito_base64url_valid(what);
        (void)cognito_base64url_decode(what, room + LEN - base64url_decoded_size(len));
    }
    return 0;
}
