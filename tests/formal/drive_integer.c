/* SPDX-License-Identifier: MIT */
/* cognito_json_integer_text with every text of LEN bytes. */
#include "base/jsonscan.h"

#include "driver.h"

int main(void)
{
    unsigned char text[LEN];
    int64_t value = 0;
    Frama_C_make_unknown((char *)text, LEN);
    (void)cognito_json_integer_text(span_of(text, LEN), &value);
    return 0;
}
