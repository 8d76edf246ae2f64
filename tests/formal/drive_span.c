/* SPDX-License-Identifier: MIT */
/* The functions of span.h with every text of up to LEN bytes, and every position up to LEN + 1;
 * what they return can be read to its end. */
#include "driver.h"

int main(void)
{
    unsigned char text[LEN];
    Frama_C_make_unknown((char *)text, LEN);
    /*@ loop unroll LEN + 1; */
    for (size_t len = 0; len <= LEN; len++) {
        const struct span whole = span_of(text + LEN - len, len);
        const unsigned char byte = (unsigned char)Frama_C_interval(0, 255);
        const size_t at = span_position(whole, byte);
        //@ assert at <= len;
        (void)span_is(whole, "abc");
        /*@ loop unroll LEN + 2; */
        for (size_t n = 0; n <= LEN + 1; n++) {
            const struct span rest = span_after(whole, n);
            const struct span first = span_first(whole, n);
            //@ assert first.len + rest.len == len;
            read_all(rest);
            read_all(first);
            (void)span_equal(first, rest);
        }
    }
    return 0;
}
